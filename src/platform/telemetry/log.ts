import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { errorFields } from './error-fields.ts';
import { createLineTime } from './line-time.ts';
import { type LogOutput, standardOutput } from './log-output.ts';
import { toText } from './log-text.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export const LOG_FORMATS = ['json', 'text'] as const;

export interface LogOptions {
  readonly level: (typeof LOG_LEVELS)[number];
  /** Lines for programs or for people. */
  readonly format: (typeof LOG_FORMATS)[number];
}

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** What the service says of itself: one line each, without secrets and without what callers send. */
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  /** What went wrong and is no caller's fault: somebody has to look. */
  error(message: string, cause: unknown, fields?: Readonly<Record<string, unknown>>): void;
  /** A line with fields that are JSON already: the members of an object. */
  line(level: 'info' | 'warn', fields: string, message: string): void;
  /** Whether lines of this level are written at all. */
  writes(level: 'debug' | 'info' | 'warn'): boolean;
  /** Writes what is still on its way. */
  flush(): void;
}

export function createLog({ level, format }: LogOptions, output: LogOutput = standardOutput(format)): Log {
  const lines = format === 'json' ? output : { write: (line: string) => output.write(toText(line)) };
  const time = createLineTime();
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${time()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    lines,
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (message, cause, fields = {}) => {
      logger.error({ ...fields, error: errorFields(cause) }, message);
      output.flush?.();
    },
    line: (asked, fields, message) => {
      if (logger.isLevelEnabled(asked))
        lines.write(`{"level":"${asked}","time":"${time()}",${fields},"msg":${JSON.stringify(message)}}\n`);
    },
    writes: (asked) => logger.isLevelEnabled(asked),
    flush: () => output.flushSync?.(),
  };
}

/** Tells tokens apart in the log without saying what they are. */
export const fingerprint = (token: string): string => createHash('sha256').update(token).digest('hex').slice(0, 12);
