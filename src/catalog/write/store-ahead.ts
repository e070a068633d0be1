import type { Queryable } from '../../platform/db/database.ts';
import { createPauses } from '../../platform/pauses.ts';
import { aheadTransaction, OvertakenError, takeLock } from '../transaction.ts';
import type { Transaction } from './batch.ts';
import type { PreparedAhead } from './prepare-ahead.ts';
import { storePlaced } from './steps.ts';
import { watchLock } from './under-lock.ts';
import type { Writer, WriterState } from './writer.ts';

/*
 * What a batch was prepared to store is stored while the write before it records, in a transaction that goes on under the lock:
 *
 *   batch n     ──── lock ─ store ─ judge ─ stands: nothing is left but to record ─ record ─ commit
 *   batch n+1   ── prepare ──────────────── near ─ begin ─ store ──────────────────────────────── its turn: lock ─ first? ─ has
 *                                                                                          it been touched? ─ judge ─ stands ─ …
 *
 * From `stands` on batch n meets none of these rows, so that it cannot wait for them. Whatever goes wrong until the lock is
 * had, nothing is kept of them, and the batch takes the same way without them.
 */

/** A batch whose objects may be stored before its turn. */
export interface StoringAhead<Result> {
  /** To be called when it is next, and the one before it stands. */
  near(): void;
  /** Goes on under the lock, when its turn has come; undefined when nothing is stored. */
  goOn(work: UnderLock<Result>): Promise<Result | undefined>;
  /** Ends the transaction, unless it went on. */
  giveUp(): Promise<void>;
}

type UnderLock<Result> = (connection: Queryable, accessVersion: bigint | undefined) => Promise<Result>;

/** A transaction that waits for its turn. */
interface Open<Result> {
  /** Whether all is stored, and not given up. */
  readonly isStored: Promise<boolean>;
  readonly ended: Promise<Result>;
}

/** `preparing`: gives the batch that was prepared, if it was. To be called by whoever asks for the batch. */
export function storingAhead<Result>(
  { database, watch }: Writer,
  { atWork }: WriterState,
  preparing: Promise<PreparedAhead | undefined>,
  transaction: Omit<Transaction, 'connection' | 'pause'>,
  isKept: (result: Result) => boolean,
): StoringAhead<Result> {
  const near = Promise.withResolvers<void>();
  const turn = Promise.withResolvers<(connection: Queryable) => Promise<Result>>();
  turn.promise.catch(() => undefined); // Nobody may wait for it.
  let open: Open<Result> | undefined;
  let isLate = false;

  const store = (prepared: PreparedAhead): Open<Result> => {
    const { promise: isStored, resolve } = Promise.withResolvers<boolean>();
    const work = async (connection: Queryable): Promise<Result> => {
      // While it waited for a connection its turn may have come.
      if (isLate) throw new OvertakenError();
      await storePlaced(prepared, { ...transaction, connection, pause: createPauses() });
      resolve(true);
      return (await turn.promise)(connection);
    };
    const ended = aheadTransaction(database, work, isKept);
    ended.catch(() => resolve(false));
    return { isStored, ended };
  };
  // What is waited for here goes on as the request's own work, with its deadline, whoever says that it is near.
  void Promise.all([preparing, near.promise]).then(([prepared]) => {
    if (prepared?.drafts.some(({ kind }) => kind.makesAccess === true) === false && !isLate) open = store(prepared);
  });

  return {
    near: near.resolve,
    goOn: async (work) => {
      isLate = true;
      if (open === undefined || !(await open.isStored)) return undefined;
      const { ended } = open;
      let isLocked = false;
      try {
        return await watchLock(watch, (locked) => {
          turn.resolve(async (connection) => {
            const accessVersion = await takeLock(connection);
            isLocked = true;
            locked();
            return atWork.hold(connection, (held) => work(held, accessVersion));
          });
          return ended;
        });
      } catch (error) {
        if (isLocked) throw error;
        return undefined;
      }
    },
    giveUp: async () => {
      isLate = true;
      turn.reject(new OvertakenError());
      await open?.ended.catch(() => undefined);
    },
  };
}
