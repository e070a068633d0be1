import type { Round } from './shoot.ts';
import { digits, quantile } from './statistics.ts';

/** The columns `/s`, `p50 ms`, `p99 ms`, `Node ms` and `PostgreSQL ms`. */
export const figuresOf = ({ perSecond, p50Ms, p99Ms, nodeMs, postgresMs }: Round): string[] =>
  [perSecond, p50Ms, p99Ms, nodeMs, postgresMs].map(digits);

/** The columns `p50 ms` and `p99 ms`. */
export const timesOf = (times: readonly number[]): string[] =>
  [0.5, 0.99].map((share) => digits(quantile(times, share)));
