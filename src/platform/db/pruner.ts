import { advisoryLocks } from './advisory-locks.ts';
import type { Database, Queryable } from './database.ts';
import { sql } from './sql.ts';

/** How rows that are no longer needed are deleted. */
export interface Pruning {
  readonly tables: readonly string[];
  /** Done once before the first rows go, in a transaction of its own. */
  prepare?(connection: Queryable): Promise<void>;
  /** Deletes up to `limit` such rows; how many there were. */
  deleteSome(connection: Queryable, limit: number): Promise<number>;
}

export interface Pruner {
  /** Stops after the rows that are being deleted. */
  stop(): Promise<void>;
}

const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 3_600_000;
const CHUNK = 5_000;

/**
 * Deletes all rows that are no longer needed, in chunks so that locks are held briefly; returns how
 * many. One replica prunes at a time: the others find the lock taken and leave the work to it.
 */
export async function prune(
  database: Database,
  { prepare, deleteSome }: Pruning,
  isStopped: () => boolean = () => false,
): Promise<number> {
  const alone = (work: (connection: Queryable) => Promise<number>): Promise<number> =>
    database.transaction(async (connection) => {
      const [locked] = await connection.cells(sql`select pg_try_advisory_xact_lock(${advisoryLocks.prune}::bigint)`);
      return locked?.[0] === true ? work(connection) : 0;
    });
  if (prepare !== undefined) {
    await alone(async (connection) => {
      await prepare(connection);
      return 0;
    });
  }
  let total = 0;
  while (!isStopped()) {
    const count = await alone((connection) => deleteSome(connection, CHUNK));
    if (count === 0) break;
    total += count;
  }
  return total;
}

/** Runs each pruning a minute after the start and then every hour, one after another, until stopped; tells what came of each. */
export function startPruner(
  database: Database,
  prunings: readonly Pruning[],
  tell: (table: string, rows: number | Error) => void,
): Pruner {
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();
  const pruneAll = async (): Promise<void> => {
    for (const pruning of prunings) {
      const [table = ''] = pruning.tables;
      const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
      tell(table, await prune(database, pruning, () => isStopped).catch(asError));
    }
  };
  const run = (): void => {
    running = running.then(pruneAll);
  };
  const first = setTimeout(run, FIRST_AFTER_MS).unref();
  const timer = setInterval(run, EVERY_MS).unref();
  return {
    stop: async () => {
      isStopped = true;
      clearTimeout(first);
      clearInterval(timer);
      await running;
    },
  };
}
