import pg from 'pg';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { catalog } from '../../src/app.ts';
import type { Caller } from '../../src/catalog/access/caller.ts';
import { auditOrder, loadAuditRecords } from '../../src/catalog/history/audit-log.ts';
import { type AuditRetention, auditPruning, prepareAuditPartitions } from '../../src/catalog/history/prunings.ts';
import { keyset } from '../../src/catalog/read/paged-list.ts';
import { createDatabase, type Database, type Queryable } from '../../src/platform/db/database.ts';
import { prune } from '../../src/platform/db/pruner.ts';
import { type Sql, sql } from '../../src/platform/db/sql.ts';
import { accessBelow } from '../kit/access.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { holdTransaction } from '../kit/held-transaction.ts';

let home: TestDatabase | undefined;
let database: Database;
const close = async (): Promise<void> => {
  await database?.close();
  await home?.drop();
};

/** Who made the requests of the records. */
const ann: Caller = {
  kind: 'User',
  name: 'ann',
  principalId: '00000000-0000-7000-8000-000000000001',
  issuer: 'https://issuer.example',
  subject: 'ann',
};
const addRecords = (names: readonly string[], times: Sql) => sql`
  insert into audit_record (id, request_id, outcome, received_at, completed_at, actor, actor_id, actor_name, verb, is_read)
  select uuidv7(), n, 'SUCCESS', t, now(), '{}', ${ann.principalId}::uuid, 'ann', 'x', n = 'r2' from unnest(${names}::text[], ${times}) r (n, t)`;

/** A log with records of three months of 2024, two of them at the same instant, and of days before today. */
beforeEach(async () => {
  await close();
  home = await createTestDatabase();
  database = createDatabase(home.url, { poolSize: 4 });
  const old = ['2024-01-31 23:59:59.999999Z', '2024-02-01 00:00Z', '2024-02-01 00:00Z', '2024-03-10 12:00Z'];
  await database.execute(addRecords(['r1', 'r2', 'r3', 'r4'], sql`${old}::timestamptz[]`));
  const recent = sql`array[now() - interval '100 days', now() - interval '33 days', now() - interval '30 days', now()]`;
  await database.execute(addRecords(['r5', 'r6', 'r7', 'r8'], recent));
});
afterAll(close);

const kept = (days: number, partitionedBy: AuditRetention['partitionedBy'] = 'day') =>
  auditPruning({ days, partitionedBy });

/** The names of the records, oldest first; of one partition or of all. */
const left = async (table = 'audit_record'): Promise<string> => {
  const rows = await database.rows<{ id: string }>(
    sql`select request_id as id from ${sql.ident(table)} order by received_at, request_id`,
  );
  return rows.map(({ id }) => id).join(' ');
};
const partitions = async (): Promise<string[]> => {
  const rows = await database.cells(sql`select substr(name, 14) from audit_record_partitions() order by period`);
  return rows.map(([name]) => String(name));
};
const all = 'r1 r2 r3 r4 r5 r6 r7 r8';

test('partitions are made ahead, once, by however many replicas', async () => {
  const before = await partitions();
  const [row] = await database.cells(sql`select (date_trunc('month', now(), 'UTC') + interval '9 months')::text`);
  const prepare = () => prepareAuditPartitions(database, 'month', String(row?.[0]));
  expect((await Promise.all([prepare(), prepare(), prepare(), prepare()])).filter((made) => made > 0)).toHaveLength(1);
  const ahead = (await partitions()).filter((name) => !before.includes(name) && !/^2024/.test(name));
  expect(ahead.length).toBeGreaterThanOrEqual(6); // Some were there from the start of the service.
  expect(ahead.every((name) => name.endsWith('01'))).toBe(true);
  expect([await prepare(), await prepareAuditPartitions(database, 'month')]).toEqual([0, 0]);
});

