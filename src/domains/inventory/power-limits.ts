import { type Sql, sql } from '../../platform/db/sql.ts';

/** NetBox's limit of both: what three phases of them give is still an Int. */
export const MOST_VOLTS = 32_767;
export const MOST_AMPERES = 32_767;
/** More than a whole facility draws. */
export const MOST_WATTS = 1_000_000_000;

const MOST_INT = 2_147_483_647;

/** A sum of watts as an Int, whatever has been added up. */
export const asWatts = (sum: Sql): Sql => sql`least(${sum}, ${sql.raw(String(MOST_INT))})`;
