import type { Queryable } from '../../platform/db/database.ts';
import type { Feed } from './feed.ts';
import type { WakeUp } from './follow.ts';
import type { SharedReads } from './shared-reads.ts';

/** What resolvers of history read with. */
export interface HistoryReads {
  readonly feed: Feed;
  readonly wakeUp: WakeUp;
  /** What followers at the same position read together. */
  readonly sharedReads: SharedReads;
  readonly database: Queryable;
  /** Aborted when the service is about to end: subscriptions send a last bookmark and end. */
  readonly closing: AbortSignal;
}
