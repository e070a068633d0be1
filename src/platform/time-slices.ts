/** Shares the event loop between long pieces of work, so that none holds it longer than a slice at a time. */
export interface TimeSlices {
  /** Undefined while there is time left in this slice; otherwise a promise of the next one. */
  next(): Promise<void> | undefined;
}

/** The slices of all. */
export interface SharedSlices {
  /**
   * The slices of one operation of a caller. Its parts wait in a line of their own: however many there are, others that
   * ask for a slice stand behind one of them at most.
   */
  of(caller: string): TimeSlices;
}

/** How long a caller has held the event loop lately, all its operations together. */
interface Share {
  heldMs: number;
}

/** An operation that waits for its next slice. */
interface Waiter {
  readonly caller: string;
  /** Its operation's own, of its whole life. */
  readonly own: Share;
  readonly resume: () => void;
}

/** Every so many turns, one goes to whoever has waited longest: so large work goes on beside any number of small pieces. */
const LONGEST_WAITING_EVERY = 4;
/** After so long, what a caller has held counts half. */
const HALVED_AFTER_MS = 1_000;
/** A turn counts as at least so much; a caller who has held less is forgotten. */
const LEAST_MS = 0.1;

/*
 *   waiting, in order of coming: a1 (ada, who held 9 ms) ► a2 (ada) ► b1 (bob, 2 ms) ► c1 (eve, nothing yet)
 *   they go on: c1, b1, then of a1 and a2 whichever has held less; and every fourth turn is that of whoever came first
 */
/** `sliceMs`: how long work may go on before others have their turn. Whose caller has held the loop least goes first. */
export function createSharedSlices(sliceMs: number, now: () => number = () => performance.now()): SharedSlices {
  let endsAt: number | undefined;
  const waiting = new Set<Waiter>();
  const callers = new Map<string, Share>();
  let turns = 0;
  let decayedAt = now();

  const heldBy = (caller: string): number => callers.get(caller)?.heldMs ?? 0;
  const goesBefore = (one: Waiter, other: Waiter): boolean => {
    const less = heldBy(one.caller) - heldBy(other.caller);
    return less < 0 || (less === 0 && one.own.heldMs < other.own.heldMs);
  };
  const next = (): Waiter | undefined => {
    const [first] = waiting;
    if (++turns % LONGEST_WAITING_EVERY === 0) return first;
    let chosen = first;
    for (const waiter of waiting) if (chosen === undefined || goesBefore(waiter, chosen)) chosen = waiter;
    return chosen;
  };
  const decay = (at: number): void => {
    const halvings = (at - decayedAt) / HALVED_AFTER_MS;
    if (halvings < 1) return;
    decayedAt = at;
    for (const [caller, share] of callers) {
      share.heldMs /= 2 ** halvings;
      if (share.heldMs < LEAST_MS) callers.delete(caller);
    }
  };
  const charge = ({ caller, own }: Waiter, ms: number): void => {
    const share = callers.get(caller) ?? { heldMs: 0 };
    callers.set(caller, share);
    for (const one of [share, own]) one.heldMs += Math.max(ms, LEAST_MS);
  };

  const planTurn = (): void => {
    let resumed: { readonly waiter: Waiter; readonly at: number } | undefined;
    setImmediate(() => {
      endsAt = undefined;
      decay(now());
      const waiter = next();
      if (waiter === undefined) return;
      waiting.delete(waiter);
      if (waiting.size > 0) planTurn();
      resumed = { waiter, at: begin() - sliceMs };
      waiter.resume();
    });
    // It comes when what was resumed waits for something, and before anything else of this turn of the loop.
    setImmediate(() => {
      if (resumed !== undefined) charge(resumed.waiter, now() - resumed.at);
    });
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
  const wait = (caller: string, own: Share): Promise<void> =>
    new Promise((resume) => {
      waiting.add({ caller, own, resume });
      if (waiting.size === 1) planTurn();
    });

  return {
    of: (caller) => {
      const own: Share = { heldMs: 0 };
      let last: Promise<void> | undefined;
      const ask = (): Promise<void> | undefined =>
        waiting.size === 0 && now() < begin() ? undefined : wait(caller, own);
      return {
        next: () => {
          const turn = last === undefined ? ask() : last.then(ask);
          if (turn === undefined) return undefined;
          last = turn;
          void turn.then(() => {
            if (last === turn) last = undefined;
          });
          return turn;
        },
      };
    },
  };
}
