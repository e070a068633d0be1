import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { InvalidInputError } from '../../platform/errors.ts';
import { isAhead } from '../read/lasting-statements.ts';

/** A moment of the catalog: an instant, or a position in the order of changes. */
export interface Moment {
  readonly time?: string | undefined;
  readonly position?: bigint | undefined;
}

/** The commit after which the catalog is read. */
export interface ResolvedMoment {
  /** Last position of that commit; 0 before the first one. */
  readonly position: bigint;
  /** When it was committed; null before the first one. */
  readonly at: string | null;
}

const invalidMoment = (rule: string, path: string, message: string, accepted?: string): InvalidInputError =>
  new InvalidInputError(message, {
    violations: [{ rule, path, message, ...(accepted !== undefined && { accepted }) }],
  });

interface Row {
  readonly head: bigint;
  readonly oldest: bigint;
  readonly oldest_at: string;
  readonly is_future: boolean;
  readonly is_gone: boolean;
  readonly position: bigint | null;
  readonly at: string | null;
}

/**
 * Finds the commit that a moment lies in or comes behind; before the first one there is nothing. Refuses what lies ahead, and what
 * is older than the history that is kept.
 * The state of an instant is final once the write that was under way at that instant has ended; the position says
 * what it was taken to be.
 */
export async function resolveMoment(connection: Queryable, moment: Moment, path: string): Promise<ResolvedMoment> {
  const { time, position } = moment;
  if ((time === undefined) === (position === undefined)) {
    throw invalidMoment('MOMENT', path, `${path} takes exactly one of time and position`);
  }
  const isBefore =
    time === undefined ? sql`s.first_position <= ${position}::bigint` : sql`s.at <= ${time}::timestamptz`;
  const [row] = await connection.rows<Row>(sql`
    select h.position as head, h.oldest, h.oldest_at,
      ${isAhead(sql`${time ?? null}::timestamptz`)} as is_future,
      h.oldest > 0 and coalesce(${time ?? null}::timestamptz < h.oldest_at, ${position ?? null}::bigint < h.oldest) as is_gone,
      s.last_position as position, s.at
    from change_head h left join lateral (
      select s.last_position, s.at from change_set s where ${isBefore} order by s.last_position desc limit 1
    ) s on true`);
  if (row === undefined) throw new Error('the stream of changes has no head');
  if (row.is_future) throw invalidMoment('AS_OF_FUTURE', `${path}.time`, `${time} has not come yet`);
  if (position !== undefined && position > row.head) {
    throw invalidMoment(
      'AS_OF_FUTURE',
      `${path}.position`,
      `the last change has position ${row.head}`,
      `at most ${row.head}`,
    );
  }
  if (row.is_gone) {
    const asked = time ?? `position ${position}`;
    const message = `${asked} is older than the history that is kept, which begins at ${row.oldest_at} (position ${row.oldest})`;
    throw invalidMoment('HISTORY_EXPIRED', path, message, `${row.oldest_at} or later`);
  }
  const found = row.position ?? 0n;
  return { position: found < row.oldest ? row.oldest : found, at: row.at };
}

/** The present. */
export async function latestMoment(connection: Queryable): Promise<ResolvedMoment> {
  const [row] = await connection.rows<ResolvedMoment>(sql`select position, at from change_head`);
  return row ?? { position: 0n, at: null };
}
