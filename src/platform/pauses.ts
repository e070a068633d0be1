import { setImmediate as nextTurn } from 'node:timers/promises';

const EVERY_MS = 2;
/** Whoever gives way to another takes one turn in so many all the same. */
const MOST_TURNS = 16;

/** To be called again and again in long work: lets everything else go on that has waited for a while. */
export type Pause = () => Promise<void>;

/** `givesWay`: whether something else is to go first, as long as it takes its turns. */
export function createPauses(
  now: () => number = () => performance.now(),
  givesWay: () => boolean = () => false,
): Pause {
  let since = now();
  return async () => {
    if (now() - since < EVERY_MS) return;
    let turns = 0;
    do {
      await nextTurn();
      turns += 1;
    } while (turns < MOST_TURNS && givesWay());
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
