import { type Sql, sql } from '../../../platform/db/sql.ts';
import type { Access } from '../../access/access.ts';
import type { KindModel } from '../../model.ts';
import { changeVisible } from '../visible.ts';

/** A kind whose objects follow the feed, and the columns that say by whom and how late they may be. */
export interface FollowingKind {
  readonly kind: KindModel;
  readonly reporter: Sql;
  readonly longestLag: Sql;
}

/** A kind that says `followsFeed`, as SQL takes it. */
export function followingKind(kind: KindModel): FollowingKind | undefined {
  const { followsFeed, leaves, references } = kind;
  if (followsFeed === undefined) return undefined;
  const limit = leaves.find(({ path }) => path === followsFeed.longestLag);
  const [account] = references.find(({ leaf }) => leaf.path === followsFeed.reporter)?.targets ?? [];
  if (limit === undefined || account === undefined)
    throw new Error(`${kind.kind}.followsFeed names fields that it lacks`);
  return { kind, reporter: sql.ident(account.column), longestLag: sql.ident(limit.column) };
}

/**
 * An expression over what is known of one consumer: `h` the stream, `p` what was reported last, if anything in this
 * stream, `w` how long the oldest change that waits for the consumer has waited, in seconds.
 */
const ofConsumer = (row: Sql, expression: Sql): Sql => sql`(
  select ${expression} from change_head h
  left join feed_progress p on p.consumer_id = ${row}.id and p.epoch = h.epoch
  cross join lateral (select case
    when p.position is null then extract(epoch from now() - ${row}.created_at)
    else coalesce((select extract(epoch from now() - s.at) from change_set s where s.last_position > p.position
      order by s.last_position limit 1), 0) end as seconds) waited
  cross join lateral (select greatest(0, floor(waited.seconds))::int as seconds) w)`;

const stateOf = ({ longestLag }: FollowingKind, row: Sql): Sql => sql`case
  when p.position is null then 'Unreported'
  when w.seconds > ${row}.${longestLag} then 'Behind'
  when p.failure_count > 0 then 'Failing'
  else 'Current' end`;

/** Objects that could not be processed, as far as the caller may see them. */
const failuresSql = (kinds: readonly KindModel[], access: Access): Sql => sql`(
  select coalesce(jsonb_agg(jsonb_build_object('uid', c.object_id, 'kind', c.kind, 'name', c.name, 'reason', f.failure ->> 'reason')
    order by f.place), '[]')
  from jsonb_array_elements(p.failures) with ordinality f(failure, place)
  cross join lateral (
    select x.* from change x where x.object_id = (f.failure ->> 'uid')::uuid order by x.position desc limit 1) c
  where ${changeVisible(kinds, access, sql`c`, 'get')})`;

const members = {
  state: (following: FollowingKind, row: Sql) => stateOf(following, row),
  position: () => sql`p.position`,
  reportedAt: () => sql`p.reported_at`,
  lagChanges: () => sql`h.position - coalesce(p.position, 0)`,
  lagSeconds: () => sql`w.seconds`,
  failureCount: () => sql`coalesce(p.failure_count, 0)`,
} as const;

export type ProgressMember = keyof typeof members;

/** What is known of how far a consumer has got. */
export const progressSql = (following: FollowingKind, member: ProgressMember, row: Sql): Sql =>
  ofConsumer(row, members[member](following, row));

export const progressFailuresSql = (row: Sql, kinds: readonly KindModel[], access: Access): Sql =>
  ofConsumer(row, sql`case when p.position is null then '[]' else ${failuresSql(kinds, access)} end`);

/** All of it as one jsonb object, for manifests. */
export const wholeProgressSql = (
  following: FollowingKind,
  row: Sql,
  kinds: readonly KindModel[],
  access: Access,
): Sql => {
  const named = Object.entries(members).map(([name, value]) => sql`${sql.raw(`'${name}'`)}, ${value(following, row)}`);
  const failures = sql`case when p.failure_count > 0 then ${failuresSql(kinds, access)} end`;
  return ofConsumer(row, sql`jsonb_strip_nulls(jsonb_build_object(${sql.join(named, ', ')}, 'failures', ${failures}))`);
};

/** Of every consumer, for those who watch over the service; at most so many, by name. */
export const consumersSql = (following: FollowingKind, limit: number): Sql => sql`
  select t.name, ${progressSql(following, 'lagSeconds', sql`t`)} as lag_seconds, t.${following.longestLag} as longest_lag,
    ${progressSql(following, 'lagChanges', sql`t`)} as lag_changes, ${progressSql(following, 'failureCount', sql`t`)} as failures
  from ${sql.ident(following.kind.table)} t order by t.name limit ${limit}::int`;
