import { UnavailableError } from '../errors.ts';
import { LazyAbort } from '../lazy-abort.ts';
import type { OperationScope } from './delivery.ts';

/** The operations that are under way, so that a service that stops can wait for their answers. */
export interface UnderWay {
  /** Aborted when the service waits no longer. */
  readonly givenUp: LazyAbort;
  /** Runs an operation, unless the service is about to close the WebSocket over which it came. */
  run<T>(scope: Pick<OperationScope, 'transport' | 'connection'>, work: () => Promise<T>): Promise<T>;
  /** From now on no operation begins over a WebSocket. */
  end(): void;
  /** Resolves when none is under way over this WebSocket. */
  answered(connection: object): Promise<void>;
}

export const stopping = (message: string): UnavailableError =>
  new UnavailableError(message, { reason: 'SERVICE_STOPPING', retryable: true });

export function createUnderWay(): UnderWay {
  const running = new Map<object, Set<Promise<unknown>>>();
  let isEnding = false;
  const runOver = async <T>(connection: object, work: () => Promise<T>): Promise<T> => {
    if (isEnding) throw stopping('the service is being stopped; try again on a new connection');
    const own = running.get(connection) ?? new Set();
    running.set(connection, own);
    const result = work();
    own.add(result);
    try {
      return await result;
    } finally {
      own.delete(result);
      if (own.size === 0) running.delete(connection);
    }
  };
  return {
    givenUp: new LazyAbort(),
    run: ({ transport, connection }, work) => (transport === 'websocket' ? runOver(connection, work) : work()),
    end: () => {
      isEnding = true;
    },
    answered: async (connection) => {
      const own = running.get(connection);
      if (own !== undefined) await Promise.allSettled(own);
    },
  };
}
