import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import { advisoryLocks } from '../../src/platform/db/advisory-locks.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { type GraphqlAnswer, startApp, type TestApp } from '../kit/app.ts';
import { collectGarbage } from '../kit/collect.ts';
import { type HeldTransaction, holdTransaction } from '../kit/held-transaction.ts';
import { createPassage } from '../kit/passage.ts';
import { overEvents } from '../kit/streams.ts';

let app: TestApp;
let authorization: string;
beforeAll(async () => {
  app = await startApp();
  authorization = `Bearer ${await app.token('test-admin')}`;
});
afterAll(() => app.close());

/** Takes the write lock, so that writes are under way until it is let go. */
const takeLock = (): Promise<HeldTransaction> =>
  holdTransaction(app.databaseUrl, (connection) =>
    connection.rows(sql`select pg_advisory_xact_lock(${advisoryLocks.write}::bigint)`),
  );

const CREATE = `mutation ($input: CreateRegionInput!) {
  createRegion(input: $input) { region { name } userErrors { message } } }`;
const inputOf = (name: string) => ({ name, displayName: 'R', clientRequestId: name });
const created = (name: string) => ({ data: { createRegion: { region: { name }, userErrors: [] } } });

/** A WebSocket over which a region is made; its answer, and how it is closed. */
function onWebSocket(url: string, name: string) {
  const closed = Promise.withResolvers<unknown[]>();
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryAttempts: 0,
    lazy: false,
    on: { closed: (event) => closed.resolve([(event as CloseEvent).code, (event as CloseEvent).reason]) },
    onNonLazyError: () => undefined,
  });
  const ask = (query: string, variables: Record<string, unknown> = {}) =>
    new Promise((resolve) => {
      client.subscribe(
        { query, variables },
        { next: resolve, error: (errors) => resolve({ errors }), complete: () => undefined },
      );
    });
  return { answer: ask(CREATE, { input: inputOf(name) }), closed: closed.promise, ask };
}

async function overPost(url: string, name: string): Promise<GraphqlAnswer> {
  const headers = { 'content-type': 'application/json', authorization };
  const body = JSON.stringify({ query: CREATE, variables: { input: inputOf(name) } });
  return (await (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).json()) as GraphqlAnswer;
}

async function overSse(url: string, name: string): Promise<GraphqlAnswer | undefined> {
  for await (const answer of overEvents(url, CREATE, { input: inputOf(name) }, { authorization })) return answer;
  return undefined;
}

test('what is under way when a service stops is answered first, whatever it came over', async () => {
  const stopping = await app.replica();
  const lock = await takeLock();
  const socket = onWebSocket(stopping.url, 'answered-ws');
  const others = [overPost(stopping.url, 'answered-post'), overSse(stopping.url, 'answered-sse')];
  await lock.untilWaitedFor();
  await expect.poll(() => stopping.pipeline.waiting).toBe(2);
  const closed = stopping.close();
  // Nothing more begins on the WebSocket meanwhile.
  await expect
    .poll(() => socket.ask('{ me { name } }'))
    .toMatchObject({
      errors: [{ extensions: { code: 'UNAVAILABLE', reason: 'SERVICE_STOPPING', retryable: true } }],
    });
  await lock.commit();
  expect(await socket.answer).toEqual(created('answered-ws'));
  expect(await Promise.all(others)).toEqual([created('answered-post'), created('answered-sse')]);
  expect(await socket.closed).toEqual([1012, 'Service restart']);
  await closed;
});

test('what takes too long is undone and refused as something to try again, and a repetition does it once', async () => {
  const stopping = await app.replica({ lastAnswerMs: 200 });
  const lock = await takeLock();
  const names = ['undone-post', 'undone-sse', 'undone-ws'];
  const socket = onWebSocket(stopping.url, 'undone-ws');
  const answers = [overPost(stopping.url, 'undone-post'), overSse(stopping.url, 'undone-sse'), socket.answer];
  await lock.untilWaitedFor();
  await expect.poll(() => stopping.pipeline.waiting).toBe(2);
  const closed = stopping.close();
  const extensions = { code: 'UNAVAILABLE', reason: 'SERVICE_STOPPING', retryable: true };
  for (const answer of answers) expect(await answer).toMatchObject({ errors: [{ extensions }] });
  expect(await socket.closed).toEqual([1012, 'Service restart']);
  await closed;
  await lock.commit();
  const { data } = await app.execute('{ regions { nodes { name } } }');
  expect(data.regions.nodes.filter(({ name }: { name: string }) => names.includes(name))).toEqual([]);
  for (const name of names) {
    expect(await overPost(app.url, name)).toEqual(created(name));
    expect(await overPost(app.url, name)).toEqual(created(name));
  }
});

test('a service that has ended keeps no connection to OpenFGA', async () => {
  const passage = await createPassage(new URL(inject('openfgaUrl')));
  await passage.open();
  try {
    const apiUrl = `http://127.0.0.1:${passage.port}`;
    const own = await startApp({ openfga: { apiUrl, token: inject('openfgaToken'), storeName: 'stopping test' } });
    expect(await own.execute('{ regions { nodes { name } } }')).toMatchObject({ data: {} });
    expect(passage.going).toBeGreaterThan(1);
    await own.close();
    await expect.poll(() => passage.going).toBe(0);
  } finally {
    passage.breakOff();
  }
});

test('a service that has ended leaves nothing of it in the process', async () => {
  const lived = async (): Promise<WeakRef<object>> => {
    const own = await startApp();
    const headers = { authorization: `Bearer ${await own.token('test-admin')}` };
    await own.apply('kind: Region\nmetadata: {name: r1}\nspec: {displayName: R1}\n');
    for await (const _event of overEvents(own.url, 'subscription { changes { type } }', {}, headers)) break;
    await own.close();
    return new WeakRef(own.pipeline);
  };
  const pipeline = await lived();
  await expect
    .poll(async () => {
      await collectGarbage();
      return pipeline.deref();
    })
    .toBeUndefined();
});
