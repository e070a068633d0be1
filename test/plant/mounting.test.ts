import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { undeclaredNames } from '../kit/undeclared-names.ts';
import { at, doc, host, named, refusals, site } from './documents.ts';

/*
 * rack r1 of 10 units in fra1, its front:  U1–U2 a (both faces) · U4 b (its lower half) and c (its upper half) · U6 left d, right e
 *   z is placed on U8 and takes no unit of it; switch s in U9; U10 is reserved; nothing on the rear
 */
let app: TestApp;
const write = async (content: string): Promise<void> => expect((await app.apply(content)).userErrors).toEqual([]);
const inRack = (startUnit: number, unitHeight = 1, face = 'Front') => ({
  placement: { rackRef: named('r1'), startUnit, unitHeight, face },
});
const mounting = (name: string, more: object = {}, device = `Node/${name}`): string =>
  doc(`DeviceMounting/${name}`, { deviceRef: at(device), ...more });
const leaf = (startUnit: number, unitHeight = 1, face = 'Front'): string =>
  doc('NetworkDevice/s', {
    siteRef: named('fra1'),
    clusterRef: named('c1'),
    role: 'Leaf',
    ...inRack(startUnit, unitHeight, face),
  });

const base = [
  doc('Region/eu', { displayName: 'Europe' }),
  site('fra1'),
  doc('Rack/r1', { siteRef: named('fra1'), heightU: 10 }),
  doc('Cluster/c1', { displayName: 'C', controlPlaneSiteRef: named('fra1'), role: 'Compute', provider: 'x' }),
  host('a', inRack(1, 2)),
  mounting('a', { depth: 'BothFaces' }),
  host('b', inRack(4)),
  mounting('b', { unitHeight: 0.5 }),
  host('c', inRack(4)),
  mounting('c', { unitHeight: 0.5, startsHalfUnitUp: true }),
  host('d', inRack(6)),
  mounting('d', { width: 'Left' }),
  host('e', inRack(6)),
  mounting('e', { width: 'Right' }),
  host('z', inRack(8)),
  mounting('z', { unitHeight: 0 }),
  leaf(9),
  host('free'),
  mounting('free', { unitHeight: 0.5 }),
  doc('UnitReservation/top', { rackRef: named('r1'), startUnit: 10, unitHeight: 1, requestedBy: 'x', reason: 'y' }),
].join('');

beforeAll(async () => {
  app = await startApp();
  await write(base);
});
afterAll(() => app.close());

test('a device shows how it is mounted as its own, can be found by it, and is exported with it', async () => {
  const { data } = await app.execute(`{
    computeNode(name: "c") { depth width exactUnitHeight startsHalfUnitUp placement { startUnit unitHeight } rack { name } mounting { name device { ... on ComputeNode { name } } } }
    computeNodes(where: { depth: { eq: BOTH_FACES } }) { nodes { name } }
    networkDevice(name: "s") { depth mounting { name } }
    rack(name: "r1") { usedUnits }
  }`);
  expect(data).toEqual({
    computeNode: {
      depth: 'ONE_FACE',
      width: 'FULL',
      exactUnitHeight: 0.5,
      startsHalfUnitUp: true,
      placement: { startUnit: 4, unitHeight: 1 },
      rack: { name: 'r1' },
      mounting: { name: 'c', device: { name: 'c' } },
    },
    computeNodes: { nodes: [{ name: 'a' }] },
    networkDevice: { depth: null, mounting: null },
    rack: { usedUnits: 5 },
  });
  const again = await app.apply(base);
  expect([...new Set(again.results.map(({ outcome }) => outcome))]).toEqual(['UNCHANGED']);
});

