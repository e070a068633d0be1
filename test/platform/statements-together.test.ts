import type { EventEmitter } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { carrying } from '../../src/platform/carried.ts';
import { createDatabase, type Database, type DatabaseOptions } from '../../src/platform/db/database.ts';
import type { RowSet } from '../../src/platform/db/row-set.ts';
import { type Sql, sql } from '../../src/platform/db/sql.ts';
import { withDeadline } from '../../src/platform/deadline.ts';
import { LazyAbort } from '../../src/platform/lazy-abort.ts';
import { tallied } from '../../src/platform/tally.ts';
import { random } from '../authz/random-world.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

/* Statements that are known to be quick go out together when they are asked for in one turn. */

let home: TestDatabase;
let observer: Database;
beforeAll(async () => {
  home = await createTestDatabase('empty');
  observer = createDatabase(home.url, { poolSize: 1 });
});
afterAll(async () => {
  await observer.close();
  await home.drop();
});

interface Counted extends Database {
  /** Runs `work` and counts how often a server was heard to be done with what it was asked. */
  answersDuring(work: () => Promise<unknown>): Promise<number>;
}

function open(options: Partial<DatabaseOptions> = {}): Counted {
  const database = createDatabase(home.url, { poolSize: 10, ...options });
  let answers = 0;
  database.pool.on('connect', (client) => {
    const { connection } = client as unknown as { connection: EventEmitter };
    connection.on('readyForQuery', () => answers++);
  });
  return {
    ...database,
    answersDuring: async (work) => {
      const before = answers;
      await work();
      return answers - before;
    },
  };
}

const textsOf = (rows: RowSet): (string | null)[] =>
  Array.from({ length: rows.length }, (_, row) => {
    rows.goTo(row);
    return rows.text(0);
  });
const ask = async (database: Database, statement: Sql): Promise<(string | null)[]> =>
  textsOf(await database.rowSet(statement));
const asking = (database: Database, statements: readonly Sql[]) => () =>
  Promise.all(statements.map((statement) => ask(database, statement)));

/** Asks for quick ones until eight of them go out as two: the first at once, and seven that are there when the turn is over. */
const learn = (database: Counted, quick: Sql): Promise<void> =>
  expect
    .poll(
      () =>
        database.answersDuring(
          asking(
            database,
            Array.from({ length: 8 }, () => quick),
          ),
        ),
      {
        interval: 1,
        timeout: 30_000,
      },
    )
    .toBe(2);

const named = (name: string): Sql => sql`select ${name}::text`;
/** Gives a name after some seconds, and fails when the number is none. */
const late = (seconds: number, name: string): Sql => sql`select ${name}::text from pg_sleep(${seconds}::float8 / 1)`;
const divided = (by: number, name: string): Sql => sql`select ${name}::text where 1 / ${by}::int < 2`;

test('each gets its own rows, and counts as one statement of whoever asked', async () => {
  const database = open();
  await learn(database, named('x'));
  const names = Array.from({ length: 20 }, (_, index) => `n${index}`);
  const all = await Promise.all(names.map((name) => tallied(() => ask(database, named(name)))));
  expect(all.map(({ result }) => result)).toEqual(names.map((name) => [name]));
  expect(all.map(({ statements, rows }) => [statements.length, rows])).toEqual(names.map(() => [1, 1]));
  await database.close();
});

test('what was never asked before, and what is planned for its values, goes out by itself', async () => {
  const database = open();
  await learn(database, named('x'));
  const others = Array.from({ length: 3 }, (_, index) => sql`select ${sql.raw(String(index))}`);
  expect(await database.answersDuring(asking(database, others))).toBe(3);
  const byValues = Array.from({ length: 3 }, () => sql.byValues(named('x')));
  expect(await database.answersDuring(asking(database, byValues))).toBe(3);
  await database.close();
});

test('one that fails has its error; those before it are answered, and those behind it asked again by themselves', async () => {
  const database = open();
  await learn(database, divided(1, 'x'));
  const settled = await Promise.all(
    [1, 1, 1, 0, 1, 1].map(async (by, index) => {
      const { result, statements } = await tallied(() =>
        ask(database, divided(by, `n${index}`)).catch((error: unknown) => String(error)),
      );
      return [result, statements.length];
    }),
  );
  expect(settled).toEqual([
    [['n0'], 1],
    [['n1'], 1],
    [['n2'], 1],
    ['error: division by zero', 1],
    [['n4'], 1],
    [['n5'], 1],
  ]);
  // It has to show anew that it is quick.
  expect(await database.answersDuring(asking(database, [divided(1, 'a'), divided(1, 'b'), divided(1, 'c')]))).toBe(3);
  await database.close();
});

test('what cannot be sent fails alone, and leaves no place taken', async () => {
  const database = open({ poolSize: 2, waitMs: 1_000 });
  await expect
    .poll(() => database.answersDuring(asking(database, [named('a'), named('b'), named('c')])), { interval: 1 })
    .toBeLessThan(3);
  const broken = sql`select ${{ toJSON: () => JSON.parse('{') as unknown }}::text`;
  for (let time = 0; time < 4; time++) await expect(database.rowSet(broken)).rejects.toThrow('JSON');
  expect(await asking(database, [named('a'), named('b')])()).toEqual([['a'], ['b']]);
  await database.close();
});

const isSleeping = async (): Promise<boolean> => {
  const [row] = await observer.cells(
    sql`select exists (select from pg_stat_activity where state = 'active' and query = ${late(0, '').text})`,
  );
  return row?.[0] === true;
};

