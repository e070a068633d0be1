import { setImmediate as turnIsOver } from 'node:timers/promises';
import { createSharedWork } from './shared-work.ts';

/**
 * Reads once for all who ask in the same turn of the event loop: after it, so that nobody gets what was read before he
 * asked. `source` is the same for all.
 */
export function readFresh<Source, T>(read: (source: Source) => Promise<T>): (source: Source) => Promise<T> {
  const reads = createSharedWork<number>();
  let turn = 0;
  return (source) =>
    reads.run(turn, async () => {
      await turnIsOver();
      turn++; // Whoever asks from here on may know of something that this reading does not.
      return read(source);
    });
}