test('a record of a time without a partition is kept, and moved to the partition when that is made', async () => {
  expect(await left('audit_record_default')).toMatch(/^r1 r2 r3 r4 r5 r6/);
  await prepareAuditPartitions(database, 'month');
  expect((await partitions()).slice(0, 3)).toEqual(['20240101', '20240201', '20240301']);
  expect(await left('audit_record_20240101')).toBe('r1');
  expect(await left('audit_record_20240201')).toBe('r2 r3');
  expect(await left('audit_record_default')).toBe('');
  await database.execute(addRecords(['late'], sql`array['2023-07-04'::timestamptz]`));
  expect(await left('audit_record_default')).toBe('late');
  expect(await prepareAuditPartitions(database, 'month')).toBe(1);
  expect(await left('audit_record_20230701')).toBe('late');
  expect(await left()).toBe(`late ${all}`);
});

test('a record that is written while its partition is made gets there', async () => {
  const made = await holdTransaction(home?.url ?? '', (connection) => prepareAuditPartitions(connection, 'month'));
  const written = database.execute(addRecords(['meanwhile'], sql`array['2024-03-20'::timestamptz]`));
  await made.untilWaitedFor();
  await made.commit();
  expect(await written).toBe(1);
  expect(await left('audit_record_20240301')).toBe('r4 meanwhile');
});

test('partitions of another length are made only where there are none', async () => {
  await prepareAuditPartitions(database, 'week');
  const weeks = await partitions();
  expect(weeks.slice(0, 2)).toEqual(['20240129', '20240304']);
  expect(await prepareAuditPartitions(database, 'week')).toBe(0);
  await database.execute(addRecords(['r0', 'r9'], sql`array['2024-01-05'::timestamptz, '2024-02-07']`));
  await prepareAuditPartitions(database, 'month');
  // What January and February had left: 1 to 28 January; 5 to 29 February and then 1 to 3 March, which nothing asked for.
  expect((await partitions()).filter((name) => name < '20240310')).toEqual([
    '20240101',
    '20240129',
    '20240205',
    '20240304',
  ]);
  expect(await left('audit_record_default')).toBe('');
});

test('partitions whose records are all older than is kept are dropped, and no others', async () => {
  const rows = async (): Promise<unknown> =>
    (await database.cells(sql`select count(*)::int from audit_record`))[0]?.[0];
  expect(await prune(database, kept(400, 'month'))).toBe(3);
  expect(await left()).toBe('r5 r6 r7 r8');
  expect(await prune(database, kept(400, 'month'))).toBe(0);
  expect(await rows()).toBe(4);
});

test('days in partitions of their own are kept to the day', async () => {
  expect(await prune(database, kept(31))).toBe(5);
  expect(await left()).toBe('r7 r8');
});

test('nothing younger than 31 days is forgotten, however it is asked for', async () => {
  for (const days of [30, 0, -1]) {
    await expect(prune(database, kept(days))).rejects.toThrow('cannot be changed');
  }
  expect(await left()).toBe(all);
});

test('a record is never changed or picked out, and the log never emptied, in whatever partition it is', async () => {
  await prepareAuditPartitions(database, 'month');
  for (const change of [
    "update audit_record set verb = 'y'",
    "update audit_record set received_at = now() - interval '900 days' where request_id = 'r8'",
    'update audit_record set verb = verb where false',
    'delete from audit_record',
    "delete from audit_record where request_id = 'r1'",
    'truncate audit_record',
    'truncate audit_record cascade',
    "insert into audit_record select * from audit_record where request_id = 'r1' on conflict (id, received_at) do update set verb = 'y'",
    "merge into audit_record a using (select 1) s on a.request_id = 'r8' when matched then delete",
    'delete from audit_record_20240101',
    "update audit_record_20240101 set verb = 'y'",
    'truncate audit_record_20240101',
    'delete from audit_record_default',
    'truncate audit_record_default',
  ]) {
    await expect(database.pool.query(change), change).rejects.toThrow('cannot be changed');
  }
  expect(await left()).toBe(all);
});

