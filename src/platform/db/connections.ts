import type pg from 'pg';
import { carried, carryingNothing } from '../carried.ts';
import { currentDeadline } from '../deadline.ts';
import { RateLimitedError, UnavailableError, unreachable } from '../errors.ts';
import { LazyAbort } from '../lazy-abort.ts';
import type { PlacesInTurn } from '../places-in-turn.ts';
import type { Slot } from '../telemetry/series.ts';

/** The connection cannot be used again; its cause is the error that the caller gets. */
export class BrokenConnectionError extends Error {}

/** What entitles its holder to the use of a connection, alone or together with others who have one. */
export interface ConnectionPlace {
  /** The connection is there. */
  connected(): void;
  leave(): void;
}

/**
 * The connections of a pool. Callers take turns, and so do the requests of one, so that
 * neither who asks much nor who asks often keeps the others waiting.
 */
export interface Connections {
  /** Waits until it is the turn of the request under way, and until a place is free for it. */
  place(): ConnectionPlace | Promise<ConnectionPlace>;
  /** A connection for as long as `work` takes. One that is lost, or left in a transaction, is not used again. */
  use<T>(places: readonly ConnectionPlace[], work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
}

const noConnectionFree = (cause: unknown): UnavailableError =>
  new UnavailableError(
    'all connections to the database are in use; try again',
    { reason: 'NO_CONNECTION_FREE', retryable: true },
    { cause },
  );

/** The service's own tasks take turns for connections as one request does. */
const ownTasks = {};

/** Waits until it is the turn of the request under way, and until a connection is free for it. */
async function takeTurn(turns: PlacesInTurn, caller: string | undefined, waitMs: number): Promise<() => void> {
  const deadline = currentDeadline();
  const ended = new LazyAbort();
  let late: Error | undefined;
  // No signal of the platform: one of a time-out lives on until that, with all that it holds, however soon the turn comes.
  const timer = setTimeout(() => {
    late = new Error(`no connection to the database became free within ${waitMs} ms`);
    ended.abort(late);
  }, waitMs);
  const leave = (): void => ended.abort(deadline?.ended.reason);
  deadline?.ended.follow(leave);
  try {
    return await turns.take({ caller, work: deadline ?? ownTasks }, ended);
  } catch (error) {
    if (error !== late) throw error;
    if (!turns.hasItsShare(caller)) throw noConnectionFree(error);
    const message = 'your own operations use all connections to the database that one caller may have';
    throw new RateLimitedError('TOO_MANY_CONNECTIONS', message, Math.ceil(waitMs / 1_000));
  } finally {
    clearTimeout(timer);
    deadline?.ended.unfollow(leave);
  }
}

export function createConnections(pool: pg.Pool, turns: PlacesInTurn, waitMs: number, waits: Slot): Connections {
  return {
    place: () => {
      const ended = currentDeadline()?.ended;
      if (ended?.isAborted === true) return Promise.reject(ended.reason);
      const askedAt = performance.now();
      const connected = (): void => waits.add((performance.now() - askedAt) / 1_000);
      const { caller } = carried();
      const leave = turns.takeFree(caller);
      if (leave !== undefined) return { leave, connected };
      return takeTurn(turns, caller, waitMs).then((later) => ({ leave: later, connected }));
    },
    use: async (places, work) => {
      let client: pg.PoolClient | undefined;
      // The pool listens on those that are idle; without a listener a connection lost meanwhile would end the process.
      // A running operation gets the error from its own statement.
      let lost: Error | undefined;
      const noteLoss = (error: Error): void => {
        lost = error;
      };
      try {
        try {
          client = await carryingNothing(() => pool.connect());
        } catch (error) {
          throw unreachable('DATABASE_UNREACHABLE', { cause: error });
        }
        client.on('error', noteLoss);
        for (const place of places) place.connected();
        return await work(client);
      } catch (error) {
        if (error instanceof BrokenConnectionError) lost = error;
        throw error instanceof BrokenConnectionError ? error.cause : error;
      } finally {
        client?.off('error', noteLoss);
        carryingNothing(() => client?.release(lost));
        for (const place of places) place.leave();
      }
    },
  };
}
