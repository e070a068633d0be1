import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { type AuthorizationStore, openAuthorizationStore } from '../../src/catalog/access/authorization-store.ts';
import { outboxPruning } from '../../src/catalog/access/outbox.ts';
import { advisoryLocks } from '../../src/platform/db/advisory-locks.ts';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { prune } from '../../src/platform/db/pruner.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { unreachable } from '../../src/platform/errors.ts';
import { connectOpenFga, type OpenFga, type OpenFgaServer, type Tuple } from '../../src/platform/openfga/client.ts';
import { binding, role, userOf } from '../authz/world.ts';
import { startApp } from '../kit/app.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { pace } from '../kit/pace.ts';
import { beginning } from './writer.ts';

const storeName = `outbox ${randomUUID()}`;

let home: TestDatabase;
let database: Database;
let server: OpenFgaServer;
let grant: string;
let reported: string[];
beforeAll(async () => {
  home = await createTestDatabase();
  server = connectOpenFga({ apiUrl: inject('openfgaUrl'), token: inject('openfgaToken') });
  // Only its database is wanted: while it runs, it would apply what is to be left lying.
  const app = await startApp({ databaseUrl: home.url });
  const world = beginning + role('viewer', 'inv/sites.get') + binding('una-here', 'Site/here', 'viewer', userOf('una'));
  expect((await app.apply(world)).userErrors).toEqual([]);
  await app.close();
  database = createDatabase(home.url, { poolSize: 4 });
  const [row] = await database.rows<{ id: string }>(
    sql`select e.id from grant_edge e join scope s on s.id = e.scope_id where s.kind = 'Site'`,
  );
  grant = row?.id ?? '';
});
beforeEach(() => {
  reported = [];
});
afterAll(async () => {
  await database.close();
  await home.drop();
});

/** The worker of a replica; `write` stands in the way of its writes to OpenFGA. */
async function openWorker(write?: (openfga: OpenFga, change: Parameters<OpenFga['write']>[0]) => Promise<void>) {
  const own = createDatabase(home.url, { poolSize: 2 });
  const through: OpenFgaServer = {
    ...server,
    store: (...ids) => {
      const openfga = server.store(...ids);
      return write === undefined ? openfga : { ...openfga, write: (change) => write(openfga, change) };
    },
  };
  const report = (problem: unknown): void => void reported.push(String(problem));
  const store = await openAuthorizationStore({ database: own, server: through, storeName, report });
  return {
    ...store,
    close: async () => {
      await store.close();
      await own.close();
    },
  } satisfies AuthorizationStore;
}

/** Ends the connection of the worker that is just applying, as its death would. */
const killWorker = () =>
  database.rows(sql`
    select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = ${advisoryLocks.outbox} and granted
      and database = (select oid from pg_database where datname = current_database())`);

const open = async (): Promise<number> => {
  const [row] = await database.cells(sql`select count(*)::int from authz_outbox where applied_at is null`);
  return Number(row?.[0]);
};
const accessVersion = async (): Promise<bigint> =>
  BigInt(String((await database.cells(sql`select version from access_version`))[0]?.[0]));

const give = (count: number) =>
  database.execute(sql`
    insert into grant_assignee (grant_id, principal_kind, principal_id)
    select ${grant}::uuid, 'User', gen_random_uuid() from generate_series(1, ${count}::int)`);
const take = (count: number) =>
  database.execute(sql`
    delete from grant_assignee where grant_id = ${grant}::uuid and principal_id in (
      select principal_id from grant_assignee where grant_id = ${grant}::uuid
        and not exists (select from user_account u where u.id = principal_id) order by principal_id limit ${count}::int)`);

