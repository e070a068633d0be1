import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFairShares, type FairShares, STRANGERS } from '../../src/platform/fair-shares.ts';

/** Work of a caller that has a place for as long as it takes. */
async function run<T>(shares: FairShares, caller: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const leave = await shares.take(caller, signal);
  try {
    return await work();
  } finally {
    leave();
    leave(); // Once more changes nothing.
  }
}

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
  const all = Array.from({ length: 5 }, (_, at) => run(shares, 'ada', work).then(() => order.push(at)));
  for (let ended = 0; ended < 5; ended++) {
    while (ends.length <= ended) await turn();
    ends[ended]?.();
  }
  await Promise.all(all);
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect(most()).toBe(2);
  expect(shares.callers).toBe(0);
});

test.each(['ada', STRANGERS])('a place that is left twice, the second time late, is one place: %j', (caller) => {
  const clock = { now: () => 0, later: () => expect.unreachable() };
  const shares = createFairShares({ atOnce: 1, queued: 1, waitMs: 60_000 }, clock);
  const first = shares.takeFree(caller);
  first?.();
  const second = shares.takeFree(caller);
  expect(second).toBeDefined();
  first?.();
  expect(shares.takeFree(caller)).toBeUndefined();
  second?.();
  expect(shares.takeFree(caller)).toBeDefined();
});

test('nobody waits for the work of another caller', async () => {
  const shares = createFairShares({ atOnce: 1, queued: 1, waitMs: 60_000 });
  const { work, ends } = pieces();
  const hers = run(shares, 'ada', work);
  await expect(run(shares, 'bob', () => Promise.resolve('done'))).resolves.toBe('done');
  ends[0]?.();
  await hers;
});

test('what is too much is refused at once, what waits too long when its time is over', async () => {
  const shares = createFairShares({ atOnce: 1, queued: 1, waitMs: 20 });
  const { work, ends } = pieces();
  const first = run(shares, 'ada', work);
  const second = run(shares, 'ada', work);
  await expect(run(shares, 'ada', work)).rejects.toMatchObject({
    code: 'RATE_LIMITED',
    data: { rule: 'TOO_MANY_OPERATIONS', retryable: true, retryAfterSeconds: 1 },
  });
  await expect(second).rejects.toMatchObject({ data: { rule: 'WAITED_TOO_LONG' } });
  ends[0]?.();
  await first;
  await expect(run(shares, 'ada', () => Promise.resolve('again'))).resolves.toBe('again');
});

test('whoever has gone waits no longer, and is not waited for', async () => {
  const shares = createFairShares({ atOnce: 1, queued: 1, waitMs: 60_000 });
  const { work, ends } = pieces();
  const first = run(shares, 'ada', work);
  const gone = new AbortController();
  const second = run(shares, 'ada', work, gone.signal);
  gone.abort(new Error('gone'));
  await expect(second).rejects.toThrow('gone');
  await expect(run(shares, 'ada', work, gone.signal)).rejects.toThrow('gone');
  const third = run(shares, 'ada', () => Promise.resolve('third'));
  ends[0]?.();
  await first;
  expect(await third).toBe('third');
  expect(shares.callers).toBe(0);
});

test('who is not signed in shares one place with all others who are not; what waited begins in a turn of its own', async () => {
  const shares = createFairShares({ atOnce: 2, queued: 2, waitMs: 60_000 });
  const { work, ends, most } = pieces();
  const all = [run(shares, STRANGERS, work), run(shares, STRANGERS, work)];
  await turn();
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await all[0];
  expect(ends).toHaveLength(1);
  while (ends.length === 1) await turn();
  ends[1]?.();
  await Promise.all(all);
  expect(most()).toBe(1);
});

test('after each noticeable operation of strangers others have as long to themselves; nobody else has to rest', async () => {
  let now = 0;
  const rests: { readonly ms: number; readonly end: () => void }[] = [];
  const clock = { now: () => now, later: (end: () => void, ms: number) => void rests.push({ ms, end }) };
  const shares = createFairShares({ atOnce: 1, queued: 10, waitMs: 60_000 }, clock);
  const take = async (caller: string, ms: number): Promise<void> => {
    const leave = await shares.take(caller);
    now += ms;
    leave();
  };
  await take('ada', 50);
  await take(STRANGERS, 1);
  expect([rests.length, shares.callers]).toEqual([0, 0]);
  for (const ms of [10, 5_000]) {
    await take(STRANGERS, ms);
    expect(shares.callers).toBe(1);
    rests.at(-1)?.end();
    expect(shares.callers).toBe(0);
  }
  expect(rests.map(({ ms }) => ms)).toEqual([10, 20]);
});
