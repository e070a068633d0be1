import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Hints from the database on one channel, over one connection of its own that comes back by itself. */
export interface Listener {
  /** Hints so far; one is added whenever the connection is back, as some may have been missed. */
  readonly count: number;
  /**
   * Resolves when there are more hints than this, or after the time, or when the signal is aborted. All who wait for as
   * long are woken together, some of them early, so that they can look together.
   */
  beyond(count: number, timeoutMs: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Those who wait for as long. */
interface Group {
  readonly timer: NodeJS.Timeout;
  readonly waiting: Set<() => void>;
}

const RETRY_MS = 500;

/** Listens from the first time that somebody waits. */
export function createListener(connectionString: string, channel: string): Listener {
  const closing = new AbortController();
  const groups = new Map<number, Group>();
  let count = 0;
  let running: Promise<void> | undefined;
  const wake = (timeoutMs: number, { timer, waiting }: Group): void => {
    clearTimeout(timer);
    groups.delete(timeoutMs);
    for (const resolve of waiting) resolve();
  };
  const wakeAll = (): void => {
    for (const [timeoutMs, group] of groups) wake(timeoutMs, group);
  };
  const groupOf = (timeoutMs: number): Group => {
    const known = groups.get(timeoutMs);
    if (known !== undefined) return known;
    const timer = setTimeout(() => wake(timeoutMs, group), timeoutMs);
    const group: Group = { timer, waiting: new Set() };
    groups.set(timeoutMs, group);
    return group;
  };
  const hint = (): void => {
    count++;
    wakeAll();
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
      const { waiting } = groupOf(timeoutMs);
      await new Promise<void>((resolve) => {
        const leave = (): void => {
          waiting.delete(leave);
          signal.removeEventListener('abort', leave);
          resolve();
        };
        waiting.add(leave);
        signal.addEventListener('abort', leave, { once: true });
      });
    },
    close: async () => {
      closing.abort();
      wakeAll();
      await running;
    },
  };
}
