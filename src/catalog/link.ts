import { type Sql, sql } from '../platform/db/sql.ts';

/**
 * Condition that the caller may get the object of a kind whose row has this alias. SQL written by hand asks it of every
 * object that it leads over or counts, so that hidden objects are neither followed nor counted. (Access has aliases of
 * its own: `a`, `c`, `opener`.)
 */
export interface See {
  (kind: string, alias: Sql): Sql;
  /** Condition that the caller may get every object of a kind that is in a scope or below it. */
  readonly everythingIn?: (kind: string, scope: Sql) => Sql;
}

/**
 * A condition that is asked of each row in a scope, unless the caller may get everything of a kind in it: for that the scope is
 * looked up once.
 */
export const unlessAllIn = (see: See, kind: string, scope: Sql, condition: Sql): Sql =>
  see.everythingIn === undefined ? condition : sql`(${see.everythingIn(kind, scope)} or ${condition})`;

/** Whether a condition of `See` lets every row pass, as for callers who hold a permission everywhere. */
export const letsAllPass = ({ text }: Sql): boolean => text === 'true';

/** Whether a condition lets no row pass, whatever is in it. */
export const letsNonePass = (condition: Sql | undefined): boolean => condition?.text === 'false';

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
  /** `on` as several conditions, of which no row satisfies two: each is counted from an index, and counting stops at its bound. */
  readonly apart?: (last: Sql, to: Sql, see: See) => readonly Sql[];
  /** For a link without hops to what is in the scope of the starting object, which is one, or in a scope below that. */
  readonly inside?: {
    /** `on` without looking at anybody's rights. */
    readonly on: (from: Sql, to: Sql) => Sql;
    /** `apart` without looking at anybody's rights. */
    readonly apart?: (from: Sql, to: Sql) => readonly Sql[];
    /** Condition on the starting object that the caller sees all that `on` looks at. */
    readonly areAllInSight: (from: Sql, see: See) => Sql;
  };
  /** The kind of the starting object, where rows are most likely in its scope: those that it is home to. */
  readonly homeOf?: { readonly table: string; readonly isOwnScope: boolean };
  /** An integer of the last hop that a list is in the order of, unless another order is asked for. */
  readonly position?: (last: Sql) => Sql;
}
