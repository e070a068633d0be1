import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Face } from '../../src/cli/elevation-text.ts';
import { largestOf } from '../../src/domains/inventory/elevation/elevation.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { binding, doc as manifest, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { launchBrowser } from '../kit/browser.ts';
import { random } from '../mutations/random.ts';
import { at, doc, host, named, site } from './documents.ts';

/*
 * Rack r, 12 units, from the top:
 *
 *          front                         rear
 *   12  sw (Leaf)                   pdu-0 beside the units
 *   10  panel (half a unit up)
 *   7-8 chassis: slots a (blade), b   (both sides)
 *   5   twin-l | twin-r
 *   3-4 hidden to una               kept for storage
 *   1   srv
 */
let app: TestApp;
const placed = (startUnit: number, unitHeight: number, more: object = {}) => ({
  placement: { rackRef: named('r'), startUnit, unitHeight, ...more },
});
const equipment = (name: string, type: string, placement: object, more: object = {}) =>
  doc(`Equipment/${name}`, { siteRef: named('fra1'), type, placement: { rackRef: named('r'), ...placement }, ...more });
const mounting = (device: string, more: object) =>
  doc(`DeviceMounting/${device}`, { deviceRef: at(`Node/${device}`), ...more });

beforeAll(async () => {
  app = await startApp();
  const plant = [
    doc('Region/eu', { displayName: 'Europe' }),
    site('fra1'),
    doc('Cluster/fra1', { displayName: 'F', controlPlaneSiteRef: named('fra1'), role: 'Compute', provider: 'x' }),
    doc('Rack/r', { siteRef: named('fra1'), heightU: 12 }),
    doc('Rack/empty', { siteRef: named('fra1'), heightU: 3 }),
    doc('NetworkDevice/r-sw', { clusterRef: named('fra1'), siteRef: named('fra1'), role: 'Leaf', ...placed(12, 1) }),
    equipment('r-panel', 'PatchPanel', { startUnit: 10.5, unitHeight: 0.5 }),
    equipment('r-chassis', 'Shelf', { startUnit: 7, unitHeight: 2 }, { depth: 'BothFaces' }),
    equipment('r-pdu-0', 'PowerDistributionUnit', { unitHeight: 0, face: 'Rear' }),
    host('blade-1'),
    doc('DeviceSlot/chassis-a', { chassisRef: at('Equipment/r-chassis'), slot: 'a', occupantRef: at('Node/blade-1') }),
    doc('DeviceSlot/chassis-b', { chassisRef: at('Equipment/r-chassis'), slot: 'b' }),
    host('r-twin-l', placed(5, 1)),
    host('r-twin-r', placed(5, 1)),
    mounting('r-twin-l', { width: 'Left' }),
    mounting('r-twin-r', { width: 'Right' }),
    equipment('secret-thing', 'Other', { startUnit: 3, unitHeight: 2 }),
    doc('UnitReservation/r-storage', {
      rackRef: named('r'),
      startUnit: 3,
      unitHeight: 2,
      face: 'Rear',
      requestedBy: 'Storage <team>',
      reason: 'June & July',
    }),
    doc('UnitReservation/r-past', {
      rackRef: named('r'),
      startUnit: 9,
      unitHeight: 1,
      requestedBy: 'x',
      reason: 'x',
      until: '2001-01-01T00:00:00Z',
    }),
    host('r-srv', placed(1, 1)),
  ];
  const rights = [
    manifest('User', 'una', { email: 'una@example.com' }),
    manifest('User', 'nemo', { email: 'nemo@example.com' }),
    role('looks', 'inv/racks.get inv/nodes.get inv/networkdevices.get'),
    binding('una', 'Rack/r', 'looks', userOf('una')),
  ];
  expect((await app.apply([...plant, ...rights].join(''))).userErrors).toEqual([]);
});
afterAll(() => app.close());

const ELEVATION = `query ($name: String!) { rack(name: $name) { elevation { heightU beside { name } front { ...face } rear { ...face } } } }
  fragment face on RackFaceElevation { freeUnits largestFreeBlock { startUnit unitHeight } freeBlocks { startUnit unitHeight }
    devices { device { name } startUnit unitHeight width isMountedHere slots { name occupant { name } } }
    reservations { reservation { name } startUnit unitHeight } }`;

const elevationAs = async (who: Pick<TestApp, 'execute'>, name = 'r') =>
  (await who.execute(ELEVATION, { name })).data.rack?.elevation;
const range = ({ startUnit, unitHeight }: { readonly startUnit: number; readonly unitHeight: number }): string =>
  `${startUnit}+${unitHeight}`;
