import type { Sql } from '../../platform/db/sql.ts';
import type { KindModel } from '../model.ts';
import { permissionsOf, type ReadVerb } from './permissions.ts';

/**
 * What a caller may read, as a condition every planned statement carries. Nothing reads a kind's table without it,
 * so what is hidden is neither shown nor counted nor sorted by.
 */
export interface Access {
  /** The same for accesses that allow the same, whatever their version: what is planned for one holds for the others. */
  readonly key: string;
  /** The access version it holds for: every statement compares it with the present one. Undefined for the system's own. */
  readonly version: bigint | undefined;
  /** Condition on a row of the kind's table; undefined when every row may be read. */
  condition(kind: KindModel, row: Sql, verb: ReadVerb, about?: AboutRow): Sql | undefined;
  /**
   * Condition that every row of the kind may be read that is in a scope or below it; undefined when every row may be. It is
   * asked once for a scope, where `condition` is asked for each row in it: with `or` before that, a caller whose grant covers
   * the scope pays as little as one who sees everything.
   */
  everythingIn(kind: KindModel, scope: Sql, verb: ReadVerb): Sql | undefined;
  /**
   * The scopes, their own or another one, in which all rows of the kind are that may be read: each a select of scope ids.
   * Undefined where rows may be read for another reason than the scopes they are in, and when every row may be.
   */
  reach(kind: KindModel, verb: ReadVerb): readonly Reach[] | undefined;
  /**
   * The slot in which the home scope of every row of the kind is that may be read, to get it and to list it; undefined where rows
   * may be read for another reason, and when every row may be.
   */
  homeSlot(kind: KindModel): number | undefined;
  /** `condition` on a row of history, an object as it once was: no more than `id`, `scope_id`, `other_scope_ids`, `is_draft`. */
  historyCondition(kind: KindModel, row: Sql, verb: ReadVerb): Sql | undefined;
  /** What the caller may do with an object, on one that is a scope also with everything in it; of `wanted`, if that is said. */
  permissions(kind: KindModel, row: Sql, wanted?: ReadonlySet<string>): HeldPermissions;
}

/** Whether a statement has one row to ask about, which something else leads to, or many, the default: the condition may lead to them. */
export type HowMany = 'one' | 'many';

/** What is known of a row before it is asked whether it may be read. */
export interface AboutRow {
  readonly howMany?: HowMany | undefined;
  readonly near?: NearScope | undefined;
}

/**
 * A scope that a row is likely to be in, because what leads to the row is: then the row needs not be looked up itself.
 * `held`: in the slot, or null. `parent`: the scope of what this many rows belong to; whether it is held is looked up once for all.
 */
export type NearScope =
  | { readonly by: 'held'; readonly slot: number; readonly scope: Sql }
  | { readonly by: 'parent'; readonly kind: Pick<KindModel, 'table' | 'isOwnScope'>; readonly id: Sql };

/** Scopes in which something may be read; those of the same key are the same. */
export interface Reach {
  readonly key: number;
  readonly scopes: Sql;
}

/** Permissions held on a row: expressions of the row, and how their values are read. */
export interface HeldPermissions {
  readonly columns: readonly Sql[];
  read(values: readonly unknown[]): string[];
}

/** The access version rose while something was read: that is thrown away and read again with the access of now. */
export class AccessChangedError extends Error {}

/** The system's own access: everything may be read. */
export const fullAccess: Access = {
  key: 'everything',
  version: undefined,
  condition: () => undefined,
  everythingIn: () => undefined,
  reach: () => undefined,
  homeSlot: () => undefined,
  historyCondition: () => undefined,
  permissions: (kind, _row, wanted) => ({
    columns: [],
    read: () =>
      permissionsOf(kind)
        .filter((name) => wanted?.has(name) ?? true)
        .sort(),
  }),
};
