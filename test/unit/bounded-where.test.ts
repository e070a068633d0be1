import { expect, test } from 'vitest';
import { boundedWhere, MAX_CONDITIONS } from '../../src/catalog/read/bounded-where.ts';

const named = (name: string) => ({ name: { eq: name } });

test('alternatives that compare one field become one set, at every level', () => {
  const where = {
    or: [named('a'), { site: { or: [named('x'), named('y')] } }, { name: { in: ['b', 'c'] } }, { heightU: { eq: 1 } }],
  };
  expect(boundedWhere(where)).toEqual({
    or: [{ name: { in: ['a', 'b', 'c'] } }, { heightU: { in: [1] } }, { site: { or: [{ name: { in: ['x', 'y'] } }] } }],
  });
});

test('what a set would not say the same stays as it is', () => {
  const or = [
    { name: { eq: null } },
    { name: { eq: 'a', ne: 'b' } },
    { name: { startsWith: 'c' } },
    { name: { eq: 'd' }, heightU: { eq: 1 } },
    {},
  ];
  expect(boundedWhere({ or })).toEqual({ or });
  expect(boundedWhere({ and: [named('a'), named('b')] })).toEqual({ and: [named('a'), named('b')] });
  expect(boundedWhere(undefined)).toBeUndefined();
});

test('conditions are counted after that', () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => ({ name: { startsWith: `${at}` } }));
  expect(boundedWhere({ or: many(MAX_CONDITIONS) })).toBeDefined();
  expect(() => boundedWhere({ or: many(MAX_CONDITIONS + 1) })).toThrow(/at most 200/);
  expect(() => boundedWhere({ not: { site: { and: many(MAX_CONDITIONS + 1) } } })).toThrow(/has 201 conditions/);
  expect(boundedWhere({ or: Array.from({ length: 70_000 }, (_, at) => named(`${at}`)) })).toBeDefined();
});
