import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { createDocuments, hashOf } from '../../src/platform/graphql/documents.ts';

const TEXT = '{ me { name } }';
const HASH = hashOf(TEXT);

function documents() {
  const looked: string[] = [];
  const known = createDocuments({ texts: new Map(), isExclusive: false }, (text) => {
    looked.push(String(text));
  });
  return { known, looked };
}

test('a document that was found valid is asked for by its hash, and not looked at again', async () => {
  const { known, looked } = documents();
  const asked = { query: TEXT, variables: { a: 1 } };
  expect(known.admit(asked, () => false)).toEqual({ request: asked, text: TEXT });
  await known.valid.set(`schema:${HASH}`, parse(TEXT));
  const extensions = { persistedQuery: { version: 1, sha256Hash: HASH } };
  expect(known.admit(asked, () => false)).toEqual({ request: { variables: { a: 1 }, extensions }, text: TEXT });
  expect(await known.texts.get(`apq:${HASH}`)).toBe(TEXT);
  expect(looked).toEqual([TEXT]);
});

test.each([[{ persistedQuery: 5 }], ['none'], [[1]]])(
  'what is wrong with extensions, such as %j, is left for Apollo Server to say',
  async (extensions) => {
    const { known } = documents();
    await known.valid.set(HASH, parse(TEXT));
    const asked = { query: TEXT, extensions };
    expect(known.admit(asked, () => false).request).toBe(asked);
  },
);

test('the documents kept are bounded: the least used goes, with its text', async () => {
  const { known } = documents();
  const texts = Array.from({ length: 30 }, (_, at) => `{ me { name } } # ${'x'.repeat(40_000)}${at}`);
  for (const text of texts) await known.valid.set(hashOf(text), parse(text));
  const [first = '', last = ''] = [texts[0], texts.at(-1)];
  expect(await known.valid.get(hashOf(first))).toBeUndefined();
  expect(known.admit({ query: first }, () => false).request).toEqual({ query: first });
  expect(known.admit({ query: last }, () => false).request).not.toHaveProperty('query');
});

test('a very long document takes no room from others', async () => {
  const { known } = documents();
  const long = `{ me { name } } # ${'x'.repeat(60_000)}`;
  await known.valid.set(hashOf(long), parse(long));
  expect(await known.valid.get(hashOf(long))).toBeUndefined();
});
