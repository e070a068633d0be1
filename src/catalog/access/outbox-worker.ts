import { setTimeout as sleep } from 'node:timers/promises';
import { carryingNothing } from '../../platform/carried.ts';
import type { Database, Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { UnavailableError } from '../../platform/errors.ts';
import { applyOperations, type Operation } from './apply-operations.ts';
import type { InForce, ModelInForce } from './model-in-force.ts';
import { isOutstanding, loadOutstanding, lockOutbox, markApplied, markFailed, raiseAccessVersion } from './outbox.ts';

/** Applies what the outbox holds to the OpenFGA store in force, in order: when it is asked to, and every second. */
export interface OutboxWorker {
  /** Applies all there is; false when something is left because OpenFGA cannot be reached. */
  flush(): Promise<boolean>;
  /** Whether everything up to a position of the outbox is applied, waiting for it at most so long. */
  isApplied(seq: bigint, withinMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Told what the worker does. */
export interface OutboxWatch {
  /** Runs the delivery of a batch. */
  run<T>(work: () => Promise<T>): Promise<T>;
  delivered(entries: number): void;
  failed(error: unknown): void;
}

const BATCH = 4_000;
const PAUSE_MS = 1_000;

export function startOutboxWorker({
  database,
  model,
  report,
  watch,
}: {
  readonly database: Database;
  readonly model: ModelInForce;
  readonly report: (problem: unknown) => void;
  readonly watch?: OutboxWatch | undefined;
}): OutboxWorker {
  let running: Promise<boolean> | undefined;
  let isAskedAgain = false;

  const applyAll = async (): Promise<boolean> => {
    try {
      for (;;) {
        isAskedAgain = false;
        const taken = await database.transaction((connection) => applyBatch(connection, model, report, watch));
        if (taken > 0) watch?.delivered(taken);
        if (taken < BATCH && !isAskedAgain) return true;
      }
    } catch (error) {
      watch?.failed(error);
      if (!(error instanceof UnavailableError)) report(error);
      return false;
    } finally {
      // At once: a row committed from here on may not have been seen.
      running = undefined;
    }
  };
  /** It works for all who wait, so its statements belong to no request. */
  const flush = (): Promise<boolean> => {
    isAskedAgain = true;
    running ??= carryingNothing(applyAll);
    return running;
  };
  const timer = setInterval(() => void flush(), PAUSE_MS).unref();

  return {
    flush,
    isApplied: async (seq, withinMs) => {
      const until = performance.now() + withinMs;
      const isDone = await Promise.race([flush(), sleep(withinMs)]);
      if (isDone === true) return true;
      // Another replica may have done it.
      for (;;) {
        if (!(await isOutstanding(database, seq).catch(() => true))) return true;
        if (performance.now() > until) return false;
        await Promise.all([Promise.race([flush(), sleep(50)]), sleep(50)]);
      }
    },
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

/** Applies one batch; how many rows it took. */
async function applyBatch(
  connection: Queryable,
  model: ModelInForce,
  report: (problem: unknown) => void,
  watch: OutboxWatch | undefined,
): Promise<number> {
  await lockOutbox(connection);
  const operations = await loadOutstanding(connection, BATCH);
  const inForce = await model.load(connection);
  if (operations.length === 0) return 0;
  const deliver = (): Promise<void> => applyLoaded(connection, model, inForce, operations, report);
  await (watch === undefined ? deliver() : watch.run(deliver));
  return operations.length;
}

async function applyLoaded(
  connection: Queryable,
  model: ModelInForce,
  inForce: InForce | undefined,
  operations: readonly Operation[],
  report: (problem: unknown) => void,
): Promise<void> {
  const [known] = await connection.cells(sql`select count(*)::int from permission`);
  // Permissions have been added: tuples may name their relations.
  if (inForce !== undefined && known?.[0] !== inForce.permissions)
    await model.put(connection, await model.write(connection, inForce.storeId));
  const failed = await applyOperations(model.openfga(), operations);
  await markApplied(
    connection,
    operations.flatMap(({ seq }) => (failed.has(seq) ? [] : [seq])),
  );
  await markFailed(connection, failed);
  reportFailed(failed, report);
  // Only these change which grants a caller is behind; the rest is SQL's own knowledge.
  const changesCallers = operations.some(({ tuple }) => tuple.relation === 'assignee' || tuple.relation === 'member');
  if (changesCallers) await raiseAccessVersion(connection);
}

export function reportFailed(failed: ReadonlyMap<bigint, string>, report: (problem: unknown) => void): void {
  for (const reason of failed.values()) report(new Error(`OpenFGA refuses a tuple for good: ${reason}`));
}
