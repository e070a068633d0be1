import { advisoryLocks } from '../platform/db/advisory-locks.ts';
import type { Database, Queryable } from '../platform/db/database.ts';
import { sql } from '../platform/db/sql.ts';

const byIndex = `set_config('work_mem', '64MB', true), set_config('enable_seqscan', 'off', true)`;
const setInstant = `set_config('catalog.write_instant', greatest(clock_timestamp(), h.at + interval '1 microsecond')::text, true)`;

/** How much a write touches: `few` objects and nothing that follows from them, or `many`. */
export type Extent = 'few' | 'many';

/**
 * What makes a transaction the only one that writes, until it ends, and sets its planner up for that. It may sort in memory,
 * being alone, and finds rows by index: a plan that is made once for a connection, as those of foreign key checks are,
 * would otherwise go on scanning a table that was small when it was made. Where a write touches `few` objects and nothing that
 * follows from them, each statement is planned once for a connection, whatever the ids: by index that is the right plan, and
 * planning takes longer than running it. For many that would be wrong: `<> all(…)` of thousands is looked up, and not
 * compared one by one, only where the plan knows them. What it stores and what history says of it has one instant
 * (`write_instant()`), taken once it has the lock: later than that of every write before. Which permissions are in force is
 * read under the lock as well: until the transaction ends nobody else changes them.
 */
export const writeOpening = (extent: Extent): readonly string[] => [
  `select pg_advisory_xact_lock(${advisoryLocks.write})`,
  `select ${setInstant}, ${byIndex},
    set_config('plan_cache_mode', '${extent === 'few' ? 'force_generic_plan' : 'auto'}', true) from change_head h`,
  'select version from access_version',
];

/** A transaction that looks up what a write of many objects will need: it writes nothing, locks nothing, and is planned as one that does. */
export const lookUpTransaction = <T>(database: Database, work: (connection: Queryable) => Promise<T>): Promise<T> =>
  database.transaction(work, { opening: ['set transaction read only', `select ${byIndex}`] });

/** A transaction that writes, under the one lock; `work` is given the version of the permissions in force. */
export const writeTransaction = <T>(
  database: Database,
  extent: Extent,
  work: (connection: Queryable, accessVersion: bigint | undefined) => Promise<T>,
  isKept?: (result: T) => boolean,
): Promise<T> =>
  database.transaction(
    (connection, [opened]) => work(connection, opened?.version as bigint | undefined),
    // A plan that was made for small tables and few rows is a bad one where a small batch has large effects.
    { opening: writeOpening(extent), preparesAll: extent === 'few', ...(isKept && { isKept }) },
  );

/** So long a transaction that stores before its turn waits for a row of another writer, at most. */
const LONGEST_ROW_WAIT_MS = 50;

/** Another writer comes first: what was stored before its turn is not kept. */
export class OvertakenError extends Error {}

const isWaitedFor = `exists (select from pg_locks l join pg_database d on d.oid = l.database where d.datname = current_database()
  and l.locktype = 'advisory' and l.objsubid = 1 and l.classid = 0 and l.objid = ${advisoryLocks.write} and not l.granted)`;

/**
 * A transaction that stores something before it has the lock, which it takes (`takeLock`) when its turn has come; it does not
 * begin while a writer of another program waits for the lock, who would come first. Its instant is that at which it begins.
 */
export const aheadTransaction = <T>(
  database: Database,
  work: (connection: Queryable) => Promise<T>,
  isKept: (result: T) => boolean,
): Promise<T> =>
  database.transaction(
    (connection, [opened]) => {
      if (opened?.is_waited_for === true) throw new OvertakenError();
      return work(connection);
    },
    {
      opening: [
        `set local lock_timeout = ${LONGEST_ROW_WAIT_MS}`,
        `select ${setInstant}, ${byIndex}, ${isWaitedFor} as is_waited_for from change_head h`,
      ],
      isKept,
    },
  );

/**
 * Gives such a transaction the lock, and the version of the permissions in force. It never waits for it: whoever has it may
 * wait for what was stored, and both would wait for each other. When another writer has committed something with a
 * later instant, its own would be out of order.
 */
export async function takeLock(connection: Queryable): Promise<bigint | undefined> {
  const [lock] = await connection.cells(sql`select pg_try_advisory_xact_lock(${advisoryLocks.write}::bigint)`);
  if (lock?.[0] !== true) throw new OvertakenError();
  const [row = []] = await connection.cells(sql`
    select h.at < write_instant(), v.version, set_config('lock_timeout', s.reset_val, true)
    from change_head h, access_version v, pg_settings s where s.name = 'lock_timeout'`);
  const [isFirst, version] = row;
  if (isFirst !== true) throw new OvertakenError();
  return version as bigint;
}
