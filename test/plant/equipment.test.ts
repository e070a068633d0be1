import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { undeclaredNames } from '../kit/undeclared-names.ts';

/*
 * rack r1 of 10 units in fra1: server n1 in U1–U2 (front), panels pa in U5 and pb in U5.5 (half a unit each), strip pdu beside the units.
 *   pa: port 1 (front), port 1r (rear)      pb: port 1 (front)      pdu: outlet 1 ─── psu of n1
 */
let app: TestApp;
const ours = ['Equipment', 'DeviceSlot', 'PassThroughPort', 'PortMapping'];
const doc = (of: string, spec: object, group?: string): string => {
  const [kind = '', name = ''] = of.split('/');
  const own = ours.includes(kind) ? 'catalog.miloapis.com' : 'inventory.miloapis.com';
  return `---\n${JSON.stringify({ apiVersion: `${group ?? own}/v1alpha1`, kind, metadata: { name }, spec })}\n`;
};
const named = (name: string) => ({ name });
const equipment = (name: string, placement: object | undefined, more: object = {}): string =>
  doc(`Equipment/${name}`, {
    siteRef: named('fra1'),
    type: 'PatchPanel',
    ...(placement && { placement: { rackRef: named('r1'), ...placement } }),
    ...more,
  });
const port = (name: string, label: string, device: [string, string], type = 'PatchPanel'): string =>
  doc(
    `Port/${name}`,
    { deviceRef: { kind: device[0], name: device[1] }, type, name: label },
    device[0] === 'Equipment' ? 'catalog.miloapis.com' : undefined,
  );
const host = (name: string, more: object = {}): string =>
  doc(`Node/${name}`, {
    siteRef: named('fra1'),
    hardware: { cpuCores: 4, cpuArchitecture: 'amd64', memoryBytes: 1024 },
    ...more,
  });
const told = async (content: string): Promise<string[]> =>
  (await app.apply(content, { validateOnly: true })).userErrors.map(
    ({ code, subject, field, message, accepted }) => `${code} ${subject} ${field}: ${message} (${accepted})`,
  );

const base = [
  doc('Region/eu', { displayName: 'Europe' }),
  ...['fra1', 'iad1'].map((name) =>
    doc(`Site/${name}`, { displayName: name, regionRef: named('eu'), type: 'Datacenter' }),
  ),
  doc('Rack/r1', { siteRef: named('fra1'), heightU: 10 }),
  doc('Rack/r2', { siteRef: named('iad1'), heightU: 10 }),
  host('n1', { placement: { rackRef: named('r1'), startUnit: 1, unitHeight: 2 } }),
  equipment('pa', { startUnit: 5, unitHeight: 0.5 }),
  equipment('pb', { startUnit: 5.5, unitHeight: 0.5 }),
  equipment('pdu', { unitHeight: 0 }, { type: 'PowerDistributionUnit' }),
  equipment('cassette', undefined, { type: 'Cassette' }),
  port('pa-1', '1', ['Equipment', 'pa']),
  port('pa-1r', '1r', ['Equipment', 'pa']),
  port('pb-1', '1', ['Equipment', 'pb']),
  port('old', '1', ['Rack', 'r1']),
  port('outlet', '1', ['Equipment', 'pdu'], 'Power'),
  port('psu', 'PSU1', ['Node', 'n1'], 'Power'),
  doc('PassThroughPort/pa-1', { portRef: named('pa-1'), side: 'Front' }),
  doc('PassThroughPort/pa-1r', { portRef: named('pa-1r'), side: 'Rear' }),
  doc('PassThroughPort/pb-1', { portRef: named('pb-1'), side: 'Rear' }),
  doc('PortMapping/inside', { frontPortRef: named('pa-1'), rearPortRef: named('pa-1r') }),
  doc('Cable/power', { endpoints: [named('outlet'), named('psu')], media: 'Power' }),
  doc('DeviceSlot/bay', { chassisRef: { kind: 'Equipment', name: 'pa' }, slot: '1' }),
].join('');

