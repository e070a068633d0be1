import { expect, test } from 'vitest';
import { nestingOf } from '../../src/platform/graphql/nesting.ts';

test.each([
  ['{ a { b(c: [1, { d: 2 }]) } }', 5],
  ['{"a": "{{{{ [[[[ \\" ((((", "b": [1]}', 2],
  ['{ a(b: """ {{{{ \\""" {{{ """) }', 2],
  ['{ a # {{{{{\n { b } }', 2],
  ['{ a # {{{{{\r { b } }', 2],
  ['{ a(b: "unfinished {{{', 2],
  [String.raw`{"a": "\\\\", "b": ["\\\"{{", {}]}`, 3],
  ['', 0],
])('%s nests %i deep', (text, depth) => {
  expect(nestingOf(text, 100)).toBe(depth);
});

test('a text that is too deep is left at that place', () => {
  expect(nestingOf('{'.repeat(10_000_000), 100)).toBe(101);
});
