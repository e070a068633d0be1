import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog } from '../../src/app.ts';
import { accessSetPruning } from '../../src/catalog/access/access-sets.ts';
import { outboxPruning } from '../../src/catalog/access/outbox.ts';
import { historyPruning } from '../../src/catalog/history/prunings.ts';
import { prunings } from '../../src/catalog/prunings.ts';
import { clientRequestPruning } from '../../src/catalog/write/client-requests.ts';
import { heldNamePruning } from '../../src/catalog/write/held-names.ts';
import { endedIdentityPruning } from '../../src/domains/iam/index.ts';
import { advisoryLocks } from '../../src/platform/db/advisory-locks.ts';
import { prune } from '../../src/platform/db/pruner.ts';
import { type Sql, sql } from '../../src/platform/db/sql.ts';
import { startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const texts = async (statement: Sql): Promise<string[]> =>
  (await app.database.cells(statement)).map(([value]) => String(value));

/** Tables that are no kind's, with what keeps them from growing for ever. */
const notPruned: Readonly<Record<string, string>> = {
  _prisma_migrations: 'one row for each migration',
  access_version: 'one row',
  binding_target: 'rows go with the binding',
  cabled_port: 'rows go with the cable, the link or the circuit',
  change_head: 'one row',
  feed_progress: 'rows go with the consumer',
  field_owner: 'rows go with the object',
  grant_assignee: 'rows go with the binding or the membership',
  grant_edge: 'rows go with the binding or the membership',
  last_touched: 'one row for each kind, and for three tables beside them',
  permission: 'as many as the kinds and protected resources have; a relation is never used for another one',
  published_meter: 'what a published name means is kept for good',
  published_resource_type: 'what a published name means is kept for good',
  rack_unit_claim: 'rows go with the device',
  role_permission: 'rows go with the role',
  scope: 'rows go with the object',
  scope_closure: 'rows go with the scope',
  search_entry: 'rows go with the object',
  setting: 'a fixed number of rows',
};

test('every table belongs to a kind, is pruned, or cannot grow for ever', async () => {
  const kinds = catalog().kinds;
  const ofKinds = kinds.flatMap(({ table, leaves, statusReferences }) => [
    table,
    ...[...leaves, ...statusReferences.map(({ leaf }) => leaf)].flatMap(({ field }) =>
      field.type === 'refs' ? [field.table] : [],
    ),
  ]);
  const tables = await texts(sql`
    select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`);
  const days = { historyDays: 90, audit: { days: 400, partitionedBy: 'month' } } as const;
  const pruned = [...prunings(days), endedIdentityPruning(30)].flatMap((pruning) => pruning.tables);
  const known = new Set([...ofKinds, ...pruned, ...Object.keys(notPruned)]);
  expect(tables.filter((table) => !known.has(table))).toEqual([]);
  expect([...pruned, ...Object.keys(notPruned)].filter((table) => !tables.includes(table))).toEqual([]);
});

test('of the outbox go operations that were applied more than a day ago; failed ones stay', async () => {
  const rows = (age: string) => sql`
    insert into authz_outbox (order_key, operation, tuple, applied_at)
    select ${age}, 'delete', '{}', now() - ${age}::interval from generate_series(1, 6000)`;
  await app.database.execute(rows('25 hours'));
  await app.database.execute(rows('23 hours'));
  await app.database.execute(sql`
    insert into authz_outbox (order_key, operation, tuple, failed_at)
    values ('failed', 'delete', '{}', now() - interval '2 days')`);
  expect(await prune(app.database, outboxPruning)).toBe(6_000);
  const kept = await app.database.rows(sql`
    select order_key, count(*)::int as count from authz_outbox
    where order_key in ('25 hours', '23 hours', 'failed') group by order_key order by order_key`);
  expect(kept).toEqual([
    { order_key: '23 hours', count: 6_000 },
    { order_key: 'failed', count: 1 },
  ]);
});

test('of stored access go the sets of earlier access versions, once no statement can be using them', async () => {
  const present = BigInt((await texts(sql`select version from access_version`))[0] ?? '');
  const principal = randomUUID();
  const sets = [
    ['stale', present - 1n, '2 minutes'],
    ['just gone by', present - 2n, '1 second'],
    ['present', present, '2 days'],
  ] as const;
  const names = new Map<string, string>();
  for (const [name, position, age] of sets) {
    const id = randomUUID();
    names.set(id, name);
    await app.database.execute(sql`
      insert into access_set (id, principal_id, access_version, created_at)
      values (${id}, ${principal}, ${position}, now() - ${age}::interval)`);
    await app.database.execute(sql`
      insert into access_scope (set_id, slot, scope_id) select ${id}::uuid, 0, id from scope`);
  }
  expect(await prune(app.database, accessSetPruning)).toBe(1);
  const left = await texts(sql`select distinct set_id from access_scope`);
  expect(left.map((id) => names.get(id)).sort()).toEqual(['just gone by', 'present']);
});

test('of client requests go those that were answered more than a day ago', async () => {
  await app.database.execute(sql`
    insert into client_request (principal, request_id, input, outcome, at)
    select 'a', hours::text, '', '[]', now() - make_interval(hours => hours) from unnest(array[1, 23, 25, 100]) hours`);
  expect(await prune(app.database, clientRequestPruning)).toBe(2);
  expect(await texts(sql`select request_id from client_request order by request_id`)).toEqual(['1', '23']);
});

test('of ended identities go those of which no token can be left', async () => {
  await app.database.execute(sql`
    insert into ended_identity (issuer, subject, ended_at)
    select 'https://issuer.test', days::text, now() - make_interval(days => days) from unnest(array[1, 30, 32, 100]) days`);
  expect(await prune(app.database, endedIdentityPruning(30))).toBe(2);
  expect(await texts(sql`select subject from ended_identity order by ended_at`)).toEqual(['30', '1']);
});

test('of held names go those that are free again', async () => {
  await app.database.execute(sql`
    insert into held_name (kind, path, value, free_at)
    select 'Service', 'metadata.name', 's' || days, now() + make_interval(days => days) from unnest(array[-40, -1, 1, 30]) days`);
  expect(await prune(app.database, heldNamePruning)).toBe(2);
  expect(await texts(sql`select value from held_name order by value`)).toEqual(['s1', 's30']);
});

test('a name that is held anew while it is being pruned stays held', async () => {
  await app.database.execute(sql`
    insert into held_name (kind, path, value, free_at) values ('Service', 'metadata.name', 'again', now() - interval '1 day')`);
  await app.database.transaction(async (connection) => {
    await connection.execute(sql`update held_name set free_at = now() + interval '30 days' where value = 'again'`);
    expect(await prune(app.database, heldNamePruning)).toBe(0);
  });
  expect(await texts(sql`select value from held_name where value = 'again'`)).toEqual(['again']);
});

test('of history go scopes and transactions of which no change is left', async () => {
  const create = (name: string) =>
    app.apply(
      `{apiVersion: inventory.miloapis.com/v1alpha1, kind: Region, metadata: {name: ${name}}, spec: {displayName: R}}`,
    );
  for (const name of ['old-gone', 'old-here']) expect((await create(name)).userErrors).toEqual([]);
  const remove = (name: string) =>
    app.execute('mutation ($name: String!) { deleteRegion(input: {name: $name}) { userErrors { message } } }', {
      name,
    });
  expect((await remove('old-gone')).data.deleteRegion.userErrors).toEqual([]);
  await app.database.execute(sql`update change_set set at = at - interval '40 days'`);
  await create('new-gone');
  expect((await remove('new-gone')).data.deleteRegion.userErrors).toEqual([]);
  const former = sql`select count(*) from former_scope where kind = 'Region'`;
  expect(await texts(former)).toEqual(['2']);
  expect(await prune(app.database, historyPruning(30))).toBeGreaterThan(3);
  expect(await texts(former)).toEqual(['1']);
  const names = sql`select distinct name from change where kind = 'Region' order by name`;
  expect(await texts(names)).toEqual(['new-gone', 'old-here']);
  const empty = sql`select first_position from change_set s
    where not exists (select from change c where c.position between s.first_position and s.last_position)`;
  expect(await texts(empty)).toEqual([]);
  expect(await prune(app.database, historyPruning(30))).toBe(0);
});

test('while another replica prunes, nothing is done twice', async () => {
  await app.database.execute(sql`
    insert into client_request (principal, request_id, input, outcome, at)
    values ('b', 'old', '', '[]', now() - interval '2 days')`);
  await app.database.transaction(async (connection) => {
    await connection.rows(sql`select pg_advisory_xact_lock(${advisoryLocks.prune}::bigint)`);
    expect(await prune(app.database, clientRequestPruning)).toBe(0);
  });
  expect(await prune(app.database, clientRequestPruning)).toBe(1);
});
