import type { Queryable } from '../../../platform/db/database.ts';
import type { Catalog } from '../../model.ts';
import { followingKind } from '../../read/feed-progress.ts';
import { consumersSql } from './progress-sql.ts';

/** How a consumer of the feed is doing. */
export interface ConsumerLag {
  readonly name: string;
  readonly lag_seconds: number;
  /** How many seconds it may be behind. */
  readonly longest_lag: number;
  readonly lag_changes: bigint;
  readonly failures: number;
}

/** As many series as a metric may have. */
const MOST = 100;

export async function consumerLags({ kinds }: Catalog, database: Queryable): Promise<readonly ConsumerLag[]> {
  const lags = await Promise.all(
    kinds.flatMap((kind) => {
      const following = followingKind(kind);
      return following === undefined ? [] : [database.rows<ConsumerLag>(consumersSql(following, MOST))];
    }),
  );
  return lags.flat();
}
