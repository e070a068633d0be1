const EVERY_MS = 10_000;
let toldAt = 0;

/** Says how far something is: over the same line on a terminal, else now and then. */
export function progress(text: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\x1b[K${text}`);
    return;
  }
  if (performance.now() - toldAt < EVERY_MS && toldAt > 0) return;
  toldAt = performance.now();
  process.stderr.write(`${text}\n`);
}

/** The last word on it. */
export function done(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}\n` : `${text}\n`);
}