describe('accepted', () => {
  test.each([
    ['a whole unit where what is there takes none', host('free', inRack(8)) + mounting('free')],
    ['the rear behind a device of one face', host('free', inRack(4, 1, 'Rear')) + mounting('free')],
    [
      'two devices exchange their halves',
      mounting('b', { unitHeight: 0.5, startsHalfUnitUp: true }) + mounting('c', { unitHeight: 0.5 }),
    ],
    ['a server and a network device exchange their units', leaf(1, 2) + host('a', inRack(9)) + mounting('a')],
    ['a mounting goes with its device to another unit', host('b', inRack(3)) + host('c', inRack(5))],
    [
      'a device becomes deeper while the other moves away',
      host('z', inRack(7)) + mounting('z', { depth: 'BothFaces' }),
    ],
    [
      'behind half of the width is the other half, seen from the rear',
      host('free', inRack(6, 1, 'Rear')) +
        mounting('free', { width: 'Left' }) +
        mounting('d', { width: 'Left', depth: 'BothFaces' }),
    ],
    ['a device that is not mounted, as large as one likes', mounting('free', { unitHeight: 7.5 })],
  ])('%s', async (_what, content) => {
    expect(await refusals(app, content)).toEqual([]);
  });
});

describe('refused', () => {
  test.each([
    [
      'what is behind a device of both faces',
      host('free', inRack(2, 1, 'Rear')),
      'UNITS_TAKEN Node/free spec.placement.startUnit: U2–U2 of rack r1 (Rear) overlaps U1–U2 of Node/a (units that nothing else takes)',
    ],
    [
      'a device that becomes deep, by its mounting',
      host('free', inRack(6, 1, 'Rear')) + mounting('d', { width: 'Left', depth: 'BothFaces' }),
      'UNITS_TAKEN DeviceMounting/d spec: U6–U6 of rack r1 (Rear) overlaps U6–U6 of Node/free (units that nothing else takes)',
    ],
    [
      'what is behind the left half is the right one, seen from the rear',
      host('free', inRack(6, 1, 'Rear')) +
        mounting('free', { width: 'Right' }) +
        mounting('d', { width: 'Left', depth: 'BothFaces' }),
      'UNITS_TAKEN Node/free spec.placement.startUnit: U6–U6 of rack r1 (Rear) overlaps U6–U6 of Node/d (units that nothing else takes)',
    ],
    [
      'half a unit that is taken, by the mounting',
      mounting('b', { unitHeight: 0.5, startsHalfUnitUp: true }),
      'UNITS_TAKEN DeviceMounting/b spec: U4–U4 of rack r1 (Front) overlaps U4–U4 of Node/c (units that nothing else takes)',
    ],
    [
      'the other half of the width',
      mounting('d', { width: 'Right' }),
      'UNITS_TAKEN DeviceMounting/d spec: U6–U6 of rack r1 (Front) overlaps U6–U6 of Node/e (units that nothing else takes)',
    ],
    [
      'equipment where a deep server is',
      doc('Equipment/p', { siteRef: named('fra1'), type: 'Shelf', ...inRack(1, 1, 'Rear') }),
      'UNITS_TAKEN Equipment/p spec.placement.startUnit: U1–U1 of rack r1 (Rear) overlaps U1–U2 of Node/a (units that nothing else takes)',
    ],
    [
      'more than the placement has',
      mounting('c', { unitHeight: 1, startsHalfUnitUp: true }),
      'MOUNTING_TOO_HIGH DeviceMounting/c spec.unitHeight: it reaches 1.5 units up, and Node/c is placed on 1 (at most 1 units in all, or a placement of more)',
    ],
    [
      'a placement that has less than the device takes',
      host('free', inRack(3, 2)) +
        mounting('free', { unitHeight: 2 }) +
        host('a', inRack(1)) +
        mounting('a', { unitHeight: 2 }),
      'MOUNTING_TOO_HIGH Node/a spec.placement.unitHeight: DeviceMounting/a reaches 2 units up (at least 2)',
    ],
    [
      'reserved units, by the mounting',
      host('free', inRack(10)) + mounting('free', { unitHeight: 0.5, depth: 'BothFaces' }),
      'UNITS_RESERVED DeviceMounting/free spec: UnitReservation/top keeps U10–U10 (units that are not reserved, or a device that the reservation is for)',
    ],
    [
      'a placement beyond the rack, though the device takes nothing of it',
      host('z', inRack(11)),
      'UNITS_OUTSIDE_RACK Node/z spec.placement.startUnit: U11–U11 reaches beyond rack r1, which has 10 units (units up to U10)',
    ],
    [
      'a rack that becomes lower than a placement of which nothing is taken',
      doc('Rack/r1', { siteRef: named('fra1'), heightU: 7 }) + host('s'),
      'RACK_TOO_LOW Rack/r1 spec.heightU: Node/z reaches up to U8, beyond 7 units (at least 8)',
    ],
    [
      'a third of a unit',
      mounting('b', { unitHeight: 0.3 }),
      'NOT_A_HALF_UNIT DeviceMounting/b spec.unitHeight: unitHeight is 0.3 (0 or 0.5)',
    ],
    [
      'half a unit up without a height',
      mounting('b', { startsHalfUnitUp: true }),
      'REQUIRED DeviceMounting/b spec.unitHeight: unitHeight is missing: the device does not take all of its placement (half a unit less than its placement)',
    ],
    [
      'half a unit up of none',
      mounting('z', { unitHeight: 0, startsHalfUnitUp: true }),
      'TAKES_NO_UNITS DeviceMounting/z spec.startsHalfUnitUp: the device takes no units, and begins at none (false)',
    ],
    [
      'a second mounting of a device',
      mounting('x', {}, 'Node/b'),
      'MOUNTING_DECLARED_TWICE DeviceMounting/x spec.deviceRef.name: how the device is mounted has been stated already: DeviceMounting/b (a device of which no other mounting speaks, or an update of that mounting)',
    ],
  ])('%s', async (_what, content, refusal) => {
    expect(await refusals(app, content)).toContain(refusal);
  });

  test('a mounting cannot go where the device would then take what others have', async () => {
    const { data } = await app.execute(
      'mutation { deleteDeviceMounting(input: { name: "b" }) { userErrors { code subject message } } }',
    );
    expect(data.deleteDeviceMounting.userErrors).toEqual([
      {
        code: 'UNITS_TAKEN',
        subject: 'DeviceMounting/b',
        message: 'U4–U4 of rack r1 (Front) overlaps U4–U4 of Node/c',
      },
    ]);
  });
});

