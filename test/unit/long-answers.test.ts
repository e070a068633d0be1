import { buildSchema, execute, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { inSlices } from '../../src/platform/in-slices.ts';
import { JsonText } from '../../src/platform/json-text.ts';
import { type EncodedText, stringifyInSlices } from '../../src/platform/stringify-in-slices.ts';
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
  const encoded = (text: string | EncodedText): EncodedText => {
    if (typeof text === 'string') throw new Error('it was made at once');
    return text;
  };
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
    const { turns, result } = await turnsDuring(async () => encoded(await stringifyInSlices(value, slicesOfTen())));
    const parts = result.map((part) => part.toString());
    expect(parts.join('')).toBe(JSON.stringify(value));
    expect(turns).toBeGreaterThan(0);
  });

  test('a long one is encoded in pieces, and no letter is cut', async () => {
    const value = Array.from({ length: 30_000 }, (_, at) => `ü☃😀 ${at}`);
    const parts = encoded(await stringifyInSlices(value, slicesOfTen()));
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(4 * 65_536);
    expect(parts.map((part) => part.toString()).join('')).toBe(JSON.stringify(value));
  });

  test('a short one is made at once', () => {
    const value = nested(1, 100);
    expect(stringifyInSlices(value, slicesOfTen())).toBe(JSON.stringify(value));
  });
});

describe('text of an answer whose data is text already', () => {
  const result = (data: unknown) => ({ errors: undefined, data, extensions: { cost: 1 } });

  test('a short one is a text, what is not there is left out', () => {
    const made = stringifyInSlices(result(new JsonText(['{"a":', '"ü"}'])), slicesOfTen());
    expect(made).toBe(JSON.stringify(result({ a: 'ü' })));
    expect(JSON.stringify(result(new JsonText(['{"a":', '"ü"}'])))).toBe(made);
  });

  test('a long one is encoded, and its encoded pieces are sent as they are', async () => {
    const letters = 'ü'.repeat(40_000);
    const data = new JsonText(['{"a":"', Buffer.from(letters), '","b":"', letters, letters, '"}']);
    const parts = await stringifyInSlices(result(data), slicesOfTen());
    expect(typeof parts).toBe('object');
    expect(parts).toContain(data.pieces[1]);
    const text = Buffer.concat(parts as EncodedText).toString();
    expect(text).toBe(JSON.stringify(result({ a: letters, b: `${letters}${letters}` })));
  });
});
