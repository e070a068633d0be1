import { once } from 'node:events';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { readConfig } from '../../src/config.ts';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { defectsIn, startApp, type TestApp } from '../kit/app.ts';
import { doors, type Sent } from '../kit/doors.ts';

/** The same operations at every door: POST, server-sent events, WebSocket. */
let app: TestApp;
let authorization: string;
let blocker: Database;
beforeAll(async () => {
  app = await startApp({ operations: { ...readConfig({}).operations, queryMs: 1_500 } });
  authorization = `Bearer ${await app.token('test-admin')}`;
  blocker = createDatabase(app.databaseUrl, { poolSize: 2 });
  // What somebody may do is worked out in the time of the first operation.
  const known = { data: { me: { name: 'test-admin' } } };
  const ask = () => doors.POST(app.url, { query: '{ me { name } }' }, authorization);
  await vi.waitFor(async () => expect(await ask()).toEqual(known), { timeout: 20_000 });
});
afterAll(async () => {
  await blocker.close();
  await app.close();
});

const post = (body: object, headers: Readonly<Record<string, string>> = {}, path = '/graphql', signal?: AbortSignal) =>
  fetch(`${app.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization, ...headers },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });

/** A connection that speaks the protocol of graphql-ws by hand. */
async function openSocket(url = app.url) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const heard: { type: string; id?: string; payload?: unknown }[] = [];
  socket.on('message', (text: Buffer) => heard.push(JSON.parse(text.toString())));
  await once(socket, 'open');
  const say = (message: object): void => socket.send(JSON.stringify(message));
  say({ type: 'connection_init', payload: { authorization } });
  await expect.poll(() => heard.length).toBe(1); // It is acknowledged.
  const of = (id: string) => heard.filter((message) => message.id === id);
  return { socket, say, of };
}

/** Runs `work` while nobody can read the table. */
const whileLocked = (work: () => Promise<void>, table = sql`organization`): Promise<void> =>
  blocker.transaction(async (connection) => {
    await connection.execute(sql`lock table ${table}`);
    await work();
  });
/** Statements that are held up by that, but for the audit log's, which is the service's own. */
const waiting = async (): Promise<unknown> =>
  (
    await blocker.cells(sql`
      select count(*) from pg_locks join pg_stat_activity using (pid) where not granted and query !~ 'insert into audit_record'`)
  )[0]?.[0];

for (const [name, door] of Object.entries(doors)) {
  const ask = (query: string) => door(app.url, { query }, authorization);

  test(`${name}: what is wrong with a document has the same code (E36, F08)`, async () => {
    expect(await ask('{ me {')).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] });
    const wrong = await ask('{ nope }');
    expect(wrong).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
    expect(await ask('{ nope }')).toEqual(wrong);
    expect(await ask('query ($n: Int!) { sites(first: $n) { totalCount } }')).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(await ask('query A { me { name } } query B { me { name } }')).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }],
    });
  });

  test(`${name}: what is wrong with how a document is named, or with a value, is the client's mistake`, async () => {
    const send = (sent: Partial<Sent>) => door(app.url, { query: '', ...sent }, authorization);
    const persisted = (version: number) => ({ persistedQuery: { version, sha256Hash: 'x'.repeat(64) } });
    const badRequest = { errors: [{ extensions: { code: 'BAD_REQUEST' } }] };
    expect(await send({ query: '{ __typename }', extensions: persisted(1) })).toMatchObject(badRequest);
    const wrong = await send({ query: '{ me { name } }', extensions: persisted(2) });
    expect(wrong.errors?.[0]?.extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
    const digits = await send({
      query: 'query ($n: BigInt) { circuits(where: { bandwidthMbps: { gt: $n } }) { totalCount } }',
      variables: { n: '9'.repeat(900_000) },
    });
    expect(digits).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    const long = await send({ query: `{ ${'nope'.repeat(10_000)} }` });
    expect(long).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
    for (const told of [digits, long]) expect(JSON.stringify(told).length).toBeLessThan(1_500);
    const far = await send({ query: `${'\n'.repeat(400_000)}{ ${'nope '.repeat(200)} }` });
    expect(far.errors?.map((error) => 'locations' in error)).not.toContain(true);
  });

  test(`${name}: a query that takes too long is ended, down to its statement`, async () => {
    await whileLocked(async () => {
      expect(await ask('{ organizations { nodes { name } } }')).toMatchObject({
        errors: [{ extensions: { code: 'UNAVAILABLE', reason: 'DEADLINE_EXCEEDED', retryable: false } }],
      });
      expect(await waiting()).toBe(0n);
    });
  });

  test(`${name}: a field that fails hides nothing of the others (E25)`, async () => {
    const { data, errors } = await ask(
      '{ me { name } racks(first: -1) { totalCount } object(kind: "Rak", name: "x") { name } }',
    );
    expect(data).toEqual({ me: { name: 'test-admin' }, racks: null, object: null });
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test(`${name}: a mutation that fails hides nothing of one that took place (E25)`, async () => {
    const region = `region-${name.toLowerCase()}`;
    const { data, errors } = await ask(`mutation {
      createRegion(input: { name: "${region}", displayName: "Here" }) { region { name } }
      deleteRack(input: { id: "bogus" }) { deleted { name } }
    }`);
    expect(data).toEqual({ createRegion: { region: { name: region } }, deleteRack: null });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
}

const QUERY = '{ organizations { nodes { name } } }';
const MUTATION = 'mutation { createOrganization(input: { name: "o", type: STANDARD }) { organization { name } } }';
const FOLLOW = 'subscription { changes { type } }';

/** Each way to leave: what goes away is begun, and ends when it is told to. */
const leaving: Record<string, (url: string, query: string) => Promise<() => void>> = {
  'POST, gone': async (url, query) => leave(url, query, 'application/json'),
  'events, gone': async (url, query) => leave(url, query, 'text/event-stream'),
  'WebSocket, gone': async (url, query) => {
    const { socket, say } = await openSocket(url);
    say({ type: 'subscribe', id: 'one', payload: { query } });
    return () => socket.terminate();
  },
  'WebSocket, complete': async (url, query) => {
    const { say } = await openSocket(url);
    say({ type: 'subscribe', id: 'one', payload: { query } });
    return () => say({ type: 'complete', id: 'one' });
  },
};

function leave(url: string, query: string, accept: string): () => void {
  const gone = new AbortController();
  const headers = { 'content-type': 'application/json', accept, authorization };
  fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }), signal: gone.signal })
    .then((response) => response.text())
    .catch(() => undefined);
  return () => gone.abort();
}