const inLines = ({ devices, reservations, freeUnits, freeBlocks, largestFreeBlock }: Face): string[] => [
  ...devices.map(({ device, width, isMountedHere, slots, ...units }) => {
    const inside = slots.map(({ name, occupant }) => `${name}=${occupant?.name ?? '-'}`).join(' ');
    return `${range(units)} ${device?.name} ${width}${isMountedHere ? '' : ' behind'}${inside && ` ${inside}`}`;
  }),
  ...reservations.map(({ reservation, ...units }) => `${range(units)} held ${reservation?.name}`),
  `free ${freeUnits}: ${freeBlocks.map(range).join(' ')}; largest ${largestFreeBlock?.startUnit}`,
];

test('an elevation has both sides with halves of units and of the width, slots, reservations and what is free', async () => {
  const { heightU, beside, front, rear } = await elevationAs(app);
  expect([heightU, beside]).toEqual([12, [{ name: 'r-pdu-0' }]]);
  expect(inLines(front)).toEqual([
    '12+1 r-sw FULL',
    '10.5+0.5 r-panel FULL',
    '7+2 r-chassis FULL a=blade-1 b=-',
    '5+1 r-twin-l LEFT',
    '5+1 r-twin-r RIGHT',
    '3+2 secret-thing FULL',
    '1+1 r-srv FULL',
    'free 4.5: 11+1 9+1.5 6+1 2+1; largest 9',
  ]);
  expect(inLines(rear)).toEqual([
    '7+2 r-chassis FULL behind a=blade-1 b=-',
    '3+2 held r-storage',
    'free 8: 9+4 5+2 1+2; largest 9',
  ]);
  expect(inLines((await elevationAs(app, 'empty')).rear)).toEqual(['free 3: 1+3; largest 1']);
});

test('devices and reservations that the caller may not see look absent, in data and picture', async () => {
  const una = app.as('una');
  const { front, rear, beside } = await elevationAs(una);
  expect(beside).toEqual([]);
  expect(inLines(front)).toEqual(
    ['12+1 r-sw FULL', '5+1 r-twin-l LEFT', '5+1 r-twin-r RIGHT', '1+1 r-srv FULL', 'free 9: 6+6 2+3; largest 6'].map(
      (line) => line,
    ),
  );
  expect(inLines(rear)).toEqual(['free 12: 1+12; largest 1']);
  const { text } = await get('/racks/r/elevation.svg', 'una');
  expect(text).toContain('r-sw');
  expect(text).not.toMatch(/secret|chassis|blade|pdu|storage/i);
  expect(await elevationAs(app.as('nemo'))).toBeUndefined();
});

test('of what sits in slots nothing is told to who may not see the slots, or what sits there', async () => {
  const seen: readonly (readonly [who: string, rights: string])[] = [
    ['chassis', 'inv/racks.get inv/networkdevices.get catalog/equipment.get catalog/deviceslots.get'],
    ['occupants', 'inv/racks.get inv/networkdevices.get inv/nodes.get catalog/equipment.get'],
  ];
  const rights = seen.flatMap(([who, held]) => [
    manifest('User', `sees-${who}`, { email: `sees-${who}@example.com` }),
    role(`sees-${who}`, held),
    binding(`sees-${who}`, 'Rack/r', `sees-${who}`, userOf(`sees-${who}`)),
  ]);
  expect((await app.apply(rights.join(''))).userErrors).toEqual([]);
  const slotsFor = async (who: Pick<TestApp, 'execute'>): Promise<unknown[]> => {
    const { front, rear } = await elevationAs(who);
    return [front, rear].flatMap(({ devices }) => devices.flatMap(({ slots }: { readonly slots: unknown[] }) => slots));
  };
  const all = (await slotsFor(app)) as { readonly occupant: { readonly name: string } | null }[];
  expect(all.some(({ occupant }) => occupant !== null)).toBe(true);
  expect(await slotsFor(app.as('sees-occupants'))).toEqual([]);
  const withoutOccupants = (await slotsFor(app.as('sees-chassis'))) as typeof all;
  expect(withoutOccupants.length).toBe(all.length);
  expect(withoutOccupants.every(({ occupant }) => occupant === null)).toBe(true);
  expect((await get('/racks/r/elevation.svg', 'test-admin')).text).toContain('blade-1');
  expect((await get('/racks/r/elevation.svg', 'sees-chassis')).text).not.toContain('blade-1');
});

test('of blocks of the same height the lowest is the largest', () => {
  const [lowest, ...higher] = [3, 9, 20].map((startUnit) => ({ startUnit, unitHeight: 2 }));
  expect(largestOf([...higher.toReversed(), ...(lowest ? [lowest] : []), { startUnit: 1, unitHeight: 1 }])).toEqual(
    lowest,
  );
});

