import { buildSchema, execute, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { inSlices } from '../../src/platform/in-slices.ts';
import { stringifyInSlices } from '../../src/platform/stringify-in-slices.ts';
import { slicesOfTen, turnsDuring } from '../kit/turns.ts';

describe('completing a list', () => {
  const schema = buildSchema('type Query { items: [Item!]! } type Item { name: String!, at: Int! }');
  const itemsOf = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `item ${at}`, at }));
  const complete = (items: readonly unknown[]) =>
    turnsDuring(() => execute({ schema, document: parse('{ items { at name } }'), rootValue: { items } }));

  test('a long one gives others their turn, and comes out the same', async () => {
    const items = itemsOf(5_000);
    const { turns, result } = await complete(inSlices(items, slicesOfTen()));
    expect(JSON.parse(JSON.stringify(result))).toEqual({ data: { items } });
    expect(turns).toBeGreaterThanOrEqual(5_000 / 10 / 11);
    expect((await complete(items)).turns).toBe(0);
  });

  test('a short one is what it was', () => {
    const items = itemsOf(100);
    expect(inSlices(items, slicesOfTen())).toBe(items);
  });
});

describe('text of an answer', () => {
  const nested = (levels: number, width: number): unknown =>
    levels === 0
      ? { name: 'ü "x"\n', none: undefined, of: null, list: [undefined, 1.5, true] }
      : Array.from({ length: width }, (_, at) => ({ [`key ${at}`]: nested(levels - 1, width) }));
  const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`k${at}`, at]));
  const odd = { at: new Date(0), inner: { toJSON: () => 'x' }, wide, absent: undefined, empty: [{}, []] };

  test.each([
    ['lists in lists', nested(3, 20)],
    ['a wide object', { data: wide }],
    ['odd members', [odd, [], {}, wide]],
    ['long texts', { data: Array.from({ length: 20 }, () => 'x'.repeat(100_000)) }],
  ])('is what JSON.stringify gives, with turns for others: %s', async (_name, value) => {
    const { turns, result } = await turnsDuring(() => stringifyInSlices(value, slicesOfTen()));
    expect(result).toBe(JSON.stringify(value));
    expect(turns).toBeGreaterThan(0);
  });

  test('a short one is made at once', () => {
    const value = nested(1, 100);
    expect(stringifyInSlices(value, slicesOfTen())).toBe(JSON.stringify(value));
  });
});
