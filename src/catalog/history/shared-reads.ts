import { createSharedWork, type SharedWork } from '../../platform/shared-work.ts';
import type { Access } from '../access/access.ts';

/** Has those who want to read the same at the same time, with the same access, read it once. */
export interface SharedReads {
  /** Joins a read with this key that is under way, or begins one. */
  read<T>(access: Access, key: string, begin: () => Promise<T>): Promise<T>;
}

export function createSharedReads(): SharedReads {
  const underWay = new WeakMap<Access, SharedWork<string>>();
  return {
    read: (access, key, begin) => {
      const reads = underWay.get(access) ?? createSharedWork<string>();
      underWay.set(access, reads);
      return reads.run(key, begin);
    },
  };
}
