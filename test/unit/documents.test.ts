import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { createDocuments, hashOf } from '../../src/platform/graphql/documents.ts';

test('a document that was found valid is asked for by its hash: it is neither looked at nor hashed again', async () => {
  const looked: unknown[] = [];
  const documents = createDocuments({ texts: new Map(), isExclusive: false }, (query) => void looked.push(query));
  const query = '{ __typename }';
  const asked = { query, variables: null };
  expect(documents.admit(asked, () => true)).toEqual({ request: asked, text: query });
  await documents.valid.set(`of a schema:${hashOf(query)}`, parse(query));
  const persistedQuery = { version: 1, sha256Hash: hashOf(query) };
  expect(documents.admit(asked, () => true)).toEqual({
    request: { variables: null, extensions: { persistedQuery } },
    text: query,
  });
  // What the client did not send is not there, as Apollo Server tells it from what is undefined.
  expect(Object.keys(documents.admit({ query, extensions: { other: 1 } }, () => true).request)).toEqual(['extensions']);
  // What is wrong with the extensions is for Apollo Server to say.
  for (const extensions of [{ persistedQuery: { version: 1, sha256Hash: hashOf('{ other }') } }, 7] as const) {
    const wrong = { query, extensions };
    expect(documents.admit(wrong, () => true)).toEqual({ request: wrong, text: query });
  }
  expect(looked).toEqual([query, query, query]);
  expect(await documents.texts.get(hashOf(query))).toBe(query);
});
