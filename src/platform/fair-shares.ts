import { RateLimitedError } from './errors.ts';

/** Shares a service between its callers, so that one who asks for very much at once keeps nobody else waiting. */
export interface FairShares {
  /**
   * Runs `work` when its caller has a place free. Throws `RateLimitedError` when too much of the caller's waits already,
   * or when no place became free in time.
   */
  run<T>(caller: string, work: () => Promise<T>): Promise<T>;
  /** Callers who have something under way or waiting. */
  readonly callers: number;
}

export interface ShareLimits {
  /** How many pieces of work one caller has under way at once. */
  readonly atOnce: number;
  /** How many more of one caller's may wait. */
  readonly queued: number;
  /** How long each waits before it is refused, in milliseconds. */
  readonly waitMs: number;
}

interface Share {
  running: number;
  readonly waiting: Set<() => void>;
}

export function createFairShares({ atOnce, queued, waitMs }: ShareLimits): FairShares {
  const shares = new Map<string, Share>();
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));

  const wait = (share: Share): Promise<void> =>
    new Promise((resolve, reject) => {
      if (share.waiting.size >= queued) {
        const message = `${atOnce} operations of yours are under way and ${queued} wait already`;
        reject(new RateLimitedError('TOO_MANY_OPERATIONS', message, retryAfterSeconds));
        return;
      }
      const begin = (): void => {
        clearTimeout(timer);
        share.waiting.delete(begin);
        resolve();
      };
      const timer = setTimeout(() => {
        share.waiting.delete(begin);
        const message = `none of your ${atOnce} operations under way ended within ${waitMs} ms`;
        reject(new RateLimitedError('WAITED_TOO_LONG', message, retryAfterSeconds));
      }, waitMs);
      share.waiting.add(begin);
    });

  return {
    run: async (caller, work) => {
      const share = shares.get(caller) ?? { running: 0, waiting: new Set<() => void>() };
      shares.set(caller, share);
      // A place that becomes free goes to whoever waits longest; it is never free in between.
      if (share.running < atOnce) share.running++;
      else await wait(share);
      try {
        return await work();
      } finally {
        const [next] = share.waiting;
        if (next !== undefined) next();
        else if (--share.running === 0) shares.delete(caller);
      }
    },
    get callers() {
      return shares.size;
    },
  };
}
