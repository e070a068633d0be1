import { sql } from '../../platform/db/sql.ts';
import { keyset } from '../read/paged-list.ts';
import { hasWantedName, matchesFilter } from './feed-conditions.ts';
import type { FeedProgress } from './feed-cursor.ts';
import { type FeedEvent, type FeedFilter, type FeedReader, type FeedStep, withoutObject } from './feed-event.ts';
import type { FeedSources } from './feed-live.ts';
import { hiddenNames } from './hidden-names.ts';
import { loadStates, stateOrder } from './states.ts';

/** The next objects of the initial state, kind by kind; a bookmark after the last one. */
export async function readInitial(
  { database, cursors: { encode } }: FeedSources,
  reader: FeedReader,
  filter: FeedFilter,
  from: FeedProgress,
  limit: number,
): Promise<FeedStep> {
  const wanted = filter.kinds.map(({ kind }) => kind);
  const start = from.initial?.kind === undefined ? 0 : wanted.indexOf(from.initial.kind);
  const events: FeedEvent[] = [];
  for (const [index, kind] of filter.kinds.entries()) {
    if (index < start) continue;
    const found = await loadStates(database, {
      kind,
      position: from.position,
      hidden: hiddenNames([kind], reader.access, sql`c.state`),
      where: sql`${hasWantedName(filter, sql`c`)} and ${matchesFilter(filter, reader, sql`c`)}`,
      rows: keyset(stateOrder, index === start ? from.initial?.after : undefined, limit - events.length),
    });
    for (const { id, state } of found) {
      const cursor = encode(filter, { ...from, initial: { kind: kind.kind, after: [state.name, id] } });
      events.push({ ...withoutObject, type: 'ADDED', reason: null, cursor, isInitial: true, kind, state });
    }
    const last = events.at(-1);
    if (events.length >= limit && last) return { events, cursor: last.cursor ?? '', isCurrent: false };
  }
  const { initial: _, ...live } = from;
  const cursor = encode(filter, live);
  events.push({ ...withoutObject, type: 'BOOKMARK', reason: null, cursor, isInitialComplete: true });
  return { events, cursor, isCurrent: false };
}
