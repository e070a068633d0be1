import { currentDeadline } from '../../platform/deadline.ts';
import { UnavailableError } from '../../platform/errors.ts';
import { createPlaces } from '../../platform/places.ts';
import type { WriteWatch } from './write-watch.ts';

/**
 * Lets one writer write at a time, in the order of asking. Writers would wait for each other in the database anyway; here
 * they wait without holding a connection, so that reads go on.
 */
export interface Turns {
  /** Throws `UnavailableError` when no more may wait: before any work is done for one more. */
  requireRoom(): void;
  /** Runs `work` when its turn has come; whoever asked for it and goes away meanwhile waits no longer. */
  take<T>(work: () => Promise<T>): Promise<T>;
  readonly waiting: number;
}

/** About the time in which as many writers as wait by default have their turns. */
const RETRY_AFTER_SECONDS = 10;

/** `most`: writers that may wait. */
export function createTurns(most: number, watch?: WriteWatch): Turns {
  const places = createPlaces(1);
  return {
    requireRoom: () => {
      if (places.taken === 0 || places.waiting < most) return;
      throw new UnavailableError(`${most} writers wait already; try again`, {
        reason: 'TOO_MANY_WRITERS',
        retryable: true,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    },
    take: async (work) => {
      const askedAt = performance.now();
      const leave = await places.take(currentDeadline()?.ended.signal);
      watch?.waitedForTurn(performance.now() - askedAt);
      try {
        return await work();
      } finally {
        leave();
      }
    },
    get waiting() {
      return places.waiting;
    },
  };
}
