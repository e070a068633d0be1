import { type Sql, sql } from '../../platform/db/sql.ts';
import type { JsonText } from '../../platform/json-text.ts';
import type { Answer, Level, ObjectShape } from './plan-types.ts';

/** What is found: an answer for graphql-js, or the text of one where the operation is written without it. */
export type Found = Answer | JsonText;

/** What a level reads from, and in what order. */
export interface RowsPlan {
  readonly level: Level;
  readonly from: Sql;
  readonly orderBy: Sql;
  /** Cells that are wanted of each row. */
  readonly columns: readonly number[];
  /** Objects that are wanted of each row. */
  readonly shapes: readonly ObjectShape[];
  /** Cell of the access version of the statement. */
  readonly version: number;
  /** Cell that is set in rows that count as found; undefined: all do. */
  readonly found: number | undefined;
}

/** Of a row the cells and the objects that were wanted; null where an object is not there. */
export interface FoundRow {
  readonly columns: readonly unknown[];
  readonly answers: readonly (Found | null)[];
}

/** The one statement of a level. */
export function levelStatement({ level, from, orderBy }: RowsPlan): Sql {
  return sql`select ${sql.join(level.columns, ', ')} from ${sql.join([from, ...level.joins], ' ')}${orderBy}`;
}
