import { type Sql, sql } from '../../platform/db/sql.ts';
import { compileSelector } from '../selector/compile.ts';
import type { FeedFilter, FeedReader } from './feed-event.ts';
import { changeVisible } from './visible.ts';

/** Whether a row of `change` has a name that the filter wants. */
export const hasWantedName = ({ names }: FeedFilter, row: Sql): Sql =>
  names === undefined ? sql`true` : sql`${row}.name = any(${names}::text[])`;

/** Whether the state in a row of `change` is visible to the reader and fits labels and scope of the filter. */
export function matchesFilter(filter: FeedFilter, { access }: FeedReader, row: Sql): Sql {
  const parts = [changeVisible(filter.kinds, access, row, 'watch')];
  if (filter.requirements.length > 0) {
    parts.push(compileSelector(filter.requirements, sql`(${row}.state -> 'labels')`));
  }
  if (filter.scopeId !== undefined) {
    parts.push(sql`exists (select from scope_closure k where k.ancestor_id = ${filter.scopeId}::uuid
      and k.descendant_id = any(standing_scope(${row}.scope_id) || ${row}.other_scope_ids))`);
  }
  return sql`(${sql.join(parts, ' and ')})`;
}
