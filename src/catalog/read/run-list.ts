import type { Sql } from '../../platform/db/sql.ts';
import type { AskedRows, ListPlan } from './plan-types.ts';

/** Runs statements, and says what the cell `place` of the first row is. */
export interface Running<Rows> {
  readonly run: (statement: Sql) => Promise<Rows>;
  readonly firstCell: (rows: Rows, place: number) => unknown;
}

/**
 * The rows of a list for these parents; at the root those that are looked at first, where these are enough. Without such it is no function
 * that waits, which would make promises for every list.
 */
export function runList<Rows>(
  running: Running<Rows>,
  { statement, trial, shape: { places } }: Pick<ListPlan, 'statement' | 'trial' | 'shape'>,
  parentIds: readonly string[] | undefined,
  asked?: AskedRows,
): Promise<Rows> {
  const first = parentIds === undefined ? trial.statement(asked) : undefined;
  const runAll = (): Promise<Rows> => running.run(statement(parentIds, asked));
  return first === undefined || places.tooMany === undefined
    ? runAll()
    : runFirst(running, first, places.tooMany, () => {
        trial.fail();
        return runAll();
      });
}

async function runFirst<Rows>(
  { run, firstCell }: Running<Rows>,
  first: Sql,
  tooMany: number,
  runAll: () => Promise<Rows>,
): Promise<Rows> {
  const rows = await run(first);
  return isTold(firstCell(rows, tooMany)) ? runAll() : rows;
}

/** Whether a cell of type boolean is true, as an object or as text. */
export const isTold = (cell: unknown): boolean => cell === true || cell === 't';
