import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { Sql } from '../../src/platform/db/sql.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { aRack, plant } from './documents.ts';

const FOLLOWERS = 200;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ subscriptions: { perConnection: FOLLOWERS, perCaller: FOLLOWERS, inAll: FOLLOWERS } });
  expect((await app.apply(plant)).userErrors).toEqual([]);
});
afterAll(() => app.close());

const LIVE = `subscription { changes(initial: false, where: {kinds: ["Rack"]}) { type name } }`;

/** Counts what is asked of the feed's tables, outside of transactions. */
function countReads(): { readonly count: number } {
  const { database } = app;
  const { rows, cells } = database;
  let count = 0;
  const note = (query: unknown): void => {
    if (query instanceof Sql && /from (change_head|change|access_version)\b/.test(query.text)) count++;
  };
  const counting: Pick<typeof database, 'rows' | 'cells'> = {
    rows: (query) => {
      note(query);
      return rows(query);
    },
    cells: (statement) => {
      note(statement);
      return cells(statement);
    },
  };
  Object.assign(database, counting);
  return {
    get count() {
      return count;
    },
  };
}

test(`${FOLLOWERS} who follow with the same rights read a change once, and each gets it`, async () => {
  const client = createClient({
    url: `${app.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${await app.token('test-admin')}` },
  });
  const told: Record<string, number> = {};
  for (let one = 0; one < FOLLOWERS; one++) {
    client.subscribe<{ changes: { type: string; name: string | null } }>(
      { query: LIVE },
      {
        next: ({ data }) => {
          const key = [data?.changes.type, data?.changes.name].filter(Boolean).join(' ');
          told[key] = (told[key] ?? 0) + 1;
        },
        error: () => undefined,
        complete: () => undefined,
      },
    );
  }
  await expect.poll(() => told.BOOKMARK).toBe(FOLLOWERS);
  await app.apply(aRack('first'));
  await expect.poll(() => told['ADDED first']).toBe(FOLLOWERS);

  const reads = countReads();
  await app.apply(aRack('second'));
  await expect.poll(() => told['ADDED second']).toBe(FOLLOWERS);
  // The end of the stream, the changes up to it, and whether the rights are still those; a timer may have had them look twice.
  expect(reads.count).toBeGreaterThan(0);
  expect(reads.count).toBeLessThanOrEqual(9);
  await client.dispose();
});
