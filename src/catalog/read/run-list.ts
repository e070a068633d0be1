import type { Sql } from '../../platform/db/sql.ts';
import type { AskedRows, ListPlan } from './plan-types.ts';

/** Runs statements, and says what the cell `place` of the first row is. */
export interface Running<Rows> {
  readonly run: (statement: Sql) => Promise<Rows>;
  readonly firstCell: (rows: Rows, place: number) => unknown;
}

/** The rows of a list for these parents; at the root those that are looked at first, where these are enough. */
export async function runList<Rows>(
  { run, firstCell }: Running<Rows>,
  { statement, trial, shape: { places } }: Pick<ListPlan, 'statement' | 'trial' | 'shape'>,
  parentIds: readonly string[] | undefined,
  asked?: AskedRows,
): Promise<Rows> {
  const first = parentIds === undefined ? trial.statement(asked) : undefined;
  if (first !== undefined && places.tooMany !== undefined) {
    const rows = await run(first);
    if (!isTold(firstCell(rows, places.tooMany))) return rows;
    trial.fail();
  }
  return run(statement(parentIds, asked));
}

/** Whether a cell of type boolean is true, as an object or as text. */
export const isTold = (cell: unknown): boolean => cell === true || cell === 't';
