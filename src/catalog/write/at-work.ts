import type { Queryable } from '../../platform/db/database.ts';
import { createPauses, type Pause } from '../../platform/pauses.ts';

/**
 * The writer that has the lock, for which all others wait: what can wait gives way to it while it computes, and goes on while
 * the database does. So the next request is read while this one is stored, and does not hold it up.
 */
export interface AtWork {
  /** Work under the lock, with a connection that tells when it waits for an answer. */
  hold<T>(connection: Queryable, work: (connection: Queryable) => Promise<T>): Promise<T>;
  /** Pauses of work that can wait. */
  createPauses(now?: () => number): Pause;
  /** Work for a request that waits for its turn: for one after another. */
  aheadOfTurn<T>(work: () => Promise<T>): Promise<T>;
}

export function createAtWork(): AtWork {
  let isHeld = false;
  let statements = 0;
  let ahead: Promise<unknown> = Promise.resolve();
  const asked = async <T>(answer: Promise<T>): Promise<T> => {
    statements += 1;
    try {
      return await answer;
    } finally {
      statements -= 1;
    }
  };
  return {
    hold: async (connection, work) => {
      isHeld = true;
      try {
        return await work({
          rows: (query) => asked(connection.rows(query)),
          cells: (statement) => asked(connection.cells(statement)),
          rowSet: (statement) => asked(connection.rowSet(statement)),
          execute: (query) => asked(connection.execute(query)),
        });
      } finally {
        isHeld = false;
      }
    },
    createPauses: (now) => createPauses(now, () => isHeld && statements === 0),
    aheadOfTurn: (work) => {
      const own = ahead.then(work);
      ahead = own.catch(() => undefined);
      return own;
    },
  };
}
