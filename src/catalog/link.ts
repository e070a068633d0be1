import type { Sql } from '../platform/db/sql.ts';

/**
 * Condition that the caller may get the object of a kind whose row has this alias. SQL written by hand asks it of every
 * object that it leads over or counts, so that hidden objects are neither followed nor counted. (Access has aliases of
 * its own: `a`, `c`, `opener`.)
 */
export type See = (kind: string, alias: Sql) => Sql;

/** Whether a condition of `See` lets every row pass, as for callers who hold a permission everywhere. */
export const letsAllPass = ({ text }: Sql): boolean => text === 'true';

/** One step from a row to related rows, over a table that is not itself shown. */
export interface Hop {
  /** The table; where it is one of a kind, only over objects that the caller may get. */
  readonly table: string;
  /** A subselect to use instead of the table, without parentheses. */
  readonly rows?: (see: See) => Sql;
  /**
   * Join condition; the first two arguments are table aliases: sql`${hop}.port_id = ${previous}.id`. `path` has those of
   * all that came before, the starting row first.
   */
  readonly on: (previous: Sql, hop: Sql, see: See, path: readonly Sql[]) => Sql;
}

/** How rows of one kind lead to rows of another: hops, then the condition on the target. */
export interface Link {
  readonly hops?: readonly Hop[];
  /** `last` is the alias of the last hop, or of the starting row when there is none. */
  readonly on: (last: Sql, to: Sql, see: See) => Sql;
  /** An integer of the last hop that a list is in the order of, unless another order is asked for. */
  readonly position?: (last: Sql) => Sql;
}
