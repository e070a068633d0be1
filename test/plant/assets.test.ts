import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { at, doc, host, named, refusals, site } from './documents.ts';

let app: TestApp;
const asset = (name: string, device: string, more: object = {}): string =>
  doc(`Asset/${name}`, { deviceRef: at(device), ...more });

const full = {
  manufacturer: 'Example Systems',
  model: 'ES-2',
  partNumber: 'ES-2-AC',
  serial: 'S1',
  assetTag: 'T1',
  status: 'Staged',
  contacts: [{ name: 'Remote hands', role: 'on site', phone: '+49 69 555 0100' }],
  externalLinks: [{ title: 'data sheet', url: 'https://systems.example.com/es-2' }],
};
const base = [
  doc('Region/eu', { displayName: 'Europe' }),
  site('fra1'),
  doc('Rack/r1', { siteRef: named('fra1'), heightU: 10 }),
  doc('Cluster/c1', { displayName: 'c1', provider: 'bare', controlPlaneSiteRef: named('fra1'), role: 'Compute' }),
  doc('NetworkDevice/leaf', { clusterRef: named('c1'), siteRef: named('fra1'), role: 'Leaf' }),
  doc('Equipment/panel', { siteRef: named('fra1'), type: 'PatchPanel' }),
  host('n1', { placement: { rackRef: named('r1'), startUnit: 1, unitHeight: 2 } }),
  host('n2'),
  asset('n1', 'Node/n1', full),
  asset('leaf', 'NetworkDevice/leaf', { manufacturer: 'Example Networks', serial: 'S1', assetTag: 'T2' }),
  asset('panel', 'Equipment/panel', { manufacturer: 'Example Panels', model: 'P-24' }),
  asset('r1', 'Rack/r1', { manufacturer: 'Example Metalworks', status: 'Active' }),
].join('');

beforeAll(async () => {
  app = await startApp();
  expect((await app.apply(base)).userErrors).toEqual([]);
});
afterAll(() => app.close());

test('what a device is are fields of the device itself, and lead back to it', async () => {
  const own = 'manufacturer model partNumber serial assetTag status';
  const { data } = await app.execute(`{
    computeNode(name: "n1") { ${own} owner { name } contacts { name role email phone } externalLinks { title url } asset { name device { ... on ComputeNode { name } } labelValue(key: "topology.inventory.miloapis.com/rack") } }
    computeNodes { nodes { name ${own} contacts { name } asset { name } } }
    networkDevice(name: "leaf") { manufacturer serial status }
    equipment(name: "panel") { manufacturer model }
    rack(name: "r1") { manufacturer status devices { nodes { ... on ComputeNode { serial } } } }
  }`);
  const n1 = { manufacturer: 'Example Systems', model: 'ES-2', partNumber: 'ES-2-AC', serial: 'S1', assetTag: 'T1' };
  const none = { manufacturer: null, model: null, partNumber: null, serial: null, assetTag: null, status: null };
  const contact = { name: 'Remote hands', role: 'on site', email: null, phone: '+49 69 555 0100' };
  expect(data).toEqual({
    computeNode: {
      ...n1,
      status: 'STAGED',
      owner: null,
      contacts: [contact],
      externalLinks: full.externalLinks,
      asset: { name: 'n1', device: { name: 'n1' }, labelValue: 'r1' },
    },
    computeNodes: {
      nodes: [
        { name: 'n1', ...n1, status: 'STAGED', contacts: [{ name: 'Remote hands' }], asset: { name: 'n1' } },
        { name: 'n2', ...none, contacts: [], asset: null },
      ],
    },
    networkDevice: { manufacturer: 'Example Networks', serial: 'S1', status: 'ACTIVE' },
    equipment: { manufacturer: 'Example Panels', model: 'P-24' },
    rack: { manufacturer: 'Example Metalworks', status: 'ACTIVE', devices: { nodes: [{ serial: 'S1' }] } },
  });
  const again = await app.apply(base);
  expect([...new Set(again.results.map(({ outcome }) => outcome))]).toEqual(['UNCHANGED']);
});

