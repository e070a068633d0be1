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
  /** Why nobody gets a place on this connection, whoever asks; undefined when somebody may. */
  refusalOn(connection: object): RateLimitedError | undefined;
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

  const refusal = (count: number, limit: number, rule: string, whose: string): RateLimitedError | undefined =>
    count < limit
      ? undefined
      : new RateLimitedError(rule, `${limit} subscriptions ${whose} are open already`, RETRY_AFTER_SECONDS);
  const onConnection = (connection: object) =>
    refusal(ofConnections.get(connection) ?? 0, perConnection, 'TOO_MANY_ON_CONNECTION', 'on this connection');
  const ofCaller = (caller: string) =>
    refusal(ofCallers.get(caller) ?? 0, perCaller, 'TOO_MANY_SUBSCRIPTIONS', 'of yours');
  const ofAll = () => refusal(open, inAll, 'TOO_MANY_IN_ALL', 'of all callers');

  return {
    get open() {
      return open;
    },
    refusalOn: (connection) => onConnection(connection) ?? ofAll(),
    take: (connection, caller) => {
      const refused = onConnection(connection) ?? ofCaller(caller) ?? ofAll();
      if (refused !== undefined) throw refused;
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