beforeAll(async () => {
  app = await startApp();
  expect((await app.apply(base)).userErrors).toEqual([]);
});
afterAll(() => app.close());

test('panels and strips are devices of their rack, with port names of their own (P10)', async () => {
  const { data } = await app.execute(`{
    rack(name: "r1") { usedUnits devices { nodes { __typename name } } ports { nodes { name } } }
    equipment(name: "pa") { type rack { name } site { name } placement { startUnit unitHeight face width } labelValue(key: "topology.inventory.miloapis.com/rack") ports { nodes { label } } slots { nodes { slot } } }
    port(name: "pb-1") { apiVersion label device { ... on Equipment { name } } labelValue(key: "topology.inventory.miloapis.com/site") }
    old: port(name: "old") { apiVersion }
    site(name: "fra1") { equipment { totalCount } ports { totalCount } }
    psu: port(name: "psu") { farPort { device { ... on Equipment { name type } } } }
    equipmentItems(where: { type: { eq: PATCH_PANEL }, placement: { unitHeight: { lt: 1 } } }) { nodes { name } }
  }`);
  expect(data).toEqual({
    rack: {
      usedUnits: 3,
      devices: {
        nodes: [
          { __typename: 'ComputeNode', name: 'n1' },
          { __typename: 'Equipment', name: 'pa' },
          { __typename: 'Equipment', name: 'pb' },
          { __typename: 'Equipment', name: 'pdu' },
        ],
      },
      ports: { nodes: [{ name: 'old' }] },
    },
    equipment: {
      type: 'PATCH_PANEL',
      rack: { name: 'r1' },
      site: { name: 'fra1' },
      placement: { startUnit: 5, unitHeight: 0.5, face: 'FRONT', width: 'FULL' },
      labelValue: 'r1',
      ports: { nodes: [{ label: '1' }, { label: '1r' }] },
      slots: { nodes: [{ slot: '1' }] },
    },
    port: {
      apiVersion: 'catalog.miloapis.com/v1alpha1',
      label: '1',
      device: { name: 'pb' },
      labelValue: 'fra1',
    },
    old: { apiVersion: 'inventory.miloapis.com/v1alpha1' },
    site: { equipment: { totalCount: 4 }, ports: { totalCount: 6 } },
    psu: { farPort: { device: { name: 'pdu', type: 'POWER_DISTRIBUTION_UNIT' } } },
    equipmentItems: { nodes: [{ name: 'pa' }, { name: 'pb' }] },
  });
  const again = await app.apply(base);
  expect([...new Set(again.results.map(({ outcome }) => outcome))]).toEqual(['UNCHANGED']);
});

test.each([
  [
    'a port of equipment in upstream’s group',
    doc('Port/x', { deviceRef: { kind: 'Equipment', name: 'pa' }, type: 'PatchPanel', name: '9' }),
    'INVALID_VALUE Port/x spec.deviceRef.kind: a port of equipment is written in another group (apiVersion: catalog.miloapis.com/v1alpha1, or Node, NetworkDevice, Rack)',
  ],
  [
    'a port name twice on one panel',
    port('x', '1', ['Equipment', 'pa']),
    'PORT_NAME_TAKEN Port/x spec.name: the device has a port of this name already: Port/pa-1 (a name that no other port of the device has)',
  ],
  [
    'wiring between two panels of one rack',
    doc('PortMapping/x', { frontPortRef: named('pa-1'), frontPosition: 1, rearPortRef: named('pb-1') }),
    'MAPPING_ACROSS_DEVICES PortMapping/x spec.rearPortRef.name: ports pa-1 and pb-1 are on different devices (a port of the device of pa-1)',
  ],
])('refused: %s', async (_what, content, refusal) => {
  expect(await told(content)).toContain(refusal);
});

