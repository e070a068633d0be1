const MOST = 100;
const WITHIN_MS = 10_000;

/** With a client that asks again and again for what it is refused. */
export interface Patience {
  /** Told of each refusal; whether it was one too many. */
  endsWithThis(): boolean;
}

/** It ends with the hundredth refusal within ten seconds, the time after which clients are told to come back. */
export function createPatience(now: () => number = () => performance.now()): Patience {
  let since = now();
  let count = 0;
  return {
    endsWithThis: () => {
      if (now() - since > WITHIN_MS) {
        since = now();
        count = 0;
      }
      return ++count === MOST;
    },
  };
}