test('what is deleted in a batch does not keep the rest of it from exchanging their units', async () => {
  const { data } = await app.execute(`mutation { batch(input: { validateOnly: true, operations: [
    { deleteDeviceMounting: { name: "free" } }
    { updateComputeNode: { name: "a", changes: { placement: { startUnit: 9, unitHeight: 1 } } } }
    { updateNetworkDevice: { name: "s", changes: { placement: { startUnit: 1 } } } }
  ] }) { userErrors { code message } results { outcome } } }`);
  expect(data.batch).toEqual({
    userErrors: [],
    results: [{ outcome: 'DELETED' }, { outcome: 'UPDATED' }, { outcome: 'UPDATED' }],
  });
});

test('the units are free again when a mounting goes, or goes with its device', async () => {
  await write(host('deep', inRack(3)) + mounting('deep', { depth: 'BothFaces' }));
  expect(await refusals(app, host('free', inRack(3, 1, 'Rear')))).toHaveLength(1);
  await app.execute('mutation { deleteDeviceMounting(input: { name: "deep" }) { userErrors { code } } }');
  expect(await refusals(app, host('free', inRack(3, 1, 'Rear')))).toEqual([]);
  await write(mounting('deep', { depth: 'BothFaces' }));
  const { data } = await app.execute(
    'mutation { deleteComputeNode(input: { name: "deep", cascade: true }) { deleted { name } userErrors { code } } }',
  );
  expect(data.deleteComputeNode.userErrors).toEqual([]);
  expect(await refusals(app, host('free', inRack(3)))).toEqual([]);
});