test.each([
  ['computeNodes(where: { serial: { eq: "S1" }, manufacturer: { startsWith: "Example" } })', ['n1']],
  ['computeNodes(where: { status: { in: [STAGED, OFFLINE] } })', ['n1']],
  ['computeNodes(where: { status: { ne: STAGED } })', ['n2']],
  ['computeNodes(where: { assetTag: null })', ['n2']],
  ['racks(where: { status: { eq: ACTIVE }, manufacturer: { contains: "metal" } })', ['r1']],
  ['ports(where: { device: { equipment: { model: { eq: "P-24" } } } })', []],
  ['assets(where: { serial: { eq: "S1" } })', ['leaf', 'n1']],
])('devices are found by what they are: %s', async (list, names) => {
  const { data } = await app.execute(`{ found: ${list} { totalCount nodes { name } } }`);
  expect(data).toEqual({ found: { totalCount: names.length, nodes: names.map(named) } });
});

test.each([
  [
    'a device that is described already',
    asset('x', 'Node/n1'),
    'ASSET_DECLARED_TWICE Asset/x spec.deviceRef.name: what the device is has been stated already: Asset/n1 (a device of which no other asset speaks, or an update of that asset)',
  ],
  [
    'an asset tag that another device has',
    asset('x', 'Node/n2', { assetTag: 'T2' }),
    'ASSET_TAG_TAKEN Asset/x spec.assetTag: another device has this asset tag: Asset/leaf (a tag that no other device has, or none)',
  ],
  [
    'a serial number that the model has given out',
    asset('x', 'Node/n2', { manufacturer: 'Example Systems', model: 'ES-2', serial: 'S1' }),
    'SERIAL_TAKEN Asset/x spec.serial: another device of this manufacturer and model has this serial number: Asset/n1 (a serial number that no other device of the model has, or none)',
  ],
  [
    'another device than before (its name is free)',
    asset('n1', 'Node/n2', full),
    'IMMUTABLE Asset/n1 spec.deviceRef.name: deviceRef cannot be changed after creation; it is "n1" ("n1")',
  ],
])('refused: %s', async (_what, content, refusal) => {
  expect(await refusals(app, content)).toEqual([refusal]);
});

test('two devices exchange their asset tags in one batch; the same serial of another maker is another', async () => {
  const swapped = [
    asset('n1', 'Node/n1', { ...full, assetTag: 'T2' }),
    asset('leaf', 'NetworkDevice/leaf', { manufacturer: 'Example Networks', serial: 'S1', assetTag: 'T1' }),
  ].join('');
  expect(await refusals(app, swapped)).toEqual([]);
});

test('of 64 who describe one device, one does', async () => {
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, index) => app.apply(asset(`race-${index}`, 'Node/n2', { assetTag: `R${index}` }))),
  );
  const codes = answers.map(({ userErrors }) => userErrors.map(({ code }) => code).join());
  expect(codes.filter((code) => code === '')).toHaveLength(1);
  expect(codes.filter((code) => code === 'ASSET_DECLARED_TWICE')).toHaveLength(63);
});

test('the description goes with its device where a delete cascades, and stands in its way otherwise', async () => {
  const remove = (cascade: boolean): string =>
    `mutation { deleteComputeNode(input: { name: "n2", cascade: ${cascade} }) { deleted { name } userErrors { code } } }`;
  const kept = await app.execute(remove(false));
  expect(kept.data).toEqual({ deleteComputeNode: { deleted: [], userErrors: [{ code: 'REFERENCED' }] } });
  const gone = await app.execute(remove(true));
  expect(gone.data).toEqual({ deleteComputeNode: { deleted: [{ name: 'n2' }, expect.anything()], userErrors: [] } });
});
