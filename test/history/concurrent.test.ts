import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog } from '../../src/app.ts';
import { fullAccess } from '../../src/catalog/access/access.ts';
import { system } from '../../src/catalog/access/caller.ts';
import { bySystem } from '../../src/catalog/author.ts';
import { createFeed } from '../../src/catalog/history/feed.ts';
import type { FeedEvent } from '../../src/catalog/history/feed-event.ts';
import { createHistory } from '../../src/catalog/history/history.ts';
import { readFeedFilter } from '../../src/catalog/history/schema/feed-filter.ts';
import { createCursors } from '../../src/catalog/read/cursor.ts';
import { beginWriting } from '../../src/catalog/transaction.ts';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { pace } from '../kit/pace.ts';
import { aRack, plant } from './documents.ts';

const SEED = Number(process.env.SEED ?? 1);
const WRITERS = 16;
const ROUNDS = Number(process.env.ROUNDS ?? 12);

let app: TestApp;
let writers: Database;
let readers: Database;
beforeAll(async () => {
  app = await startApp();
  const racks = Array.from({ length: 8 }, (_, index) => aRack(`rack${index}`)).join('');
  expect((await app.apply(plant + racks)).userErrors).toEqual([]);
  writers = createDatabase(app.databaseUrl, { poolSize: WRITERS });
  readers = createDatabase(app.databaseUrl, { poolSize: 4 });
});
afterAll(async () => {
  await writers.close();
  await readers.close();
  await app.close();
});

/** Numbers from 0 up to 1 that are the same in every run of a seed. */
function numbers(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return state / 2 ** 32;
  };
}

class RolledBack extends Error {}

/** A transaction that dawdles before the lock, between its changes and after recording them; some are rolled back. */
async function write(random: () => number, label: string): Promise<boolean> {
  const history = createHistory(catalog(), writers);
  const isKept = random() > 0.3;
  await pace(random() * 8);
  try {
    await writers.transaction(async (connection) => {
      await beginWriting(connection);
      for (let change = 0; change <= random() * 3; change++) {
        const name = `rack${Math.floor(random() * 8)}`;
        await connection.execute(sql`
          update rack set labels = jsonb_build_object('by', ${`${label}-${change}`}::text), revision = nextval('catalog_revision')
          where name = ${name}`);
        await pace(random() * 3);
      }
      await history.record(connection, bySystem, 'apply');
      await pace(random() * 6);
      if (!isKept) throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return isKept;
}

/** Reads in pages of random size until told that all is written; now and then goes back to an earlier cursor. */
async function read(random: () => number, start: string, isDone: () => boolean): Promise<FeedEvent[]> {
  const feed = createFeed(catalog(), readers, createCursors('secret'));
  const reader = { access: fullAccess, caller: system };
  const filter = readFeedFilter(catalog(), { kinds: ['Rack'] });
  const seen: FeedEvent[] = [];
  let cursor = start;
  for (;;) {
    const wasDone = isDone();
    if (seen.length > 0 && random() < 0.2) {
      const from = Math.max(0, seen.length - 1 - Math.floor(random() * 20));
      cursor = seen[from]?.cursor ?? start;
      seen.length = from + 1;
    }
    const step = await feed.step(reader, filter, cursor, 1 + Math.floor(random() * 15));
    seen.push(...step.events);
    cursor = step.cursor;
    if (wasDone && step.isCurrent) return seen;
    await pace(random() * 6);
  }
}

test(`16 writers of different speed, some rolled back: no reader misses a change or sees one out of order (seed ${SEED})`, async () => {
  const feed = createFeed(catalog(), readers, createCursors('secret'));
  const start = await feed.now({ access: fullAccess, caller: system }, readFeedFilter(catalog(), { kinds: ['Rack'] }));
  const [before] = await app.database.rows<{ position: bigint }>(sql`select position from change_head`);
  let isDone = false;
  const reading = Array.from({ length: 4 }, (_, index) => read(numbers(SEED + index + 1), start, () => isDone));
  const kept = await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const own = numbers(SEED * 100 + writer);
      let count = 0;
      for (let round = 0; round < ROUNDS; round++) if (await write(own, `${writer}-${round}`)) count++;
      return count;
    }),
  );
  isDone = true;
  const written = await app.database.rows<{ position: bigint; by: string }>(sql`
    select position, state -> 'labels' ->> 'by' as by from change where position > ${before?.position ?? 0n}::bigint order by position`);
  const commits = kept.reduce((sum, one) => sum + one, 0);
  expect(commits).toBeGreaterThan(ROUNDS * WRITERS * 0.5);
  expect(commits).toBeLessThan(ROUNDS * WRITERS * 0.9);
  const sets = await app.database.rows<{ count: bigint }>(
    sql`select count(*) from change_set where first_position > ${before?.position ?? 0n}::bigint`,
  );
  expect(sets).toEqual([{ count: BigInt(commits) }]);
  // Without gaps: whatever was rolled back took no position.
  expect(written.map(({ position }) => position)).toEqual(
    written.map((_, index) => (before?.position ?? 0n) + BigInt(index) + 1n),
  );
  for (const seen of await Promise.all(reading)) {
    expect(seen.map(({ position, state }) => ({ position, by: state?.labels.by }))).toEqual(written);
  }
});
