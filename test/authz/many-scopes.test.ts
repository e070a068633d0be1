import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MOST_IN_ARRAY } from '../../src/catalog/access/holdings.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { applyAll, binding, doc, racksOfOneSite, role, userOf } from './world.ts';

const counts = [MOST_IN_ARRAY - 1, MOST_IN_ARRAY, MOST_IN_ARRAY + 1];
const racks = Array.from({ length: MOST_IN_ARRAY + 4 }, (_, index) => `r${String(index).padStart(2, '0')}`);

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await applyAll(
    app,
    [
      racksOfOneSite(racks),
      doc('Organization', 'fjord', { type: 'Standard' }),
      doc('Project', 'maker', { ownerRef: { kind: 'Organization', name: 'fjord' } }),
      doc('Service', 'moved', {
        serviceName: 'moved.example.com',
        phase: 'Published',
        displayName: 'Moved',
        owner: { producerProjectRef: { name: 'maker' } },
      }),
      role('builds', 'inv/sites.get inv/sites.create'),
      role('locates', 'svc/services.get svc/serviceavailabilities.get svc/serviceavailabilities.create'),
      ...['narrow', 'wide'].flatMap((name) => [
        doc('User', name, { email: `${name}@example.com` }),
        binding(`${name}-locates`, 'Service/moved', 'locates', userOf(name)),
      ]),
      binding('narrow-eu', 'Region/eu', 'builds', userOf('narrow')),
      ...racks.flatMap((name) => [
        doc('Region', `in-${name}`, { displayName: name }),
        binding(`wide-${name}`, `Region/in-${name}`, 'builds', userOf('wide')),
      ]),
      // Two machines in racks of their own, with a cable between them.
      ...['r00', 'r01'].flatMap((rack) => [
        doc('Node', `${rack}-n`, {
          siteRef: { name: 's1' },
          hardware: { cpuCores: 8, cpuArchitecture: 'amd64', memoryBytes: 1024 },
          placement: { rackRef: { name: rack }, startUnit: 1, unitHeight: 1 },
        }),
        doc('Port', `${rack}-p`, { deviceRef: { kind: 'Node', name: `${rack}-n` }, type: 'Ethernet', name: 'e0' }),
      ]),
      doc('Cable', 'between', { endpoints: [{ name: 'r00-p' }, { name: 'r01-p' }], media: 'Copper' }),
      role('plant', 'inv/racks.get inv/nodes.get inv/ports.get inv/cables.get'),
      doc('User', 'at-one-end', { email: 'end@example.com' }),
      doc('User', 'of-a-kind', { email: 'kind@example.com' }),
      binding('at-one-end', 'Rack/r01', 'plant', userOf('at-one-end')),
      binding('of-a-kind', 'Node/*', 'plant', userOf('of-a-kind')),
      role('racks', 'inv/racks.get'),
      role('nodes', 'inv/nodes.get'),
      ...counts.flatMap((count) =>
        ['alone', 'beside'].flatMap((how) => {
          const name = `${how}-${count}`;
          return [
            doc('User', name, { email: `${name}@example.com` }),
            ...racks.slice(0, count).map((on) => binding(`${name}-${on}`, `Rack/${on}`, 'racks', userOf(name))),
            // Another permission of theirs is held on so many scopes that it is put into rows.
            ...(how === 'alone' ? [] : racks).map((on) =>
              binding(`${name}-${on}-nodes`, `Rack/${on}`, 'nodes', userOf(name)),
            ),
          ];
        }),
      ),
    ].join(''),
  );
});
afterAll(() => app.close());

test.each(counts.flatMap((count) => [`alone-${count}`, `beside-${count}`].map((name) => [count, name] as const)))(
  'who holds a permission on exactly %i scopes sees all of them and no other: %s',
  async (count, name) => {
    const { data } = await app.as(name).execute('{ racks(first: 100) { totalCount nodes { name } } }');
    expect(data.racks).toEqual({ totalCount: count, nodes: racks.slice(0, count).map((rack) => ({ name: rack })) });
  },
);

