import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { hashOf } from '../../src/platform/graphql/documents.ts';
import type { TrustedOptions } from '../../src/platform/graphql/trusted-documents.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { doors, type Sent, type Told } from '../kit/doors.ts';

const ME = 'query Me { me { name } }';
const OTHER = 'query Other { me { name __typename } }';
/** As Relay's compiler writes them: an id need not be a hash of the text. */
const LISTED = { me: ME, changes: 'subscription Follow { changes { type } }' };
const apolloManifest = {
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: [{ id: 'me-of-apollo', name: 'Me', type: 'query', body: ME }],
};

let app: TestApp;
let folder: string;
let only: App;
const listAt = async (name: string, content: unknown, mode: TrustedOptions['mode']): Promise<TrustedOptions> => {
  const file = join(folder, name);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return { file, mode };
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trusted-'));
  app = await startApp();
  only = await app.replica({ trustedDocuments: await listAt('relay.json', LISTED, 'only') });
});
afterAll(async () => {
  await only.close();
  await app.close();
  await rm(folder, { recursive: true });
});

const named = (sha256Hash: string): Sent => ({ query: '', extensions: { persistedQuery: { version: 1, sha256Hash } } });
const withId = (documentId: string): Sent => ({ query: '', documentId });
const refusal = {
  errors: [
    {
      message: 'only the documents of the list of trusted documents are answered here',
      extensions: { code: 'FORBIDDEN', rule: 'UNTRUSTED_DOCUMENT' },
    },
  ],
};

describe.each(Object.entries(doors))('over %s', (_, ask) => {
  const asSomebody = async (operation: Sent): Promise<Told> =>
    ask(only.url, operation, `Bearer ${await app.token('somebody')}`);

  test('a document of the list is named by its id, in either spelling, or sent as it is in the list', async () => {
    for (const operation of [named('me'), withId('me'), { query: ME }, { query: ME }])
      expect(await asSomebody(operation)).toEqual({ data: { me: { name: expect.any(String) } } });
  });

  test('another document, its id, and introspection are refused, but not to the staff', async () => {
    const staff = `Bearer ${await app.token('test-admin')}`;
    const byHash = { ...named(hashOf(OTHER)), query: OTHER };
    expect(await ask(only.url, byHash, staff)).toMatchObject({ data: { me: { name: 'test-admin' } } });
    for (const operation of [{ query: OTHER }, { query: `${ME} ` }, byHash, named(hashOf(OTHER)), withId('none')])
      expect(await asSomebody(operation)).toEqual(refusal);
    expect(await ask(only.url, { query: '{ __schema { queryType { name } } }' })).toEqual(refusal);
  });
});

test('a subscription of the list is followed by its id', async () => {
  const authorization = `Bearer ${await app.token('test-admin')}`;
  for (const ask of [doors.events, doors.WebSocket])
    expect(await ask(only.url, named('changes'), authorization)).toMatchObject({
      data: { changes: { type: 'ADDED' } },
    });
});

test('by GET, too', async () => {
  const authorization = `Bearer ${await app.token('somebody')}`;
  const get = async (search: string): Promise<unknown> =>
    (await fetch(`${only.url}/graphql?${search}`, { headers: { authorization } })).json();
  expect(await get('documentId=me')).toEqual({ data: { me: { name: expect.any(String) } } });
  expect(await get(`query=${encodeURIComponent(OTHER)}`)).toEqual(refusal);
});

test('beside a list that only adds ids, everything else is answered as before', async () => {
  const prefer = await app.replica({ trustedDocuments: await listAt('apollo.json', apolloManifest, 'prefer') });
  try {
    const authorization = `Bearer ${await app.token('somebody')}`;
    expect(await doors.POST(prefer.url, named('me-of-apollo'), authorization)).toMatchObject({ data: { me: {} } });
    expect(await doors.POST(prefer.url, { query: OTHER }, authorization)).toMatchObject({ data: { me: {} } });
    expect(await doors.POST(prefer.url, withId('none'), authorization)).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
  } finally {
    await prefer.close();
  }
});

test.each([
  ['no JSON', '{', /^the trusted documents at .*list\.json cannot be used: /],
  ['no list', '[1]', /neither a manifest of Apollo nor an object of documents by id$/],
])('a file with %s ends the start with a line that says so', async (_, content, message) => {
  const trustedDocuments = await listAt('list.json', content, 'prefer');
  await expect(app.replica({ trustedDocuments })).rejects.toThrow(message);
});
