import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
export const collect = runInNewContext('gc') as (options?: { readonly type: 'minor' }) => void;

/** Collected several times: what is freed by finalizers goes with the next collection. */
const ROUNDS = 4;

/** Collects garbage, as far as there is any. */
export async function collectGarbage(): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    collect();
    await nextTurn();
  }
}