describe('placing equipment', () => {
  test.each([
    ['half of a unit that is free', equipment('x', { startUnit: 6.5, unitHeight: 1.5 })],
    ['any number of things beside the units', equipment('x', { unitHeight: 0 }) + equipment('y', { unitHeight: 0 })],
    [
      'two things side by side',
      equipment('x', { startUnit: 7, unitHeight: 1, width: 'Left' }) +
        equipment('y', { startUnit: 7, unitHeight: 1, width: 'Right' }),
    ],
    [
      'the left of the front through to the rear, and the left of the rear',
      equipment('x', { startUnit: 7, unitHeight: 1, width: 'Left' }, { depth: 'BothFaces' }) +
        equipment('y', { startUnit: 7, unitHeight: 1, width: 'Left', face: 'Rear' }),
    ],
    ['the rear behind a server', equipment('x', { startUnit: 1, unitHeight: 2, face: 'Rear' })],
    ['the last half unit', equipment('x', { startUnit: 10.5, unitHeight: 0.5 })],
    [
      'two things exchange their places',
      equipment('pa', { startUnit: 5.5, unitHeight: 0.5 }) + equipment('pb', { startUnit: 5, unitHeight: 0.5 }),
    ],
  ])('accepted: %s', async (_what, content) => {
    expect(await told(content)).toEqual([]);
  });

  test.each([
    [
      'units that a server takes',
      equipment('x', { startUnit: 2, unitHeight: 1 }),
      'UNITS_TAKEN Equipment/x spec.placement.startUnit: U2–U2 of rack r1 (Front) overlaps U1–U2 of Node/n1 (units that nothing else takes)',
    ],
    [
      'units that equipment takes, for a server',
      host('n2', { placement: { rackRef: named('r1'), startUnit: 5, unitHeight: 1 } }),
      'UNITS_TAKEN Node/n2 spec.placement.startUnit: U5–U5 of rack r1 (Front) overlaps U5–U5 of Equipment/pa (units that nothing else takes)',
    ],
    [
      'both faces, with a server in front',
      equipment('x', { startUnit: 1, unitHeight: 1, face: 'Rear' }, { depth: 'BothFaces' }),
      'UNITS_TAKEN Equipment/x spec.placement.startUnit: U1–U1 of rack r1 (Front) overlaps U1–U2 of Node/n1 (units that nothing else takes)',
    ],
    [
      'the left of the front through to the rear, where it is the right',
      equipment('x', { startUnit: 7, unitHeight: 1, width: 'Left' }, { depth: 'BothFaces' }) +
        equipment('y', { startUnit: 7, unitHeight: 1, width: 'Right', face: 'Rear' }),
      'UNITS_TAKEN Equipment/x spec.placement.startUnit: U7–U7 of rack r1 (Rear) overlaps U7–U7 of Equipment/y (units that nothing else takes)',
    ],
    [
      'beyond the top',
      equipment('x', { startUnit: 10.5, unitHeight: 1 }),
      'UNITS_OUTSIDE_RACK Equipment/x spec.placement.startUnit: U10–U11 reaches beyond rack r1, which has 10 units (units up to U10)',
    ],
    [
      'a third of a unit',
      equipment('x', { startUnit: 7.3, unitHeight: 1 }),
      'NOT_A_HALF_UNIT Equipment/x spec.placement.startUnit: startUnit is 7.3 (7 or 7.5)',
    ],
    [
      'units without a first one',
      equipment('x', { unitHeight: 1 }),
      'REQUIRED Equipment/x spec.placement.startUnit: startUnit is missing: the equipment takes units (the lowest unit that it takes)',
    ],
    [
      'a first unit of none',
      equipment('x', { startUnit: 3, unitHeight: 0 }),
      'TAKES_NO_UNITS Equipment/x spec.placement.startUnit: the equipment takes no units, and begins at none (nothing)',
    ],
    [
      'a rack of another facility, beside the units',
      equipment('x', { rackRef: named('r2'), unitHeight: 0 }),
      'RACK_IN_OTHER_SITE Equipment/x spec.placement.rackRef.name: rack r2 stands in site iad1, the device in fra1 (a rack of site fra1)',
    ],
    [
      'a rack that is lowered under it',
      doc('Rack/r1', { siteRef: named('fra1'), heightU: 4 }),
      'RACK_TOO_LOW Rack/r1 spec.heightU: Equipment/pa reaches up to U5, beyond 4 units (at least 5)',
    ],
  ])('refused: %s', async (_what, content, refusal) => {
    expect((await told(content))[0]).toBe(refusal);
  });

  test('of 64 writers who want the same half unit one gets it', async () => {
    const writers = Array.from({ length: 64 }, (_, index) => index);
    const answers = await Promise.all(
      writers.map((index) => app.apply(equipment(`race-${index}`, { startUnit: 9.5, unitHeight: 0.5 }))),
    );
    const codes = answers.map(({ userErrors }) => userErrors[0]?.code ?? 'applied').sort();
    expect(codes).toEqual([...writers.slice(1).map(() => 'UNITS_TAKEN'), 'applied'].sort());
  }, 60_000);
});

