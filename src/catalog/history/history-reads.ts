import type { Queryable } from '../../platform/db/database.ts';
import type { Feed } from './feed.ts';
import type { WakeUp } from './follow.ts';

/** What resolvers of history read with. */
export interface HistoryReads {
  readonly feed: Feed;
  readonly wakeUp: WakeUp;
  readonly database: Queryable;
  /** Aborted when the service is about to end: subscriptions send a last bookmark and end. */
  readonly closing: AbortSignal;
}
