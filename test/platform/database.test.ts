import { afterAll, beforeAll, expect, test } from 'vitest';
import { carrying } from '../../src/platform/carried.ts';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { UnavailableError } from '../../src/platform/errors.ts';
import { createTally, tallied } from '../../src/platform/tally.ts';
import { collectGarbage } from '../kit/collect.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { pace } from '../kit/pace.ts';

let home: TestDatabase;
let database: Database;
beforeAll(async () => {
  home = await createTestDatabase('empty');
  database = createDatabase(home.url, { poolSize: 2 });
  await database.execute(sql`create table thing (id int constraint thing_pkey primary key)`);
});
afterAll(async () => {
  await database.close();
  await home.drop();
});

test('64-bit numbers, instants, decimals and json come back exactly', async () => {
  const [row] = await database.cells(sql`select ${'9007199254740993'}::int8, ${'0.10'}::numeric,
    ${'2026-01-02T03:04:05.123456+02'}::timestamptz, ${'{"a":[1]}'}::jsonb, ${['x', null]}::text[], null::int8`);
  expect(row).toEqual([9007199254740993n, '0.10', '2026-01-02T01:04:05.123456Z', { a: [1] }, ['x', null], null]);
});

test.each([
  [[]],
  [['']],
  [['region', 'zone']],
  [['a.example.com/Thing-1', 'Ümlaut', '*']],
  [['NULL', 'null', 'x.null']],
  [[null, 'x']],
  [['a,b', '{}', '"', '\\', ' ', 'line\nline', '[1:2]={a,b}', '=']],
])('a list of texts comes back as it was: %j', async (list) => {
  expect(await database.cells(sql`select ${list}::text[]`)).toEqual([[list]]);
});

test('a list of lists of texts, and one that does not begin at 1, come back', async () => {
  const [row] = await database.cells(sql`select '{{a,b},{c,d}}'::text[], '[2:3]={a,b}'::text[]`);
  expect(row).toEqual([
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    ['a', 'b'],
  ]);
});

test('a transaction is kept as a whole or not at all', async () => {
  const failing = database.transaction(async (connection) => {
    await connection.execute(sql`insert into thing values (1)`);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await database.rows(sql`select id from thing`)).toEqual([]);
  await database.transaction((connection) => connection.execute(sql`insert into thing values (2), (3)`));
  expect(await database.rows(sql`select id from thing order by id`)).toEqual([{ id: 2 }, { id: 3 }]);
});

test('a transaction whose result says so is rolled back, and the result still comes back', async () => {
  const insert = (id: number, isKept: boolean) =>
    database.transaction(
      async (connection) => {
        await connection.execute(sql`insert into thing values (${id}::int)`);
        return { id, isKept };
      },
      { isKept: (result) => result.isKept },
    );
  expect(await insert(101, false)).toEqual({ id: 101, isKept: false });
  expect(await insert(102, true)).toEqual({ id: 102, isKept: true });
  expect(await database.cells(sql`select id from thing where id > 100`)).toEqual([[102]]);
});

test('observing tells the statements of the observed work, and of nothing else', async () => {
  const [one, two] = await Promise.all([
    tallied(() => database.rows(sql`select ${1}::int as n`)),
    tallied(async () => {
      await database.transaction((connection) => connection.rows(sql`select 2 as n`));
      return database.cells(sql`select 3`);
    }),
  ]);
  expect(one.statements.map((statement) => statement.sql)).toEqual(['select $1::int as n']);
  expect(two.statements.map((statement) => statement.sql)).toEqual(['select 2 as n', 'select 3']);
  expect(two.result).toEqual([[3]]);
});

test('a database that cannot be reached is unavailable, and may be tried again', async () => {
  const gone = createDatabase('postgres://catalog@127.0.0.1:1/nothing', { poolSize: 2 });
  await expect(gone.rows(sql`select 1`)).rejects.toThrow(UnavailableError);
  await expect(gone.transaction(() => Promise.resolve())).rejects.toThrow(UnavailableError);
  await gone.close();
});

test('who waits too long is told whether its own work or that of all is in the way', async () => {
  const small = createDatabase(home.url, { poolSize: 3, connectionsPerCaller: 2, waitMs: 50 });
  const as = <T>(caller: string, work: () => Promise<T>): Promise<T> => carrying({ caller }, work);
  const end = Promise.withResolvers<void>();
  const hold = (caller: string) => as(caller, () => small.transaction(() => end.promise));
  const select = () => small.cells(sql`select 1`);
  const held = [hold('ada'), hold('ada')];
  await expect(as('ada', select)).rejects.toMatchObject({
    code: 'RATE_LIMITED',
    data: { rule: 'TOO_MANY_CONNECTIONS', retryable: true, retryAfterSeconds: 1 },
  });
  expect(await as('bob', select)).toEqual([[1]]);
  expect(await select()).toEqual([[1]]);
  held.push(hold('bob'));
  for (const work of [() => as('bob', select), () => as('eve', select), select])
    await expect(work()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      data: { reason: 'NO_CONNECTION_FREE', retryable: true },
    });
  end.resolve();
  await Promise.all(held);
  expect(await as('ada', select)).toEqual([[1]]);
  await small.close();
});