test('a cassette sits in a slot of a panel, once, and without a place of its own', async () => {
  const bay = (name: string, slot: string, occupant: string): string =>
    doc(`DeviceSlot/${name}`, {
      chassisRef: { kind: 'Equipment', name: 'pa' },
      slot,
      occupantRef: { kind: 'Equipment', name: occupant },
    });
  expect(await told(bay('bay', '1', 'cassette'))).toEqual([]);
  expect(await told(bay('bay', '1', 'pa'))).toContain(
    'SLOT_CYCLE DeviceSlot/bay spec.occupantRef.name: Equipment/pa is the chassis itself, or the chassis sits in it (a device that does not hold the chassis)',
  );
  expect(await told(bay('bay', '1', 'cassette') + bay('bay2', '2', 'cassette'))).toContain(
    'OCCUPANT_ELSEWHERE DeviceSlot/bay spec.occupantRef.name: the device sits in another slot: DeviceSlot/bay2 (a device that sits in no slot)',
  );
  const placed = equipment('cassette', { startUnit: 8, unitHeight: 1 }, { type: 'Cassette' });
  expect(await told(bay('bay', '1', 'cassette') + placed)).toContain(
    'OCCUPANT_MOUNTED Equipment/cassette spec.placement: the device sits in DeviceSlot/bay, and is mounted with its chassis (no placement, or a device that sits in no slot)',
  );
});

test('equipment is mounted and taken out like other devices, and goes with its ports', async () => {
  const place = await app.execute(
    'mutation { placeDevice(input: { device: { equipment: { name: "cassette" } }, rack: { name: "r1" }, startUnit: 8, unitHeight: 1 }) { device { ... on Equipment { rack { name } placement { startUnit } } } userErrors { code } } }',
  );
  expect(place.data.placeDevice).toEqual({
    device: { rack: { name: 'r1' }, placement: { startUnit: 8 } },
    userErrors: [],
  });
  const unplace = await app.execute(
    'mutation { unplaceDevice(input: { device: { equipment: { name: "cassette" } } }) { device { ... on Equipment { rack { name } } } userErrors { code } } }',
  );
  expect(unplace.data.unplaceDevice).toEqual({ device: { rack: null }, userErrors: [] });
  const gone = await app.execute(
    'mutation { deleteEquipment(input: { name: "pb", cascade: true }) { deleted { name } userErrors { code message } } }',
  );
  expect(gone.data.deleteEquipment.userErrors).toEqual([]);
  expect((await app.execute('{ port(name: "pb-1") { name } }')).data.port).toBeNull();
});

test('all that refusals name is said to be a name, to be left out for those who may not know it', async () => {
  expect(await undeclaredNames(app)).toEqual([]);
});
