import { sql } from '../../platform/db/sql.ts';
import { type Access, AccessChangedError } from '../access/access.ts';
import { type RequestContext, readWithAccess } from '../schema/context.ts';
import type { FeedReader } from './feed-event.ts';
import type { HistoryContext } from './history-context.ts';

type PresentContext = Pick<RequestContext, 'rights' | 'author'> & Pick<HistoryContext, 'history'>;

/**
 * Reads history on the rights in force: they are looked at again afterwards, and what was read on older ones is thrown
 * away and read anew.
 */
export const onPresentRights = <T>(context: PresentContext, read: (reader: FeedReader) => Promise<T>): Promise<T> =>
  readWithAccess(context, (access) => readOnPresent(context, access, read));

/** The same for what others with the same access may be about to read: `key` says what. */
export const sharedOnPresentRights = <T>(
  context: PresentContext,
  key: string,
  read: (reader: FeedReader) => Promise<T>,
): Promise<T> =>
  readWithAccess(context, (access) =>
    context.history.sharedReads.read(access, key, () => readOnPresent(context, access, read)),
  );

async function readOnPresent<T>(
  { author, history }: PresentContext,
  access: Access,
  read: (reader: FeedReader) => Promise<T>,
): Promise<T> {
  const found = await read({ access, caller: author.caller });
  if (access.version === undefined) return found;
  const [row] = await history.database.cells(sql`select version from access_version`);
  if (row?.[0] !== access.version) throw new AccessChangedError();
  return found;
}
