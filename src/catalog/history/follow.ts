import { CursorExpiredError } from './feed-cursor.ts';
import { type FeedEvent, type FeedStep, withoutObject } from './feed-event.ts';

/** Tells when there may be something new: a hint, never the news itself. */
export interface WakeUp {
  /** Hints so far. */
  readonly count: number;
  /** Resolves when there are more hints than this, or after the time, or when the signal is aborted. */
  beyond(count: number, timeoutMs: number, signal: AbortSignal): Promise<void>;
}

export interface FollowOptions {
  /** `Feed.step` and `Feed.now` of a reader, with the rights of that moment. */
  readonly step: (cursor: string | undefined, limit: number) => Promise<FeedStep>;
  readonly now: () => Promise<string>;
  readonly wakeUp: WakeUp;
  readonly after: string | undefined;
  /** Without a cursor: send the present state first. */
  readonly sendsInitial: boolean;
  readonly signal: AbortSignal;
  readonly pageSize?: number;
  readonly bookmarkMs?: number;
}

const message = (type: 'BOOKMARK' | 'RESET', cursor: string | null, reason: string | null = null): FeedEvent => ({
  ...withoutObject,
  type,
  reason,
  cursor,
});

/** How long a hint may be lost without harm. */
const LOOK_ANYWAY_MS = 5_000;

/**
 * The feed as a stream that does not end. It reads a page when the last one has been taken, so a slow reader holds up
 * nobody and nothing piles up for it. A cursor that has expired, or rights that have changed, are a RESET: what the
 * reader has is void, and the present state follows.
 */
export async function* follow(options: FollowOptions): AsyncGenerator<FeedEvent, void, undefined> {
  const { wakeUp, signal, pageSize = 200, bookmarkMs = 30_000 } = options;
  let cursor = options.after;
  if (cursor === undefined && !options.sendsInitial) {
    cursor = await options.now();
    yield message('BOOKMARK', cursor);
  }
  let lastSent = cursor;
  let quietSince = Date.now();
  while (!signal.aborted) {
    const hints = wakeUp.count;
    let step: FeedStep;
    try {
      step = await options.step(cursor, pageSize);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof CursorExpiredError)) throw error;
      yield message('RESET', null, error.reason);
      cursor = undefined;
      continue;
    }
    for (const event of step.events) {
      yield event;
      if (signal.aborted) return;
      lastSent = event.cursor ?? lastSent;
      quietSince = Date.now();
    }
    cursor = step.cursor;
    if (!step.isCurrent) continue;
    // What was for others has passed: now and then the cursor that the reader keeps is brought up to it.
    if (Date.now() - quietSince >= (cursor === lastSent ? bookmarkMs : bookmarkMs / 10)) {
      yield message('BOOKMARK', cursor);
      lastSent = cursor;
      quietSince = Date.now();
    }
    await wakeUp.beyond(hints, Math.min(LOOK_ANYWAY_MS, bookmarkMs / 10), signal);
  }
  if (cursor !== undefined) yield message('BOOKMARK', cursor);
}
