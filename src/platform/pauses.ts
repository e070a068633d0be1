import { setImmediate as nextTurn } from 'node:timers/promises';

const EVERY_MS = 2;

/** For long work, to be called again and again in it: lets everything else go on that has waited for a while. */
export function createPauses(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < EVERY_MS) return;
    await nextTurn();
    since = performance.now();
  };
}
