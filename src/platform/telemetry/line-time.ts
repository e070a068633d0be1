const MILLISECOND_DIGITS = 3;

/** The time as lines of the log have it (ISO 8601, UTC). What it says of a second is made once for all lines in it. */
export function createLineTime(now: () => number = Date.now): () => string {
  let second = Number.NaN;
  let upToSecond = '';
  return () => {
    const at = now();
    const current = Math.floor(at / 1_000);
    if (current !== second) {
      second = current;
      upToSecond = new Date(current * 1_000).toISOString().slice(0, -'000Z'.length);
    }
    return `${upToSecond}${String(at - current * 1_000).padStart(MILLISECOND_DIGITS, '0')}Z`;
  };
}
