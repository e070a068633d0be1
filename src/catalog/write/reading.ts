import type { Batch } from './batch.ts';

/** A request's batch, read before its turn comes. */
export interface Reading {
  /** The batch for an attempt: read anew for each but the first, since the steps change it. */
  take(): Promise<Batch>;
  /** That of the last attempt. */
  readonly last: Promise<Batch>;
}

export function createReading(read: () => Promise<Batch>): Reading {
  let last = read();
  last.catch(() => undefined); // The error is handled when the write's turn comes, which may be much later.
  let isTaken = false;
  return {
    take: () => {
      if (isTaken) last = read();
      isTaken = true;
      return last;
    },
    get last() {
      return last;
    },
  };
}
