import { expect, test } from 'vitest';
import { behindBeginning } from '../../src/catalog/read/beginning.ts';
import { random } from '../mutations/random.ts';

const LETTERS = ['a', 'b', '\u0000', '\u007f', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'];

test('the texts from a beginning to what is behind it are those that begin with it, by code points', () => {
  const { pick, upTo } = random(17);
  const text = (): string => Array.from({ length: upTo(4) }, () => pick(LETTERS)).join('');
  let begun = 0;
  for (let round = 0; round < 20_000; round++) {
    const [beginning, other] = [text(), text()];
    const behind = behindBeginning(beginning);
    const isBetween =
      Buffer.compare(Buffer.from(other), Buffer.from(beginning)) >= 0 &&
      (behind === undefined || Buffer.compare(Buffer.from(other), Buffer.from(behind)) < 0);
    expect(isBetween, JSON.stringify([beginning, other])).toBe(other.startsWith(beginning));
    if (isBetween) begun++;
  }
  expect(begun).toBeGreaterThan(500);
});
