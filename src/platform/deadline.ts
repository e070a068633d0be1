import { carried, carrying, type Deadline } from './carried.ts';
import { UnavailableError } from './errors.ts';

/** The work took longer than it may, or nobody waits for it any more. */
export class DeadlineError extends UnavailableError {
  constructor(reason: 'DEADLINE_EXCEEDED' | 'CLIENT_GONE', message: string) {
    super(message, { reason, retryable: reason === 'CLIENT_GONE' });
  }
}

/** Runs `work` until it is done, its time is over, or `gone` says that nobody waits for it any more. */
export async function withDeadline<T>(gone: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  const ends = new AbortController();
  const startedAt = performance.now();
  const endings: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let endsAt: number | undefined;
  const leave = (): void => ends.abort(new DeadlineError('CLIENT_GONE', 'the client has disconnected'));
  if (gone?.aborted === true) leave();
  else gone?.addEventListener('abort', leave, { once: true });
  const deadline: Deadline = {
    signal: ends.signal,
    endAfter: (ms) => {
      clearTimeout(timer);
      const message = `the operation took longer than ${ms / 1_000} s and was ended; ask for less at once`;
      const end = (): void => ends.abort(new DeadlineError('DEADLINE_EXCEEDED', message));
      endsAt = startedAt + ms;
      timer = setTimeout(end, Math.max(0, endsAt - performance.now()));
    },
    get leftMs() {
      return endsAt && Math.max(0, endsAt - performance.now());
    },
    atEnd: (then) => endings.push(then),
  };
  try {
    return await carrying({ deadline }, work);
  } finally {
    clearTimeout(timer);
    gone?.removeEventListener('abort', leave);
    for (const then of endings) then();
  }
}

/** The deadline of the current request; undefined for the service's own tasks. */
export const currentDeadline = (): Deadline | undefined => carried().deadline;

/** Runs what others wait for as well, so that it does not end with the request that happened to begin it. */
export const apartFromRequest = <T>(work: () => T): T => carrying({ deadline: undefined }, work);
