import { setImmediate as turnIsOver } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readFresh } from '../../src/platform/fresh-reads.ts';

function reading() {
  const under: { readonly begunAt: number; readonly end: PromiseWithResolvers<void> }[] = [];
  let now = 0;
  const fresh = readFresh(async () => {
    const one = { begunAt: now, end: Promise.withResolvers<void>() };
    under.push(one);
    await one.end.promise;
    return one.begunAt;
  });
  return { under, ask: () => fresh(undefined), pass: () => ++now };
}

test('all who ask in one turn share a reading that begins after it', async () => {
  const { under, ask, pass } = reading();
  const first = ask();
  await Promise.resolve();
  pass();
  const second = ask();
  expect(under).toHaveLength(0);
  await turnIsOver();
  await turnIsOver();
  expect(under).toHaveLength(1);
  under[0]?.end.resolve();
  expect(await Promise.all([first, second])).toEqual([1, 1]);
});

test('whoever asks while something is being read gets what is read later', async () => {
  const { under, ask, pass } = reading();
  const early = ask();
  await turnIsOver();
  await turnIsOver();
  const seen = pass();
  const late = ask();
  await turnIsOver();
  await turnIsOver();
  expect(under).toHaveLength(2);
  for (const { end } of under) end.resolve();
  expect(await early).toBe(0);
  expect(await late).toBe(seen);
});
