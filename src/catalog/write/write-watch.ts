/** Told what writing takes, in milliseconds, and what comes of it. */
export interface WriteWatch {
  /** Until the turn of a write had come in this process. */
  waitedForTurn(ms: number): void;
  /** Until it then had the lock, which a write of another replica may hold. */
  waitedForLock(ms: number): void;
  heldLock(ms: number): void;
  /** So many writes were done together; `parted` when some or all have to be done again. */
  joined(writes: number, outcome: 'kept' | 'parted'): void;
  ended(outcome: 'applied' | 'refused' | 'trial' | 'failed'): void;
}
