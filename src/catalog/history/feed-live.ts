import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Catalog } from '../model.ts';
import { hasWantedName, matchesFilter } from './feed-conditions.ts';
import type { FeedCursors, FeedProgress } from './feed-cursor.ts';
import type { FeedEvent, FeedFilter, FeedReader, FeedStep } from './feed-event.ts';
import { hiddenNames } from './hidden-names.ts';
import { readActor, readState } from './stored-change.ts';
import { actorVisible } from './visible.ts';

/** Positions that one statement looks through at most. */
const WINDOW = 2_000n;
/** Windows that one step looks through at most, however little of them is for the reader. */
const WINDOWS = 25;

export interface FeedSources {
  readonly catalog: Catalog;
  readonly database: Queryable;
  readonly cursors: FeedCursors;
}

/** The next changes after a position, up to the end of the stream. */
export async function readLive(
  sources: FeedSources,
  reader: FeedReader,
  filter: FeedFilter,
  from: FeedProgress,
  end: bigint,
  limit: number,
): Promise<FeedStep> {
  const { encode } = sources.cursors;
  let { position } = from;
  for (let window = 0; window < WINDOWS && position < end; window++) {
    const through = position + WINDOW < end ? position + WINDOW : end;
    const events = await readWindow(sources, reader, filter, { ...from, position }, through, limit);
    const last = events.at(-1);
    if (events.length === limit && last) return { events, cursor: last.cursor ?? '', isCurrent: false };
    position = through;
    if (events.length > 0) {
      const cursor = encode(filter, { ...from, position });
      return { events, cursor, isCurrent: position === end };
    }
  }
  return { events: [], cursor: encode(filter, { ...from, position }), isCurrent: position === end };
}

/**
 * Changes of a window of positions that the reader could see before or after them. An object that became visible, or now
 * meets the filter, is ADDED for the reader; one that is no longer visible is DELETED.
 */
async function readWindow(
  { catalog, database, cursors }: FeedSources,
  reader: FeedReader,
  filter: FeedFilter,
  from: FeedProgress,
  through: bigint,
  limit: number,
): Promise<FeedEvent[]> {
  const kinds = new Map(filter.kinds.map((kind) => [kind.kind, kind]));
  const isEvery = filter.kinds.length === catalog.kinds.length;
  const ofKinds = isEvery ? sql`true` : sql`c.kind = any(${filter.kinds.map(({ kind }) => kind)}::text[])`;
  const actorId = sql`(s.actor ->> 'principalId')::uuid`;
  const audited = actorVisible(reader.access, reader.caller, actorId, sql`x`);
  const state = sql`case when x.is_visible or x.type = 'DELETED' then x.state else x.was end`;
  const rows = await database.cells(sql`
    select x.position, x.commit, x.type, x.kind, x.is_visible, x.was_visible, s.at,
      (${state})::text, x.changed_fields, x.was_revision,
      case when ${audited} then s.actor::text end, ${hiddenNames(filter.kinds, reader.access, sql`(${state})`)}
    from (
      select c.*, p.state as was, p.revision as was_revision,
        c.type <> 'DELETED' and ${matchesFilter(filter, reader, sql`c`)} as is_visible,
        coalesce(p.type <> 'DELETED' and ${matchesFilter(filter, reader, sql`p`)}, false) as was_visible
      from change c left join lateral (
        select b.* from change b where b.object_id = c.object_id and b.position < c.position order by b.position desc limit 1
      ) p on true
      where c.position > ${from.position}::bigint and c.position <= ${through}::bigint and ${ofKinds} and ${hasWantedName(filter, sql`c`)}
      offset 0
    ) x join change_set s on s.first_position = x.commit
    where x.is_visible or x.was_visible order by x.position limit ${limit}::int`);
  return rows.flatMap(
    ([position, commit, type, kindName, isVisible, wasVisible, at, state, changed, revision, actor, hidden]) => {
      const kind = kinds.get(String(kindName));
      if (kind === undefined) return [];
      return {
        type: isVisible === true ? (wasVisible === true ? 'MODIFIED' : 'ADDED') : 'DELETED',
        reason: isVisible === true ? null : type === 'DELETED' ? 'DELETED' : 'FILTERED',
        cursor: cursors.encode(filter, { ...from, position: BigInt(String(position)) }),
        isInitial: false,
        isInitialComplete: false,
        position: BigInt(String(position)),
        commit: BigInt(String(commit)),
        at: String(at),
        kind,
        state: readState(kind, String(state), hidden),
        changedFields: isVisible === true && wasVisible === true ? (changed as string[]) : [],
        previousRevision: wasVisible === true ? BigInt(String(revision)) : null,
        actor: readActor(actor),
      };
    },
  );
}
