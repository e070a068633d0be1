import { expect, test } from 'vitest';
import { findCycle } from '../../src/domains/services/service-cycles.ts';

const edges = (...pairs: string[]) => pairs.map((pair) => ({ from: pair.charAt(0), to: pair.charAt(1) }));

test('the shortest way back is the cycle', () => {
  // a → b → c → a, and b → a
  expect(findCycle(edges('ab', 'bc', 'ca', 'ba'), 'a')).toEqual(['a', 'b', 'a']);
  expect(findCycle(edges('ab', 'bc', 'ca'), 'c')).toEqual(['c', 'a', 'b', 'c']);
  expect(findCycle(edges('aa'), 'a')).toEqual(['a', 'a']);
});

test('two ways to the same service are no cycle', () => {
  expect(findCycle(edges('ab', 'ac', 'bd', 'cd'), 'a')).toBeUndefined();
});

test('a cycle further on is not one of the service that leads there', () => {
  expect(findCycle(edges('ab', 'bc', 'cb'), 'a')).toBeUndefined();
  expect(findCycle(edges('ab', 'bc', 'cb'), 'b')).toEqual(['b', 'c', 'b']);
});
