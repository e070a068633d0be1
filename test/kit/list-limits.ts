import type { ListLimits } from '../../src/catalog/read/plan-types.ts';

/** The limits of a service with its defaults, where every column has an index. */
export const listLimits: ListLimits = {
  defaultPage: 50,
  maxPage: 1_000,
  maxCount: 10_000,
  mostFollowed: 5_000,
  lookThrough: { most: 50_000, indexed: { has: () => true, isUnique: () => true, isByCodePoint: true } },
};
