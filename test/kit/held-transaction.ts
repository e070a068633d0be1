import { expect } from 'vitest';
import { createDatabase, type Queryable } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';

/** A transaction of another program, open until it is told to commit. */
export interface HeldTransaction {
  /** Waits until somebody waits for what this transaction holds. */
  untilWaitedFor(): Promise<void>;
  /** Does something more in it, and commits; more than once is as once. */
  commit(work?: (connection: Queryable) => Promise<unknown>): Promise<void>;
}

/** Does something in a transaction of a connection of its own and leaves it open. */
export async function holdTransaction(
  url: string,
  work: (connection: Queryable) => Promise<unknown>,
): Promise<HeldTransaction> {
  const database = createDatabase(url, { poolSize: 2 });
  const held = Promise.withResolvers<number>();
  const end = Promise.withResolvers<(connection: Queryable) => Promise<unknown>>();
  const done = database.transaction(async (connection) => {
    await work(connection);
    const [row] = await connection.cells(sql`select pg_backend_pid()`);
    held.resolve(Number(row?.[0]));
    await (await end.promise)(connection);
  });
  done.catch(held.reject);
  const pid = await held.promise;
  const waiting = sql`select count(*)::int > 0 from pg_stat_activity where ${pid}::int = any(pg_blocking_pids(pid))`;
  let ended: Promise<void> | undefined;
  return {
    untilWaitedFor: () => expect.poll(() => database.cells(waiting)).toEqual([[true]]),
    commit: (last = () => Promise.resolve()) => {
      end.resolve(last);
      ended ??= done.then(() => database.close());
      return ended;
    },
  };
}