test('elevations of many racks cost one statement more than the list', async () => {
  const count = async (first: number) => {
    const document = `{ racks(first: ${first}) { nodes { elevation { front { freeUnits } } } } }`;
    return (await app.execute(document, {}, { 'x-catalog-explain': 'true' })).extensions?.explain;
  };
  expect((await count(1))?.statements).toBe(2);
  expect(await count(2)).toMatchObject({ statements: 2, openfgaCalls: 0 });
});

/** What stands or is kept in a rack, on a grid of half units on both sides: the plainest way to say what is left. */
interface NaiveRack {
  readonly name: string;
  readonly site: string;
  readonly heightU: number;
  readonly feeds: number;
  readonly isTaken: Record<'Front' | 'Rear', boolean[]>;
}

/** Longest run of whole units that are free at every place of a list. */
const runs = (heightU: number, isFree: (half: number) => boolean): { start: number; height: number }[] => {
  const found: { start: number; height: number }[] = [];
  let open: { start: number; height: number } | undefined;
  // A run is cut where half a unit is taken, and begins at the next unit that is free as a whole.
  for (let unit = 1; unit <= heightU; unit++) {
    if (isFree(2 * unit) && isFree(2 * unit + 1)) {
      open ??= { start: unit, height: 0 };
      open.height += 1;
    } else {
      if (open) found.push(open);
      open = undefined;
    }
  }
  return open ? [...found, open] : found;
};

function randomRacks(seed: number): { racks: NaiveRack[]; manifests: string[] } {
  const { next } = random(seed);
  const upTo = (most: number): number => Math.floor(next() * most);
  const racks: NaiveRack[] = [];
  const manifests = [`c${seed}a`, `c${seed}b`].map(site);
  for (let index = 0; index < 8; index++) {
    const rack: NaiveRack = {
      name: `c${seed}-${index}`,
      site: `c${seed}${index % 2 === 0 ? 'a' : 'b'}`,
      heightU: 2 + upTo(12),
      feeds: upTo(3),
      isTaken: { Front: [], Rear: [] },
    };
    racks.push(rack);
    const powerFeeds = Array.from({ length: rack.feeds }, (_, feed) => ({
      name: `f${feed}`,
      phase: feed === 1 ? 'ThreePhase' : 'SinglePhase',
      voltage: 230,
      ampsRated: 10,
    }));
    manifests.push(doc(`Rack/${rack.name}`, { siteRef: named(rack.site), heightU: rack.heightU, powerFeeds }));
    for (let item = 0; item < upTo(7); item++) {
      const isHeld = next() < 0.2;
      const halves = 1 + upTo(5);
      const from = 2 + upTo(2 * rack.heightU - halves + 1);
      const face = next() < 0.5 ? 'Front' : 'Rear';
      const isOnBoth = next() < 0.4;
      const faces = isOnBoth ? (['Front', 'Rear'] as const) : ([face] as const);
      const places = faces.flatMap((one) => Array.from({ length: halves }, (_, half) => [one, from + half] as const));
      if (from + halves > 2 * (rack.heightU + 1) || places.some(([one, half]) => rack.isTaken[one][half])) continue;
      for (const [one, half] of places) rack.isTaken[one][half] = true;
      const name = `${rack.name}-${item}`;
      const units = { rackRef: named(rack.name), startUnit: from / 2, unitHeight: halves / 2 };
      manifests.push(
        isHeld
          ? doc(`UnitReservation/${name}`, { ...units, ...(isOnBoth ? {} : { face }), requestedBy: 'x', reason: 'x' })
          : doc(`Equipment/${name}`, {
              siteRef: named(rack.site),
              type: 'Shelf',
              depth: isOnBoth ? 'BothFaces' : 'OneFace',
              placement: { ...units, face },
            }),
      );
    }
  }
  return { racks, manifests };
}

const CAPACITY = `query ($site: String!, $units: Int!, $depth: EquipmentDepth!, $feeds: Int!) {
  site(name: $site) { capacity { rackCount unitCount freeUnits freeFrontUnits freeRearUnits largestFreeBlock ratedWatts } }
  freeUnits(first: 1000, units: $units, depth: $depth, feeds: $feeds, within: { site: $site }) { totalCount nodes { rack { name } face startUnit unitHeight } } }`;
const SEEDS = (process.env.CAPACITY_SEEDS ?? '1,2,3').split(',').map(Number);

