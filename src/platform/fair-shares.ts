import { RateLimitedError } from './errors.ts';

/** Shares a service between its callers, so that one who asks for very much at once keeps nobody else waiting. */
export interface FairShares {
  /**
   * Waits until its caller has a place free; gives what leaves the place again. Throws `RateLimitedError` when too much
   * of the caller's waits already, or when no place became free in time; and the signal's reason when it aborts first.
   */
  take(caller: string, signal?: AbortSignal): Promise<() => void>;
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

  const wait = (share: Share, signal: AbortSignal | undefined): Promise<void> => {
    if (share.waiting.size >= queued) {
      const message = `${atOnce} operations of yours are under way and ${queued} wait already`;
      throw new RateLimitedError('TOO_MANY_OPERATIONS', message, retryAfterSeconds);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      share.waiting.delete(begin);
      settle();
    };
    const begin = (): void => leave(resolve);
    const abort = (): void => leave(() => reject(signal?.reason));
    const timer = setTimeout(() => {
      const message = `none of your ${atOnce} operations under way ended within ${waitMs} ms`;
      leave(() => reject(new RateLimitedError('WAITED_TOO_LONG', message, retryAfterSeconds)));
    }, waitMs);
    signal?.addEventListener('abort', abort, { once: true });
    share.waiting.add(begin);
    return promise;
  };

  return {
    take: async (caller, signal) => {
      signal?.throwIfAborted();
      const share = shares.get(caller) ?? { running: 0, waiting: new Set<() => void>() };
      shares.set(caller, share);
      // A place that becomes free goes to whoever waits longest; it is never free in between.
      if (share.running < atOnce) share.running++;
      else await wait(share, signal);
      let isLeft = false;
      return () => {
        if (isLeft) return;
        isLeft = true;
        const [next] = share.waiting;
        if (next !== undefined) next();
        else if (--share.running === 0) shares.delete(caller);
      };
    },
    get callers() {
      return shares.size;
    },
  };
}
