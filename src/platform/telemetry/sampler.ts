const MINUTE_MS = 60_000;

/** Lets so many through per minute, and says how many it has not let through since the last one that it did. */
export interface Sampler {
  /** Undefined: this one is not to be told. */
  take(): { readonly skipped: number } | undefined;
}

export function createSampler(perMinute: number, now: () => number = () => performance.now()): Sampler {
  let startedAt = now();
  let taken = 0;
  let skipped = 0;
  return {
    take: () => {
      if (now() - startedAt >= MINUTE_MS) {
        startedAt = now();
        taken = 0;
      }
      if (taken >= perMinute) {
        skipped++;
        return undefined;
      }
      taken++;
      const untold = skipped;
      skipped = 0;
      return { skipped: untold };
    },
  };
}