test.each(SEEDS)(
  'random racks %i: what is free, and where so much is free, is what a grid of half units says',
  async (seed) => {
    const { racks, manifests } = randomRacks(seed);
    expect((await app.apply(manifests.join(''))).userErrors).toEqual([]);
    for (const name of [`c${seed}a`, `c${seed}b`]) {
      const own = racks.filter((rack) => rack.site === name);
      const free = ({ heightU, isTaken }: NaiveRack, ...faces: ('Front' | 'Rear')[]): number =>
        Array.from({ length: 2 * heightU }, (_, index) => index + 2).filter((half) =>
          faces.every((face) => !isTaken[face][half]),
        ).length / 2;
      const sum = (of: (rack: NaiveRack) => number): number => own.reduce((total, rack) => total + of(rack), 0);
      const runsOf = ({ heightU, isTaken }: NaiveRack, ...faces: ('Front' | 'Rear')[]) =>
        runs(heightU, (half) => faces.every((face) => !isTaken[face][half]));
      for (const [units, depth, feeds] of [
        [1, 'ONE_FACE', 0],
        [2, 'BOTH_FACES', 1],
        [3, 'ONE_FACE', 2],
      ] as const) {
        const { data } = await app.execute(CAPACITY, { site: name, units, depth, feeds });
        expect(data.site.capacity).toEqual({
          rackCount: own.length,
          unitCount: sum(({ heightU }) => heightU),
          freeUnits: sum((rack) => free(rack, 'Front', 'Rear')),
          freeFrontUnits: sum((rack) => free(rack, 'Front')),
          freeRearUnits: sum((rack) => free(rack, 'Rear')),
          largestFreeBlock: Math.max(
            0,
            ...own.flatMap((rack) => runsOf(rack, 'Front', 'Rear').map(({ height }) => height)),
          ),
          ratedWatts: Math.round(
            sum(({ feeds: count }) => (count > 0 ? 2300 : 0) + (count > 1 ? 2300 * Math.sqrt(3) : 0)),
          ),
        });
        const sides = depth === 'BOTH_FACES' ? ([['Front', 'Rear']] as const) : ([['Front'], ['Rear']] as const);
        const room = own
          .filter((rack) => rack.feeds >= feeds)
          .flatMap((rack) =>
            sides.flatMap((faces) =>
              runsOf(rack, ...faces).map(({ start, height }) => ({
                rack: { name: rack.name },
                face: faces.length > 1 ? null : faces[0].toUpperCase(),
                startUnit: start,
                unitHeight: height,
              })),
            ),
          )
          .filter(({ unitHeight }) => unitHeight >= units);
        expect(data.freeUnits).toEqual({ totalCount: room.length, nodes: room });
      }
    }
  },
);

test('rooms and power are told as far as the caller sees what takes them, for one statement however many racks there are', async () => {
  const document = `{ site(name: "fra1") { capacity { freeUnits rackCount } } rack(name: "r") { capacity { freeUnits } }
    region(name: "eu") { capacity { rackCount } } freeUnits(units: 3, within: { rack: "r" }) { nodes { face startUnit unitHeight } } }`;
  const { data } = await app.as('una').execute(document);
  expect(data.rack.capacity).toEqual({ freeUnits: 9 });
  expect(data.freeUnits.nodes).toEqual([
    { face: 'FRONT', startUnit: 2, unitHeight: 3 },
    { face: 'FRONT', startUnit: 6, unitHeight: 6 },
    { face: 'REAR', startUnit: 1, unitHeight: 12 },
  ]);
  // In which facility the rack is, una may not see.
  const inSite = '{ freeUnits(units: 3, within: { site: "fra1" }) { totalCount } }';
  expect((await app.as('una').execute(inSite)).data.freeUnits).toEqual({ totalCount: 0 });
  expect((await app.execute(inSite)).data.freeUnits.totalCount).toBeGreaterThan(2);
  // Regions are public; what is in them is not.
  expect([data.site, data.region]).toEqual([null, { capacity: { rackCount: 1 } }]);
  expect((await app.as('nemo').execute(document)).data).toEqual({
    site: null,
    rack: null,
    region: { capacity: { rackCount: 0 } },
    freeUnits: { nodes: [] },
  });
  const count = async (first: number) =>
    (
      await app.execute(
        `{ racks(first: ${first}) { nodes { capacity { freeUnits } } } }`,
        {},
        { 'x-catalog-explain': 'true' },
      )
    ).extensions?.explain.statements;
  expect([await count(1), await count(20)]).toEqual([2, 2]);
});

