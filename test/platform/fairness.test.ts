import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { createSharedSlices, type SharedSlices } from '../../src/platform/time-slices.ts';
import { defectsIn, exampleWorld, noLimits, startApp, type TestApp } from '../kit/app.ts';
import { doors } from '../kit/doors.ts';
import { overEvents, overWebSocket } from '../kit/streams.ts';

/** Who had turns of the event loop, in their order, and how many others had one while somebody waited. */
function countedSlices() {
  const order: string[] = [];
  const foreign = new Map<string, number[]>();
  const shared = createSharedSlices(-1); // Whoever asks for the next slice waits for it.
  const slices: SharedSlices = {
    of: (caller) => {
      const own = shared.of(caller);
      let last = 0;
      return {
        next: () => {
          const asked = order.length;
          return own.next()?.then(() => {
            // The parts of an operation wait for each other.
            const between = order.slice(Math.max(asked, last)).filter((other) => other !== caller).length;
            foreign.set(caller, [...(foreign.get(caller) ?? []), between]);
            last = order.push(caller);
          });
        },
      };
    },
  };
  return { slices, order, foreign };
}
const counted = countedSlices();

const POOL = 6;
const EACH = 3;
let app: TestApp;
let blocker: Database;
const people = { flood: '', small: '' };
beforeAll(async () => {
  const operations = { ...noLimits, atOnce: 64 };
  app = await startApp({ slices: counted.slices, poolSize: POOL, connectionsPerCaller: EACH, operations });
  expect((await app.apply(await exampleWorld())).userErrors).toEqual([]);
  people.flood = `Bearer ${await app.token('test-admin')}`;
  people.small = `Bearer ${await app.token('somebody')}`;
  await doors.POST(app.url, SMALL, people.small); // Whoever asks for the first time becomes a user.
  blocker = createDatabase(app.databaseUrl, { poolSize: 2 });
});
afterAll(async () => {
  await blocker.close();
  await app.close();
});

const uidOf = async (name: string): Promise<string> =>
  String((await app.database.cells(sql`select id from user_account where name = ${name}`))[0]?.[0]);
const aliases = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
/** A query with a few turns of its own, to which somebody without rights gets an answer without rows. */
const SMALL = { query: `{ ${aliases.map((alias) => `${alias}: sites(first: 1) { nodes { name } }`).join(' ')} }` };
const NOTHING = { data: Object.fromEntries(aliases.map((alias) => [alias, { nodes: [] }])) };
const sites = 'sites { nodes { racks { nodes { devices { nodes { name ports { nodes { id name label } } } } } } } }';
/** An answer so long that it is made text in pieces. */
const FAN_OUT = { query: `{ a: ${sites} b: ${sites} c: ${sites} d: ${sites} }` };

test('a caller who floods at every door has at most one turn of the event loop between two of somebody else', async () => {
  let isOver = false;
  // Large operations, and ever new ones that have had no turn yet.
  const flood = Object.values(doors).flatMap((door) =>
    [FAN_OUT, SMALL, SMALL, SMALL, SMALL, SMALL].map(async (operation) => {
      while (!isOver) expect((await door(app.url, operation, people.flood)).errors).toBeUndefined();
    }),
  );
  const [flooder, other] = await Promise.all([uidOf('test-admin'), uidOf('somebody')]);
  const turnsOf = (caller: string): number => counted.order.filter((one) => one === caller).length;
  const before = turnsOf(flooder);
  try {
    await expect.poll(() => turnsOf(flooder)).toBeGreaterThan(before + 500);
    counted.foreign.clear();
    counted.order.length = 0;
    for (const door of Object.values(doors))
      for (let time = 0; time < 5; time++) expect(await door(app.url, SMALL, people.small)).toEqual(NOTHING);
  } finally {
    isOver = true;
    await Promise.all(flood);
  }
  const waited = counted.foreign.get(other) ?? [];
  expect(waited.length).toBeGreaterThanOrEqual(15);
  expect(Math.max(...waited)).toBeLessThanOrEqual(1);
  // Every turn was somebody's: none of an answer's making is done under the name of strangers.
  expect(new Set(counted.order)).toEqual(new Set([flooder, other]));
});

test('operations wait for their turn to begin, whatever they ask', async () => {
  const other = await uidOf('somebody');
  counted.order.length = 0;
  for (const door of Object.values(doors))
    expect(await door(app.url, { query: '{ __typename }' }, people.small)).toEqual({ data: { __typename: 'Query' } });
  expect(counted.order).toEqual(Object.keys(doors).map(() => other));
});

/** How many statements are held up by a lock. */
const held = async (): Promise<number> =>
  Number(
    (
      await blocker.cells(
        sql`select count(distinct pid)::int from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()`,
      )
    )[0]?.[0],
  );

/** Runs `work` while nobody can read a table. */
const whileLocked = (table: 'region' | 'change', work: () => Promise<void>): Promise<void> =>
  blocker.transaction(async (connection) => {
    await connection.execute(table === 'region' ? sql`lock table region` : sql`lock table change`);
    await work();
  });

const answersOthers = async (): Promise<void> => {
  for (let time = 0; time < 20; time++) expect(await doors.POST(app.url, SMALL, people.small)).toEqual(NOTHING);
};

test('a caller has so many connections to the database, whatever it asks; others are answered meanwhile (E9)', async () => {
  const asked: Promise<unknown>[] = [];
  await whileLocked('region', async () => {
    for (const door of Object.values(doors))
      for (let time = 0; time < 4; time++)
        asked.push(door(app.url, { query: '{ a: regions { totalCount } b: regions { totalCount } }' }, people.flood));
    await expect.poll(held).toBe(EACH);
    await answersOthers();
    expect(await held()).toBe(EACH);
  });
  const regions = { totalCount: expect.any(Number) };
  expect(await Promise.all(asked)).toEqual(asked.map(() => ({ data: { a: regions, b: regions } })));
});

test('so it is for floods of subscriptions (E7)', async () => {
  const live = 'subscription ($kinds: [String!]) { changes(where: { kinds: $kinds }) { type } }';
  const kinds = ['Region', 'Site', 'Rack', 'Node', 'Port', 'Cable'];
  const begun = kinds.flatMap((kind) => [
    overEvents(app.url, live, { kinds: [kind, 'Link'] }, { authorization: people.flood }),
    overWebSocket(app.url, live, { kinds: [kind, 'Circuit'] }, { authorization: people.flood }),
  ]);
  let first: Promise<unknown>[] = [];
  await whileLocked('change', async () => {
    first = begun.map((stream) => stream.next());
    await expect.poll(held).toBe(EACH);
    await answersOthers();
    expect(await held()).toBe(EACH);
  });
  for (const { value } of (await Promise.all(first)) as { value: unknown }[])
    expect(value).toMatchObject({ data: { changes: { type: expect.any(String) } } });
  await Promise.all(begun.map((stream) => stream.return(undefined)));
});

test('nothing of all this was a defect', () => {
  expect(defectsIn(app)).toEqual([]);
});
