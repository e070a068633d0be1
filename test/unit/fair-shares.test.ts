import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFairShares } from '../../src/platform/fair-shares.ts';

/** Work that goes on until it is told to end. */
function pieces() {
  const ends: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await new Promise<void>((end) => ends.push(end));
    running--;
  };
  return { work, ends, most: () => most };
}

test('one caller has so much under way at once, the rest waits in its order', async () => {
  const shares = createFairShares({ atOnce: 2, queued: 10, waitMs: 60_000 });
  const { work, ends, most } = pieces();
  const order: number[] = [];
  const all = Array.from({ length: 5 }, (_, at) => shares.run('ada', work).then(() => order.push(at)));
  for (let ended = 0; ended < 5; ended++) {
    await turn();
    ends[ended]?.();
  }
  await Promise.all(all);
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect(most()).toBe(2);
  expect(shares.callers).toBe(0);
});

test('nobody waits for the work of another caller', async () => {
  const shares = createFairShares({ atOnce: 1, queued: 1, waitMs: 60_000 });
  const { work, ends } = pieces();
  const hers = shares.run('ada', work);
  await expect(shares.run('bob', () => Promise.resolve('done'))).resolves.toBe('done');
  ends[0]?.();
  await hers;
});

test('what is too much is refused at once, what waits too long when its time is over', async () => {
  const shares = createFairShares({ atOnce: 1, queued: 1, waitMs: 20 });
  const { work, ends } = pieces();
  const first = shares.run('ada', work);
  const second = shares.run('ada', work);
  await expect(shares.run('ada', work)).rejects.toMatchObject({
    code: 'RATE_LIMITED',
    data: { rule: 'TOO_MANY_OPERATIONS', retryable: true, retryAfterSeconds: 1 },
  });
  await expect(second).rejects.toMatchObject({ data: { rule: 'WAITED_TOO_LONG' } });
  ends[0]?.();
  await first;
  await expect(shares.run('ada', () => Promise.resolve('again'))).resolves.toBe('again');
});

test('work that fails leaves its place', async () => {
  const shares = createFairShares({ atOnce: 1, queued: 0, waitMs: 20 });
  await expect(shares.run('ada', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(shares.run('ada', () => Promise.resolve('next'))).resolves.toBe('next');
});