test('watts are those of the feeds, and of inlets of devices behind power strips', async () => {
  const power = (name: string, device: string, more: object) =>
    doc(
      `Port/${name}`,
      { deviceRef: at(device), type: 'Power', name },
      device.startsWith('Equipment') ? 'catalog.miloapis.com' : undefined,
    ) + doc(`PowerPort/${name}`, { portRef: named(name), ...more });
  const { userErrors } = await app.apply(
    [
      power('srv-psu', 'Node/r-srv', { role: 'Inlet', ratedWatts: 500, allocatedWatts: 300 }),
      power('pdu-in', 'Equipment/r-pdu-0', { role: 'Inlet', ratedWatts: 3000, allocatedWatts: 2000 }),
    ].join(''),
  );
  expect(userErrors).toEqual([]);
  const { data } = await app.execute('{ rack(name: "r") { capacity { ratedWatts maximumWatts allocatedWatts } } }');
  expect(data.rack.capacity).toEqual({ ratedWatts: 0, maximumWatts: 500, allocatedWatts: 300 });
  // What is drawn is told to those who see where.
  const { data: unseen } = await app
    .as('una')
    .execute('{ rack(name: "r") { capacity { maximumWatts allocatedWatts } } }');
  expect(unseen.rack.capacity).toEqual({ maximumWatts: 0, allocatedWatts: 0 });
});

async function get(path: string, subject: string | undefined, etag?: string) {
  const authorization = subject === undefined ? {} : { authorization: `Bearer ${await app.token(subject)}` };
  const response = await fetch(`${app.url}${path}`, {
    headers: { ...authorization, ...(etag && { 'if-none-match': etag }) },
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    etag: response.headers.get('etag') ?? '',
    text: await response.text(),
  };
}

test('as a picture it is served to whoever may see the rack, and known again', async () => {
  const first = await get('/racks/r/elevation.svg', 'test-admin');
  expect([first.status, first.type]).toEqual([200, 'image/svg+xml; charset=utf-8']);
  expect(first.text).toContain('kept for Storage &lt;team&gt;');
  expect(first.text).toContain(', mounted on the other side');
  // Unit 12 is at the top, unit 1 eleven units of 18 pixels below.
  const topOf = (device: string): number =>
    Number(new RegExp(`"${device}, [^]*?<rect [^>]*y="([0-9.]+)"`).exec(first.text)?.[1]);
  expect([topOf('r-sw'), topOf('r-srv')]).toEqual([62.5, 62.5 + 11 * 18]);
  // Of two halves the right one begins where the left one ends.
  const sidesOf = (device: string): (number | undefined)[] =>
    ['x', 'width'].map((side) =>
      Number(new RegExp(`"${device}, [^]*?<rect (?:[^>]* )?${side}="([0-9.]+)"`).exec(first.text)?.[1]),
    );
  expect([sidesOf('r-twin-l'), sidesOf('r-twin-r'), sidesOf('r-srv')]).toEqual([
    [27, 128],
    [157, 128],
    [27, 258],
  ]);
  expect(await get('/racks/r/elevation.svg', 'test-admin', first.etag)).toMatchObject({ status: 304, text: '' });
  expect(await get('/racks/r/elevation.svg', undefined)).toMatchObject({ status: 401 });
  expect(await get('/racks/nothing/elevation.svg', 'test-admin')).toMatchObject({ status: 404 });
  expect((await get('/racks/r/elevation.svg', 'nemo')).text.replaceAll('"r"', '')).toBe(
    (await get('/racks/nothing/elevation.svg', 'nemo')).text.replaceAll('nothing', 'r').replaceAll('"r"', ''),
  );
});

/** Run in the page: what of the picture does not fit, and what it is for those who do not see it. */
const LOOK = `(() => {
  const overflowing = [...document.querySelectorAll('a')].filter((link) => {
    const [box, words] = [link.querySelector('rect').getBoundingClientRect(), link.querySelector('text').getBoundingClientRect()];
    return words.width > 0 && (words.right > box.right + 1 || words.bottom > box.bottom + 2 || words.top < box.top - 2);
  });
  return {
    paper: getComputedStyle(document.querySelector('.paper')).fill,
    isWide: document.documentElement.scrollWidth > window.innerWidth,
    overflowing: overflowing.map((link) => link.getAttribute('aria-label')),
    lists: [...document.querySelectorAll('[role=list]')].map((list) => list.getAttribute('aria-label') + ' ' + list.querySelectorAll('[role=listitem] > a').length),
  };
})()`;

test('a trace is a picture as well, with what is hidden as no more than that', async () => {
  const port = (name: string, device: string) => doc(`Port/${name}`, { deviceRef: at(device), type: 'Ethernet', name });
  const cable = doc('Cable/patch', { media: 'Copper', endpoints: [named('sw-1'), named('srv-1')], lengthM: '2' });
  const plant = [port('sw-1', 'NetworkDevice/r-sw'), port('srv-1', 'Node/r-srv'), port('srv-2', 'Node/r-srv'), cable];
  expect((await app.apply(plant.join(''))).userErrors).toEqual([]);
  const labels = async (name: string, who: string) =>
    [
      ...(await get(`/ports/${name}/trace.svg`, who)).text.matchAll(
        /<(?:a [^>]*aria-label="([^"]+)"|title>(hidden)<)/g,
      ),
    ].map(([, label, hidden]) => label ?? hidden);
  expect(await labels('sw-1', 'test-admin')).toEqual([
    'Port sw-1, r-sw sw-1',
    'Cable patch, Copper, 2 m',
    'Port srv-1, r-srv srv-1',
  ]);
  expect(await get('/ports/srv-2/trace.svg', 'test-admin')).toMatchObject({
    status: 200,
    text: expect.stringContaining('Nothing is plugged in.'),
  });
  await app.apply(role('ports', 'inv/ports.get') + binding('una-ports', 'Rack/r', 'ports', userOf('una')));
  expect(await labels('sw-1', 'una')).toEqual(['Port sw-1, r-sw sw-1', 'hidden', 'Port srv-1, r-srv srv-1']);
  expect(await get('/ports/sw-1/trace.svg', 'nemo')).toMatchObject({ status: 404 });
});

