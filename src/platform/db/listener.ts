import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Hints from the database on one channel, over one connection of its own that comes back by itself. */
export interface Listener {
  /** Hints so far; one is added whenever the connection is back, as some may have been missed. */
  readonly count: number;
  /** Resolves when there are more hints than this, or after the time, or when the signal is aborted. */
  beyond(count: number, timeoutMs: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const RETRY_MS = 500;

/** Listens from the first time that somebody waits. */
export function createListener(connectionString: string, channel: string): Listener {
  const closing = new AbortController();
  const waiting = new Set<() => void>();
  let count = 0;
  let running: Promise<void> | undefined;
  const hint = (): void => {
    count++;
    for (const wake of waiting) wake();
  };

  const listen = async (): Promise<void> => {
    const client = new pg.Client({ connectionString });
    const lost = new Promise<void>((resolve) => {
      client.on('error', () => resolve());
      client.on('end', () => resolve());
      closing.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    client.on('notification', hint);
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      hint();
      await lost;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      // The database cannot be reached: the waiting reader queries it itself and gets the error.
      await listen().catch(() => undefined);
      await sleep(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };

  return {
    get count() {
      return count;
    },
    beyond: async (seen, timeoutMs, signal) => {
      running ??= run();
      if (count > seen || signal.aborted) return;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, timeoutMs);
        waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    },
    close: async () => {
      closing.abort();
      for (const wake of waiting) wake();
      await running;
    },
  };
}
