import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/db/sql.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { holdTransaction } from '../kit/held-transaction.ts';

let app: TestApp;
const inventory = 'inventory.miloapis.com/v1alpha1';
const ours = 'catalog.miloapis.com/v1alpha1';
const doc = (apiVersion: string, kind: string, name: string, spec: object): string =>
  `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${JSON.stringify(spec)}\n`;
const ends = (ports: readonly string[]) => ports.map((name) => ({ name }));
const cable = (name: string, ports: readonly string[], media = 'FiberSMF'): string =>
  doc(inventory, 'Cable', name, { endpoints: ends(ports), media });
const several = (name: string, a: readonly string[], b: readonly string[], media = 'FiberSMF'): string =>
  doc(ours, 'Cable', name, {
    endpoints: [...ends(a).map((end) => ({ ...end, side: 'A' })), ...ends(b).map((end) => ({ ...end, side: 'B' }))],
    media,
  });
const port = (name: string, type = 'Optical'): string =>
  doc(inventory, 'Port', name, { deviceRef: { kind: 'Rack', name: 'r1' }, type, name });

const told = async (content: string): Promise<string[]> =>
  (await app.apply(content)).userErrors.map(
    ({ code, subject, field, message }) => `${code} ${subject} ${field}: ${message}`,
  );

beforeAll(async () => {
  app = await startApp();
  const ports = Array.from({ length: 12 }, (_, index) => port(`p${index}`));
  const base = [
    doc(inventory, 'Region', 'eu', { displayName: 'Europe' }),
    doc(inventory, 'Site', 'fra1', { displayName: 'Frankfurt', regionRef: { name: 'eu' }, type: 'Datacenter' }),
    doc(inventory, 'Rack', 'r1', { siteRef: { name: 'fra1' }, heightU: 42 }),
    port('s0', 'Serial'),
    port('e0', 'Ethernet'),
  ];
  expect(await told([...base, ...ports].join(''))).toEqual([]);
});
afterAll(() => app.close());

/*
 *   c1: p0 ─── p1          trunk: p2, p3 ═══ p4, p5          free: p6 …
 */
test('a port carries one cable, be it one with two ends or with many', async () => {
  expect(await told(cable('c1', ['p0', 'p1']) + several('trunk', ['p2', 'p3'], ['p4', 'p5']))).toEqual([]);

  expect(await told(cable('c2', ['p6', 'p1']))).toEqual([
    'PORT_TAKEN Cable/c2 spec.endpoints[1].name: port p1 carries Cable/c1 already',
  ]);
  expect(await told(cable('c2', ['p4', 'p6']))).toEqual([
    'PORT_TAKEN Cable/c2 spec.endpoints[0].name: port p4 carries Cable/trunk already',
  ]);
  expect(await told(several('other', ['p6', 'p1'], ['p3']))).toEqual([
    'PORT_TAKEN Cable/other spec.endpoints[1].name: port p1 carries Cable/c1 already',
    'PORT_TAKEN Cable/other spec.endpoints[2].name: port p3 carries Cable/trunk already',
  ]);
  const { userErrors } = await app.apply(cable('c2', ['p6', 'p1']));
  expect(userErrors).toMatchObject([{ accepted: 'a port without a cable or circuit', source: 'test.yaml', line: 5 }]);
});

test('two cables of one batch that want the same port are both refused', async () => {
  expect(
    await told(cable('c3', ['p6', 'p7']) + several('split', ['p7'], ['p8', 'p9']) + cable('c4', ['p8', 'p10'])),
  ).toEqual([
    'PORT_TAKEN Cable/c3 spec.endpoints[1].name: port p7 carries Cable/split already',
    'PORT_TAKEN Cable/split spec.endpoints[0].name: port p7 carries Cable/c3 already',
    'PORT_TAKEN Cable/split spec.endpoints[1].name: port p8 carries Cable/c4 already',
    'PORT_TAKEN Cable/c4 spec.endpoints[0].name: port p8 carries Cable/split already',
  ]);
});

test('a port is not at both ends of a cable with many ends', async () => {
  expect(await told(several('loop', ['p6', 'p7'], ['p8', 'p7']))).toEqual([
    'DUPLICATE_ENTRY Cable/loop spec.endpoints[3]: Port p7 stands in the list twice',
  ]);
});

test('cables of both kinds exchange their ports in one batch', async () => {
  expect(await told(cable('c1', ['p2', 'p1']) + several('trunk', ['p0', 'p3'], ['p4', 'p5']))).toEqual([]);
  const { data } = await app.execute(
    `{ ports(where: {name: {in: ["p0", "p2", "p11"]}}) { nodes { name isConnected cable { name } cableEnd { side connector } } } }`,
  );
  expect(data.ports.nodes).toEqual([
    { name: 'p0', isConnected: true, cable: { name: 'trunk' }, cableEnd: { side: 'A', connector: 1 } },
    { name: 'p2', isConnected: true, cable: { name: 'c1' }, cableEnd: { side: 'A', connector: 1 } },
    { name: 'p11', isConnected: false, cable: null, cableEnd: null },
  ]);
  expect(await told(cable('c1', ['p0', 'p1']) + several('trunk', ['p2', 'p3'], ['p4', 'p5']))).toEqual([]);
});

test('a port whose cable is deleted is free again', async () => {
  expect(await told(cable('short', ['p10', 'p11']))).toEqual([]);
  const gone = await app.execute(
    'mutation { delete(input: { objects: [{ kind: "Cable", name: "short" }] }) { userErrors { code } } }',
  );
  expect(gone.data.delete.userErrors).toEqual([]);
  expect(await told(several('longer', ['p10'], ['p11']))).toEqual([]);
});

test('the medium fits the ports at every end of either kind of cable', async () => {
  expect(await told(cable('c5', ['s0', 'e0'], 'Copper') + several('a5', ['p6'], ['p7', 'e0']))).toEqual([
    'MEDIA_MISMATCH Cable/c5 spec.endpoints[1].name: a Copper cable does not fit port e0 of type Ethernet',
    'PORT_TAKEN Cable/c5 spec.endpoints[1].name: port e0 carries Cable/a5 already',
    'MEDIA_MISMATCH Cable/a5 spec.endpoints[2].name: a FiberSMF cable does not fit port e0 of type Ethernet',
    'PORT_TAKEN Cable/a5 spec.endpoints[2].name: port e0 carries Cable/c5 already',
  ]);
});

test('a port that another writer takes meanwhile is refused by the database', async () => {
  const other = await holdTransaction(app.databaseUrl, (connection) =>
    connection.execute(
      sql`insert into cabled_port (port_id, cable_id) select p.id, c.id from port p, cable c where p.name = 'p6' and c.name = 'c1'`,
    ),
  );
  const refused = told(cable('c6', ['p6', 'p7']));
  await other.untilWaitedFor();
  await other.commit();
  expect(await refused).toEqual(['PORT_TAKEN Cable/c6 spec: a port carries at most one cable or circuit']);
});
