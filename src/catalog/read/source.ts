import type { Sql } from '../../platform/db/sql.ts';
import type { KindModel } from '../model.ts';
import type { PlanContext } from './plan.ts';
import type { Link } from './shape.ts';

/** Arguments of a GraphQL field, coerced. */
export type Arguments = Readonly<Record<string, unknown>>;

/** One kind a relation may lead to, and how. */
export interface Target {
  readonly kind: KindModel;
  readonly link: Link;
  /** Further condition on rows of this kind (root lists). */
  readonly where?: (row: Sql) => Sql;
}

/**
 * Where a GraphQL field's value comes from, said once, on the field itself (`extensions.source`).
 * Every field of a planned type has one; there is no resolver that queries.
 */
export type Source =
  /** The same for every object of the type. */
  | { readonly from: 'constant'; readonly value: unknown }
  /** A function of columns or SQL expressions of the row. */
  | {
      readonly from: 'row';
      readonly columns: (row: Sql, args: Arguments, context: PlanContext) => readonly Sql[];
      readonly read: (values: readonly unknown[], args: Arguments, context: PlanContext) => unknown;
    }
  /** A nested object out of the same row; null when none of its columns is set. */
  | { readonly from: 'group'; readonly present?: (row: Sql) => Sql }
  /** One related object, joined into the statement of its level. */
  | { readonly from: 'one'; readonly targets: readonly Target[] }
  /** A connection: a statement of its own, for all parents at once. */
  | { readonly from: 'many'; readonly targets: readonly Target[] };

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    source?: Source;
  }
}