test('connections that the server ends are replaced', async () => {
  const [row] = await database.cells(sql`select pg_backend_pid()`);
  const other = createDatabase(home.url, { poolSize: 1 });
  await other.rows(sql`select pg_terminate_backend(${row?.[0]})`);
  await expect.poll(() => database.cells(sql`select 1`).catch(() => undefined)).toEqual([[1]]);
  await other.close();
});

test.for(['idle', 'working', 'committing'])(
  'a connection lost in a transaction that is %s fails it as unavailable, and nothing else',
  async (state) => {
    const other = createDatabase(home.url, { poolSize: 1 });
    const lost = database.transaction(async (connection) => {
      const [row] = await connection.cells(sql`select pg_backend_pid()`);
      const end = sql`select pg_terminate_backend(${row?.[0]})`;
      await connection.execute(sql`insert into thing values (9)`);
      const ended = other.rows(end);
      if (state === 'working') await connection.rows(sql`select pg_sleep(5)`);
      await ended;
      if (state === 'idle') await pace(100);
    });
    await expect(lost).rejects.toThrow(UnavailableError);
    expect(await database.rows(sql`select id from thing where id = 9`)).toEqual([]);
    await other.close();
  },
);

test('a database that runs out of disk, memory or connections may be tried again', async () => {
  const full = sql`do $$ begin raise exception 'no space left on device' using errcode = '53100'; end $$`;
  const data = { reason: 'DATABASE_OUT_OF_RESOURCES', retryable: true };
  await expect(database.rows(full)).rejects.toMatchObject({ code: 'UNAVAILABLE', data });
});

test('a statement with many joins has few of them planned together, and none after it has', async () => {
  const alone = createDatabase(home.url, { poolSize: 1 });
  try {
    const limit = sql`select current_setting('join_collapse_limit')`;
    const own = await alone.cells(limit);
    const { statements } = await tallied(async () => {
      expect(await alone.cells(sql.manyJoins(limit))).toEqual([['3']]);
      expect(await alone.cells(sql.manyJoins(sql`${limit} where ${'x'} = 'y'`).with('x', 'y'))).toEqual([['3']]);
    });
    expect(statements).toHaveLength(2);
    expect(await alone.cells(limit)).toEqual(own);
    const failing = sql.manyJoins(sql`select 1 / ${0}::int`);
    await expect(alone.cells(failing)).rejects.toThrow('division by zero');
    expect(await alone.cells(limit)).toEqual(own);
    await expect(alone.transaction((connection) => connection.cells(failing))).rejects.toThrow('division by zero');
    expect(await alone.cells(limit)).toEqual(own);
  } finally {
    await alone.close();
  }
});

test('a statement that is planned for its values is never kept prepared, and gives the same', async () => {
  const alone = createDatabase(home.url, { poolSize: 1 });
  const asked = sql`select ${7}::int as lucky`;
  const keptOf = (name: string): Promise<unknown[][]> =>
    alone.cells(sql`select count(*)::int from pg_prepared_statements where statement like ${`%as ${name}`}`);
  try {
    expect(await alone.cells(sql.byValues(asked))).toEqual([[7]]);
    expect(await keptOf('lucky')).toEqual([[0]]);
    expect(await alone.cells(asked)).toEqual([[7]]);
    expect(await keptOf('lucky')).toEqual([[1]]);
  } finally {
    await alone.close();
  }
});

test('a connection lets go of what the work carried that opened it', async () => {
  const own = createDatabase(home.url, { poolSize: 1 });
  const carriedBy = async (): Promise<WeakRef<object>> => {
    const tally = createTally();
    await carrying({ tally }, () => own.cells(sql`select 1`));
    return new WeakRef(tally);
  };
  const tally = await carriedBy();
  await collectGarbage();
  expect([tally.deref(), own.pool.idleCount]).toEqual([undefined, 1]);
  await own.close();
});
