import type { Sql } from '../../platform/db/sql.ts';

/**
 * Condition that the caller may get the object of a kind whose row has this alias. SQL written by hand asks it of every
 * object that it leads over or counts, so that what is hidden is no way and no number either. (Access has aliases of its
 * own: `a`, `c`, `opener`.)
 */
export type See = (kind: string, alias: Sql) => Sql;

/** One step from a row to related rows, over a table that is not itself shown. */
export interface Hop {
  /** The table; where it is one of a kind, only over objects that the caller may get. */
  readonly table: string;
  /** What stands in place of the table: a subselect, without parentheses. */
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
}

interface ExtraBase {
  /** The kind (or abstract type: then every kind of it) that gets the field. */
  readonly on: string;
  readonly name: string;
  readonly description: string;
}

/** A value computed in SQL from the row: sql`${row}.…`; subselects are allowed, cost what they cost, and ask `see`. */
export interface ValueField extends ExtraBase {
  readonly gives: 'value';
  /** A GraphQL scalar name, or the name of a choice's enum. */
  readonly type: 'String' | 'Int' | 'BigInt' | 'Float' | 'Boolean' | 'DateTime' | 'JSON' | (string & {});
  readonly list?: boolean;
  readonly nullable?: boolean;
  readonly value: (row: Sql, see: See) => Sql;
}

/** A related object (nullable: it may be missing or hidden). */
export interface OneField extends ExtraBase {
  readonly gives: 'one';
  /** Kind or abstract type. */
  readonly to: string;
  /** One link per kind it may lead to; a single link when `to` is a kind. */
  readonly link: Link | Readonly<Record<string, Link>>;
}

/**
 * A connection to related objects. A list level is a statement of its own, which knows of the objects above it nothing
 * but their ids: in a `many` link the starting row has the column `id` and no other. What needs another column of it
 * begins with a hop over its own table.
 */
export interface ManyField extends ExtraBase {
  readonly gives: 'many';
  readonly to: string;
  readonly link: Link | Readonly<Record<string, Link>>;
}

/** A field that a domain adds to a type, its own or one of a lower domain. */
export type ExtraField = ValueField | OneField | ManyField;

/** A GraphQL interface over several kinds ("what can hold ports"). */
export interface AbstractType {
  readonly name: string;
  readonly description: string;
  readonly kinds: readonly string[];
}
