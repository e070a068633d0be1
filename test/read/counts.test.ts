import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/db/sql.ts';
import { applyAll, doc } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await applyAll(
    app,
    [
      doc('Region', 'eu', { displayName: 'E' }),
      doc('Site', 's1', { displayName: 'S', regionRef: { name: 'eu' }, type: 'Edge' }),
      doc('Rack', 'r1', { siteRef: { name: 's1' }, heightU: 42 }),
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