/** How many operations have ended because their client went away. */
const cancelled = (): number => app.log.filter(({ outcome }) => outcome === 'cancelled').length;

test('nothing runs any more for a client that goes away, or completes its operation', async () => {
  const slow = await app.replica({ operations: readConfig({}).operations });
  for (const [way, begin] of Object.entries(leaving)) {
    for (const query of [QUERY, MUTATION, ...(way === 'POST, gone' ? [] : [FOLLOW])]) {
      const told = { message: `${way}: ${query}`, timeout: 10_000 };
      await whileLocked(
        async () => {
          const before = cancelled();
          const end = await begin(slow.url, query);
          await expect.poll(waiting, told).toBe(1n);
          end();
          // A subscription has ended for its client before what it reads has.
          if (query === FOLLOW) return expect.poll(waiting, told).toBe(0n);
          // From the moment on in which the service has let go of an operation, nothing of it runs in PostgreSQL.
          await expect.poll(cancelled, told).toBe(before + 1);
          expect(await waiting(), told.message).toBe(0n);
        },
        query.startsWith('subscription') ? sql`change` : sql`organization`,
      );
    }
  }
  expect(await app.execute('{ organizations { totalCount } }')).toEqual({ data: { organizations: { totalCount: 0 } } });
  await slow.close();
});

test('PostgreSQL ends what takes much longer, should the service not do so', async () => {
  expect(await app.database.cells(sql`select current_setting('statement_timeout')`)).toEqual([['6500ms']]);
});

