import { apartFromRequest, currentDeadline, withDeadline } from '../../platform/deadline.ts';
import { LazyAbort } from '../../platform/lazy-abort.ts';
import type { Access } from '../access/access.ts';

/**
 * Has those who want to read the same at the same time, with the same access, read it once. Nothing is kept: a result
 * goes to those who wait for it, and then it is gone. What nobody waits for any more is ended.
 */
export interface SharedReads {
  /** Joins a read with this key that is under way, or begins one. */
  read<T>(access: Access, key: string, begin: () => Promise<T>): Promise<T>;
}

interface UnderWay {
  readonly result: Promise<unknown>;
  /** One more waits for the result, until it has ended. */
  join(ended: LazyAbort | undefined): void;
}

/** `forget` is called when nobody can join any more. */
function beginReading(begin: () => Promise<unknown>, forget: (reading: UnderWay) => void): UnderWay {
  const abandoned = new LazyAbort();
  let waiting = 0;
  const leave = (): void => {
    if (--waiting > 0) return;
    forget(reading);
    abandoned.abort();
  };
  const reading: UnderWay = {
    result: apartFromRequest(() => withDeadline(abandoned, begin)).finally(() => forget(reading)),
    join: (ended) => {
      waiting++;
      ended?.follow(leave);
    },
  };
  return reading;
}

export function createSharedReads(): SharedReads {
  const underWay = new WeakMap<Access, Map<string, UnderWay>>();
  return {
    read: <T>(access: Access, key: string, begin: () => Promise<T>): Promise<T> => {
      const reads = underWay.get(access) ?? new Map<string, UnderWay>();
      underWay.set(access, reads);
      const forget = (read: UnderWay): void => {
        if (reads.get(key) === read) reads.delete(key);
      };
      const reading = reads.get(key) ?? beginReading(begin, forget);
      reads.set(key, reading);
      reading.join(currentDeadline()?.ended);
      return reading.result as Promise<T>; // The key says what is read.
    },
  };
}
