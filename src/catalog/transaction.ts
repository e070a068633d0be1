import { advisoryLocks } from '../platform/db/advisory-locks.ts';
import type { Queryable } from '../platform/db/database.ts';
import { sql } from '../platform/db/sql.ts';

/**
 * Makes a transaction the only one that writes, until it ends, and sets its planner up for that. It may sort in memory,
 * being alone, and finds rows by index: a plan that is made once for a connection, as those of foreign key checks are,
 * would otherwise go on scanning a table that was small when it was made. Where a write touches `few` objects and nothing that
 * follows from them, each statement is planned once for a connection, whatever the ids: by index that is the right plan, and
 * planning takes longer than running it. For many that would be wrong: `<> all(…)` of thousands is looked up, and not
 * compared one by one, only where the plan knows them. What it stores and what history says of it has one instant
 * (`write_instant()`), taken once it has the lock: later than that of every write before.
 */
export async function beginWriting(connection: Queryable, extent: 'few' | 'many' = 'many'): Promise<void> {
  const plans = extent === 'few' ? 'force_generic_plan' : 'auto';
  await connection.rows(sql`select pg_advisory_xact_lock(${advisoryLocks.write}::bigint),
    set_config('catalog.write_instant', greatest(clock_timestamp(), h.at + interval '1 microsecond')::text, true),
    set_config('work_mem', '64MB', true), set_config('enable_seqscan', 'off', true),
    set_config('plan_cache_mode', ${plans}, true) from change_head h`);
}
