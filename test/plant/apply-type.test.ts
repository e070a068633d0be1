import { afterAll, beforeAll, expect, test } from 'vitest';
import { binding, doc as manifest, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { at, doc, named, site } from './documents.ts';

/*
 * Each test has a type and devices of its own in site fra1:  Equipment/<name> ◄── Asset/<name> ──► DeviceType/<type>
 */
let app: TestApp;
const applied = async (content: string): Promise<void> => expect((await app.apply(content)).userErrors).toEqual([]);
const type = (name: string, parts: object): string =>
  doc(`DeviceType/${name}`, { manufacturer: 'Example', model: name, ...parts });
const device = (name: string, ofType: string): string =>
  doc(`Equipment/${name}`, { siteRef: named('fra1'), type: 'Other' }) +
  doc(`Asset/${name}`, { deviceRef: at(`Equipment/${name}`), typeRef: named(ofType) });
const sockets = (form: string, ...names: string[]) => names.map((name) => ({ name, form }));

beforeAll(async () => {
  app = await startApp();
  await applied(doc('Region/eu', { displayName: 'eu' }) + site('fra1'));
});
afterAll(() => app.close());

interface Row {
  readonly deviceName: string;
  readonly kind: string;
  readonly part: string;
  readonly difference: string;
  readonly changes: readonly {
    readonly field: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly isBlocked: boolean;
  readonly blockedBy: readonly string[];
}

/** What of devices is not as the type says, a line for each part. */
async function differences(deviceType: string, devices?: readonly string[], by = app): Promise<string[]> {
  const { data } = await by.execute(
    `query ($deviceType: String!, $devices: [String!]) { deviceTypeDifferences(deviceType: $deviceType, devices: $devices, first: 200) {
      totalCount nodes { deviceName kind part difference isBlocked blockedBy changes { field before after } } } }`,
    { deviceType, ...(devices && { devices }) },
  );
  const rows: readonly Row[] = data.deviceTypeDifferences.nodes;
  expect(data.deviceTypeDifferences.totalCount).toBe(rows.length);
  return rows.map((row) =>
    [
      `${row.deviceName} ${row.kind} ${row.part} ${row.difference}`,
      ...row.changes.map(({ field, before, after }) => `${field} ${before} → ${after}`),
      ...(row.isBlocked ? [`kept: ${row.blockedBy.join(', ')}`] : []),
    ].join('; '),
  );
}

const APPLY = `mutation ($input: ApplyDeviceTypeInput!) { applyDeviceType(input: $input) { deviceType { name } userErrors { code message inputPath } } }`;
const applyType = async (name: string, more: object = {}, by: Pick<TestApp, 'execute'> = app): Promise<string[]> => {
  const { data } = await by.execute(APPLY, { input: { deviceType: { name }, ...more } });
  return data.applyDeviceType.userErrors.map(
    ({ code, message }: { code: string; message: string }) => `${code} ${message}`,
  );
};

const ports = async (name: string): Promise<string[]> => {
  const { data } = await app.execute(
    `query ($name: String) { equipment(name: $name) { ports(first: 100, orderBy: [LABEL_ASC]) { nodes {
      label type speed { text } hardware { form } passThrough { positions }
      frontMappings(first: 5) { nodes { rearPort { label } rearPosition } } } } } }`,
    { name },
  );
  // biome-ignore lint/suspicious/noExplicitAny: an answer of GraphQL
  return data.equipment.ports.nodes.map((port: any) =>
    [
      port.label,
      port.type,
      port.speed?.text,
      port.hardware?.form,
      port.passThrough?.positions,
      ...port.frontMappings.nodes.map(
        (one: { rearPort: { label: string }; rearPosition: number }) => `→ ${one.rearPort.label}/${one.rearPosition}`,
      ),
    ].join(' '),
  );
};

test('an edited type is shown and applied: added, changed, deleted; twice changes nothing', async () => {
  await applied(
    type('leaf', {
      interfaces: [...sockets('25gbase-x-sfp28', 'eth1', 'eth2'), ...sockets('1000base-t', 'old')],
      moduleBays: [
        { name: 'psu', position: '1' },
        { name: 'fan', position: '1' },
      ],
    }) +
      device('leaf-1', 'leaf') +
      device('leaf-2', 'leaf'),
  );
  expect(await differences('leaf')).toEqual([]);
  // A port that nobody's type has ever said is none of the type's business.
  await applied(
    doc('Port/own', { deviceRef: at('Equipment/leaf-1'), type: 'Serial', name: 'own' }, 'catalog.miloapis.com'),
  );
  await applied(
    type('leaf', {
      interfaces: [
        ...sockets('100gbase-x-qsfp28', 'eth1'),
        ...sockets('25gbase-x-sfp28', 'eth2'),
        ...sockets('10gbase-t', 'mgmt'),
      ],
      moduleBays: [{ name: 'psu', position: '7' }],
      subdeviceRole: 'Parent',
      deviceBays: [{ name: 'blade' }],
    }),
  );
  const of = (name: string): string[] => [
    `${name} DeviceSlot blade MISSING`,
    `${name} ModuleBay fan LEFT_OVER`,
    `${name} ModuleBay psu CHANGED; position 1 → 7`,
    `${name} Port eth1 CHANGED; hardware.form 25gbase-x-sfp28 → 100gbase-x-qsfp28; speed 25G → 100G`,
    `${name} Port mgmt MISSING`,
    `${name} Port old LEFT_OVER`,
  ];
  expect(await differences('leaf')).toEqual([...of('leaf-1'), ...of('leaf-2')]);
  expect(await applyType('leaf', { validateOnly: true })).toEqual([]);
  expect(await differences('leaf')).toEqual([...of('leaf-1'), ...of('leaf-2')]);
  expect(await applyType('leaf', { devices: ['leaf-1'] })).toEqual([]);
  expect(await differences('leaf')).toEqual(of('leaf-2'));
  expect(await applyType('leaf')).toEqual([]);
  expect(await differences('leaf')).toEqual([]);
  const plain = [
    'eth1 OPTICAL 100G 100gbase-x-qsfp28 ',
    'eth2 OPTICAL 25G 25gbase-x-sfp28 ',
    'mgmt ETHERNET 10G 10gbase-t ',
  ];
  expect(await ports('leaf-2')).toEqual(plain);
  expect(await ports('leaf-1')).toEqual([...plain, 'own SERIAL   ']);
  const revisions = async () =>
    (await app.execute('{ ports(first: 100) { nodes { revision } } assets(first: 100) { nodes { revision } } }')).data;
  const before = await revisions();
  expect(await applyType('leaf')).toEqual([]);
  expect(await revisions()).toEqual(before);
});

test('what is in use is kept, and told with what uses it', async () => {
  await applied(
    type('used', {
      interfaces: sockets('25gbase-x-sfp28', 'a', 'b', 'c'),
      subdeviceRole: 'Parent',
      deviceBays: [{ name: 'slot' }],
      moduleBays: [{ name: 'bay', position: '1' }],
    }) +
      doc('ModuleType/tap', { manufacturer: 'Example', model: 'Tap' }) +
      device('used-1', 'used') +
      device('blade-1', 'used'),
  );
  await applied(
    doc('Cable/in-a', { endpoints: [named('used-1-a'), named('blade-1-c')], media: 'FiberSMF' }) +
      doc('Cable/in-b', { endpoints: [named('used-1-b'), named('blade-1-b')], media: 'FiberSMF' }) +
      doc('Module/tap', { bayRef: named('used-1-bay'), typeRef: named('tap') }) +
      doc('DeviceSlot/used-1-slot', {
        chassisRef: at('Equipment/used-1'),
        slot: 'slot',
        occupantRef: at('Equipment/blade-1'),
      }),
  );
  await applied(
    type('used', { interfaces: sockets('1000base-t', 'b'), subdeviceRole: null, deviceBays: [], moduleBays: [] }),
  );
  const kept = [
    'used-1 DeviceSlot slot LEFT_OVER; kept: Equipment/blade-1',
    'used-1 ModuleBay bay LEFT_OVER; kept: Module/tap',
    'used-1 Port a LEFT_OVER; kept: Cable/in-a',
    'used-1 Port b CHANGED; hardware.form 25gbase-x-sfp28 → 1000base-t; speed 25G → 1G; type Optical → Ethernet; kept: Cable/in-b',
  ];
  expect(await differences('used', ['used-1'])).toEqual([...kept, 'used-1 Port c LEFT_OVER']);
  expect(await applyType('used', { devices: ['Equipment/used-1'] })).toEqual([]);
  expect(await differences('used', ['used-1'])).toEqual(kept);
});

test('wiring follows its type as a whole, unless a cable is in it', async () => {
  const panel = (...wires: [name: string, rear: string, position: number][]) =>
    type('panel', {
      frontPorts: wires.map(([name, rearPort, rearPortPosition]) => ({ name, form: 'lc', rearPort, rearPortPosition })),
      rearPorts: [...new Set(wires.map(([, rear]) => rear))].map((name) => ({
        name,
        form: 'mpo',
        positions: wires.filter(([, rear]) => rear === name).length,
      })),
    });
  await applied(
    panel(['1', 'r', 1], ['2', 'r', 2], ['3', 's', 1]) + device('free', 'panel') + device('cabled', 'panel'),
  );
  await applied(type('end', { interfaces: sockets('10gbase-x-sfpp', 'e') }) + device('end', 'end'));
  await applied(doc('Cable/in-1', { endpoints: [named('cabled-1'), named('end-e')], media: 'FiberSMF' }));
  // 1 and 2 change places, 3 goes, and with it s; t is new.
  await applied(panel(['1', 'r', 2], ['2', 'r', 1], ['4', 't', 1]));
  expect(await differences('panel', ['cabled'])).toEqual([
    'cabled Port 3 LEFT_OVER',
    'cabled Port 4 MISSING',
    'cabled Port s LEFT_OVER',
    'cabled Port t MISSING',
    'cabled PortMapping 1 CHANGED; rearPort r/1 → r/2; kept: Cable/in-1',
    'cabled PortMapping 2 CHANGED; rearPort r/2 → r/1; kept: ',
  ]);
  expect(await applyType('panel')).toEqual([]);
  const others = ['4 PATCH_PANEL  lc 1 → t/1', 'r PATCH_PANEL  mpo 2', 't PATCH_PANEL  mpo 1'];
  expect(await ports('free')).toEqual(['1 PATCH_PANEL  lc 1 → r/2', '2 PATCH_PANEL  lc 1 → r/1', ...others]);
  expect(await ports('cabled')).toEqual(['1 PATCH_PANEL  lc 1 → r/1', '2 PATCH_PANEL  lc 1 → r/2', ...others]);
  expect(await differences('panel', ['free'])).toEqual([]);
  // Narrower and onto another trunk, in one go.
  await applied(panel(['1', 'r', 1], ['2', 't', 1]));
  expect(await applyType('panel', { devices: ['free'] })).toEqual([]);
  expect(await ports('free')).toEqual([
    '1 PATCH_PANEL  lc 1 → r/1',
    '2 PATCH_PANEL  lc 1 → t/1',
    'r PATCH_PANEL  mpo 1',
    't PATCH_PANEL  mpo 1',
  ]);
  expect(await differences('panel', ['free'])).toEqual([]);
});

test('a device of another type is refused', async () => {
  await applied(type('one', {}) + type('other', {}) + device('of-other', 'other'));
  expect(await applyType('one', { devices: ['of-other', 'nobody'] })).toEqual([
    'NOT_OF_THE_TYPE there is no device of-other of the type one',
    'NOT_OF_THE_TYPE there is no device nobody of the type one',
  ]);
});

test('many devices take as many statements as one', async () => {
  const statements = async (name: string, count: number): Promise<number> => {
    const devices = Array.from({ length: count }, (_, index) => device(`${name}-${index}`, name));
    await applied(type(name, { interfaces: sockets('25gbase-x-sfp28', 'a', 'b', 'c') }) + devices.join(''));
    await applied(
      type(name, { interfaces: [...sockets('100gbase-x-qsfp28', 'a'), ...sockets('25gbase-x-sfp28', 'b', 'd')] }),
    );
    const { data, extensions } = await app.execute(
      APPLY,
      { input: { deviceType: { name } } },
      { 'x-catalog-explain': 'true' },
    );
    expect(data.applyDeviceType.userErrors).toEqual([]);
    expect(await differences(name)).toEqual([]);
    return extensions?.explain.statements ?? 0;
  };
  expect(await statements('many', 20)).toBe(await statements('few', 1));
});

test('it needs the permissions to write its parts by hand; hidden devices are left alone and not told of', async () => {
  await applied(
    site('hidden') +
      type('guarded', { interfaces: sockets('25gbase-x-sfp28', 'a', 'b') }) +
      device('guarded-1', 'guarded') +
      device('guarded-2', 'guarded').replace('"fra1"', '"hidden"') +
      manifest('User', 'una', { email: 'una@example.com' }) +
      role('readers', 'catalog/assets.get catalog/equipment.get inv/ports.get') +
      binding('readers', 'Site/fra1', 'readers', [userOf('una')]),
  );
  await applied(
    type('guarded', { interfaces: [...sockets('100gbase-x-qsfp28', 'a'), ...sockets('25gbase-x-sfp28', 'd')] }),
  );
  const una = app.as('una');
  expect(await differences('guarded', undefined, { ...app, execute: una.execute } as TestApp)).toEqual([
    'guarded-1 Port a CHANGED; hardware.form 25gbase-x-sfp28 → 100gbase-x-qsfp28; speed 25G → 100G',
    'guarded-1 Port b LEFT_OVER',
    'guarded-1 Port d MISSING',
  ]);
  expect((await applyType('guarded', {}, una)).map((one) => one.slice(0, 9))).toContain('FORBIDDEN');
  await applied(
    role(
      'readers',
      'catalog/assets.get catalog/assets.update catalog/equipment.get inv/ports.get inv/ports.create inv/ports.update inv/ports.delete',
    ),
  );
  expect(await applyType('guarded', {}, una)).toEqual([]);
  expect((await ports('guarded-1')).map((one) => one.split(' ')[0])).toEqual(['a', 'd']);
  expect((await ports('guarded-2')).map((one) => one.split(' ')[0])).toEqual(['a', 'b']);
  // What is written on a device that is hidden is not found either.
  const byDevice = async (by: Pick<TestApp, 'execute'>): Promise<unknown> =>
    (
      await by.execute(
        '{ portsByDevice(ports: ["guarded-1/a", "Equipment/guarded-2/a", "Node/guarded-1/a"]) { name } }',
      )
    ).data.portsByDevice;
  expect(await byDevice(app)).toEqual([{ name: 'guarded-1-a' }, { name: 'guarded-2-a' }, null]);
  expect(await byDevice(una)).toEqual([{ name: 'guarded-1-a' }, null, null]);
});
