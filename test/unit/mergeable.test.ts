import { expect, test } from 'vitest';
import { createKnownDocuments, requireMergeable } from '../../src/platform/graphql/mergeable.ts';

const times = (count: number, text: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');
const look = (text: string) => () => requireMergeable(text, 20_000, createKnownDocuments());

test.each([
  ['one leaf many times', `{ me { ${'name '.repeat(1_000)} } }`],
  ['a list many times', `{ ${'racks { nodes { name } } '.repeat(600)} }`],
  ['in inline fragments', `{ racks { nodes { ${'... on Rack { site { name } } '.repeat(600)} } } }`],
  [
    'at the same place by different ways',
    `{ racks { nodes { ${times(300, () => 'a: site { name name name name }')} } } }`,
  ],
  [
    'many fragments',
    `{ me { ${times(480, (at) => `...F${at}`)} } } ${times(480, (at) => `fragment F${at} on Me { name }`)}`,
  ],
  ['a chain of fragments', `{ me { ...F0 } } ${times(480, (at) => `fragment F${at} on Me { ...F${at + 1} }`)}`],
])('%s: refused, with the field', (_name, text) => {
  expect(look(text)).toThrow(/more than 100,000 pairs/);
});

test.each([
  ['many fields, each once', `{ me { ${times(6_000, (at) => `a${at}: name`)} } }`],
  ['the same list under many names', `{ ${times(200, (at) => `a${at}: racks { nodes { name site { name } } }`)} }`],
  [
    'the fields of many kinds',
    `{ objects { nodes { ${times(46, (at) => `... on K${at} { ${times(60, (field) => `f${field}`)} }`)} } } }`,
  ],
  [
    'fragments in many places',
    `{ ${times(300, (at) => `a${at}: racks { nodes { ...A ...B } }`)} } fragment A on Rack { name } fragment B on Rack { name ...A }`,
  ],
  [
    'fragments in a circle',
    `{ me { ...A } } fragment A on Me { name ...B } fragment B on Me { name ...A } ${'#'.repeat(2_000)}`,
  ],
  [
    'fragments that multiply',
    `{ racks { nodes { ...F0 } } } ${times(9, (at) => `fragment F${at} on Rack { ${times(10, (alias) => `a${alias}: site { racks { nodes { ...F${at + 1} } } }`)} }`)} fragment F9 on Rack { name }`,
  ],
  ['what is no document', '{'.repeat(2_000)],
])('%s: left to validation', (_name, text) => {
  expect(look(text)).not.toThrow();
});

/** Validation goes through each of them anew. */
test('a document has 500 operations and fragments at most, however small they are', () => {
  const operations = (count: number): string => times(count, (at) => `query Q${at} { me { name } }`);
  const fragments = (count: number): string => times(count, (at) => `fragment F${at} on Me { name }`);
  expect(look(operations(500))).not.toThrow();
  expect(look(`{ me { ...F0 } } ${fragments(499)}`)).not.toThrow();
  for (const text of [operations(501), `{ me { ...F0 } } ${fragments(500)}`, `${operations(250)} ${fragments(251)}`])
    expect(look(text)).toThrow('the document has 501 operations and fragments; at most 500 are allowed');
});

test('a text is looked at once, whatever was found', () => {
  const known = createKnownDocuments();
  const again = (text: string) => () => requireMergeable(text, 10_000, known);
  // What is known of a text holds: these would be found to be something else.
  const texts = [`{ me { ${'name '.repeat(1_000)} } }`, '{'.repeat(2_000), `{ me { name } } ${'#'.repeat(2_000)}`];
  for (const text of texts) {
    try {
      again(text)();
    } catch {
      // It is remembered all the same.
    }
  }
  expect(texts.map((text) => known.has(text))).toEqual([true, true, true]);
  for (const text of texts) known.set(text, { message: 'as it is known', accepted: 'another' });
  for (const text of texts) expect(again(text)).toThrow('as it is known');
});
