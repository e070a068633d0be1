import { once } from 'node:events';
import { type Client, createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { readConfig } from '../../src/config.ts';
import { advisoryLocks } from '../../src/platform/db/advisory-locks.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { unreachable } from '../../src/platform/errors.ts';
import { createPatience } from '../../src/platform/http/patience.ts';
import { type GraphqlAnswer, type LogLine, startApp, type TestApp } from '../kit/app.ts';
import { holdTransaction } from '../kit/held-transaction.ts';
import { overEvents } from '../kit/streams.ts';

const MOST = { perConnection: 3, perCaller: 5, inAll: 7 };
const LIVE = 'subscription ($where: ChangeWhere) { changes(initial: false, where: $where) { type } }';
const BEGUN = { data: { changes: { type: 'BOOKMARK' } } };

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ subscriptions: MOST });
  await app.as('somebody').execute('{ me { name } }');
});
afterAll(() => app.close());

const headersOf = async (subject: string, claims = {}) => ({
  authorization: `Bearer ${await app.token(subject, claims)}`,
});
const refusal = (rule: string) => ({
  extensions: { code: 'RATE_LIMITED', rule, retryable: true, retryAfterSeconds: expect.any(Number) },
});

interface Listening {
  /** The first result, or the refusal. */
  readonly first: Promise<unknown>;
  stop(): Promise<unknown>;
}

/** A client with one socket, and the sockets it has opened. */
async function connect(subject: string, claims = {}, at = app.url) {
  const sockets: WebSocket[] = [];
  class NotedSocket extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given);
      sockets.push(this);
    }
  }
  const client = createClient({
    url: `${at.replace('http', 'ws')}/graphql`,
    webSocketImpl: NotedSocket,
    connectionParams: await headersOf(subject, claims),
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => undefined,
  });
  return { client, sockets };
}

function listen(client: Client, query = LIVE, variables: Record<string, unknown> = {}): Listening {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const stop = client.subscribe({ query, variables }, { next: resolve, error: resolve, complete: () => undefined });
  return { first: promise, stop: async () => stop() };
}

async function listenToEvents(subject: string, claims = {}): Promise<Listening> {
  const events = overEvents(app.url, LIVE, {}, await headersOf(subject, claims));
  const first = events.next().then(({ value }): GraphqlAnswer => value);
  return { first, stop: () => first.then(() => events.return(undefined)) };
}

/** All places of a caller are free: as many subscriptions begin, and no more. */
async function expectAllFree(subject: string): Promise<void> {
  const headers = { ...(await headersOf(subject)), accept: 'text/event-stream', 'content-type': 'application/json' };
  const begin = async (): Promise<{ readonly status: number; stop(): void }> => {
    const gone = new AbortController();
    const body = JSON.stringify({ query: LIVE });
    const { status } = await fetch(`${app.url}/graphql`, { method: 'POST', headers, body, signal: gone.signal });
    return { status, stop: () => gone.abort() };
  };
  await expect
    .poll(async () => {
      const all = await Promise.all(Array.from({ length: MOST.perCaller + 1 }, begin));
      for (const { stop } of all) stop();
      return all.filter(({ status }) => status === 200).length;
    })
    .toBe(MOST.perCaller);
}

test('one connection has so many; who asks for more is told so, and the connection goes on (E7)', async () => {
  const { client } = await connect('test-admin');
  const open = Array.from({ length: MOST.perConnection }, () => listen(client));
  for (const { first } of open) expect(await first).toEqual(BEGUN);
  expect(await listen(client).first).toMatchObject([refusal('TOO_MANY_ON_CONNECTION')]);
  expect(await listen(client, '{ regions { totalCount } }').first).toEqual({ data: { regions: { totalCount: 0 } } });
  await open[0]?.stop();
  await expect.poll(() => listen(client).first).toEqual(BEGUN);
  await client.dispose();
  await expectAllFree('test-admin');
});

