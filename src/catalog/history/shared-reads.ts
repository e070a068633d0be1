import { apartFromRequest } from '../../platform/deadline.ts';
import type { Access } from '../access/access.ts';

/**
 * Has those who want to read the same at the same time, with the same access, read it once. Nothing is kept: a result
 * goes to those who wait for it, and then it is gone.
 */
export interface SharedReads {
  /** Joins a read with this key that is under way, or begins one. */
  read<T>(access: Access, key: string, begin: () => Promise<T>): Promise<T>;
}

export function createSharedReads(): SharedReads {
  const underWay = new WeakMap<Access, Map<string, Promise<unknown>>>();
  return {
    read: <T>(access: Access, key: string, begin: () => Promise<T>): Promise<T> => {
      const reads = underWay.get(access) ?? new Map<string, Promise<unknown>>();
      underWay.set(access, reads);
      const known = reads.get(key);
      if (known !== undefined) return known as Promise<T>; // The key says what is read.
      const reading = apartFromRequest(begin).finally(() => reads.delete(key));
      reads.set(key, reading);
      return reading;
    },
  };
}
