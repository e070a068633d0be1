import { sql } from '../../platform/db/sql.ts';

/**
 * Serialises all writes of the catalog: cross-row rules are judged without races (design.md section 4). Whoever holds
 * it may sort in memory, being alone, and finds rows by index: what is planned once for a connection, as the checks of
 * foreign keys are, would go on reading from end to end a table that was small then.
 */
export const WRITE_LOCK = sql`select pg_advisory_xact_lock(720931),
  set_config('work_mem', '64MB', true), set_config('enable_seqscan', 'off', true)`;
