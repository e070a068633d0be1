import { sql } from '../../platform/db/sql.ts';

/** Serialises all writes of the catalog: cross-row rules are judged without races (design.md section 4). */
export const WRITE_LOCK = sql`select pg_advisory_xact_lock(720931)`;
