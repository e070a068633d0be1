import { setTimeout as sleep } from 'node:timers/promises';
import { carryingNothing } from '../../platform/carried.ts';
import type { Queryable } from '../../platform/db/database.ts';
import { UnavailableError } from '../../platform/errors.ts';
import { uuidv7 } from '../values/uuid.ts';
import { type NotedRead, recordReads } from './record-reads.ts';

/** Brings records of reads into the audit log without holding the reads up. */
export interface ReadLog {
  /** Takes note of a read: it is in the log about a second later. */
  note(read: Omit<NotedRead, 'id'>): void;
  /** Writes what has been noted so far, unless the database cannot be reached. */
  flush(): Promise<void>;
  /** Writes what there is for the last time. */
  close(): Promise<void>;
}

const EVERY_MS = 1_000;
const BATCH = 500;
const LAST_WORD_MS = 3_000;

/**
 * Keeps reads in memory until the next second. While the database is away they wait for it, at most so many of them; how
 * many were lost beyond that is reported when it is back, or at the end.
 */
export function createReadLog({
  database,
  report,
  most = 20_000,
}: {
  readonly database: Queryable;
  readonly report: (problem: unknown) => void;
  readonly most?: number;
}): ReadLog {
  const waiting: NotedRead[] = [];
  let lost = 0;
  let running: Promise<void> | undefined;

  const tellLost = (): void => {
    if (lost > 0) report(`${lost} reads are missing from the audit log`);
    lost = 0;
  };
  const writeAll = async (): Promise<void> => {
    for (let size = BATCH; waiting.length > 0; ) {
      const batch = waiting.slice(0, size);
      try {
        await recordReads(database, batch);
      } catch (error) {
        if (error instanceof UnavailableError) return;
        // One that cannot be recorded takes no other with it.
        if (batch.length > 1) {
          size = 1;
          continue;
        }
        report(error);
        lost++;
      }
      waiting.splice(0, batch.length);
    }
    tellLost();
  };
  /** It writes for all, so its statements belong to no request, and take nobody's share of the database. */
  const flush = (): Promise<void> => {
    running ??= carryingNothing(writeAll).finally(() => {
      running = undefined;
    });
    return running;
  };
  const timer = setInterval(() => void flush(), EVERY_MS).unref();

  return {
    note: (read) => {
      if (waiting.length < most) waiting.push({ ...read, id: uuidv7() });
      else lost++;
    },
    flush,
    close: async () => {
      clearInterval(timer);
      const lastWord = Promise.resolve(running).then(flush);
      await Promise.race([lastWord, sleep(LAST_WORD_MS, undefined, { ref: false })]);
      lost += waiting.length;
      tellLost();
    },
  };
}
