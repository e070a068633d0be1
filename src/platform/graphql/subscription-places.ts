import { RateLimitedError } from '../errors.ts';

/** How many subscriptions may be open; settings. */
export interface SubscriptionLimits {
  readonly perConnection: number;
  readonly perCaller: number;
  /** Of this process. */
  readonly inAll: number;
}

/** Counts the subscriptions that are open. */
export interface SubscriptionPlaces {
  /** Takes a place; gives what leaves it again, once. Throws `RateLimitedError` when one of the limits is reached. */
  take(connection: object, caller: string): () => void;
  /** How many are taken. */
  readonly open: number;
}

/** Nobody knows when somebody else's subscription ends; clients come back at this pace. */
const RETRY_AFTER_SECONDS = 10;

export function createSubscriptionPlaces({ perConnection, perCaller, inAll }: SubscriptionLimits): SubscriptionPlaces {
  const ofConnections = new Map<unknown, number>();
  const ofCallers = new Map<unknown, number>();
  let open = 0;

  const requireRoom = (count: number, limit: number, rule: string, whose: string): void => {
    if (count < limit) return;
    throw new RateLimitedError(rule, `${limit} subscriptions ${whose} are open already`, RETRY_AFTER_SECONDS);
  };

  return {
    get open() {
      return open;
    },
    take: (connection, caller) => {
      requireRoom(ofConnections.get(connection) ?? 0, perConnection, 'TOO_MANY_ON_CONNECTION', 'on this connection');
      requireRoom(ofCallers.get(caller) ?? 0, perCaller, 'TOO_MANY_SUBSCRIPTIONS', 'of yours');
      requireRoom(open, inAll, 'TOO_MANY_IN_ALL', 'of all callers');
      const leaveConnection = count(ofConnections, connection);
      const leaveCaller = count(ofCallers, caller);
      open++;
      let isLeft = false;
      return () => {
        if (isLeft) return;
        isLeft = true;
        leaveConnection();
        leaveCaller();
        open--;
      };
    },
  };
}

/** Counts one more under a key; gives what takes it back. A key under which there is nothing is forgotten. */
function count(counts: Map<unknown, number>, key: unknown): () => void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
  return () => {
    const left = (counts.get(key) ?? 0) - 1;
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  };
}
