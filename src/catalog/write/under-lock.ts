import type { Queryable } from '../../platform/db/database.ts';
import { type Extent, writeTransaction } from '../transaction.ts';
import type { AtWork } from './at-work.ts';
import type { Writer } from './writer.ts';

/** A transaction that writes; whoever watches is told how long it has waited for the lock, and how long it has held it. */
export async function underLock<T>(
  { database, watch }: Pick<Writer, 'database' | 'watch'>,
  atWork: AtWork,
  extent: Extent,
  work: (connection: Queryable, accessVersion: bigint | undefined) => Promise<T>,
  isKept: (result: T) => boolean,
): Promise<T> {
  const askedAt = performance.now();
  let lockedAt: number | undefined;
  const locked: typeof work = (connection, accessVersion) => {
    lockedAt = performance.now();
    watch?.waitedForLock(lockedAt - askedAt);
    return atWork.hold(connection, (held) => work(held, accessVersion));
  };
  try {
    return await writeTransaction(database, extent, locked, isKept);
  } finally {
    if (lockedAt !== undefined) watch?.heldLock(performance.now() - lockedAt);
  }
}