test('replicas that prune at the same time drop each partition once, and nothing else', async () => {
  await prepareAuditPartitions(database, 'month');
  const counts = await Promise.all(Array.from({ length: 4 }, () => prune(database, kept(400, 'month'))));
  expect(counts.reduce((sum, count) => sum + count)).toBe(3);
  expect(await left()).toBe('r5 r6 r7 r8');
});

test('while somebody reads the log its partitions stay, and writers go on', async () => {
  await prepareAuditPartitions(database, 'month');
  const reader = await holdTransaction(home?.url ?? '', (connection) =>
    connection.rows(sql`select count(*) from audit_record`),
  );
  const dropped = prune(database, kept(400, 'month'));
  const writes = Array.from({ length: 20 }, (_, at) => database.execute(addRecords([`w${at}`], sql`array[now()]`)));
  await expect(dropped).rejects.toThrow('lock timeout');
  expect(await Promise.all(writes)).toEqual(Array.from({ length: 20 }, () => 1));
  expect((await partitions()).slice(0, 3)).toEqual(['20240101', '20240201', '20240301']);
  await reader.commit();
  expect(await prune(database, kept(400, 'month'))).toBe(3);
  expect(await database.cells(sql`select count(*)::int from audit_record`)).toEqual([[24]]);
});

test('a list that is bounded in time, or begins at a cursor, reads no partition but those it needs', async () => {
  await prepareAuditPartitions(database, 'month');
  const reader = { caller: ann, access: accessBelow([]) };
  const read = async (filter: { from?: string; to?: string }, page = keyset(auditOrder, undefined, 10)) => {
    const plans: string[] = [];
    const explaining: Queryable = {
      ...database,
      cells: async (statement) => {
        plans.push(JSON.stringify(await database.rows(sql`explain (format json) ${statement}`)));
        return database.cells(statement);
      },
    };
    const found = await loadAuditRecords(catalog(), explaining, reader, { reads: 'INCLUDED', ...filter }, page);
    const named = new Set(plans.join().match(/audit_record_(default|20\d{6})(?=")/g));
    return { records: found.map(({ requestId }) => requestId).join(' '), partitions: [...named].sort() };
  };
  expect(await read({ from: '2024-01-15T00:00Z', to: '2024-02-15T00:00Z' })).toEqual({
    records: 'r3 r2 r1',
    partitions: ['audit_record_20240101', 'audit_record_20240201'],
  });
  const behind = keyset(auditOrder, ['2024-01-31T23:59:59.999999Z', 'ffffffff-ffff-7fff-8fff-ffffffffffff'], 10);
  expect(await read({}, behind)).toEqual({
    records: 'r1',
    partitions: ['audit_record_20240101', 'audit_record_default'],
  });
});

test('a role of its own that may add records makes and drops partitions only through the functions it was given', async () => {
  const role = `auditor_${process.pid}_${Date.now()}`;
  await prepareAuditPartitions(database, 'month');
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
      'drop table audit_record_20240101',
      'alter table audit_record detach partition audit_record_20240101',
      'alter table audit_record disable trigger all',
      'select audit_record_forget(400)',
      "select audit_record_prepare('month', now())",
    ]) {
      await expect(client.query(forbidden), forbidden).rejects.toMatchObject({ code: '42501' });
    }
    await database.pool.query(
      `grant execute on function audit_record_forget(int), audit_record_prepare(text, timestamptz) to ${role}`,
    );
    expect((await client.query('select audit_record_forget(400) as gone')).rows).toEqual([
      { gone: 'audit_record_20240101' },
    ]);
    await expect(client.query('select audit_record_forget(1)')).rejects.toThrow('cannot be changed');
    await client.query("select audit_record_prepare('month', now() + interval '8 months')");
  } finally {
    await client.end();
    await database.pool.query(`drop owned by ${role}; drop role ${role}`);
  }
  expect(await left()).toBe('r2 r3 r4 r5 r6 r7 r8');
});
