import { sql } from '../platform/db/sql.ts';
import type { RecordField } from './root-query.ts';

interface ValueOptions {
  readonly nullable?: boolean;
  readonly list?: boolean;
}

/** A column of the record's row. */
export const value = (
  type: string,
  column: string,
  description: string,
  { nullable = false, list = false }: ValueOptions = {},
): RecordField => ({
  gives: 'value',
  type,
  description,
  nullable,
  list,
  value: (row) => sql`${row}.${sql.ident(column)}`,
});

/** The object of a kind whose id a column of the record's row has. */
export const one = (to: string, column: string, description: string): RecordField => ({
  gives: 'one',
  to,
  description,
  link: { on: (row, object) => sql`${object}.id = ${row}.${sql.ident(column)}` },
});
