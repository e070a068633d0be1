import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import type { Catalog } from '../model.ts';
import type { Cursors } from '../read/cursor.ts';
import { createFeedCursors, type FeedPlace, type Head, requireContinuable, requireOfStream } from './feed-cursor.ts';
import type { FeedFilter, FeedReader, FeedStep } from './feed-event.ts';
import { readInitial } from './feed-initial.ts';
import { readLive } from './feed-live.ts';
import { rightsOf } from './visible.ts';

/** The change feed. Readers pull: one that reads slowly holds no buffer and no transaction. */
export interface Feed {
  /** At most `limit` changes after a cursor; without a cursor, the first objects of the current state. */
  step(reader: FeedReader, filter: FeedFilter, cursor: string | undefined, limit: number): Promise<FeedStep>;
  /** A cursor after everything that has been committed so far. */
  now(reader: FeedReader, filter: FeedFilter): Promise<string>;
  /** The place that a cursor marks, if it is one of this stream; undefined while its holder reads the present state. */
  placeOf(cursor: string): Promise<FeedPlace | undefined>;
}

export function createFeed(catalog: Catalog, database: Queryable, signedCursors: Cursors): Feed {
  const cursors = createFeedCursors(signedCursors);
  const sources = { catalog, database, cursors };
  const loadHead = async (): Promise<Head> => {
    const [head] = await database.rows<Head>(sql`select epoch, position, oldest, oldest_at from change_head`);
    if (head === undefined) throw new Error('the stream of changes has no head');
    return head;
  };
  /** What changes the rights of a reader raises the access version, and so comes with another Access. */
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
        return readInitial(sources, reader, filter, start, limit);
      }
      const progress = cursors.decode(filter, cursor);
      requireContinuable(head, rights, progress);
      if (limit === 0) return { events: [], cursor, isCurrent: false };
      return progress.initial === undefined
        ? readLive(sources, reader, filter, progress, head.position, limit)
        : readInitial(sources, reader, filter, progress, limit);
    },
    now: async (reader, filter) => {
      const [{ epoch, position }, rights] = await Promise.all([loadHead(), loadRights(reader, filter)]);
      return cursors.encode(filter, { epoch, rights, position });
    },
    placeOf: async (cursor) => {
      const place = cursors.placeOf(cursor);
      if (place !== undefined) requireOfStream(await loadHead(), place, 'cursor');
      return place;
    },
  };
}
