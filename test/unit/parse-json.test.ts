import { describe, expect, test } from 'vitest';
import { parseJsonInSlices } from '../../src/platform/http/parse-json.ts';
import { slicesOfTen, turnsDuring } from '../kit/turns.ts';
import { random } from '../mutations/random.ts';

const cuts = random(3);
/** A text as it may come, in parts of any length. */
function* partsOf(text: string, longest: number): Generator<string> {
  for (let at = 0, end = 0; at < text.length; at = end) {
    end = at + cuts.upTo(longest + 1);
    yield text.slice(at, end);
  }
}
const parse = (text: string, longest = 100_000) =>
  turnsDuring(() => parseJsonInSlices(partsOf(text, longest), 'it', slicesOfTen()));

const EDGE = 65_536; // A string is read in pieces of so many characters.
const quoted = (length: number, ending: string): string => `"${'x'.repeat(length)}${ending}${'y'.repeat(50)}"`;

describe('a long JSON text', () => {
  test.each([
    [
      'values of all sorts',
      '{"a":[1,-2.5e3,0,true,false,null,"",{},[]],"b":{"c":"\\u00e9\\n\\"\\\\"},"a":2, "__proto__":{"x":1}} \n',
    ],
    ['a text alone', '"x"'],
    ['blanks', ' \t\r\n[ 1 , { "a" : 2 } ] '],
    [
      'escapes at the edges of pieces',
      `[${[-7, -6, -5, -4, -3, -2, -1, 0, 1].flatMap((by) => ['\\u2603', '\\n', '\\"', '\\\\\\\\', '\\ud83d\\ude00'].map((ending) => quoted(EDGE + by, ending))).join()}]`,
    ],
    ['a text of nothing but backslashes', `["${'\\'.repeat(4 * EDGE)}"]`],
    ['a long key', `{"${'k'.repeat(3 * EDGE)}":1}`],
  ])('%s: read as JSON.parse reads it', async (_name, text) => {
    expect((await parse(text)).result).toEqual(JSON.parse(text));
  });

  test('made-up values are read as JSON.parse reads them', async () => {
    const choose = random(1);
    const value = (depth: number): unknown =>
      [
        () => choose.upTo(1_000) / 8 - 60,
        () => 'ü"\\\n\u0001😀'.repeat(choose.upTo(4)),
        () => choose.upTo(2) === 0,
        () => null,
        () => Array.from({ length: choose.upTo(4) }, () => (depth === 0 ? 1 : value(depth - 1))),
        () =>
          Object.fromEntries(
            Array.from({ length: choose.upTo(4) }, (_, at) => [`k${at}`, depth === 0 ? 1 : value(depth - 1)]),
          ),
      ][choose.upTo(6)]?.();
    for (let round = 0; round < 300; round++) {
      const text = JSON.stringify([value(4)], undefined, choose.upTo(3));
      expect((await parse(text, 1 + choose.upTo(9))).result).toEqual(JSON.parse(text));
    }
  });

  test.each([
    '',
    '[',
    '{"a"',
    '{"a":',
    '{a:1}',
    '[1,]',
    '[1 2]',
    '{"a":1,}',
    '"x',
    '"\n"',
    '"\\x"',
    '01',
    '1.',
    'tru',
    '[1]]',
    'nul',
    '\ufeff1',
    `"${'x'.repeat(EDGE)}`,
    `"${'x'.repeat(EDGE)}\n"`,
    '-',
    '{"a" 1}',
  ])('what JSON.parse refuses is refused: %s', async (text) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    await expect(parse(text)).rejects.toThrow(SyntaxError);
    await expect(parse(text, text.length > 100 ? 50_000 : 1)).rejects.toThrow(SyntaxError);
  });

  test('the place of what is wrong is counted from the beginning of the whole', async () => {
    const text = `[${'"x",'.repeat(100_000)}?]`;
    await expect(parse(text)).rejects.toThrow(`unexpected "?" at position ${text.indexOf('?')}`);
  });

  test('a number has no more digits than anybody writes', async () => {
    expect((await parse(`[${'1'.repeat(10_000)}]`)).result).toEqual([Infinity]);
    await expect(parse(`[${'1'.repeat(10_001)}]`)).rejects.toThrow('a number has more than 10000 digits');
  });

  test('brackets nest as deep as in any request, and no deeper', async () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect((await parse(nested(100))).result).toEqual(JSON.parse(nested(100)));
    await expect(parse(nested(102))).rejects.toThrow('it nests more than 100 brackets deep');
  });

  test.each([
    ['many values', JSON.stringify(Array.from({ length: 100_000 }, (_, at) => at)), 100_000 / 500 / 11],
    ['many objects', JSON.stringify(Array.from({ length: 20_000 }, () => ({ a: { b: 'c' } }))), 60_000 / 500 / 11],
    ['one string', JSON.stringify('x"\n'.repeat(2_000_000)), 10_000_000 / EDGE / 11],
  ])('%s: others have their turn while it is read', async (_name, text, turns) => {
    expect((await parse(text)).turns).toBeGreaterThanOrEqual(Math.floor(turns));
  });
});
