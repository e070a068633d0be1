import { type Sql, sql } from '../../platform/db/sql.ts';

/** Numbers of the first and the last unit of a range of half units. */
export const lowest = (units: Sql): Sql => sql`lower(${units}) / 2`;
export const highest = (units: Sql): Sql => sql`(upper(${units}) - 1) / 2`;
