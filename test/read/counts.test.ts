import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/db/sql.ts';
import { applyAll, binding, doc, racksOfOneSite, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await applyAll(
    app,
    [
      racksOfOneSite(['r1']),
      doc('User', 'of-one-region', { email: 'of-one-region@example.com' }),
      role('reads-ports', 'inv/ports.get'),
      binding('reads-ports', 'Region/eu', 'reads-ports', userOf('of-one-region')),
    ].join(''),
  );
});
afterAll(() => app.close());

/** As the write pipeline stores them. */
const addPorts = (from: number, to: number) =>
  app.database.execute(sql`
    insert into port (id, name, revision, scope_id, device_rack_id, type, port_label)
    select uuidv7(), 'p' || i, nextval('catalog_revision'), r.scope_id, r.id, 'PatchPanel', 'p' || i
    from rack r, generate_series(${from}::int, ${to}::int) i`);

const counted = async (): Promise<unknown> => {
  const part = '{ totalCount totalCountCapped }';
  const { data } = await app.execute(`{ ports(first: 0) ${part} rack(name: "r1") { ports(first: 0) ${part} } }`);
  return [data.ports, data.rack.ports];
};

test('a total is exact up to 10,000; of more it says that it was counted no further', async () => {
  const both = (totalCount: number, totalCountCapped: boolean) => Array(2).fill({ totalCount, totalCountCapped });
  await addPorts(1, 9_999);
  expect(await counted()).toEqual(both(9_999, false));
  await addPorts(10_000, 10_000);
  expect(await counted()).toEqual(both(10_000, false));
  await addPorts(10_001, 10_001);
  expect(await counted()).toEqual(both(10_000, true));
});

test.each([
  ['names that begin alike', 'where: { name: { startsWith: "p100" } }', 'administrator'],
  ['names that begin alike, with a grant', 'where: { name: { startsWith: "p100" } }', 'of-one-region'],
  ['a page', 'orderBy: [NAME_ASC]', 'administrator'],
])('PostgreSQL keeps the plan of %s, for whatever is asked next', async (_what, args, by) => {
  const asking = by === 'administrator' ? app : app.as(by);
  const query = `{ ports(first: 3, ${args}) { totalCount nodes { name } } }`;
  const { extensions } = await asking.execute(query, {}, { 'x-catalog-explain': 'true' });
  const text = extensions?.explain.sql.find((one) => one.includes('"port"')) ?? '';
  expect(text).toContain(args.includes('where') ? '"f0_range"' : 'limit 4)');
  const database = new pg.Client({ connectionString: app.databaseUrl });
  await database.connect();
  try {
    // To plan costs nothing beside the rows: it is done anew whenever that saves any.
    await database.query('analyze port; analyze scope_closure; set cpu_tuple_cost = 100');
    const scopes = (await database.query("select id from scope where kind = 'Rack'")).rows;
    const values = [...text.matchAll(/(\S*\s?)\$\d+/g)].map(([place, before], index) => {
      if (text.slice(text.indexOf(place)).startsWith(`${place})::uuid[]`)) return [scopes[0].id];
      return before === 'limit ' ? 4 : `p${9_990 + (index % 2)}`;
    });
    for (let time = 0; time < 7; time++) await database.query({ name: 'one', text, values });
    const prepared = await database.query(`select generic_plans from pg_prepared_statements where name = 'one'`);
    expect(prepared.rows).toEqual([{ generic_plans: '2' }]);
  } finally {
    await database.end();
  }
});
