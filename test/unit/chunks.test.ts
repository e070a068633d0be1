import { expect, test } from 'vitest';
import { createChunks } from '../../src/platform/http/chunks.ts';
import { random } from '../mutations/random.ts';

test('chunks of any length come out as they came in, and so many small ones as few large ones', () => {
  const { upTo } = random(5);
  for (const longest of [1, 10, 200_000]) {
    const given = Array.from({ length: longest > 100 ? 50 : 100_000 }, () =>
      Buffer.alloc(upTo(longest + 1), upTo(256)),
    );
    const chunks = createChunks();
    for (const chunk of given) chunks.add(chunk);
    const whole = Buffer.concat(given);
    expect(Buffer.concat(chunks.all()).equals(whole)).toBe(true);
    expect(chunks.all().length).toBeLessThanOrEqual(9 + whole.length / 65_536);
  }
});

test('what comes in one chunk is not copied', () => {
  const chunks = createChunks();
  const one = Buffer.from('{}');
  chunks.add(one);
  expect(chunks.all()[0]).toBe(one);
});
