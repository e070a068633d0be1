/** Shares the event loop between long pieces of work, so that none holds it longer than a slice at a time. */
export interface TimeSlices {
  /** Undefined while there is time left in this slice; otherwise a promise of the next one. */
  next(): Promise<void> | undefined;
}

/**
 * The same slices for one operation, whose parts wait in a line of their own: however many there are, others that ask for
 * a slice stand behind one of them.
 */
export function inOneLine(slices: TimeSlices): TimeSlices {
  let last: Promise<void> | undefined;
  return {
    next: () => {
      const wait = last === undefined ? slices.next() : last.then(() => slices.next());
      if (wait === undefined) return undefined;
      last = wait;
      void wait.then(() => {
        if (last === wait) last = undefined;
      });
      return wait;
    },
  };
}

/** `sliceMs`: how long work may go on before others have their turn. */
export function createTimeSlices(sliceMs: number, now: () => number = () => performance.now()): TimeSlices {
  let endsAt: number | undefined;
  let waiting: (() => void)[] = [];
  let taken = 0;

  /** One waiter a turn: how much each does once it goes on is not known here. */
  const turn = (): void => {
    endsAt = undefined;
    const resume = waiting[taken++];
    if (taken === waiting.length) {
      waiting = [];
      taken = 0;
    } else setImmediate(turn);
    if (resume === undefined) return;
    begin();
    resume();
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
    next: () => {
      if (waiting.length === 0 && now() < begin()) return undefined;
      return new Promise((resume) => {
        if (waiting.push(resume) - taken === 1) setImmediate(turn);
      });
    },
  };
}
