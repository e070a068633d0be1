import type { Log } from '../telemetry/log.ts';

/** Operations are told of with all else that is known of them, when they end. */
const isOfOperation = (message: unknown): boolean => String(message).startsWith('Unexpected error processing request');

const ignore = (): void => undefined;

/** What Apollo Server has to say besides, in the log of the service. */
export const apolloLogger = (log: Pick<Log, 'warn' | 'error'>) => ({
  debug: ignore,
  info: ignore,
  warn: (message: unknown): void => log.warn({}, `Apollo Server: ${String(message)}`),
  error: (message: unknown): void => {
    if (!isOfOperation(message)) log.error('Apollo Server', new Error(String(message)));
  },
});
