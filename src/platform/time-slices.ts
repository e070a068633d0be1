/** Shares the event loop between long pieces of work, so that none holds it longer than a slice at a time. */
export interface TimeSlices {
  /** Undefined while there is time left in this slice; otherwise a promise of the next one. */
  next(): Promise<void> | undefined;
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
