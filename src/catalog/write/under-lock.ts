import type { Queryable } from '../../platform/db/database.ts';
import { type Extent, writeTransaction } from '../transaction.ts';
import type { AtWork } from './at-work.ts';
import type { Writer } from './writer.ts';

/** Tells whoever watches how long a write has waited for the lock, and how long it has held it. */
export async function watchLock<T>(watch: Writer['watch'], write: (locked: () => void) => Promise<T>): Promise<T> {
  const askedAt = performance.now();
  let lockedAt: number | undefined;
  const locked = (): void => {
    lockedAt = performance.now();
    watch?.waitedForLock(lockedAt - askedAt);
  };
  try {
    return await write(locked);
  } finally {
    if (lockedAt !== undefined) watch?.heldLock(performance.now() - lockedAt);
  }
}

/** A transaction that writes. */
export const underLock = <T>(
  { database, watch }: Pick<Writer, 'database' | 'watch'>,
  atWork: AtWork,
  extent: Extent,
  work: (connection: Queryable, accessVersion: bigint | undefined) => Promise<T>,
  isKept: (result: T) => boolean,
): Promise<T> =>
  watchLock(watch, (locked) => {
    const hold: typeof work = (connection, accessVersion) => {
      locked();
      return atWork.hold(connection, (held) => work(held, accessVersion));
    };
    return writeTransaction(database, extent, hold, isKept);
  });
