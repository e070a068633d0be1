import { pino } from 'pino';

/** Where lines go. */
export interface LogOutput {
  write(lines: string): void;
  /** Writes what waits, soon. */
  flush?(): void;
  /** Writes what waits, now. */
  flushSync?(): void;
}

/** What may wait for whoever reads the lines; beyond that the newest are dropped, so that nothing else waits. */
const MOST_WAITING_BYTES = 16 * 2 ** 20;

/** Programs get lines many at a time, since writing one costs more than making it: within half a second. */
const GATHERED_LENGTH = 16_000;
const GATHERED_WITHIN_MS = 500;

/** The standard output: each line at once for people; for programs many at a time, and the last ones when the process ends. */
export function standardOutput(format: 'json' | 'text'): LogOutput {
  const output = pino.destination({ fd: 1, sync: false, maxLength: MOST_WAITING_BYTES });
  if (format === 'text') return output;
  const gathered = gatherLines(output);
  process.on('exit', () => gathered.flushSync());
  return gathered;
}

/** Passes lines on many at a time: all that the output does for each writing, it does for many lines at once. */
export function gatherLines(output: LogOutput): Required<LogOutput> {
  let waiting = '';
  const passOn = (): void => {
    if (waiting === '') return;
    const lines = waiting;
    waiting = '';
    output.write(lines);
  };
  setInterval(passOn, GATHERED_WITHIN_MS).unref();
  return {
    write: (line) => {
      waiting += line;
      if (waiting.length >= GATHERED_LENGTH) passOn();
    },
    flush: () => {
      passOn();
      output.flush?.();
    },
    flushSync: () => {
      passOn();
      output.flushSync?.();
    },
  };
}
