import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import type { App } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { defectsIn, startApp, type TestApp } from '../kit/app.ts';
import { doors } from '../kit/doors.ts';

/** What somebody may do is worked out in the time of who asks, and only while somebody waits for it. */
let app: TestApp;
/** Gives an operation little time. */
let hasty: App;
/** Asks OpenFGA through what holds calls up, and gives them so much time that nothing but leaving ends them. */
let patient: App;
let blocker: Database;
let openfga: Awaited<ReturnType<typeof startHolding>>;
const people = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus'] as const;
const users = people.map(
  (name) =>
    `{apiVersion: iam.miloapis.com/v1alpha1, kind: User, metadata: {name: ${name}}, spec: {email: ${name}@example.com, givenName: A, familyName: B}}`,
);
beforeAll(async () => {
  app = await startApp();
  expect((await app.apply(users.join('\n---\n'))).userErrors).toEqual([]);
  openfga = await startHolding(inject('openfgaUrl'));
  const { operations } = readConfig({});
  hasty = await app.replica({ operations: { ...operations, queryMs: 500 } });
  patient = await app.replica({
    openfga: { apiUrl: openfga.url, token: inject('openfgaToken'), storeName: 'in force already', callMs: 3_600_000 },
  });
  blocker = createDatabase(app.databaseUrl, { poolSize: 2 });
});
afterAll(async () => {
  await blocker.close();
  await hasty.close();
  await patient.close();
  openfga.close();
  await app.close();
});

/** Passes everything on to a server, but for searches while they are held up. */
async function startHolding(to: string) {
  const held = new Set<object>();
  const state = { isHolding: false, searches: 0 };
  const server: Server = createServer((asked, answer) => {
    if (asked.url?.includes('list-objects') === true) {
      state.searches++;
      if (state.isHolding) {
        held.add(asked);
        answer.once('close', () => held.delete(asked));
        return;
      }
    }
    const { method = 'GET', headers, url = '/' } = asked;
    asked.pipe(
      request(new URL(url, to), { method, headers }, (given) => {
        answer.writeHead(given.statusCode ?? 502, given.headers);
        given.pipe(answer);
      }).on('error', () => answer.destroy()),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    /** Searches that wait for an answer. */
    held: () => held.size,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const tokenOf = async (name: (typeof people)[number]): Promise<string> => `Bearer ${await app.token(name)}`;

/** Runs `work` while nobody can read what grants give. */
const whileLocked = (work: () => Promise<void>): Promise<void> =>
  blocker.transaction(async (connection) => {
    await connection.execute(sql`lock table grant_edge`);
    await work();
  });
/** Statements that are held up by that. */
const waiting = async (): Promise<unknown> =>
  (await blocker.cells(sql`select count(*)::int from pg_locks where not granted`))[0]?.[0];

const READ = { query: '{ regions { totalCount } }' };
const NONE = { data: { regions: { totalCount: 0 } } };
const LATE = { errors: [{ extensions: { code: 'UNAVAILABLE', reason: 'DEADLINE_EXCEEDED', retryable: false } }] };

test.each([
  ['POST', 'ann', LATE],
  ['events', 'bob', LATE],
  ['WebSocket', 'cid', { closedWith: 1013 }],
] as const)('over %s who asks is told when it takes too long to find out what they may', async (door, name, told) => {
  const authorization = await tokenOf(name);
  await whileLocked(async () => {
    expect(await doors[door](hasty.url, READ, authorization)).toMatchObject(told);
    await expect.poll(waiting).toBe(0);
  });
  await expect.poll(() => doors[door](hasty.url, READ, authorization)).toEqual(NONE);
});

test('so is the sender of a large body, of which nothing more is read', async () => {
  const authorization = await tokenOf('dan');
  await whileLocked(async () => {
    const answer = await fetch(`${hasty.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query: '{ __typename }', padding: 'x'.repeat(2 ** 20) }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([503, LATE]);
    await expect.poll(waiting).toBe(0);
  });
});

/** A WebSocket that says who it is, and does not wait for what it is told. */
async function open(url: string, authorization: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => undefined);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
  return socket;
}

/** Asks, and does not wait for the answer; gives what leaves. */
function ask(accept: string, authorization: string): () => void {
  const gone = new AbortController();
  fetch(`${patient.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, authorization },
    body: JSON.stringify(READ),
    signal: gone.signal,
  }).catch(() => undefined);
  return () => gone.abort();
}

const ways: Record<string, (authorization: string) => Promise<() => void>> = {
  POST: async (authorization) => ask('application/json', authorization),
  events: async (authorization) => ask('text/event-stream', authorization),
  WebSocket: async (authorization) => {
    const socket = await open(patient.url, authorization);
    return () => socket.terminate();
  },
};

test.each(Object.entries(ways))(
  'over %s nothing runs for a client that leaves before it is known',
  async (_way, begin) => {
    const authorization = await tokenOf('eve');
    await whileLocked(async () => {
      const leave = await begin(authorization);
      await expect.poll(waiting).toBe(1);
      leave();
      await expect.poll(waiting).toBe(0);
    });
    openfga.state.isHolding = true;
    const leave = await begin(authorization);
    await expect.poll(openfga.held).toBe(1);
    leave();
    await expect.poll(openfga.held).toBe(0);
    openfga.state.isHolding = false;
  },
);

test('what several wait for is worked out once, for as long as one of them waits', async () => {
  const authorization = await tokenOf('fay');
  const before = openfga.state.searches;
  let answer: Promise<unknown> = Promise.resolve();
  await whileLocked(async () => {
    const leaving = [ask('application/json', authorization), ask('text/event-stream', authorization)];
    answer = doors.POST(patient.url, READ, authorization);
    await expect.poll(waiting).toBe(1);
    for (const leave of leaving) leave();
    const left = () => app.log.filter(({ outcome, caller }) => outcome === 'cancelled' && caller === null).length;
    await expect.poll(left).toBeGreaterThanOrEqual(leaving.length);
    expect(await waiting()).toBe(1);
  });
  expect(await answer).toEqual(NONE);
  expect(openfga.state.searches - before).toBe(1);
});

test('an operation ends in time on a connection whose rights have to be worked out anew', async () => {
  const authorization = await tokenOf('gus');
  await expect.poll(() => doors.POST(hasty.url, READ, authorization)).toEqual(NONE);
  const socket = await open(hasty.url, authorization);
  const heard: { type: string; id?: string; payload?: unknown }[] = [];
  socket.on('message', (text: Buffer) => heard.push(JSON.parse(text.toString())));
  await expect.poll(() => heard).toMatchObject([{ type: 'connection_ack' }]);
  const subscribe = (id: string): void => socket.send(JSON.stringify({ type: 'subscribe', id, payload: READ }));
  await blocker.execute(sql`update access_version set version = version + 1`);
  await whileLocked(async () => {
    subscribe('late');
    await expect.poll(() => heard.at(-1)?.id).toBe('late');
    expect(JSON.stringify(heard)).toContain('DEADLINE_EXCEEDED');
    await expect.poll(waiting).toBe(0);
  });
  subscribe('again');
  await expect.poll(() => heard).toContainEqual({ type: 'next', id: 'again', payload: NONE });
  socket.terminate();
});

test('nothing of all this was a defect', () => {
  expect(defectsIn(app)).toEqual([]);
});