test('who leaves is told at once, and the others are answered', async () => {
  const database = open();
  await learn(database, late(0, 'x'));
  const gone = new LazyAbort();
  const first = ask(database, late(0, 'first'));
  const leaving = withDeadline(gone, () => ask(database, late(0, 'leaving')));
  const staying = withDeadline(new LazyAbort(), () => ask(database, late(0.5, 'staying')));
  const behind = ask(database, late(0, 'behind'));
  let isOver = false;
  const over = staying.then(() => {
    isOver = true;
  });
  await expect.poll(isSleeping).toBe(true);
  gone.abort();
  await leaving.catch(() => undefined); // It may have been answered before.
  expect(isOver).toBe(false);
  expect(await Promise.all([first, staying, behind])).toEqual([['first'], ['staying'], ['behind']]);
  await over;
  await database.close();
});

test('the server is asked to cancel when all have left', async () => {
  const database = open({ poolSize: 3 });
  await expect
    .poll(() => database.answersDuring(asking(database, [late(0, 'a'), late(0, 'b'), late(0, 'c')])), { interval: 1 })
    .toBe(2);
  // The first goes out by itself; the other two are one request's.
  const gone = [new LazyAbort(), new LazyAbort()] as const;
  const told = Promise.allSettled([
    withDeadline(gone[0], () => ask(database, late(3_600, 'x'))),
    withDeadline(gone[1], asking(database, [late(3_600, 'y'), late(3_600, 'z')])),
  ]);
  await expect.poll(isSleeping).toBe(true);
  for (const leaves of gone) leaves.abort();
  for (const one of await told)
    expect(one).toMatchObject({ reason: { code: 'UNAVAILABLE', data: { reason: 'CLIENT_GONE' } } });
  await expect.poll(isSleeping).toBe(false);
  expect(await asking(database, [late(0, 'a'), late(0, 'b'), late(0, 'c')])()).toEqual([['a'], ['b'], ['c']]);
  await database.close();
});

test('PostgreSQL ends one that takes too long; each has all of the time', async () => {
  const database = open({ statementMs: 60_000, graceMs: 400 - 60_000 });
  await learn(database, late(0, 'x'));
  const seconds = [0, 0.25, 0.25, 3_600, 0];
  const settled = await Promise.allSettled(seconds.map((wait, index) => ask(database, late(wait, `n${index}`))));
  expect(settled).toMatchObject([
    { value: ['n0'] },
    { value: ['n1'] },
    { value: ['n2'] },
    { reason: { code: 'UNAVAILABLE', data: { reason: 'STATEMENT_TOO_LONG' } } },
    { value: ['n4'] },
  ]);
  await database.close();
});

test('a connection that is lost fails one of them at most; the others are asked again', async () => {
  const database = open();
  await learn(database, late(0, 'x'));
  const asked = [0, 0.5, 0, 0].map((wait, index) => ask(database, late(wait, `n${index}`)));
  const told = Promise.allSettled(asked);
  await expect.poll(isSleeping).toBe(true);
  await observer.cells(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where state = 'active' and query = ${late(0, '').text}`,
  );
  expect(await told).toMatchObject([
    { value: ['n0'] },
    { reason: { code: 'UNAVAILABLE', data: { reason: 'DATABASE_UNREACHABLE' } } },
    { value: ['n2'] },
    { value: ['n3'] },
  ]);
  await database.close();
});

test('nobody has more under way than connections', async () => {
  const database = open({ connectionsPerCaller: 2 });
  const as = (caller: string) => (work: () => Promise<unknown>) => carrying({ caller }, work);
  await learn(database, named('x'));
  const six = asking(database, ['a', 'b', 'c', 'd', 'e', 'f'].map(named));
  // One at once and one when the turn is over, or two together; then what has waited, two at a time.
  expect(await database.answersDuring(() => as('ada')(six))).toBeGreaterThanOrEqual(3);
  expect(await database.answersDuring(() => Promise.all([as('ada')(six), as('bob')(six)]))).toBeGreaterThanOrEqual(3);
  await database.close();
});

test.for([6, 256])(
  'whatever is asked together gives what it gives alone, with %i statements prepared',
  async (most) => {
    const next = random(5);
    const database = open({ poolSize: 4, preparedStatements: most });
    const makers: ((name: string) => readonly [Sql, unknown])[] = [
      (name) => [named(name), [name]],
      (name) => [sql`select ${name}::text || g from generate_series(1, 3) g`, [1, 2, 3].map((g) => `${name}${g}`)],
      (name) => [sql`select ${name}::text where false`, []],
      (name) => [sql`select nullif(${name}::text, ${name})`, [null]],
      (name) => [sql`select repeat(${name}::text, 30000)`, [name.repeat(30_000)]],
      (name) => [divided(1, name), [name]],
      (name) => [divided(0, name), 'error: division by zero'],
      (name) => [sql`select ${name}::int::text`, `error: invalid input syntax for type integer: "${name}"`],
    ];
    let messages = 0;
    const ROUNDS = 150;
    for (let round = 0; round < ROUNDS; round++) {
      const some = Array.from({ length: 8 }, (_, index) => {
        const at = next() < 0.02 ? 6 + Math.floor(next() * 2) : Math.floor(next() * 6);
        return makers[at]?.(`r${round}.${index}`) ?? ([named('x'), ['x']] as const);
      });
      messages += await database.answersDuring(async () => {
        const got = await Promise.all(
          some.map(([statement]) => ask(database, statement).catch((error) => String(error))),
        );
        expect(got).toEqual(some.map(([, expected]) => expected));
      });
    }
    // With few prepared most go by themselves, and those that make way are told of as well.
    if (most > makers.length) expect(messages).toBeLessThan(8 * ROUNDS);
    await database.close();
  },
);
