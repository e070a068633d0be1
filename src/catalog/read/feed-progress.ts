import { type Sql, sql } from '../../platform/db/sql.ts';
import { type ChoiceField, choice, group } from '../fields.ts';
import type { KindModel } from '../model.ts';

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
 * stream, `w` since when the oldest change that waits for the consumer has waited, and for how many seconds.
 */
export const ofConsumer = (row: Sql, expression: Sql): Sql => sql`(
  select ${expression} from change_head h
  left join feed_progress p on p.consumer_id = ${row}.id and p.epoch = h.epoch
  cross join lateral (select case when p.position is null then ${row}.created_at
    else (select s.at from change_set s where s.last_position > p.position order by s.last_position limit 1) end as since) waits
  cross join lateral (
    select waits.since, greatest(0, coalesce(floor(extract(epoch from now() - waits.since)), 0))::int as seconds) w)`;

const stateOf = ({ longestLag }: FollowingKind, row: Sql): Sql => sql`case
  when p.position is null then 'Unreported'
  when w.seconds > ${row}.${longestLag} then 'Behind'
  when p.failure_count > 0 then 'Failing'
  else 'Current' end`;

export const feedConsumerState = choice(
  'FeedConsumerState',
  {
    Unreported: 'It has not reported anything yet, or not since the catalog was restored from a backup.',
    Current: 'No change waits for it longer than it may.',
    Behind: 'A change has waited for it longer than `maxLagSeconds`.',
    Failing: 'It keeps up, but could not process some objects.',
  },
  { description: 'How the consumer is doing.', required: true },
);

export const progressGroup = group(
  'FeedProgress',
  {},
  { description: 'How far a consumer of the change feed has got.' },
);

/** One thing that is known of how far a consumer has got: its types in GraphQL and in PostgreSQL, and how it is found. */
export interface ProgressMember {
  readonly type: string;
  readonly cast: string;
  readonly nullable: boolean;
  readonly description: string;
  readonly choice?: ChoiceField;
  readonly value: (following: FollowingKind, row: Sql) => Sql;
}

const member = (
  [type, cast]: readonly [string, string],
  value: ProgressMember['value'],
  description: string,
  nullable = false,
): ProgressMember => ({ type, cast, nullable, description, value });

export const progressMembers = {
  state: {
    ...member([feedConsumerState.name, 'text'], stateOf, feedConsumerState.description),
    choice: feedConsumerState,
  },
  position: member(
    ['BigInt', 'bigint'],
    () => sql`p.position`,
    'Everything up to this position has been processed; null if nothing was reported.',
    true,
  ),
  reportedAt: member(
    ['DateTime', 'timestamptz'],
    () => sql`p.reported_at`,
    'Time of the last report that was recorded; null if there was none.',
    true,
  ),
  lagChanges: member(
    ['BigInt', 'bigint'],
    () => sql`h.position - coalesce(p.position, 0)`,
    'Number of changes after that position, whoever they concern.',
  ),
  waitingSince: member(
    ['DateTime', 'timestamptz'],
    () => sql`w.since`,
    'Time of the oldest of these changes, or, where nothing was reported, of the registration; null if none waits.',
    true,
  ),
  lagSeconds: member(
    ['Int', 'int'],
    () => sql`w.seconds`,
    'How long the oldest of these changes has waited; for a consumer that has reported nothing, how long it is registered.',
  ),
  failureCount: member(
    ['Int', 'int'],
    () => sql`coalesce(p.failure_count, 0)`,
    'Number of objects that it could not process.',
  ),
} satisfies Readonly<Record<string, ProgressMember>>;

export const progressSql = (following: FollowingKind, name: keyof typeof progressMembers, row: Sql): Sql => {
  const { value }: ProgressMember = progressMembers[name];
  return ofConsumer(row, value(following, row));
};

/** What lists of consumers are ordered by: what needs somebody most comes first. */
export const progressOrders = {
  PROGRESS_STATE: {
    description: 'State of the consumer, by how much it needs somebody: `BEHIND`, `UNREPORTED`, `FAILING`, `CURRENT`.',
    type: 'int',
    isNullable: false,
    value: (following: FollowingKind, row: Sql): Sql =>
      sql`array_position(array['Behind', 'Unreported', 'Failing', 'Current'], ${stateOf(following, row)})`,
  },
  PROGRESS_WAITING_SINCE: {
    description: 'Time of the oldest change that waits for the consumer: who is furthest behind comes first.',
    type: 'timestamptz',
    isNullable: true,
    value: (): Sql => sql`w.since`,
  },
} as const;
