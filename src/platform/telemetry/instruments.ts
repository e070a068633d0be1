/** What is measured: one entry per metric, from which docs/operations/metrics.md is made (`npm run metrics`). */
export interface Instrument {
  readonly type: 'counter' | 'histogram' | 'gauge';
  /** What it says, in one sentence. */
  readonly help: string;
  /** Each label with the values that it takes. */
  readonly labels: Readonly<Record<string, string>>;
  /** Upper ends of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

const counter = <const L extends Instrument['labels']>(help: string, labels: L) =>
  ({ type: 'counter', help, labels }) as const;
const gauge = <const L extends Instrument['labels']>(help: string, labels: L) =>
  ({ type: 'gauge', help, labels }) as const;
const histogram = <const L extends Instrument['labels']>(help: string, labels: L, buckets: readonly number[]) =>
  ({ type: 'histogram', help, labels, buckets }) as const;

/** Seconds: of what takes milliseconds, and of what may take minutes. */
const SHORT = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const LONG = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

/** The first hundred names that signed-in callers use. */
const operation =
  '`unnamed`, `other` beyond the first 100 names, `unresolved` when it was refused before that was clear';
const type = '`query`, `mutation`, `subscription`, `unresolved`';
const transport = '`post`, `get`, `sse`, `websocket`';
const reason = 'of RATE_LIMITED, UNAVAILABLE and UNAUTHENTICATED which limit, outage or fault; else empty';
const consumer = 'name of the FeedConsumer, the first 100 by name';
const method = 'name of the call in OpenFGA’s API';

export const instruments = {
  catalog_operations_total: counter(
    'GraphQL operations that have been answered; a subscription counts when it has begun.',
    { operation, type, transport, outcome: '`ok`, `cancelled` when the client left, else the code of the first error' },
  ),
  catalog_operation_duration_seconds: histogram(
    'How long operations took, from when they had come in to when their answer was ready.',
    { operation, type, transport },
    LONG,
  ),
  catalog_operation_cost: histogram(
    'Greatest possible cost of operations, in objects read.',
    { type },
    [1, 10, 100, 1_000, 10_000, 100_000, 500_000],
  ),
  catalog_operation_statements: histogram(
    'Statements that an operation ran.',
    { type },
    [0, 1, 2, 5, 10, 20, 50, 100, 500],
  ),
  catalog_operations_in_flight: gauge('Operations under way; subscriptions until they have begun.', {}),
  catalog_operations_waiting: gauge('Operations that wait for others of the same caller.', {}),
  catalog_callers_active: gauge('Callers who have an operation under way or waiting.', {}),
  catalog_errors_total: counter('Errors in answers of operations.', { code: 'as callers see it', reason }),
  catalog_requests_refused_total: counter('HTTP requests that were refused before any operation began.', {
    code: 'as callers see it',
    reason,
  }),
  catalog_document_cache_total: counter('Operations by whether their document had been parsed and validated before.', {
    result: '`hit`, `miss`',
  }),
  catalog_plan_cache_total: counter('Reads by whether what they ask for had been planned before.', {
    result: '`hit`, `miss`',
  }),
  catalog_kept_answers_total: counter(
    'Operations that were asked before by the same caller and may be answered from memory, by whether they were.',
    { result: '`hit`, `kept` when the answer was made and is kept now, `not_kept`' },
  ),
  catalog_read_ahead_total: counter(
    'Pages of lists that were read before they were asked for, by what became of them.',
    {
      result:
        '`begun`; then `used`, `stale` when the catalog had changed before they were asked for, `not_kept` when they failed or may not be given later, or nothing of these when nobody asked for them',
    },
  ),
  catalog_subscriptions: gauge('Subscriptions that are open.', {}),
  catalog_subscriptions_ended_total: counter('Subscriptions that had begun and have ended.', {
    transport,
    outcome: '`ok`, else the code of the error that ended it',
  }),
  catalog_token_verifications_total: counter('Tokens that were looked at.', {
    outcome: '`accepted`, `refused`, `undecided` when the identity provider could not be asked',
    reason: 'why not',
  }),
  catalog_database_statements_total: counter('Statements that were run.', { outcome: '`ok`, `error`' }),
  catalog_database_statement_duration_seconds: histogram('How long statements took, answers included.', {}, SHORT),
  catalog_database_connection_wait_seconds: histogram('How long statements waited for a connection.', {}, SHORT),
  catalog_database_connections: gauge('Connections of this process to the database.', { state: '`used`, `idle`' }),
  catalog_database_connections_max: gauge('Connections that this process may have (CATALOG_DATABASE_POOL).', {}),
  catalog_database_connections_waiting: gauge('Statements and transactions that wait for a connection.', {}),
  catalog_database_prepared_statements_total: counter('Statements by what their connection knew of them.', {
    result: '`hit`: prepared already; `miss`: prepared from now on; `not_kept`: too long to be kept',
  }),
  catalog_openfga_reachable: gauge('1 when OpenFGA answers, else 0.', {}),
  catalog_openfga_calls_total: counter('Calls to OpenFGA.', { method, outcome: '`ok`, `error`' }),
  catalog_openfga_call_duration_seconds: histogram('How long calls to OpenFGA took.', { method }, SHORT),
  catalog_access_renewals_total: counter('Times that it was worked out what a caller may do.', {
    outcome: '`ok`, `error`',
  }),
  catalog_access_renewal_duration_seconds: histogram('How long it took to work out what a caller may do.', {}, SHORT),
  catalog_writes_total: counter('Batches that went through the write pipeline.', {
    outcome: '`applied`, `refused`, `trial` when it was validated only, `failed`',
  }),
  catalog_writes_joined_total: counter('Writes that were tried in one transaction with others.', {
    outcome: '`kept`; `parted`: one or all of them had to be done again, apart from the others',
  }),
  catalog_writers_waiting: gauge('Writes that wait for their turn in this process.', {}),
  catalog_write_turn_wait_seconds: histogram('How long writes waited for their turn in this process.', {}, LONG),
  catalog_write_lock_wait_seconds: histogram('How long writes then waited for writes of other replicas.', {}, LONG),
  catalog_write_lock_held_seconds: histogram('How long writes held the lock that only one writer has.', {}, LONG),
  catalog_outbox_entries: gauge('Changes of rights that OpenFGA does not have yet.', {
    state: '`waiting`; `refused`: OpenFGA refuses them for good, and somebody has to look',
  }),
  catalog_outbox_oldest_age_seconds: gauge('Age of the oldest change of rights that is not in force yet; 0: none.', {}),
  catalog_outbox_delivered_total: counter('Changes of rights that this process has brought to OpenFGA.', {}),
  catalog_outbox_failures_total: counter('Deliveries to OpenFGA that failed and are tried again.', {}),
  catalog_feed_consumer_lag_seconds: gauge(
    'How long the oldest change that a consumer of the change feed has not processed has waited.',
    { consumer },
  ),
  catalog_feed_consumer_lag_limit_seconds: gauge('How long it may wait: `maxLagSeconds` of the FeedConsumer.', {
    consumer,
  }),
  catalog_feed_consumer_lag_changes: gauge('Changes that a consumer of the change feed has not processed yet.', {
    consumer,
  }),
  catalog_feed_consumer_failures: gauge('Objects that a consumer of the change feed could not process.', { consumer }),
  catalog_pruned_rows_total: counter('Rows that were no longer needed and have been deleted.', {
    table: 'the first of its tables',
  }),
  catalog_pruning_failures_total: counter('Prunings that failed and are tried again after an hour.', {
    table: 'the first of its tables',
  }),
  catalog_event_loop_utilization_ratio: gauge(
    'Part of the time since the last scrape in which the event loop had work, from 0 to 1.',
    {},
  ),
  catalog_scrape_failures_total: counter('Gauges that could not be read and were left out of a scrape.', {
    metric: 'its name',
  }),
} as const satisfies Readonly<Record<`catalog_${string}`, Instrument>>;

type Instruments = typeof instruments;
export type NameOf<Type extends Instrument['type']> = {
  [Name in keyof Instruments]: Instruments[Name]['type'] extends Type ? Name : never;
}[keyof Instruments];
/** A value for each label of a metric. */
export type LabelsOf<Name extends keyof Instruments> = {
  readonly [Label in keyof Instruments[Name]['labels']]: string;
};
