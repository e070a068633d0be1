/** A number of places for work that is done at once; who finds none free waits, first come, first served. */
export interface Places {
  /** Waits for a place; gives what leaves it again, once. When the signal aborts first, throws its reason and waits no more. */
  take(signal?: AbortSignal): Promise<() => void>;
  readonly taken: number;
  /** How many wait, which they do only when all places are taken. */
  readonly waiting: number;
}

export function createPlaces(count: number): Places {
  const waiting = new Set<() => void>();
  let taken = 0;

  const wait = (signal: AbortSignal | undefined): Promise<void> => {
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
  };

  return {
    take: async (signal) => {
      signal?.throwIfAborted();
      if (taken < count) taken++;
      else await wait(signal);
      let isLeft = false;
      return () => {
        if (isLeft) return;
        isLeft = true;
        // A place that becomes free goes to whoever waits longest; it is never free in between.
        const [next] = waiting;
        if (next === undefined) taken--;
        else next();
      };
    },
    get taken() {
      return taken;
    },
    get waiting() {
      return waiting.size;
    },
  };
}
