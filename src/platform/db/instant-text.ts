import { type Sql, sql } from './sql.ts';

/** An instant as a text of RFC 3339 in JSON that a statement makes: UTC, with six digits after the second. */
export const instantText = (time: Sql): Sql =>
  sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