test('a caller has so many on all connections, over WebSocket and server-sent events together; others have theirs (E7)', async () => {
  const { client } = await connect('test-admin');
  const events = await Promise.all(Array.from({ length: MOST.perCaller - 1 }, () => listenToEvents('test-admin')));
  for (const { first } of [...events, listen(client)]) expect(await first).toEqual(BEGUN);
  expect(await listen(client).first).toMatchObject([refusal('TOO_MANY_SUBSCRIPTIONS')]);
  const refused = await fetch(`${app.url}/graphql/stream`, {
    method: 'POST',
    headers: { ...(await headersOf('test-admin')), accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ query: LIVE }),
  });
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ errors: [refusal('TOO_MANY_SUBSCRIPTIONS')] });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

  const others = await Promise.all([listenToEvents('somebody'), listenToEvents('somebody')]);
  for (const { first } of others) expect(await first).toEqual(BEGUN);
  const { client: third } = await connect('somebody');
  expect(await listen(third).first).toMatchObject([refusal('TOO_MANY_IN_ALL')]);

  for (const { stop } of [...events, ...others]) await stop();
  await Promise.all([client.dispose(), third.dispose()]);
  await expectAllFree('test-admin');
});

test('a subscription for which nobody could have a place is refused before anybody looks at who asks', async () => {
  const refusedUnseen = (transport: string) =>
    app.log.filter((line) => line.transport === transport && line.outcome === 'RATE_LIMITED' && line.caller === null)
      .length;
  const before = { websocket: refusedUnseen('websocket'), sse: refusedUnseen('sse') };
  const { client } = await connect('test-admin');
  const own = Array.from({ length: MOST.perConnection }, () => listen(client));
  for (const { first } of own) expect(await first).toEqual(BEGUN);
  const onConnection = '3 subscriptions on this connection are open already';
  for (const query of [LIVE, `fragment F on ChangeEvent { type } ${LIVE}`]) {
    expect(await listen(client, query).first).toMatchObject([
      { message: onConnection, ...refusal('TOO_MANY_ON_CONNECTION') },
    ]);
  }
  await expect.poll(() => refusedUnseen('websocket') - before.websocket).toBe(2);
  // A query has its place; so has one that has a subscription beside it.
  const both = `query Q { regions { totalCount } } ${LIVE.replace('subscription', 'subscription S')}`;
  const told = new Promise((next, error) => {
    client.subscribe({ query: both, operationName: 'Q' }, { next, error, complete: () => undefined });
  });
  expect(await told).toMatchObject({ data: { regions: {} } });

  const others = await Promise.all(
    ['test-admin', 'test-admin', 'somebody', 'somebody'].map((name) => listenToEvents(name)),
  );
  for (const { first } of others) expect(await first).toEqual(BEGUN);
  const inAll = { message: '7 subscriptions of all callers are open already', ...refusal('TOO_MANY_IN_ALL') };
  const token = await app.token('newcomer');
  const search = new URLSearchParams({ query: LIVE });
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${app.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', 'content-type': 'application/json' },
    });
  const body = JSON.stringify({ query: LIVE });
  for (const answer of [
    await ask('/graphql', { method: 'POST', body }),
    await ask('/graphql/stream', { method: 'POST', body }),
    await ask(`/graphql?${search}`),
  ]) {
    expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toMatchObject([
      429,
      '10',
      { errors: [inAll] },
    ]);
  }
  await expect.poll(() => refusedUnseen('sse') - before.sse).toBe(3);
  const known = await app.database.rows(sql`select from user_account where name like 'newcomer%'`);
  expect(known).toEqual([]);
  const { client: second } = await connect('somebody');
  expect(await listen(second).first).toMatchObject([inAll]);
  for (const { stop } of others) await stop();
  await Promise.all([client.dispose(), second.dispose()]);
  await expectAllFree('test-admin');
});

test('what is more than a connection can have under way is refused before anybody looks at who asks', async () => {
  const operations = { ...readConfig({}).operations, atOnce: 1, queued: 0 };
  const narrow = await app.replica({ operations, subscriptions: MOST });
  const held = await holdTransaction(app.databaseUrl, (connection) =>
    connection.rows(sql`select pg_advisory_xact_lock(${advisoryLocks.write}::bigint)`),
  );
  const { client } = await connect('test-admin', {}, narrow.url);
  for (let one = 0; one < MOST.perConnection; one++) expect(await listen(client).first).toEqual(BEGUN);
  const writing = listen(
    client,
    'mutation { createRegion(input: { name: "r", displayName: "R" }) { region { name } } }',
  );
  await held.untilWaitedFor();
  const before = app.log.length;
  const refused = listen(client, '{ me { name } }');
  expect(await refused.first).toMatchObject([refusal('TOO_MANY_ON_CONNECTION')]);
  const isRefused = ({ operation, outcome, type }: LogLine): boolean =>
    outcome === 'RATE_LIMITED' && operation === null && type === 'unresolved';
  await expect
    .poll(() => app.log.slice(before).filter(isRefused))
    .toMatchObject([{ transport: 'websocket', caller: null }]);
  await held.commit();
  expect(await writing.first).toEqual({ data: { createRegion: { region: { name: 'r' } } } });
  await client.dispose();
  await narrow.close();
});

