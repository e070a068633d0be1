import { carried, carrying, type Deadline } from './carried.ts';
import { UnavailableError } from './errors.ts';
import { LazyAbort } from './lazy-abort.ts';

/** The work took longer than it may, nobody waits for it any more, or the service that does it is to stop. */
export class DeadlineError extends UnavailableError {
  constructor(reason: 'DEADLINE_EXCEEDED' | 'CLIENT_GONE' | 'SERVICE_STOPPING', message: string) {
    super(message, { reason, retryable: reason !== 'DEADLINE_EXCEEDED' });
  }
}

const STOPPING = 'the service is being stopped, and what was asked for took too long to wait for it; try again';

class RunningDeadline implements Deadline {
  readonly ended = new LazyAbort();
  readonly #startedAt = performance.now();
  #endings: (() => void)[] | undefined;
  #timer: NodeJS.Timeout | undefined;
  #endsAt: number | undefined;

  get leftMs(): number | undefined {
    return this.#endsAt && Math.max(0, this.#endsAt - performance.now());
  }

  endAfter(ms: number): void {
    const endsAt = this.#startedAt + ms;
    if (endsAt === this.#endsAt) return;
    clearTimeout(this.#timer);
    this.#endsAt = endsAt;
    // In whole milliseconds: Node keeps timers of one length together, and a new length costs more than a timer.
    const leftMs = Math.max(0, ms - Math.floor(performance.now() - this.#startedAt));
    this.#timer = setTimeout(() => {
      const message = `the operation took longer than ${ms / 1_000} s and was ended; ask for less at once`;
      this.ended.abort(new DeadlineError('DEADLINE_EXCEEDED', message));
    }, leftMs);
  }

  atEnd(then: () => void): void {
    if (this.#endings === undefined) this.#endings = [then];
    else this.#endings.push(then);
  }

  /** The work is done. */
  end(): void {
    clearTimeout(this.#timer);
    for (const then of this.#endings ?? []) then();
  }
}

/**
 * Runs `work` until it is done, its time is over, `gone` says that nobody waits for it any more, or `stopping` that the
 * service does not. Its time is `ms`, until it knows better; without that it has as much as it likes.
 */
export async function withDeadline<T>(
  gone: LazyAbort | undefined,
  work: () => Promise<T>,
  { stopping, ms }: { readonly stopping?: LazyAbort; readonly ms?: number } = {},
): Promise<T> {
  const deadline = new RunningDeadline();
  if (ms !== undefined) deadline.endAfter(ms);
  const leave = (): void => deadline.ended.abort(new DeadlineError('CLIENT_GONE', 'the client has disconnected'));
  const stop = (): void => deadline.ended.abort(new DeadlineError('SERVICE_STOPPING', STOPPING));
  gone?.follow(leave);
  stopping?.follow(stop);
  try {
    return await carrying({ deadline }, work);
  } finally {
    gone?.unfollow(leave);
    stopping?.unfollow(stop);
    deadline.end();
  }
}

/** Runs what is done for several requests at once: until it is done, or the first of them ends. */
export async function withDeadlineOfAll<T>(deadlines: readonly Deadline[], work: () => Promise<T>): Promise<T> {
  const ended = new LazyAbort();
  const deadline: Deadline = {
    ended,
    endAfter: () => undefined,
    get leftMs() {
      const left = deadlines.flatMap(({ leftMs }) => leftMs ?? []);
      return left.length === 0 ? undefined : Math.min(...left);
    },
    atEnd: () => undefined,
  };
  const followed = deadlines.map((one) => ({ one, end: () => ended.abort(one.ended.reason) }));
  for (const { one, end } of followed) one.ended.follow(end);
  try {
    return await carrying({ deadline }, work);
  } finally {
    for (const { one, end } of followed) one.ended.unfollow(end);
  }
}

/** The deadline of the current request; undefined for the service's own tasks. */
export const currentDeadline = (): Deadline | undefined => carried().deadline;

/** Runs what others wait for as well, so that it does not end with the request that happened to begin it. */
export const apartFromRequest = <T>(work: () => T): T => carrying({ deadline: undefined }, work);
