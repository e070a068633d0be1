import type { Access } from '../access/access.ts';
import { requirePresent } from '../read/access-version.ts';
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
  await requirePresent(history.database, access);
  return found;
}