test('of 64 who make the same units theirs by mounting, one does', async () => {
  const hosts = Array.from(
    { length: 64 },
    (_, n) => host(`race${n}`, inRack(7)) + mounting(`race${n}`, { unitHeight: 0 }),
  );
  await write(hosts.join(''));
  const race = async (write: (index: number) => string): Promise<Record<string, number>> => {
    const answers = await Promise.all(Array.from({ length: 64 }, (_, index) => app.apply(write(index))));
    const told: Record<string, number> = {};
    for (const { userErrors } of answers) {
      const codes = userErrors.map(({ code }) => code).join();
      told[codes] = (told[codes] ?? 0) + 1;
    }
    return told;
  };
  expect(await race((n) => mounting(`race${n}`, { unitHeight: 0.5, depth: n % 2 ? 'BothFaces' : 'OneFace' }))).toEqual({
    '': 1,
    UNITS_TAKEN: 63,
  });
  expect(await race((n) => mounting(`twice${n}`, {}, 'NetworkDevice/s'))).toEqual({
    '': 1,
    MOUNTING_DECLARED_TWICE: 63,
  });
});

/*
 * rack r2 of 13 units:  U1 deep · U3–U4 tall (U3 and the lower half of U4) · U5 hung, which takes none · U6 flat · U7 told, of which a
 *   mounting says that it is not deep · U8 front, and back behind it · U13 short
 */
