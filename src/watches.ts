import { type OutboxStatus, outboxStatus } from './catalog/access/outbox.ts';
import type { OutboxWatch } from './catalog/access/outbox-worker.ts';
import { type ConsumerLag, consumerLags } from './catalog/history/progress/consumer-lags.ts';
import type { Catalog } from './catalog/model.ts';
import type { WriteWatch } from './catalog/write/write-watch.ts';
import type { Queryable } from './platform/db/database.ts';
import type { Log } from './platform/telemetry/log.ts';
import type { Metrics } from './platform/telemetry/metrics.ts';
import { createSampler } from './platform/telemetry/sampler.ts';
import { within } from './platform/telemetry/spans.ts';
import type { Tracing } from './platform/telemetry/tracing.ts';

/** What the parts of the catalog tell, as metrics, lines of the log and traces: they know none of these. */

export const watchWrites = ({ count, observe }: Metrics): WriteWatch => ({
  waitedForTurn: (ms) => observe('catalog_write_turn_wait_seconds', {}, ms / 1_000),
  waitedForLock: (ms) => observe('catalog_write_lock_wait_seconds', {}, ms / 1_000),
  heldLock: (ms) => observe('catalog_write_lock_held_seconds', {}, ms / 1_000),
  joined: (writes, outcome) => count('catalog_writes_joined_total', { outcome }, writes),
  ended: (outcome) => count('catalog_writes_total', { outcome }),
});

/** While OpenFGA is away it is tried every second, and told once in a minute. */
const FAILURES_PER_MINUTE = 1;

export function watchOutbox({ count }: Metrics, log: Log, tracing: Tracing): OutboxWatch {
  const sampler = createSampler(FAILURES_PER_MINUTE);
  return {
    run: async (work) => {
      const span = tracing.task('outbox delivery');
      return span === undefined ? work() : within(span, work);
    },
    delivered: (entries) => {
      count('catalog_outbox_delivered_total', {}, entries);
      log.debug({ entries }, 'changes of rights are in force');
    },
    failed: (error) => {
      count('catalog_outbox_failures_total', {});
      const taken = sampler.take();
      const reason = error instanceof Error ? error.message : 'unknown';
      if (taken !== undefined) log.warn({ reason, ...taken }, 'changes of rights cannot be delivered; trying again');
    },
  };
}

/** How long a state is taken for what it was: scrapes must not become load. */
const FRESH_MS = 5_000;

/** Reads a state once for all that ask within some seconds. */
function fresh<State>(read: () => Promise<State>): () => Promise<State> {
  let readAt = Number.NEGATIVE_INFINITY;
  let state: Promise<State>;
  return () => {
    if (performance.now() - readAt < FRESH_MS) return state;
    readAt = performance.now();
    state = read();
    return state;
  };
}

/** Gauges of the outbox, from one statement for all that ask within some seconds. */
export function showOutbox({ watch }: Metrics, database: Queryable): void {
  const read = fresh((): Promise<OutboxStatus> => outboxStatus(database));
  watch('catalog_outbox_entries', async () => {
    const { outstanding, refused } = await read();
    return [
      { labels: { state: 'waiting' }, value: outstanding },
      { labels: { state: 'refused' }, value: refused },
    ];
  });
  watch('catalog_outbox_oldest_age_seconds', async () => [{ labels: {}, value: (await read()).oldestSeconds }]);
}

/** Gauges of the consumers of the change feed. */
export function showFeedConsumers({ watch }: Metrics, catalog: Catalog, database: Queryable): void {
  const read = fresh(() => consumerLags(catalog, database));
  const show = (of: (lag: ConsumerLag) => number) => async () =>
    (await read()).map((lag) => ({ labels: { consumer: lag.name }, value: of(lag) }));
  watch(
    'catalog_feed_consumer_lag_seconds',
    show(({ lag_seconds: seconds }) => seconds),
  );
  watch(
    'catalog_feed_consumer_lag_limit_seconds',
    show(({ longest_lag: limit }) => limit),
  );
  watch(
    'catalog_feed_consumer_lag_changes',
    show(({ lag_changes: changes }) => Number(changes)),
  );
  watch(
    'catalog_feed_consumer_failures',
    show(({ failures }) => failures),
  );
}

/** Counts what is pruned, and tells of it. */
export const tellPruned =
  ({ count }: Metrics, log: Log) =>
  (table: string, rows: number | Error): void => {
    if (rows instanceof Error) {
      count('catalog_pruning_failures_total', { table });
      log.error('pruning', rows, { table });
    } else if (rows > 0) {
      count('catalog_pruned_rows_total', { table }, rows);
      log.info({ table, rows }, 'pruned');
    }
  };