test('an impact is a picture as well: what is lost, what loses by it, and of what is hidden only how much', async () => {
  const machine = doc('VirtualMachine/vm-1', { hostRef: named('r-srv'), allocation: { vcpus: 1, memoryBytes: 1_000 } });
  expect((await app.apply(machine)).userErrors).toEqual([]);
  const labels = async (path: string, who: string): Promise<readonly string[]> =>
    [...(await get(path, who)).text.matchAll(/<a [^>]*aria-label="([^"]+)"/g)].map(([, label = '']) => label);
  const said = async (path: string, who: string): Promise<readonly string[]> =>
    [...(await get(path, who)).text.matchAll(/<text class="small" x="16"[^>]*>([^<]+)</g)].map(([, line = '']) => line);

  const cable = '/cables/patch/impact.svg';
  const lost = await get(cable, 'test-admin');
  expect([lost.status, lost.type]).toEqual([200, 'image/svg+xml; charset=utf-8']);
  expect(await get(cable, 'test-admin', lost.etag)).toMatchObject({ status: 304, text: '' });
  expect(lost.text).toContain('<title id="title">What breaks without Cable patch</title>');
  expect(await labels(cable, 'test-admin')).toEqual([
    'Cable patch, Cable, lost',
    'Node r-srv, Node, isolated, paths 1 to 0',
    'NetworkDevice r-sw, NetworkDevice, unaffected, paths 1 to 1',
    'VirtualMachine vm-1, VirtualMachine, isolated',
  ]);
  expect(await said(cable, 'test-admin')).toEqual(['devices: 2', 'virtual machines: 1']);
  // Three arrows: from the cable to both devices, and from the server to what runs there.
  expect(lost.text.match(/marker-end/g)).toHaveLength(3);
  const lonely = await said('/ports/srv-2/impact.svg', 'test-admin');
  expect(lonely).toEqual(['Nothing breaks.']);

  const rack = '/racks/r/impact.svg';
  expect(await labels(rack, 'test-admin')).toEqual([
    'Rack r, Rack, lost',
    ...['Node blade-1', 'Equipment r-chassis', 'Equipment r-panel', 'Equipment r-pdu-0', 'Node r-srv']
      .concat('NetworkDevice r-sw', 'Node r-twin-l')
      .map((name) => `${name}, ${name.split(' ')[0]}, lost along`),
    'VirtualMachine vm-1, VirtualMachine, isolated',
  ]);
  expect(await said(rack, 'test-admin')).toEqual(['devices lost: 10 (2 not drawn)', 'virtual machines: 1']);
  expect(await labels(rack, 'una')).toEqual([
    'Rack r, Rack, lost',
    ...['Node blade-1', 'Node r-srv', 'NetworkDevice r-sw', 'Node r-twin-l', 'Node r-twin-r'].map(
      (name) => `${name}, ${name.split(' ')[0]}, lost along`,
    ),
  ]);
  expect(await said(rack, 'una')).toEqual(['devices lost: 10 (4 hidden)', 'virtual machines: 1 (1 hidden)']);
  expect((await get(rack, 'una')).text).not.toMatch(/r-panel|r-pdu|r-chassis|secret|vm-1/);

  // What is not to be seen is told from what is not there by nothing.
  const absent = async (path: string, who: string) =>
    await get(path, who).then(({ status, text }) => ({ status, text }));
  expect(await absent(cable, 'una')).toEqual({
    status: 404,
    text: (await absent('/cables/missing/impact.svg', 'una')).text.replaceAll('missing', 'patch'),
  });
  expect(await get(cable, undefined)).toMatchObject({ status: 401 });
});

