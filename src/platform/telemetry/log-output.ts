import { pino } from 'pino';

/** Where lines go. */
export interface LogOutput {
  write(lines: string): void;
  /** Writes what waits, soon. */
  flush?(): void;
  /** Writes what waits, and then these lines, now. */
  flushSync?(lines?: string): void;
}

/** What may wait for whoever reads the lines; beyond that the newest are dropped, so that nothing else waits. */
const MOST_WAITING_BYTES = 16 * 2 ** 20;

/** Programs get lines many at a time, since writing one costs more than making it: within half a second. */
const GATHERED_LENGTH = 16_000;
const GATHERED_WITHIN_MS = 500;

/** What is being written when the process ends gets so long to be done. */
const LAST_WAIT_MS = 200;

/** The standard output: each line at once for people; for programs many at a time. The last ones are written when the process ends. */
export function standardOutput(format: 'json' | 'text'): LogOutput {
  const output = format === 'text' ? writtenApart() : gatherLines(writtenApart());
  process.on('exit', () => output.flushSync());
  return output;
}

/** Another thread writes, so that nothing waits for whoever reads; but for the last lines. */
function writtenApart(): Required<LogOutput> {
  const output = pino.destination({ fd: 1, sync: false, maxLength: MOST_WAITING_BYTES });
  let isWriting = false;
  output.on('drain', () => {
    isWriting = false;
  });
  return {
    write: (lines) => {
      isWriting = true;
      output.write(lines);
    },
    flush: () => output.flush(),
    flushSync: (lines = '') => {
      // That the other thread is done can be told only in another turn of the event loop, which need not come.
      if (isWriting) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_WAIT_MS);
      output.flushSync();
      if (lines !== '') pino.destination({ fd: 1, sync: true }).write(lines);
    },
  };
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
    flushSync: (more = '') => {
      const lines = waiting + more;
      waiting = '';
      output.flushSync?.(lines);
    },
  };
}
