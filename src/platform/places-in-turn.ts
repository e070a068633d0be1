/** A number of places; those who wait for several get one in turn, however many each of them wants. */
export interface PlacesInTurn {
  /** Takes a place if one is free; gives what leaves it again. */
  takeFree(): (() => void) | undefined;
  /** Waits for a place for `who`; gives what leaves it again. When the signal aborts first, throws its reason. */
  take(who: object, signal: AbortSignal): Promise<() => void>;
  /** How many wait. */
  readonly waiting: number;
}

/*
 *   waiting: ada ► a1 a2 a3     the next place: a1, and ada goes to the end
 *            bob ► b1           then b1, a2, a3
 */
export function createPlacesInTurn(count: number): PlacesInTurn {
  const waiting = new Map<object, Set<() => void>>();
  let taken = 0;
  let left = 0;

  const forget = (who: object, begin: () => void): void => {
    const all = waiting.get(who);
    if (all?.delete(begin) !== true) return;
    left--;
    waiting.delete(who);
    if (all.size > 0) waiting.set(who, all);
  };

  /** The place goes to whoever's turn it is; it is free only when nobody waits. */
  const handOn = (): void => {
    const [next] = waiting;
    const [begin] = next?.[1] ?? [];
    if (next === undefined || begin === undefined) {
      taken--;
      return;
    }
    forget(next[0], begin);
    begin();
  };

  const wait = async (who: object, signal: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = (): void => {
      forget(who, resolve);
      reject(signal.reason);
    };
    const all = waiting.get(who) ?? new Set();
    waiting.set(who, all.add(resolve));
    left++;
    signal.addEventListener('abort', abort, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };

  const takeFree = (): (() => void) | undefined => {
    if (taken >= count) return undefined;
    taken++;
    return handOn;
  };

  return {
    takeFree,
    take: async (who, signal) => {
      signal.throwIfAborted();
      const free = takeFree();
      if (free !== undefined) return free;
      await wait(who, signal);
      return handOn;
    },
    get waiting() {
      return left;
    },
  };
}
