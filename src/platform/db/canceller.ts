import pg from 'pg';
import type { LazyAbort } from '../lazy-abort.ts';

/** Ends statements for whose answer nobody waits any more. */
export interface Canceller {
  /**
   * Watches over a statement that runs on `client`: when `ended` aborts first, the server is asked to cancel it. To be called when the
   * statement has ended; gives what is to be waited for until the connection is free for something else, if anything is.
   */
  watch(ended: LazyAbort, client: pg.PoolClient): () => Promise<void> | undefined;
  close(): Promise<void>;
}

/** What `pg` knows of the process behind a connection. */
interface WithProcess {
  readonly processID?: number | null;
}

/** Asks over a connection of its own: those of the pool may all be taken by what is to be ended. */
export function createCanceller(connectionString: string): Canceller {
  const pool = new pg.Pool({ connectionString, max: 1, idleTimeoutMillis: 10_000, connectionTimeoutMillis: 3_000 });
  pool.on('error', () => undefined); // It is replaced on the next use.

  const cancel = async ({ processID }: pg.PoolClient & WithProcess): Promise<void> => {
    if (typeof processID !== 'number') return;
    // A server that cannot be reached has ended the statement, or will: the answer says which.
    await pool.query('select pg_cancel_backend($1)', [processID]).catch(() => undefined);
  };

  return {
    watch: (ended, client) => {
      let cancelling: Promise<void> | undefined;
      const abort = (): void => {
        cancelling = cancel(client);
      };
      ended.follow(abort);
      return () => {
        ended.unfollow(abort);
        // The request to cancel must not reach what the connection does next.
        return cancelling;
      };
    },
    close: () => pool.end(),
  };
}