const deaths: Record<string, (openfga: OpenFga, change: Parameters<OpenFga['write']>[0]) => Promise<void>> = {
  'before OpenFGA is asked': async () => {
    await killWorker();
    throw new Error('dead');
  },
  'when OpenFGA has written, before that is noted': async (openfga, change) => {
    await openfga.write(change);
    await killWorker();
  },
  'when OpenFGA has written a part': async (openfga, { writes, deletes }) => {
    await openfga.write({ writes: writes.slice(100), deletes: deletes.slice(100) });
    await killWorker();
    throw new Error('dead');
  },
};

test.each(Object.entries(deaths))(
  'a worker dies %s: the next one does what is left, and nothing is done twice',
  async (_when, die) => {
    await give(250);
    await (await openWorker()).close();
    expect(await open()).toBe(0);
    // What is taken again before it was ever given, what is given, and what is taken: 450 operations on 350 tuples.
    await give(200);
    await take(150);
    await database.execute(sql`
    with again as (delete from grant_assignee where grant_id = ${grant}::uuid and principal_id in (
      select principal_id from grant_assignee where grant_id = ${grant}::uuid
        and not exists (select from user_account u where u.id = principal_id) limit 50) returning *)
    select count(*) from again`);
    const left = await open();
    expect(left).toBe(400);
    let nth = 0;
    const dying = await openWorker((openfga, change) => {
      nth++;
      return die(openfga, change);
    });
    expect(nth).toBeGreaterThan(0);
    expect(await open()).toBe(left);
    await dying.close();

    const before = await accessVersion();
    const next = await openWorker();
    expect(await open()).toBe(0);
    expect(await accessVersion()).toBe(before + 1n);
    expect(await next.verify()).toMatchObject({ missing: [], foreign: [], failed: [] });
    // Everything once more, from the beginning.
    await database.execute(sql`update authz_outbox set applied_at = null`);
    expect(await next.flush()).toBe(true);
    expect(await next.verify()).toMatchObject({ missing: [], foreign: [], failed: [] });
    await next.close();
  },
);

test('a worker that fails has ended all that it asked of OpenFGA before another one may go on', async () => {
  await give(4_000);
  let [begun, ended] = [0, 0];
  const failing = await openWorker(async (openfga, change) => {
    if (begun++ === 3) throw unreachable('AUTHORIZATION_UNREACHABLE');
    await pace(50);
    await openfga.write(change);
    ended++;
  });
  expect({ begun, ended: ended + 1 }).toEqual({ begun: 8, ended: begun });
  await failing.close();
  expect([begun, ended]).toEqual([8, 7]);
  await (await openWorker()).close();
  expect(await open()).toBe(0);
});

test('a tuple that OpenFGA refuses is put aside and reported, the others go on', async () => {
  const bad: Tuple = { object: `grant:${grant}`, relation: 'owner', user: 'principal:nobody' };
  await give(70);
  await database.execute(sql`
    insert into authz_outbox (order_key, operation, tuple) values (${`${bad.object}#owner`}, 'write', ${JSON.stringify(bad)}::jsonb)`);
  await give(70);
  const worker = await openWorker();
  const [row] = await database.rows(sql`
    select attempts, failed_at is not null as failed, last_error from authz_outbox where applied_at is null`);
  expect(row).toEqual({
    attempts: 1,
    failed: true,
    last_error: expect.stringContaining("relation 'grant#owner' not found"),
  });
  expect(reported).toEqual([expect.stringContaining("relation 'grant#owner' not found")]);
  expect(await worker.verify()).toMatchObject({ missing: [], foreign: [], failed: [bad] });
  await give(1);
  expect(await worker.flush()).toBe(true);
  expect(await open()).toBe(1);

  // A later operation on the tuple that goes through decides what becomes of it.
  await database.execute(sql`
    insert into authz_outbox (order_key, operation, tuple, applied_at)
    select order_key, 'delete', tuple, now() from authz_outbox where failed_at is not null`);
  expect(await worker.verify()).toMatchObject({ missing: [], foreign: [], failed: [] });
  await prune(database, outboxPruning);
  expect(await open()).toBe(0);
  await worker.close();
});
