import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import type { Catalog } from '../model.ts';
import type { Cursors } from '../read/cursor.ts';
import { createFeedCursors, type Head, requireContinuable } from './feed-cursor.ts';
import type { FeedFilter, FeedReader, FeedStep } from './feed-event.ts';
import { readInitial } from './feed-initial.ts';
import { readLive } from './feed-live.ts';
import { rightsOf } from './visible.ts';

/** The stream of changes, pulled: whoever reads slowly costs nothing in the meantime. */
export interface Feed {
  /** What follows a cursor, at most `limit` changes; from the start of the present state when there is none. */
  step(reader: FeedReader, filter: FeedFilter, cursor: string | undefined, limit: number): Promise<FeedStep>;
  /** The cursor of now: what comes after it is new. */
  now(reader: FeedReader, filter: FeedFilter): Promise<string>;
}

export function createFeed(catalog: Catalog, database: Queryable, signedCursors: Cursors): Feed {
  const cursors = createFeedCursors(signedCursors);
  const loadHead = async (): Promise<Head> => {
    const [head] = await database.rows<Head>(sql`select epoch, position, oldest, oldest_at from change_head`);
    if (head === undefined) throw new Error('the stream of changes has no head');
    return head;
  };
  /** An access is of one access version, and whatever changes the fingerprint raises that. */
  const remembered = new WeakMap<Access, Map<string, Promise<string>>>();
  const loadRights = ({ access }: FeedReader, { kinds: wanted }: FeedFilter): Promise<string> => {
    const known = remembered.get(access) ?? new Map<string, Promise<string>>();
    remembered.set(access, known);
    const key = wanted.map(({ kind }) => kind).join();
    const loading = known.get(key) ?? rightsOf(database, wanted, access);
    known.set(key, loading);
    loading.catch(() => known.delete(key));
    return loading;
  };

  return {
    step: async (reader, filter, cursor, limit) => {
      const [head, rights] = await Promise.all([loadHead(), loadRights(reader, filter)]);
      if (cursor === undefined) {
        const [first] = filter.kinds;
        const start = { epoch: head.epoch, rights, position: head.position, initial: { kind: first?.kind ?? '' } };
        if (limit === 0) return { events: [], cursor: cursors.encode(filter, start), isCurrent: false };
        return readInitial(database, cursors, reader, filter, start, limit);
      }
      const place = cursors.decode(filter, cursor);
      requireContinuable(head, rights, place);
      if (limit === 0) return { events: [], cursor, isCurrent: false };
      return place.initial === undefined
        ? readLive({ catalog, database, cursors }, reader, filter, place, head.position, limit)
        : readInitial(database, cursors, reader, filter, place, limit);
    },
    now: async (reader, filter) => {
      const [{ epoch, position }, rights] = await Promise.all([loadHead(), loadRights(reader, filter)]);
      return cursors.encode(filter, { epoch, rights, position });
    },
  };
}
