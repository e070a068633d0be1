import type { Round } from './shoot.ts';
import { digits, quantile } from './statistics.ts';

/** The columns `/s`, `p50 ms`, `p99 ms`, `Node ms` and `PostgreSQL ms`. */
export const figuresOf = ({ perSecond, p50Ms, p99Ms, nodeMs, postgresMs }: Round): string[] =>
  [perSecond, p50Ms, p99Ms, nodeMs, postgresMs].map(digits);

/** Who was asked, and how many requests they refused, if any. */
export const nameOf = (name: string, { refused }: Round): string =>
  refused === 0 ? name : `${name} (refused ${refused})`;

/** How a round compares with another: by throughput, and by CPU per request, which a busy machine falsifies less. */
export function ratiosOf(round: Round, to: Round | undefined): string[] {
  if (to === undefined || to === round) return ['', ''];
  const cpu = ({ nodeMs, postgresMs }: Round): number => nodeMs + postgresMs;
  return [(round.perSecond / to.perSecond).toFixed(2), (cpu(to) / cpu(round)).toFixed(2)];
}

/** The columns `p50 ms` and `p99 ms`. */
export const timesOf = (times: readonly number[]): string[] =>
  [0.5, 0.99].map((share) => digits(quantile(times, share)));
