import { collectGarbage } from '../kit/collect.ts';

/*
 * Loaded into a service by `node --import`: asked by SIGUSR2, it collects garbage and says on standard error how much memory
 * is in use after that.
 */

async function tell(): Promise<void> {
  await collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  // `external` has array buffers in it.
  process.stderr.write(`[in use: ${heapUsed} ${external}]\n`);
}

process.on('SIGUSR2', () => void tell());