test('a WebSocket outlives a syntax error in one of its operations (F08)', async () => {
  const { socket, say, of } = await openSocket();
  say({ type: 'subscribe', id: 'live', payload: { query: 'subscription { changes(initial: false) { type } }' } });
  await expect.poll(() => of('live').length).toBe(1);
  say({ type: 'subscribe', id: 'wrong', payload: { query: '{ me {' } });
  await expect.poll(() => of('wrong')).toMatchObject([{ type: 'error' }]);
  expect(
    (
      await app.apply(
        '{apiVersion: inventory.miloapis.com/v1alpha1, kind: Region, metadata: {name: after}, spec: {displayName: After}}',
      )
    ).userErrors,
  ).toEqual([]);
  await expect.poll(() => of('live').length).toBeGreaterThan(1);
  socket.close();
});

const SUBSCRIPTION = { query: 'subscription { changes(initial: false) { type } }' };

test('a subscription by POST is answered as events, or says how to ask for them (E23, F09)', async () => {
  const refused = await post(SUBSCRIPTION);
  expect([refused.status, await refused.json()]).toEqual([
    400,
    {
      errors: [
        {
          message:
            'a subscription is answered event by event: send `accept: text/event-stream`, or use WebSocket (graphql-transport-ws)',
          extensions: { code: 'BAD_REQUEST' },
        },
      ],
    },
  ]);
  for (const accept of ['text/event-stream', 'application/json, text/event-stream']) {
    const stop = new AbortController();
    const answer = await post(SUBSCRIPTION, { accept }, '/graphql', stop.signal);
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('\ndata: ')) text += (await reader?.read())?.value ?? '';
    expect(text).toContain('event: next\ndata: {"data":{"changes":{"type":"BOOKMARK"}}}\n\n');
    stop.abort();
  }
  const query = await post({ query: '{ __typename }' }, { accept: 'application/json, text/event-stream' });
  expect(await query.json()).toEqual({ data: { __typename: 'Query' } });
});

test('the path of events is guarded as the other is (E28, E29, E44)', async () => {
  for (const path of ['/graphql', '/graphql/stream']) {
    const status = async (init: RequestInit, search = '') => (await fetch(`${app.url}${path}${search}`, init)).status;
    const query = `?query=${encodeURIComponent('{ __typename }')}`;
    expect(await status({}, query), path).toBe(400);
    expect(await status({ headers: { authorization } }, query), path).toBe(200);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])
      expect(
        await status({
          method: 'POST',
          headers: { 'content-type': type, authorization },
          body: '{"query":"{ __typename }"}',
        }),
      ).toBe(415);
    const nested = `{"a":${'['.repeat(150)}${']'.repeat(150)}}`;
    for (const name of ['variables', 'extensions']) {
      const answer = await fetch(`${app.url}${path}${query}&${name}=${nested}`, { headers: { authorization } });
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { errors: [{ extensions: { code: 'BAD_USER_INPUT', violations: [{ rule: 'NESTED_TOO_DEEP' }] } }] },
      ]);
    }
    expect((await post({ query: '{ __typename }', variables: [1] }, {}, path)).status).toBe(400);
    expect((await post({ query: '{ __typename }', variables: 'x' }, {}, path)).status).toBe(400);
    expect((await post({ query: '{ __typename }', operationName: 5 }, {}, path)).status).toBe(400);
    expect(await status({ method: 'PUT', headers: { authorization } })).toBe(405);
  }
});

test('no token is said in the answer, a bad one refuses it (E33)', async () => {
  const query = { query: '{ racks { totalCount } }' };
  const without = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(query),
  });
  expect([without.status, await without.json()]).toMatchObject([
    200,
    { data: { racks: null }, errors: [{ extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_REQUIRED' } }] },
  ]);
  expect((await post(query, { authorization: 'Bearer x' })).status).toBe(401);
});

test('nothing of all this was a defect', () => {
  expect(defectsIn(app)).toEqual([]);
});
