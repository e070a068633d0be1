import { expect, test } from 'vitest';
import { LazyAbort } from '../../src/platform/lazy-abort.ts';
import { createPlacesInTurn } from '../../src/platform/places-in-turn.ts';
import { collect } from '../kit/collect.ts';

/* What stays while requests come and go keeps nothing of those that have gone, also before the whole heap is marked. */

const KB = 1_024;
const PASSES = 400;
const payload = (): unknown[] => Array.from({ length: 8 * KB }, () => 0.5);

/** Bytes that are kept of what some hundred passes have had, of which each had 64 KB; a few are still there. */
async function keptOf(pass: (own: unknown[]) => Promise<void> | void): Promise<number> {
  await pass(payload());
  collect();
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let time = 0; time < PASSES; time++) {
    await pass(payload());
    if (time % 20 === 0) collect({ type: 'minor' });
  }
  collect({ type: 'minor' });
  collect({ type: 'minor' });
  return process.memoryUsage().heapUsed - before;
}

const MOST = (PASSES * 64 * KB) / 4;

test('what ends at a stop of the service', async () => {
  const stopping = new LazyAbort();
  const followers: (() => void)[] = [];
  const kept = await keptOf((own) => {
    const follower = (): void => void own.pop();
    stopping.follow(follower);
    followers.push(follower);
    const first = followers.length > 4 ? followers.shift() : undefined;
    if (first !== undefined) stopping.unfollow(first);
  });
  expect(kept).toBeLessThan(MOST);
});

test('who has waited for a connection', async () => {
  const places = createPlacesInTurn(1);
  const waiting: Promise<() => void>[] = [places.take({ caller: 'ada', work: {} }, new LazyAbort())];
  const kept = await keptOf(async (own) => {
    waiting.push(places.take({ caller: 'ada', work: own }, new LazyAbort()));
    if (waiting.length > 4) (await waiting.shift())?.();
  });
  expect(kept).toBeLessThan(MOST);
});