test('what is near a device is found hop by hop, over what the caller may see, for few statements', async () => {
  // hub ─ n1 ─ n2 ─ n3, and a ring n1 ┄ n3 that is not installed yet, on two cables of which one has a profile; n3 ─ panel leads nowhere.
  // n2 is in another rack, which una may not see.
  const port = (name: string, device: string) => doc(`Port/${name}`, { deviceRef: at(device), type: 'Ethernet', name });
  const cable = (a: string, b: string, more: object = {}) =>
    doc(`Cable/${a}-${b}`, { media: 'Copper', endpoints: [named(a), named(b)], ...more }, 'catalog.miloapis.com');
  const plant = [
    ...['hub', 'n1', 'n3'].map((name, index) => host(name, placed([2, 6, 9][index] ?? 0, 1))),
    host('n2', { placement: { rackRef: named('empty'), startUnit: 1, unitHeight: 1 } }),
    ...['hub-1', 'n1-0', 'n1-2', 'n1-3', 'n2-1', 'n2-3', 'n3-1', 'n3-2', 'n3-4', 'n1-5', 'n3-5'].map((name) =>
      port(name, `Node/${name.split('-')[0]}`),
    ),
    doc('Port/panel-1', { deviceRef: at('Equipment/r-panel'), type: 'PatchPanel', name: '1' }, 'catalog.miloapis.com'),
    cable('hub-1', 'n1-0'),
    cable('n1-2', 'n2-1'),
    cable('n2-3', 'n3-2'),
    cable('n1-3', 'n3-1', { status: 'Planned' }),
    cable('n1-5', 'n3-5', { status: 'Planned', profileRef: named('single-1c1p') }),
    cable('n3-4', 'panel-1'),
  ];
  expect((await app.apply(plant.join(''))).userErrors).toEqual([]);
  const near = async (who: Pick<TestApp, 'execute'>, names: readonly string[], hops: number) => {
    const document = `query ($names: [String!], $hops: Int) { nodes: computeNodes(where: {name: {in: $names}}) { nodes { neighbours(hops: $hops) {
      isCapped devices { hops device { name } } links { from { name } fromPort { name } to { name } toPort { name } isActive } } } } }`;
    const { data, extensions } = await who.execute(document, { names, hops }, { 'x-catalog-explain': 'true' });
    return { found: data.nodes.nodes, statements: extensions?.explain.statements ?? 0 };
  };
  const {
    found: [hub],
  } = await near(app, ['hub'], 2);
  expect(hub.neighbours.devices).toEqual([
    { hops: 1, device: { name: 'n1' } },
    { hops: 2, device: { name: 'n2' } },
    { hops: 2, device: { name: 'n3' } },
  ]);
  expect(hub.neighbours.links).toHaveLength(4);
  expect(hub.neighbours.links[0]).toEqual({
    from: { name: 'hub' },
    fromPort: { name: 'hub-1' },
    to: { name: 'n1' },
    toPort: { name: 'n1-0' },
    isActive: true,
  });
  const {
    found: [third],
  } = await near(app, ['n3'], 1);
  expect(third.neighbours).toMatchObject({
    devices: [{ device: { name: 'n1' } }, { device: { name: 'n2' } }],
    links: [
      { fromPort: { name: 'n3-1' }, isActive: false },
      { fromPort: { name: 'n3-2' }, isActive: true },
      { fromPort: { name: 'n3-5' }, isActive: false },
    ],
  });
  // Neither who sees n2 without its ports nor who sees these without n2 is led there.
  const rights = ['looks', 'ports'].flatMap((more) => [
    manifest('User', `near-${more}`, { email: `near-${more}@example.com` }),
    ...['looks', 'ports'].map((seen) => binding(`${more}-${seen}`, 'Rack/r', seen, userOf(`near-${more}`))),
    binding(`${more}-more`, 'Rack/empty', more, userOf(`near-${more}`)),
  ]);
  expect((await app.apply(rights.join(''))).userErrors).toEqual([]);
  for (const who of ['una', 'near-looks', 'near-ports']) {
    const {
      found: [seen],
    } = await near(app.as(who), ['hub'], 4);
    expect(seen.neighbours.devices, who).toEqual([
      { hops: 1, device: { name: 'n1' } },
      { hops: 2, device: { name: 'n3' } },
    ]);
  }
  // Nor is who sees n2 without its ports led away from there.
  const [[alone] = []] = [(await near(app.as('near-looks'), ['n2'], 1)).found];
  expect(alone.neighbours).toEqual({ isCapped: false, devices: [], links: [] });
  const [one, three] = [await near(app, ['hub'], 2), await near(app, ['hub', 'n1', 'n2'], 2)];
  expect(three.found).toHaveLength(3);
  expect(three.statements).toBeLessThanOrEqual(one.statements + 2);
  // Whatever is told of devices with the same selection is read together, wherever it stands.
  const statements = async (below: string, hops = 2): Promise<number | undefined> => {
    const document = `{ computeNodes(where: {name: {eq: "hub"}}) { nodes { neighbours(hops: ${hops}) { ${below} } } } }`;
    const { extensions } = await app.execute(document, {}, { 'x-catalog-explain': 'true' });
    return extensions?.explain.statements;
  };
  const [devices, links] = ['devices { device { name } }', 'links { from { name } to { name } }'];
  const each = await Promise.all([statements(devices), statements(links), statements(`${devices} ${links}`)]);
  expect(new Set(each).size, each.join()).toBe(1);
  expect(await statements('links { from { name } to { id } }')).toBe((each[0] ?? 0) + 1);
  // More than 2,000 ports are not followed.
  await app.database.execute(sql`
    with many as (insert into port (id, name, revision, scope_id, device_node_id, type, port_label)
      select gen_random_uuid(), 'many-' || i, 1, p.scope_id, p.device_node_id, p.type, 'many-' || i from port p, generate_series(1, 2000) i where p.name = 'hub-1' returning id)
    insert into cabled_port (port_id, cable_id) select m.id, c.id from many m, cable c where c.name = 'hub-1-n1-0'`);
  expect((await near(app, ['hub'], 1)).found[0].neighbours).toMatchObject({ isCapped: true });
  await app.database.execute(
    sql`delete from cabled_port t using port p where p.id = t.port_id and p.name like 'many-%'`,
  );
  await app.database.execute(sql`delete from port where name like 'many-%'`);
  // Over plain cables nothing has to be traced: the list, what is around the device, and the devices.
  expect(await statements(devices, 1)).toBe(3);
});

