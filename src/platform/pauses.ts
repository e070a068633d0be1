import { setImmediate as nextTurn } from 'node:timers/promises';

const EVERY_MS = 2;

/** To be called again and again in long work: lets everything else go on that has waited for a while. */
export type Pause = () => Promise<void>;

export function createPauses(now: () => number = () => performance.now()): Pause {
  let since = now();
  return async () => {
    if (now() - since < EVERY_MS) return;
    await nextTurn();
    since = now();
  };
}

/** So many items are worked on between two looks at the clock. */
const AT_ONCE = 20;

/** What `map` gives, with pauses. */
export async function mapWithPauses<Item, Result>(
  items: readonly Item[],
  pause: Pause,
  work: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [index, item] of items.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await pause();
    results.push(work(item));
  }
  return results;
}
