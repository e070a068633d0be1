/** Shares the event loop between long pieces of work, so that none holds it longer than a slice at a time. */
export interface TimeSlices {
  /**
   * Undefined while there is time left in this slice; otherwise a promise of the next one. Of those who wait, whoever has
   * had the fewest turns goes first.
   */
  next(turnsHad?: number): Promise<void> | undefined;
}

/**
 * The same slices for one operation, whose parts wait in a line of their own and have their turns counted together:
 * however many there are, others that ask for a slice stand behind one of them at most.
 */
export function inOneLine(slices: TimeSlices): TimeSlices {
  let last: Promise<void> | undefined;
  let turns = 0;
  const ask = (): Promise<void> | undefined => {
    const wait = slices.next(turns);
    if (wait !== undefined) turns++;
    return wait;
  };
  return {
    next: () => {
      const wait = last === undefined ? ask() : last.then(ask);
      if (wait === undefined) return undefined;
      last = wait;
      void wait.then(() => {
        if (last === wait) last = undefined;
      });
      return wait;
    },
  };
}

interface Waiter {
  readonly turnsHad: number;
  readonly resume: () => void;
}

/** Every so many turns, one goes to whoever has waited longest: so large work goes on beside any number of small pieces. */
const LONGEST_WAITING_EVERY = 4;

/*
 *   waiting, in order of coming: a (9 turns had) ► b (2) ► c (0) ► d (0)
 *   they go on: c, d, b, a; and every fourth turn is that of whoever came first
 */
/** `sliceMs`: how long work may go on before others have their turn. */
export function createTimeSlices(sliceMs: number, now: () => number = () => performance.now()): TimeSlices {
  let endsAt: number | undefined;
  const waiting = new Set<Waiter>();
  let turns = 0;

  const next = (): Waiter | undefined => {
    const [first] = waiting;
    if (++turns % LONGEST_WAITING_EVERY === 0) return first;
    let least = first;
    for (const waiter of waiting) {
      if (least === undefined || waiter.turnsHad < least.turnsHad) least = waiter;
      if (least.turnsHad === 0) break;
    }
    return least;
  };
  /** One waiter a turn: how much each does once it goes on is not known here. */
  const turn = (): void => {
    endsAt = undefined;
    const waiter = next();
    if (waiter === undefined) return;
    waiting.delete(waiter);
    if (waiting.size > 0) setImmediate(turn);
    begin();
    waiter.resume();
  };
  const begin = (): number => {
    if (endsAt !== undefined) return endsAt;
    endsAt = now() + sliceMs;
    // Whoever is asked first after the loop has turned begins a new slice.
    setImmediate(() => {
      endsAt = undefined;
    });
    return endsAt;
  };

  return {
    next: (turnsHad = 0) => {
      if (waiting.size === 0 && now() < begin()) return undefined;
      return new Promise((resume) => {
        waiting.add({ turnsHad, resume });
        if (waiting.size === 1) setImmediate(turn);
      });
    },
  };
}
