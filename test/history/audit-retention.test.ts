import pg from 'pg';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { auditPruning } from '../../src/catalog/history/prunings.ts';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { prune } from '../../src/platform/db/pruner.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

let home: TestDatabase | undefined;
let database: Database;
const close = async (): Promise<void> => {
  await database?.close();
  await home?.drop();
};
/** A log with a record for each of so many days ago, two of them at the same instant. */
beforeEach(async () => {
  await close();
  home = await createTestDatabase();
  database = createDatabase(home.url, { poolSize: 4 });
  await database.execute(sql`
    insert into audit_record (id, request_id, outcome, received_at, completed_at, actor, actor_name, verb, is_read)
    select uuidv7(), 'r' || n, 'SUCCESS', now() - make_interval(days => d), now(), '{}', case when n % 2 = 0 then 'a' else 'b' end, 'x', n = 2
    from unnest(array[500, 450, 450, 399, 100, 32, 30, 10, 0]) with ordinality t (d, n)`);
});
afterAll(close);

const left = async (): Promise<string> => {
  const rows = await database.rows<{ id: string }>(
    sql`select request_id as id from audit_record order by received_at, id`,
  );
  return rows.map(({ id }) => id).join(' ');
};
const all = 'r1 r2 r3 r4 r5 r6 r7 r8 r9';

test('records older than is kept are forgotten, of reads as well, and no other', async () => {
  expect(await prune(database, auditPruning(400))).toBe(3);
  expect(await left()).toBe('r4 r5 r6 r7 r8 r9');
  expect(await prune(database, auditPruning(400))).toBe(0);
  expect(await prune(database, auditPruning(31))).toBe(3);
  expect(await left()).toBe('r7 r8 r9');
});

test('nothing younger than 31 days is forgotten, however it is asked for', async () => {
  for (const days of [30, 0, -1]) {
    await expect(prune(database, auditPruning(days))).rejects.toThrow('cannot be changed');
  }
  await expect(database.execute(sql`delete from audit_record`)).rejects.toThrow('cannot be changed');
  expect(await left()).toBe(all);
});

test('of old records none can be picked out: only the oldest go, all of them', async () => {
  for (const which of [
    "actor_name = 'a'",
    "request_id = 'r2'",
    "request_id in ('r1', 'r3', 'r4')",
    "not is_read and received_at < now() - interval '400 days'",
  ]) {
    const picked = database.execute(sql`delete from audit_record where ${sql.raw(which)}`);
    await expect(picked, which).rejects.toThrow('cannot be changed');
  }
  expect(await left()).toBe(all);
});

test('a record is never changed, and the log never emptied', async () => {
  for (const change of [
    "update audit_record set verb = 'y'",
    "update audit_record set received_at = now() - interval '900 days' where request_id = 'r9'",
    'update audit_record set verb = verb where false',
    'truncate audit_record',
    'truncate audit_record cascade',
    "insert into audit_record select * from audit_record where request_id = 'r1' on conflict (id) do update set verb = 'y'",
    "merge into audit_record a using (select 1) s on a.request_id = 'r9' when matched then delete",
  ]) {
    await expect(database.pool.query(change), change).rejects.toThrow('cannot be changed');
  }
  expect(await left()).toBe(all);
});

test('replicas that prune at the same time forget each record once, and nothing else', async () => {
  const counts = await Promise.all(Array.from({ length: 4 }, () => prune(database, auditPruning(31))));
  expect(counts.reduce((sum, count) => sum + count)).toBe(6);
  expect(await left()).toBe('r7 r8 r9');
});

test('a role of its own that may add records can forget old ones only through the function that it was given', async () => {
  const role = `auditor_${process.pid}_${Date.now()}`;
  await database.pool.query(`create role ${role} login password 'x'`);
  await database.pool.query(`grant select, insert on audit_record to ${role}`);
  const url = new URL(home?.url ?? '');
  url.username = role;
  url.password = 'x';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    for (const forbidden of [
      "delete from audit_record where request_id = 'r1'",
      "update audit_record set verb = 'y'",
      'truncate audit_record',
      'alter table audit_record disable trigger all',
      'select audit_record_forget(400, 10)',
    ]) {
      await expect(client.query(forbidden), forbidden).rejects.toMatchObject({ code: '42501' });
    }
    await database.pool.query(`grant execute on function audit_record_forget(int, int) to ${role}`);
    expect((await client.query('select audit_record_forget(400, 2) as gone')).rows).toEqual([{ gone: 2 }]);
    await expect(client.query('select audit_record_forget(1, 100)')).rejects.toThrow('cannot be changed');
  } finally {
    await client.end();
    await database.pool.query(`drop owned by ${role}; drop role ${role}`);
  }
  expect(await left()).toMatch(/^r[23] r4/);
});
