import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/*
 * Loaded into a service by `node --import`: asked by SIGUSR2, it collects garbage and says on standard error how much memory
 * is in use after that.
 */

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Collected several times: what is freed by finalizers goes with the next collection. */
const ROUNDS = 4;

async function tell(): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    collect();
    await nextTurn();
  }
  const { heapUsed, external } = process.memoryUsage();
  // `external` has array buffers in it.
  process.stderr.write(`[in use: ${heapUsed} ${external}]\n`);
}

process.on('SIGUSR2', () => void tell());
