import type { Config } from './config.ts';
import { createLog, type Log } from './platform/telemetry/log.ts';

/** How the process speaks: to whoever started it at a terminal, or to programs that read its log. */
export interface Voice {
  readonly log: Log;
  /** Whether it speaks to people. */
  readonly isForPeople: boolean;
  say(line: string): void;
  /** Says what somebody should look at, although it goes on. */
  warn(line: string): void;
  /** Says why the process ends, or what went wrong while it did. */
  complain(problem: unknown): void;
}

/** Lines for people are said as they are; programs get each as a line of the log. */
export function createVoice({ level, format = process.stdout.isTTY ? 'text' : 'json' }: Config['logging']): Voice {
  const log = createLog({ level, format });
  if (format === 'text') {
    return {
      log,
      isForPeople: true,
      say: (line) => void process.stdout.write(`${line}\n`),
      warn: (line) => console.error(`Warning: ${line}`),
      complain: (problem) => console.error(problem),
    };
  }
  return {
    log,
    isForPeople: false,
    say: (line) => log.info({}, line.trim()),
    warn: (line) => log.warn({}, line),
    complain: (problem) => log.error('the service ends', problem),
  };
}
