/** A number of places for work that is done at once; who finds none free waits, first come, first served. */
export interface Places {
  /** Waits for a place; gives what leaves it again, once. When the signal aborts first, throws its reason and waits no more. */
  take(signal?: AbortSignal): Promise<() => void>;
  /** The same without waiting: undefined when none is free. */
  takeFree(): (() => void) | undefined;
  readonly taken: number;
  /** How many wait, which they do only when all places are taken. */
  readonly waiting: number;
}

const nobody: ReadonlySet<() => void> = new Set();

/** Made for each caller anew, and seldom with anybody waiting. */
class CountedPlaces implements Places {
  readonly #count: number;
  #waiting: Set<() => void> | undefined;
  taken = 0;

  constructor(count: number) {
    this.#count = count;
  }

  get waiting(): number {
    return this.#waiting?.size ?? 0;
  }

  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    const leave = this.takeFree();
    if (leave !== undefined) return leave;
    await this.#wait(signal);
    return this.#leaving();
  }

  takeFree(): (() => void) | undefined {
    if (this.taken >= this.#count) return undefined;
    this.taken++;
    return this.#leaving();
  }

  #leaving(): () => void {
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      // A place that becomes free goes to whoever waits longest; it is never free in between.
      const [next] = this.#waiting ?? nobody;
      if (next === undefined) this.taken--;
      else next();
    };
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    const waiting = this.#waiting ?? new Set();
    this.#waiting = waiting;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      signal?.removeEventListener('abort', abort);
      waiting.delete(begin);
    };
    const begin = (): void => {
      leave();
      resolve();
    };
    const abort = (): void => {
      leave();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    waiting.add(begin);
    return promise;
  }
}

export const createPlaces = (count: number): Places => new CountedPlaces(count);
