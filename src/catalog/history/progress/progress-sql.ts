import { type Sql, sql } from '../../../platform/db/sql.ts';
import type { Access } from '../../access/access.ts';
import type { KindModel } from '../../model.ts';
import {
  type FollowingKind,
  ofConsumer,
  type ProgressMember,
  progressMembers,
  progressSql,
} from '../../read/feed-progress.ts';
import { changeVisible } from '../visible.ts';

/** Objects that could not be processed, as far as the caller may see them. */
const failuresSql = (kinds: readonly KindModel[], access: Access): Sql => sql`(
  select coalesce(jsonb_agg(jsonb_build_object('uid', c.object_id, 'kind', c.kind, 'name', c.name, 'reason', f.failure ->> 'reason')
    order by f.place), '[]')
  from jsonb_array_elements(p.failures) with ordinality f(failure, place)
  cross join lateral (
    select x.* from change x where x.object_id = (f.failure ->> 'uid')::uuid order by x.position desc limit 1) c
  where ${changeVisible(kinds, access, sql`c`, 'get')})`;

export const progressFailuresSql = (row: Sql, kinds: readonly KindModel[], access: Access): Sql =>
  ofConsumer(row, sql`case when p.position is null then '[]' else ${failuresSql(kinds, access)} end`);

/** All of it as one jsonb object, for manifests. */
export const wholeProgressSql = (
  following: FollowingKind,
  row: Sql,
  kinds: readonly KindModel[],
  access: Access,
): Sql => {
  const named = Object.entries<ProgressMember>(progressMembers).map(
    ([name, { value }]) => sql`${sql.raw(`'${name}'`)}, ${value(following, row)}`,
  );
  const failures = sql`case when p.failure_count > 0 then ${failuresSql(kinds, access)} end`;
  return ofConsumer(row, sql`jsonb_strip_nulls(jsonb_build_object(${sql.join(named, ', ')}, 'failures', ${failures}))`);
};

/** Of every consumer, for those who watch over the service; at most so many, by name. */
export const consumersSql = (following: FollowingKind, limit: number): Sql => sql`
  select t.name, ${progressSql(following, 'lagSeconds', sql`t`)} as lag_seconds, t.${following.longestLag} as longest_lag,
    ${progressSql(following, 'lagChanges', sql`t`)} as lag_changes, ${progressSql(following, 'failureCount', sql`t`)} as failures
  from ${sql.ident(following.kind.table)} t order by t.name limit ${limit}::int`;