test('in a browser the pictures fit, can be walked by keyboard, and are dark where pages are', async () => {
  const { text } = await get('/racks/r/elevation.svg', 'test-admin');
  const browser = await launchBrowser();
  try {
    for (const [width, scheme] of [
      [1280, 'light'],
      [700, 'dark'],
      [360, 'dark'],
    ] as const) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: scheme });
      await page.setContent(`<body style="margin: 0">${text}</body>`);
      const seen = await page.evaluate(LOOK);
      expect(seen).toEqual({
        paper: scheme === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(255, 255, 255)',
        isWide: false,
        overflowing: [],
        lists: ['Front 10', 'Rear 2', 'Beside the units 1'],
      });
      await page.keyboard.press('Tab');
      expect(await page.evaluate("document.activeElement?.getAttribute('aria-label')")).toBe('r-sw, Leaf, U12');
      const impact = (await get('/racks/r/impact.svg', 'test-admin')).text;
      await page.setContent(`<body style="margin: 0">${impact}</body>`);
      expect(await page.evaluate(LOOK)).toEqual({
        ...(seen as object),
        lists: ['What is lost, and what becomes of what 10'],
      });
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      expect(await page.evaluate("document.activeElement?.getAttribute('aria-label')")).toBe(
        'Node blade-1, Node, lost along',
      );
      expect(await page.evaluate("decodeURIComponent(document.activeElement?.getAttribute('href') ?? '')")).toContain(
        'object(kind: "Node", name: "blade-1")',
      );
      if (process.env.SHOTS) {
        mkdirSync(process.env.SHOTS, { recursive: true });
        await page.screenshot({ path: `${process.env.SHOTS}/impact-${width}-${scheme}.png`, fullPage: true });
        await page.setContent(`<body style="margin: 0">${text}</body>`);
        await page.screenshot({ path: `${process.env.SHOTS}/elevation-${width}-${scheme}.png`, fullPage: true });
        await page.setContent(
          `<body style="margin: 0">${(await get('/ports/sw-1/trace.svg', 'test-admin')).text}</body>`,
        );
        await page.screenshot({ path: `${process.env.SHOTS}/trace-${width}-${scheme}.png`, fullPage: true });
      }
      await page.close();
    }
  } finally {
    await browser.close();
  }
});
