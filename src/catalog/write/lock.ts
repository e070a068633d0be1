import { advisoryLocks } from '../../platform/db/advisory-locks.ts';
import { sql } from '../../platform/db/sql.ts';

/**
 * Taken by whoever writes, until the end of the transaction. Whoever holds it may sort in memory, being alone, and finds
 * rows by index: what is planned once for a connection, as the checks of foreign keys are, would go on reading from end
 * to end a table that was small then.
 */
export const WRITE_LOCK = sql`select pg_advisory_xact_lock(${advisoryLocks.write}::bigint),
  set_config('work_mem', '64MB', true), set_config('enable_seqscan', 'off', true)`;
