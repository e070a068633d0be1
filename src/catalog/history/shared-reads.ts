import { apartFromRequest, currentDeadline, withDeadline } from '../../platform/deadline.ts';
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
  /** One more waits for the result, until the signal aborts. */
  join(signal: AbortSignal | undefined): void;
}

/** `forget` is called when nobody can join any more. */
function beginReading(begin: () => Promise<unknown>, forget: (reading: UnderWay) => void): UnderWay {
  const abandoned = new AbortController();
  let waiting = 0;
  const leave = (): void => {
    if (--waiting > 0) return;
    forget(reading);
    abandoned.abort();
  };
  const reading: UnderWay = {
    result: apartFromRequest(() => withDeadline(abandoned.signal, begin)).finally(() => forget(reading)),
    join: (signal) => {
      waiting++;
      signal?.addEventListener('abort', leave, { once: true });
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
      reading.join(currentDeadline()?.signal);
      return reading.result as Promise<T>; // The key says what is read.
    },
  };
}