describe('what a type says of height and depth is on its servers and network devices', () => {
  const in2 = (startUnit: number, unitHeight = 1, face = 'Front') => ({
    placement: { rackRef: named('r2'), startUnit, unitHeight, face },
  });
  const type = (name: string, more: object = {}): string =>
    doc(`DeviceType/${name}`, { manufacturer: 'Example', model: name, ...more });
  const typed = (device: string, typeName: string): string =>
    doc(`Asset/of-${device.split('/')[1]}`, { deviceRef: at(device), typeRef: named(typeName) });
  const tall = { uHeight: 1.5, isFullDepth: false };

  beforeAll(async () => {
    await write(
      [
        doc('Rack/r2', { siteRef: named('fra1'), heightU: 13 }),
        doc('UnitReservation/rear', {
          ...{ rackRef: named('r2'), startUnit: 10, unitHeight: 1, face: 'Rear', requestedBy: 'x', reason: 'y' },
        }),
        type('t-deep'),
        type('t-tall', tall),
        type('t-hung', { uHeight: 0, isFullDepth: false }),
        type('t-flat', { isFullDepth: false }),
        type('t-blade', { uHeight: 0, subdeviceRole: 'Child' }),
        ...[host('deep2', in2(1)), typed('Node/deep2', 't-deep')],
        doc('NetworkDevice/tall', {
          ...{ siteRef: named('fra1'), clusterRef: named('c1'), role: 'Leaf', ...in2(3, 2) },
        }),
        typed('NetworkDevice/tall', 't-tall'),
        ...[host('hung', in2(5)), typed('Node/hung', 't-hung')],
        ...[host('flat', in2(6)), typed('Node/flat', 't-flat')],
        ...[host('told', in2(7)), typed('Node/told', 't-deep'), mounting('told', { width: 'Left' })],
        ...[host('blade'), typed('Node/blade', 't-blade')],
        ...[host('front', in2(8)), host('back', in2(8, 1, 'Rear')), host('short', in2(13))],
        ...['front', 'back', 'short'].map((name) => doc(`Asset/of-${name}`, { deviceRef: at(`Node/${name}`) })),
      ].join(''),
    );
  });

  test('as a mounting of its own, where the placement cannot say it and nobody has', async () => {
    const { data } = await app.execute(`{
      networkDevice(name: "tall") { depth exactUnitHeight mounting { name } }
      computeNodes(where: { name: { in: ["deep2", "hung", "flat", "told", "blade"] } }) { nodes { name depth width exactUnitHeight mounting { name } } }
      rack(name: "r2") { usedUnits }
    }`);
    const none = { depth: null, width: null, exactUnitHeight: null, mounting: null };
    expect(data).toEqual({
      networkDevice: { depth: 'ONE_FACE', exactUnitHeight: 1.5, mounting: { name: 'tall' } },
      computeNodes: {
        nodes: [
          { name: 'blade', ...none },
          { name: 'deep2', depth: 'BOTH_FACES', width: 'FULL', exactUnitHeight: null, mounting: { name: 'deep2' } },
          { name: 'flat', ...none },
          { name: 'hung', depth: 'ONE_FACE', width: 'FULL', exactUnitHeight: 0, mounting: { name: 'hung' } },
          { name: 'told', depth: 'ONE_FACE', width: 'LEFT', exactUnitHeight: null, mounting: { name: 'told' } },
        ],
      },
      rack: { usedUnits: 7 },
    });
    expect(await refusals(app, host('x', in2(1, 1, 'Rear')))).toEqual([
      'UNITS_TAKEN Node/x spec.placement.startUnit: U1–U1 of rack r2 (Rear) overlaps U1–U1 of Node/deep2 (units that nothing else takes)',
    ]);
    expect(await refusals(app, host('x', in2(5)) + host('y', in2(6, 1, 'Rear')))).toEqual([]);
  });

  const room = 'units that are free for a t-deep, or a DeviceMounting that says what the device takes';
  test.each([
    [
      'a device with something behind it',
      typed('Node/front', 't-deep'),
      [
        `UNITS_TAKEN Asset/of-front spec.typeRef.name: Node/front is a t-deep, which takes units of rack r2 (Rear) where Node/back has U8–U8 (${room})`,
      ],
    ],
    [
      'two that then stand in each other',
      typed('Node/front', 't-deep') + typed('Node/back', 't-deep'),
      [
        `UNITS_TAKEN Asset/of-back spec.typeRef.name: Node/back is a t-deep, which takes units of rack r2 (Front) where Node/front has U8–U8 (${room})`,
        `UNITS_TAKEN Asset/of-back spec.typeRef.name: Node/back is a t-deep, which takes units of rack r2 (Rear) where Node/front has U8–U8 (${room})`,
        `UNITS_TAKEN Asset/of-front spec.typeRef.name: Node/front is a t-deep, which takes units of rack r2 (Front) where Node/back has U8–U8 (${room})`,
        `UNITS_TAKEN Asset/of-front spec.typeRef.name: Node/front is a t-deep, which takes units of rack r2 (Rear) where Node/back has U8–U8 (${room})`,
      ],
    ],
    [
      'a device behind which units are reserved',
      host('x', in2(10)) + typed('Node/x', 't-deep'),
      [
        `UNITS_RESERVED Asset/of-x spec.typeRef.name: Node/x is a t-deep, which takes units of rack r2 (Rear) where UnitReservation/rear has U10–U10 (${room})`,
      ],
    ],
    [
      'a device that is placed on less than it takes',
      typed('Node/short', 't-tall'),
      [
        'MOUNTING_TOO_HIGH Asset/of-short spec.typeRef.name: a t-tall takes 1.5 units, and Node/short is placed on 1 (a placement of at least 2 units)',
      ],
    ],
  ])('refused: %s', async (_what, content, expected) => {
    expect((await refusals(app, content)).sort()).toEqual(expected);
  });

  test('accepted: what is behind it moves away in the same batch, or the mounting says otherwise', async () => {
    expect(await refusals(app, typed('Node/front', 't-deep') + host('back', in2(9, 1, 'Rear')))).toEqual([]);
    expect(await refusals(app, typed('Node/front', 't-deep') + mounting('front'))).toEqual([]);
    const pair = typed('Node/front', 't-flat') + typed('Node/back', 't-flat');
    expect(await refusals(app, pair)).toEqual([]);
  });

  test('a placement on other units than the type says is accepted with a warning', async () => {
    const warnings = async (content: string): Promise<string[]> =>
      (await app.apply(content, { validateOnly: true })).results.flatMap((result) =>
        result.warnings.map(({ code, message }) => `${code} ${message}`),
      );
    const shelf = doc('Equipment/shelf', { siteRef: named('fra1'), type: 'Shelf', ...in2(11, 1) });
    expect(
      await warnings(
        host('x', in2(11, 2)) +
          typed('Node/x', 't-flat') +
          shelf.replace('11', '9') +
          typed('Equipment/shelf', 't-tall'),
      ),
    ).toEqual([
      'HEIGHT_DIFFERS Node/x is placed on 2 units, and a t-flat takes 1',
      'HEIGHT_DIFFERS Equipment/shelf is placed on 1 units, and a t-tall takes 1.5',
    ]);
    expect(await warnings(host('x', in2(11)) + typed('Node/x', 't-flat'))).toEqual([]);
    expect(await warnings(host('x', in2(11, 2)) + typed('Node/x', 't-tall'))).toEqual([]);
  });

  test('placing a device needs no height where its type says one', async () => {
    const place = async (name: string, typeName?: string) => {
      await write(host(name) + (typeName === undefined ? '' : typed(`Node/${name}`, typeName)));
      const { data } = await app.execute(
        `mutation ($name: String!) { placeDevice(input: { device: { computeNode: { name: $name } }, rack: { name: "r2" }, startUnit: 11 }) {
          device { ... on ComputeNode { placement { unitHeight } } } userErrors { code message inputPath } } }`,
        { name },
      );
      return data.placeDevice;
    };
    expect(await place('high', 't-tall')).toMatchObject({ device: { placement: { unitHeight: 2 } }, userErrors: [] });
    expect(await place('low', 't-hung')).toMatchObject({ device: { placement: { unitHeight: 1 } }, userErrors: [] });
    expect((await place('untold')).userErrors).toMatchObject([
      { code: 'REQUIRED', inputPath: ['input', 'unitHeight'] },
    ]);
  });

  test('a changed type is applied to its mountings, but for what was set by hand', async () => {
    const ask = async (): Promise<unknown> =>
      (
        await app.execute(`{ deviceTypeDifferences(deviceType: "t-change", first: 10) {
          nodes { deviceName kind part difference isBlocked blockedBy changes { field before after } } } }`)
      ).data.deviceTypeDifferences.nodes;
    const apply = async (): Promise<void> => {
      const { data } = await app.execute(
        'mutation { applyDeviceType(input: { deviceType: { name: "t-change" } }) { userErrors { code message } } }',
      );
      expect(data.applyDeviceType.userErrors).toEqual([]);
    };
    await write(
      type('t-change', { isFullDepth: false }) +
        ['m1', 'm2', 'm3'].map((name) => host(name) + typed(`Node/${name}`, 't-change')).join('') +
        mounting('m2', { unitHeight: 3 }),
    );
    await write(type('t-change', { uHeight: 2.5 }));
    const of = (deviceName: string, more: object): object => ({
      ...{ deviceName, kind: 'DeviceMounting', part: deviceName, isBlocked: false, blockedBy: [], changes: [] },
      ...more,
    });
    const kept = of('m2', {
      ...{ difference: 'CHANGED', isBlocked: true, blockedBy: ['DeviceMounting/m2'] },
      changes: [
        { field: 'depth', before: 'OneFace', after: 'BothFaces' },
        { field: 'unitHeight', before: '3', after: '2.5' },
      ],
    });
    expect(await ask()).toEqual([of('m1', { difference: 'MISSING' }), kept, of('m3', { difference: 'MISSING' })]);
    await apply();
    expect(await ask()).toEqual([kept]);
    await write(type('t-change', { isFullDepth: false, uHeight: 3 }));
    const back = {
      difference: 'CHANGED',
      changes: [
        { field: 'depth', before: 'BothFaces', after: 'OneFace' },
        { field: 'unitHeight', before: '2.5', after: null },
      ],
    };
    expect(await ask()).toEqual([
      of('m1', back),
      { ...kept, changes: [{ field: 'unitHeight', before: '3', after: null }] },
      of('m3', back),
    ]);
    await apply();
    const { data } = await app.execute(
      '{ computeNodes(where: { name: { in: ["m1", "m2", "m3"] } }) { nodes { name depth exactUnitHeight } } }',
    );
    expect(data.computeNodes.nodes).toEqual([
      { name: 'm1', depth: 'ONE_FACE', exactUnitHeight: null },
      { name: 'm2', depth: 'ONE_FACE', exactUnitHeight: 3 },
      { name: 'm3', depth: 'ONE_FACE', exactUnitHeight: null },
    ]);
  });
});

test('all that refusals name is said to be a name, to be left out for those who may not know it', async () => {
  // An article is a name here.
  const article = /^\w+: a in .*\ba t-/;
  expect((await undeclaredNames(app)).filter((text) => !article.test(text))).toEqual([]);
});