const PLANT =
  '{ cables { nodes { name aPort { name } zPort { name } } } computeNodes { nodes { name rack { name } ports { nodes { name cable { name } farPort { name device { name ... on ComputeNode { rack { name } } } } } } } } }';
const machine = (rack: string, shown: object | null, far: object | null) => ({
  name: `${rack}-n`,
  rack: shown,
  ports: { nodes: [{ name: `${rack}-p`, cable: { name: 'between' }, farPort: far }] },
});

test('of a cable whose own scope is at its other end one sees nothing that is there', async () => {
  const { data } = await app.as('at-one-end').execute(PLANT);
  expect(data.cables.nodes).toEqual([{ name: 'between', aPort: null, zPort: { name: 'r01-p' } }]);
  expect(data.computeNodes.nodes).toEqual([machine('r01', { name: 'r01' }, null)]);
});

test('who sees all machines, with what belongs to them, sees no rack in which they are', async () => {
  const { data } = await app.as('of-a-kind').execute(PLANT);
  const far = (rack: string): object => ({ name: `${rack}-p`, device: { name: `${rack}-n`, rack: null } });
  expect(data.computeNodes.nodes).toEqual([machine('r00', null, far('r01')), machine('r01', null, far('r00'))]);
});

test.each([
  ['narrow', 'eu'],
  ['wide', 'in-r00'],
])(
  'a rule sees what the batch itself has made as its author does, who holds much or little: %s',
  async (who, region) => {
    const content = [
      doc('Site', `new-${who}`, { displayName: 'New', regionRef: { name: region }, type: 'Edge' }),
      doc('ServiceAvailability', who, { serviceRef: { name: 'moved' }, locationRef: { name: `new-${who}` } }).replace(
        'catalog.miloapis.com',
        'services.miloapis.com',
      ),
    ].join('');
    const { data } = await app
      .as(who)
      .execute(
        'mutation ($content: String!) { apply(input: { manifests: [{ content: $content }] }) { userErrors { code message } results { outcome warnings { code } } } }',
        { content },
      );
    // The place is a site of the catalog, and not a name of somewhere else (LOCATION_NOT_LINKED).
    expect(data.apply).toEqual({ userErrors: [], results: Array(2).fill({ outcome: 'CREATED', warnings: [] }) });
  },
);

test('one object is read by a plan that PostgreSQL keeps, and its scope is looked up', async () => {
  const { data, extensions } = await app
    .as('narrow')
    .execute('{ site(name: "s1") { name region { name } } }', {}, { 'x-catalog-explain': 'true' });
  expect(data.site.name).toBe('s1');
  const text = extensions?.explain.sql.find((one) => one.includes('"site"')) ?? '';
  const database = new pg.Client({ connectionString: app.databaseUrl });
  await database.connect();
  try {
    await database.query('set enable_seqscan = off');
    const scopes = (await database.query('select ancestor_id from scope_closure limit 1')).rows;
    const places = new Set(text.match(/\$\d+/g)).size;
    const values = ['s1', ...Array.from({ length: places - 1 }, () => scopes[0].ancestor_id)];
    for (let time = 0; time < 7; time++) await database.query({ name: 'one', text, values });
    const prepared = await database.query(`select generic_plans from pg_prepared_statements where name = 'one'`);
    expect(prepared.rows).toEqual([{ generic_plans: '2' }]);
    const { rows } = await database.query(`explain (generic_plan) ${text}`);
    // With a kept plan PostgreSQL does not know how much is in a scope: it must not go through all of that.
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('SubPlan');
    expect(plan).toMatch(/Index Cond: .*(ancestor_id = .*descendant_id = |descendant_id = .*ancestor_id = )/);
  } finally {
    await database.end();
  }
});