test('a WebSocket whose client goes on asking after a hundred refusals is closed with 4429, and its places are free', async () => {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const errors: unknown[] = [];
  socket.on('message', (text: Buffer) => {
    const { type, payload } = JSON.parse(text.toString());
    if (type === 'error') errors.push(...payload);
  });
  const closed = once(socket, 'close');
  await once(socket, 'open');
  const say = (message: object): void => socket.send(JSON.stringify(message));
  say({ type: 'connection_init', payload: await headersOf('test-admin') });
  await once(socket, 'message');
  for (let id = 0; id < MOST.perConnection + 100; id++)
    say({ type: 'subscribe', id: String(id), payload: { query: LIVE } });
  const [code, reason] = await closed;
  expect([code, String(reason)]).toEqual([4429, 'Too many requests']);
  expect(errors).toHaveLength(100);
  await expectAllFree('test-admin');
});

test('patience is for a time: who is refused a hundred times in longer is heard', () => {
  let clock = 0;
  const patience = createPatience(() => clock);
  const refusals = (count: number): boolean[] => Array.from({ length: count }, () => patience.endsWithThis());
  expect(refusals(99)).not.toContain(true);
  clock += 10_001;
  expect(refusals(99)).not.toContain(true);
  expect(refusals(1)).toEqual([true]);
});

const soon = (): number => Math.floor(Date.now() / 1_000) + 2;

test.each<readonly [string, () => Promise<void>]>([
  [
    'its client unsubscribes',
    async () => {
      const { client } = await connect('test-admin');
      const { first, stop } = listen(client);
      await first;
      await stop();
      await client.dispose();
    },
  ],
  [
    'its socket breaks',
    async () => {
      const { client, sockets } = await connect('test-admin');
      const all = Array.from({ length: MOST.perConnection }, () => listen(client).first);
      await Promise.all(all);
      for (const socket of sockets) socket.terminate();
    },
  ],
  [
    'its socket breaks before it has begun',
    async () => {
      const { client, sockets } = await connect('test-admin');
      await listen(client, '{ regions { totalCount } }').first;
      for (let one = 0; one < MOST.perConnection; one++) void listen(client);
      await listen(client, '{ __typename }').first;
      for (const socket of sockets) socket.terminate();
    },
  ],
  [
    'nobody reads its events any longer',
    async () => {
      const { first, stop } = await listenToEvents('test-admin');
      await first;
      await stop();
    },
  ],
  [
    'its token expires',
    async () => {
      const exp = soon();
      const { client } = await connect('test-admin', { exp });
      const events = overEvents(app.url, LIVE, {}, await headersOf('test-admin', { exp }));
      const all = await Promise.all([Array.fromAsync(client.iterate({ query: LIVE })), Array.fromAsync(events)]);
      for (const results of all) expect(results).toEqual([BEGUN, BEGUN]);
      await client.dispose();
    },
  ],
  [
    'it is refused',
    async () => {
      const { client } = await connect('test-admin');
      const { first } = listen(client, LIVE, { where: { kinds: ['Rak'] } });
      expect(await first).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      await client.dispose();
    },
  ],
  [
    'its source fails',
    async () => {
      const { feed } = app.history;
      const { now } = feed;
      Object.assign(feed, { now: () => Promise.reject(unreachable('DATABASE_UNREACHABLE')) });
      const { client } = await connect('test-admin');
      const answers = [await listen(client).first, await (await listenToEvents('test-admin')).first];
      Object.assign(feed, { now });
      for (const answer of answers) expect(JSON.stringify(answer)).toContain('DATABASE_UNREACHABLE');
      await client.dispose();
    },
  ],
])('a subscription leaves its place when %s', async (_how, open) => {
  for (let times = 0; times < 2; times++) await open();
  await expectAllFree('test-admin');
});
