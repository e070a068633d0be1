import { carryingNothing } from '../../../platform/carried.ts';
import type { RequestContext } from '../../schema/context.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Until the service ends, nobody listens any longer, or the caller's token expires: nobody listens on without one. The timer of the token
 * may run for days after the last of that has been sent, so it has nothing of the request.
 */
export function whileValid({
  history,
  gone,
  expiresAt,
}: Pick<RequestContext, 'gone' | 'expiresAt'> & {
  readonly history: Pick<RequestContext['history'], 'closing'>;
}): AbortSignal {
  if (expiresAt === undefined) return AbortSignal.any([history.closing, gone.signal]);
  // A token may expire within a second, and timers take whole milliseconds.
  const leftMs = Math.min(Math.max(0, Math.ceil(expiresAt * 1_000 - Date.now())), LONGEST_TIMER_MS);
  return AbortSignal.any([history.closing, gone.signal, carryingNothing(() => AbortSignal.timeout(leftMs))]);
}
