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

/** Seconds. */
const SHORT = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export const instruments = {
  catalog_database_statements_total: counter('Statements that were run.', { outcome: '`ok`, `error`' }),
  catalog_database_statement_duration_seconds: histogram('How long statements took, answers included.', {}, SHORT),
  catalog_database_connection_wait_seconds: histogram('How long statements waited for a connection.', {}, SHORT),
  catalog_database_connections: gauge('Connections of this process to the database.', { state: '`used`, `idle`' }),
  catalog_database_connections_max: gauge('Connections that this process may have (CATALOG_DATABASE_POOL).', {}),
  catalog_database_connections_waiting: gauge('Statements and transactions that wait for a connection.', {}),
  catalog_database_prepared_statements_total: counter('Statements by what their connection knew of them.', {
    result: '`hit`: prepared already; `miss`: prepared from now on; `not_kept`: too long to be kept',
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
