import { sql } from '../../platform/db/sql.ts';
import { AccessChangedError } from '../access/access.ts';
import { type RequestContext, readWithAccess } from '../schema/context.ts';
import type { FeedReader } from './feed-event.ts';
import type { HistoryContext } from './history-context.ts';

/**
 * Reads history on the rights in force: they are looked at again afterwards, and what was read on older ones is thrown
 * away and read anew.
 */
export const onPresentRights = <T>(
  context: Pick<RequestContext, 'rights' | 'author'> & Pick<HistoryContext, 'history'>,
  read: (reader: FeedReader) => Promise<T>,
): Promise<T> =>
  readWithAccess(context, async (access) => {
    const found = await read({ access, caller: context.author.caller });
    if (access.version === undefined) return found;
    const [row] = await context.history.database.cells(sql`select version from access_version`);
    if (row?.[0] !== access.version) throw new AccessChangedError();
    return found;
  });
