import { LRUCache } from 'lru-cache';

/** How long statements take of late, by their texts. */
export interface Paces {
  isQuick(text: string): boolean;
  /** Something begins; gives the milliseconds that it takes, once it has ended. */
  begin(): () => number;
  /** What a statement took. Of one that has failed, or was given up, nothing is known any more. */
  note(statement: { readonly text: string; readonly isAnswered: boolean }, ms: number): void;
}

const QUICK_MS = 1;
/** Of what is not known. It has to show a dozen times that it is quick. */
const UNKNOWN_MS = 4;
/** Of the last time, among all before it. */
const WEIGHT = 1 / 8;
const MOST_KNOWN = 256;

/**
 * An answer that comes while the loop works waits for the loop, the longer the more there is to do. So they are measured by a clock that
 * goes on while the loop waits, and is set right whenever something begins.
 */
export function createPaces(): Paces {
  const known = new LRUCache<string, { ms: number }>({ max: MOST_KNOWN });
  let setAt = 0;
  let idleThen = 0;
  const idleMs = (): number => performance.nodeTiming.idleTime;
  return {
    isQuick: (text) => (known.get(text)?.ms ?? UNKNOWN_MS) < QUICK_MS,
    begin: () => {
      const begunAt = performance.now();
      setAt = begunAt;
      idleThen = idleMs();
      return () => setAt + idleMs() - idleThen - begunAt;
    },
    note: ({ text, isAnswered }, ms) => {
      const pace = known.get(text);
      if (!isAnswered) known.delete(text);
      else if (pace === undefined) known.set(text, { ms: UNKNOWN_MS });
      else pace.ms += (ms - pace.ms) * WEIGHT;
    },
  };
}
