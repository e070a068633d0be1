import type { Queryable } from '../../../platform/db/database.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import type { FollowingKind } from '../../read/feed-progress.ts';
import type { FeedPlace } from '../feed-cursor.ts';

/** An object that a consumer could not process. */
export interface FeedFailure {
  readonly uid: string;
  readonly reason: string;
}

export interface ProgressReport {
  readonly place: FeedPlace;
  readonly failures: readonly FeedFailure[];
  /** Of all failures; those named may be some of them. */
  readonly failureCount: number;
}

interface FoundConsumer {
  readonly id: string;
  readonly is_own: boolean;
  readonly is_visible: boolean;
}

/** The consumer of a name, and whether somebody reports for it. */
export async function findConsumer(
  database: Queryable,
  { kind, reporter }: FollowingKind,
  name: string,
  principalId: string | null,
  visible: Sql | undefined,
): Promise<FoundConsumer | undefined> {
  const [found] = await database.rows<FoundConsumer>(sql`
    select t.id, coalesce(t.${reporter} = ${principalId}::uuid, false) as is_own, ${visible ?? sql`true`} as is_visible
    from ${sql.ident(kind.table)} t where t.name = ${name}`);
  return found;
}

/**
 * Notes how far a consumer has got, and whether that was news: reports of parallel workers overtake each other, so one of
 * an earlier position changes nothing. One statement, outside history: a consumer that follows everything would otherwise
 * follow its own reports.
 */
export async function reportProgress(
  database: Queryable,
  { kind }: FollowingKind,
  consumerId: string,
  { place: { epoch, position }, failures, failureCount }: ProgressReport,
): Promise<boolean> {
  const noted = await database.execute(sql`
    insert into feed_progress as p (consumer_id, epoch, position, reported_at, failure_count, failures)
    select t.id, ${epoch}::uuid, ${position}::bigint, now(), ${failureCount}::int, ${JSON.stringify(failures)}::jsonb
    from ${sql.ident(kind.table)} t where t.id = ${consumerId}::uuid
    on conflict (consumer_id) do update set epoch = excluded.epoch, position = excluded.position,
      reported_at = excluded.reported_at, failure_count = excluded.failure_count, failures = excluded.failures
    where p.epoch <> excluded.epoch or p.position <= excluded.position`);
  return noted > 0;
}
