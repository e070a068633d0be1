import type { Standing } from './network.ts';

/** What becomes of something, from bad to good. */
export const verdicts = ['Isolated', 'RedundancyLost', 'Reduced', 'Unaffected'] as const;
export type Verdict = (typeof verdicts)[number];

/** How many of something there are before and after. */
export interface Count {
  readonly before: number;
  readonly after: number;
}

export function countVerdict({ before, after }: Count): Verdict {
  if (after >= before) return 'Unaffected';
  if (after === 0) return 'Isolated';
  return after === 1 ? 'RedundancyLost' : 'Reduced';
}

/** `hasLost`: whether it has lost a connection itself. Of what a single cable or circuit can cut off, nothing is redundant. */
export function verdictOf(before: Standing, after: Standing, hasLost: boolean): Verdict {
  if (before.paths === 0) return 'Unaffected';
  if (after.paths === 0) return 'Isolated';
  const isLast = hasLost && after.paths === 1 && before.paths > 1;
  if (!isRedundant(after) && (isRedundant(before) || isLast)) return 'RedundancyLost';
  return hasLost && after.paths < before.paths ? 'Reduced' : 'Unaffected';
}

/** No single cable or circuit carries all of its paths. */
export const isRedundant = ({ paths, critical }: Standing): boolean =>
  paths > 0 && ![...critical].some((element) => !element.startsWith('Device/'));
