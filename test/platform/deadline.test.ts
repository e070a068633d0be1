import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { apartFromRequest, currentDeadline, withDeadline } from '../../src/platform/deadline.ts';
import { LazyAbort } from '../../src/platform/lazy-abort.ts';
import { tallied } from '../../src/platform/tally.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

let home: TestDatabase;
let database: Database;
let observer: Database;
beforeAll(async () => {
  home = await createTestDatabase('empty');
  database = createDatabase(home.url, { poolSize: 1, preparedStatements: 4 });
  observer = createDatabase(home.url, { poolSize: 1 });
  await database.execute(sql`create table thing (id int primary key)`);
});
afterAll(async () => {
  await database.close();
  await observer.close();
  await home.drop();
});

const forever = sql`select pg_sleep(3600)`;
const isRunning = async (): Promise<boolean> => {
  const [row] = await observer.cells(
    sql`select exists (select from pg_stat_activity where state = 'active' and query = ${forever.text})`,
  );
  return row?.[0] === true;
};

test('a statement for which nobody waits any more is ended, and its connection goes on', async () => {
  const gone = new LazyAbort();
  const asked = withDeadline(gone, () => database.rows(forever));
  await expect.poll(isRunning).toBe(true);
  gone.abort();
  await expect(asked).rejects.toMatchObject({ code: 'UNAVAILABLE', data: { reason: 'CLIENT_GONE' } });
  // It is the one connection: what is answered on it comes after the end of the statement.
  expect(await database.cells(sql`select 1`)).toEqual([[1]]);
  expect(await isRunning()).toBe(false);
});

test('an operation whose time is over is ended, what it wrote is undone, and nothing else of it begins', async () => {
  const asked = withDeadline(undefined, () => {
    currentDeadline()?.endAfter(50);
    return database.transaction(async (connection) => {
      await connection.execute(sql`insert into thing values (1)`);
      await connection.rows(forever).catch(() => undefined);
      await connection.execute(sql`insert into thing values (2)`);
    });
  });
  await expect(asked).rejects.toMatchObject({
    message: 'the operation took longer than 0.05 s and was ended; ask for less at once',
    data: { reason: 'DEADLINE_EXCEEDED', retryable: false },
  });
  expect(await database.cells(sql`select id from thing`)).toEqual([]);
});

const ending = { poolSize: 1, statementMs: 60_000, graceMs: 100 - 60_000 };

test('PostgreSQL ends a statement by itself when the service does not (E9)', async () => {
  const own = createDatabase(home.url, ending);
  await expect(own.rows(forever)).rejects.toMatchObject({ code: 'UNAVAILABLE', data: { retryable: true } });
  await expect.poll(isRunning).toBe(false);
  expect(await own.cells(sql`select 1`)).toEqual([[1]]);
  await own.close();
});

test('and a transaction of a request, whether it does something or only holds its locks', async () => {
  const own = createDatabase(home.url, ending);
  const held = (work: () => Promise<unknown>) =>
    withDeadline(undefined, () => {
      currentDeadline()?.endAfter(60_000);
      return own.transaction(async (connection) => {
        await connection.execute(sql`insert into thing values (3)`);
        await work();
        return connection.rows(forever);
      });
    });
  const isHolding = async () =>
    observer.cells(
      sql`select count(*)::int from pg_locks where relation = 'thing'::regclass and mode = 'RowExclusiveLock'`,
    );
  await expect(held(async () => undefined)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(held(() => expect.poll(isHolding).toEqual([[0]]))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect.poll(isRunning).toBe(false);
  expect(await own.cells(sql`select id from thing`)).toEqual([]);
  await own.close();
});

test('a transaction of the service itself may take as long as it needs', async () => {
  const own = createDatabase(home.url, ending);
  const [row] = await own.transaction((connection) => connection.cells(sql`select 1 from pg_sleep(0.2)`));
  expect(row).toEqual([1]);
  await own.close();
});

test('whoever has gone before a connection is free gets none', async () => {
  const gone = new LazyAbort();
  gone.abort();
  const { statements } = await tallied(() =>
    withDeadline(gone, () => database.rows(sql`select 1`)).catch(() => undefined),
  );
  expect(statements).toEqual([]);
});

test('what others wait for too goes on', async () => {
  const gone = new LazyAbort();
  const shared = withDeadline(gone, () => {
    const work = apartFromRequest(() => database.cells(sql`select 7 from pg_sleep(0.05)`));
    gone.abort();
    return work;
  });
  expect(await shared).toEqual([[7]]);
});

test('a connection keeps the statements prepared that were used last, and forgets the others (E8)', async () => {
  const ask = (number: number) => database.cells(sql`select ${sql.raw(String(number))}::int`);
  for (const number of [1, 2, 3, 4, 1, 5, 6]) expect(await ask(number)).toEqual([[number]]);
  // A statement that the server refuses was never prepared, and is forgotten without a word.
  await expect(database.cells(sql`select nothing from nowhere`)).rejects.toThrow('nowhere');
  for (const number of [1, 7, 8, 9, 10]) expect(await ask(number)).toEqual([[number]]);
  const kept = await database.rows<{ statement: string }>(
    sql`select statement from pg_prepared_statements where statement like 'select _::int' or statement like 'select __::int'
        order by statement`,
  );
  expect(kept.map(({ statement }) => statement)).toEqual([
    'select 10::int',
    'select 7::int',
    'select 8::int',
    'select 9::int',
  ]);
});

test('a text that is very long is not kept (E8)', async () => {
  const [row] = await database.cells(sql`select ${sql.raw(`'${'x'.repeat(40_000)}'`)}`);
  expect(row?.[0]).toHaveLength(40_000);
  const long = await database.rows(sql`select from pg_prepared_statements where length(statement) > 30000`);
  expect(long).toEqual([]);
});
