import { setImmediate as nextTurn } from 'node:timers/promises';
import { carried } from './carried.ts';
import { RateLimitedError } from './errors.ts';
import { createPlaces, type Places } from './places.ts';

/**
 * The name under which all who are not signed in are one caller. What they may ask is computed and not read, so one
 * piece at a time is done as soon as several at once, and keeps the event loop from others for a shorter while.
 */
export const STRANGERS = '';
const STRANGERS_AT_ONCE = 1;
/**
 * After an operation of strangers so long is left to others as it took: together they have half of the time. One that
 * others hardly notice is left out, and no rest is so long that somebody would wait for it.
 */
const UNNOTICED_MS = 2;
const LONGEST_REST_MS = 20;

/** Whose request is under way; as long as nobody knows, that of strangers. */
export const currentCaller = (): string => carried().caller ?? STRANGERS;

/** Shares a service between its callers, so that one who asks for very much at once keeps nobody else waiting. */
export interface FairShares {
  /**
   * Waits until its caller has a place free; gives what leaves the place again. Throws `RateLimitedError` when too much
   * of the caller's waits already, or when no place became free in time; and the signal's reason when it aborts first.
   */
  take(caller: string, signal?: AbortSignal): Promise<() => void>;
  /** The same without waiting: undefined when the caller has no place free. */
  takeFree(caller: string): (() => void) | undefined;
  /** Callers who have something under way or waiting. */
  readonly callers: number;
  /** Pieces of work that wait, of all callers together. */
  readonly waiting: number;
}

export interface ShareLimits {
  /** How many pieces of work one caller has under way at once. */
  readonly atOnce: number;
  /** How many more of one caller's may wait. */
  readonly queued: number;
  /** How long each waits before it is refused, in milliseconds. */
  readonly waitMs: number;
}

/** How time is told; tests tell it themselves. */
export interface Clock {
  now(): number;
  later(then: () => void, ms: number): void;
}

const realClock: Clock = {
  now: () => performance.now(),
  later: (then, ms) => void setTimeout(then, ms).unref(),
};

export function createFairShares({ atOnce, queued, waitMs }: ShareLimits, clock: Clock = realClock): FairShares {
  const shares = new Map<string, Places>();
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));

  const mostOf = (caller: string): number => (caller === STRANGERS ? STRANGERS_AT_ONCE : atOnce);

  const wait = async (share: Places, most: number, signal: AbortSignal | undefined): Promise<() => void> => {
    if (share.waiting >= queued) {
      const message = `${most} operations of yours are under way and ${queued} wait already`;
      throw new RateLimitedError('TOO_MANY_OPERATIONS', message, retryAfterSeconds);
    }
    const late = new AbortController();
    const timer = setTimeout(() => {
      const message = `none of your ${most} operations under way ended within ${waitMs} ms`;
      late.abort(new RateLimitedError('WAITED_TOO_LONG', message, retryAfterSeconds));
    }, waitMs);
    try {
      const leave = await share.take(signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]));
      await nextTurn(); // What waited does not begin in the turn of the event loop in which another ended.
      return leave;
    } finally {
      clearTimeout(timer);
    }
  };

  const shareOf = (caller: string): Places => {
    const known = shares.get(caller);
    if (known !== undefined) return known;
    const share = createPlaces(mostOf(caller));
    shares.set(caller, share);
    return share;
  };
  /** Leaves a place that was taken, once; that of a stranger after its rest. */
  const leaving = (caller: string, share: Places, leave: () => void): (() => void) => {
    const end = (): void => {
      leave();
      if (share.taken === 0 && shares.get(caller) === share) shares.delete(caller);
    };
    if (caller !== STRANGERS) return end;
    const takenAt = clock.now();
    return () => {
      const tookMs = clock.now() - takenAt;
      if (tookMs < UNNOTICED_MS) end();
      else clock.later(end, Math.min(tookMs, LONGEST_REST_MS));
    };
  };
  const takeFree = (caller: string): (() => void) | undefined => {
    const share = shareOf(caller);
    const leave = share.takeFree();
    return leave && leaving(caller, share, leave);
  };

  return {
    take: async (caller, signal) => {
      signal?.throwIfAborted();
      const leave = takeFree(caller);
      if (leave !== undefined) return leave;
      const share = shareOf(caller);
      return leaving(caller, share, await wait(share, mostOf(caller), signal));
    },
    takeFree,
    get callers() {
      return shares.size;
    },
    get waiting() {
      return [...shares.values()].reduce((sum, { waiting }) => sum + waiting, 0);
    },
  };
}
