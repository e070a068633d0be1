import { invalidInput } from '../../platform/errors.ts';

/** How many rows the lists of one operation may bring, all together. */
export interface RowBudget {
  /** Counts rows that have been read; throws when they are too many. */
  take(rows: number): void;
}

/**
 * The cost of an operation is worked out beforehand with guesses where it does not say how long a page is to be; what
 * is really read is counted against the same limit.
 */
export function createRowBudget(most: number): RowBudget {
  let read = 0;
  return {
    take: (rows) => {
      read += rows;
      if (read <= most) return;
      const message = `the operation reads more than ${most.toLocaleString('en')} objects`;
      throw invalidInput({ rule: 'COMPLEXITY', message, accepted: 'smaller pages (`first`), or several operations' });
    },
  };
}

export const unlimited: RowBudget = { take: () => undefined };

/** Rows that one statement may bring at most; lists of more parents are read by several. */
const MOST_AT_ONCE = 100_000;

/** Parents in groups, each for one statement. */
export function* inGroups(parentIds: readonly string[], pageSize: number): Generator<readonly string[]> {
  const size = Math.max(1, Math.floor(MOST_AT_ONCE / Math.max(1, pageSize)));
  for (let start = 0; start < parentIds.length; start += size) yield parentIds.slice(start, start + size);
}
