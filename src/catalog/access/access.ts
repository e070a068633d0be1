import { type Sql, sql } from '../../platform/db/sql.ts';
import type { KindModel } from '../model.ts';

/**
 * What a caller may read, as a condition every planned statement carries. Nothing reads a kind's table without it,
 * so what is hidden is neither shown nor counted nor sorted by.
 */
export interface Access {
  /** Condition on a row of the kind's table; undefined when every row may be read. */
  condition(kind: KindModel, row: Sql): Sql | undefined;
}

/** Everything may be read: embedded mode on loopback, until callers are identified. */
export const fullAccess: Access = { condition: () => undefined };

/** Rows that stand in one of these scopes or below it. */
export function accessBelow(scopeIds: readonly string[]): Access {
  return {
    condition: (kind, row) => {
      const below = sql`select c.descendant_id from scope_closure c where c.ancestor_id = any(${scopeIds}::uuid[])`;
      const home = sql`${row}.scope_id in (${below})`;
      const hasOtherScopes = 'also' in kind.scope;
      return hasOtherScopes ? sql`(${home} or ${row}.other_scope_ids && array(${below}))` : home;
    },
  };
}
