import { createHash } from 'node:crypto';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { startApp, type TestApp } from '../kit/app.ts';
import { pace } from '../kit/pace.ts';
import { stablePort } from '../kit/stable-port.ts';

let app: TestApp;
let authorization: string;
beforeAll(async () => {
  app = await startApp();
  authorization = `Bearer ${await app.token('test-admin')}`;
});
afterAll(() => app.close());

const ME = 'query Me { me { name } }';
const me = { me: { name: 'test-admin' } };

test('Apollo Client', async () => {
  const link = new HttpLink({ uri: `${app.url}/graphql`, headers: { authorization } });
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  expect(await client.query({ query: gql(ME) })).toMatchObject({ data: me });
  client.stop();
});

test('Apollo Client with persisted queries by GET', async () => {
  const { PersistedQueryLink } = await import('@apollo/client/link/persisted-queries');
  const link = new PersistedQueryLink({
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    useGETForHashedQueries: true,
  }).concat(new HttpLink({ uri: `${app.url}/graphql`, headers: { authorization } }));
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  for (let time = 0; time < 2; time++)
    expect(await client.query({ query: gql(ME), fetchPolicy: 'network-only' })).toMatchObject({ data: me });
  client.stop();
});

test('a document that is not known by its hash is asked for (E32)', async () => {
  const ask = async (body: object) =>
    (
      await fetch(`${app.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify(body),
      })
    ).json();
  const query = '{ me { name } } # by its hash';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  expect(await ask({ extensions })).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] });
  expect(await ask({ query, extensions })).toEqual({ data: me });
  expect(await ask({ extensions })).toEqual({ data: me });
});

test('urql with its defaults, which sends queries by GET (E24)', async () => {
  const methods: (string | undefined)[] = [];
  const client = new Client({
    url: `${app.url}/graphql`,
    exchanges: [cacheExchange, fetchExchange],
    fetchOptions: { headers: { authorization } },
    fetch: (url, init) => {
      methods.push(init?.method);
      return fetch(url, init);
    },
  });
  expect((await client.query(ME, {}).toPromise()).data).toMatchObject(me);
  expect(methods).toEqual(['GET']);
});

const LIVE = 'subscription { changes(initial: false) { type } }';

test('graphql-ws and graphql-sse follow a service through its restart (E37)', async () => {
  const port = await stablePort();
  const first = await app.replica({ port });
  const again = { retryAttempts: 100, retryWait: () => pace(100) };
  const shouldRetry = () => true;
  const sse = createSseClient({ url: `${first.url}/graphql`, headers: { authorization }, ...again });
  const ws = createWsClient({
    url: `${first.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    shouldRetry,
    ...again,
  });
  const heard: Record<'sse' | 'ws', unknown[]> = { sse: [], ws: [] };
  const ended: string[] = [];
  const listen = (name: 'sse' | 'ws') => ({
    next: ({ data }: { data?: unknown }) => void heard[name].push(data),
    error: () => void ended.push(`${name} failed`),
    complete: () => void ended.push(`${name} is complete`),
  });
  const stop = [sse.subscribe({ query: LIVE }, listen('sse')), ws.subscribe({ query: LIVE }, listen('ws'))];
  await expect.poll(() => [heard.sse.length, heard.ws.length]).toEqual([1, 1]);
  await first.close();
  // The last word of the first process.
  expect([heard.sse.length, heard.ws.length]).toEqual([2, 2]);
  const second = await app.replica({ port });
  await expect.poll(() => [heard.sse.length, heard.ws.length]).toEqual([3, 3]);
  expect(ended).toEqual([]);
  for (const one of stop) one();
  sse.dispose();
  await ws.dispose();
  await second.close();
});
