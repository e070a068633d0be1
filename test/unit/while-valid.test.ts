import { expect, test } from 'vitest';
import { whileValid } from '../../src/catalog/history/schema/while-valid.ts';
import { carrying } from '../../src/platform/carried.ts';
import { LazyAbort } from '../../src/platform/lazy-abort.ts';
import { createTally } from '../../src/platform/tally.ts';
import { collectGarbage } from '../kit/collect.ts';

const HOUR_SECONDS = 3_600;
const inSeconds = (seconds: number): number => Date.now() / 1_000 + seconds;

test.each([
  ['the service ends', HOUR_SECONDS, (ends: AbortController): void => ends.abort()],
  ['nobody listens', HOUR_SECONDS, (_ends: AbortController, gone: LazyAbort): void => gone.abort()],
  ['the token expires, at whatever part of a second', 0.050_25, (): void => undefined],
])('a subscription ends when %s', async (_what, seconds, end) => {
  const [ends, gone] = [new AbortController(), new LazyAbort()];
  const signal = whileValid({ history: { closing: ends.signal }, gone, expiresAt: inSeconds(seconds) });
  expect(signal.aborted).toBe(false);
  end(ends, gone);
  await expect.poll(() => signal.aborted).toBe(true);
});

test('a token that is good for long keeps nothing of a subscription that has ended', async () => {
  const subscribe = (): WeakRef<object> => {
    const tally = createTally();
    const history = { closing: new AbortController().signal };
    carrying({ tally }, () => whileValid({ history, gone: new LazyAbort(), expiresAt: inSeconds(HOUR_SECONDS) }));
    return new WeakRef(tally);
  };
  const tally = subscribe();
  await collectGarbage();
  expect(tally.deref()).toBeUndefined();
});
