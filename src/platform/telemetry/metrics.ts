import { performance } from 'node:perf_hooks';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { type Instrument, instruments, type LabelsOf, type NameOf } from './instruments.ts';
import { createCounter, createHistogram, labelText, type Series, type Slot, sample } from './series.ts';

/** What a gauge shows at the moment it is read. */
export interface Reading<Name extends NameOf<'gauge'>> {
  readonly labels: LabelsOf<Name>;
  readonly value: number;
}

/** Keeps what is measured of one service, and shows it in the format of Prometheus. */
export interface Metrics {
  /** Raises a counter. */
  count<Name extends NameOf<'counter'>>(name: Name, labels: LabelsOf<Name>, by?: number): void;
  /** The number of a counter or histogram that `count` and `observe` would look for: kept by what raises it often. */
  slot<Name extends NameOf<'counter' | 'histogram'>>(name: Name, labels: LabelsOf<Name>): Slot;
  /** Adds a value to a histogram. */
  observe<Name extends NameOf<'histogram'>>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /** Has a gauge read whenever somebody looks. */
  watch<Name extends NameOf<'gauge'>>(
    name: Name,
    read: () => readonly Reading<Name>[] | Promise<readonly Reading<Name>[]>,
  ): void;
  /** Everything in Prometheus' text format. */
  text(): Promise<string>;
  close(): void;
}

const nothing = (): void => undefined;

const unshown: Slot = { add: nothing };

/** Measures nothing. */
export const noMetrics: Metrics = {
  count: nothing,
  slot: () => unshown,
  observe: nothing,
  watch: nothing,
  text: () => Promise.resolve(''),
  close: nothing,
};

/** Prometheus gives a scrape up after 10 s, with all that it says of why nothing is answered. */
const LONGEST_READ_MS = 1_000;

/** Rejects when it takes too long: what waits for a busy database must not keep the rest from being seen. */
async function soon<T>(work: T | Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('not read in time')), LONGEST_READ_MS);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The numbers are kept by series.ts: an operation raises a dozen of them, and a library's took a tenth of a small query.
 * What is measured of the process is the library's.
 */
export function createMetrics(): Metrics {
  const process = new Registry();
  collectDefaultMetrics({ register: process });
  const all = new Map(Object.entries<Instrument>(instruments));
  const series = new Map<string, Series>();
  const gauges = new Map<string, () => Promise<string[]>>();
  for (const [name, { type, labels, buckets = [] }] of all) {
    const names = Object.keys(labels);
    if (type === 'counter') series.set(name, createCounter(name, names));
    if (type === 'histogram') series.set(name, createHistogram(name, names, buckets));
  }
  const slot: Metrics['slot'] = (name, labels) => series.get(name)?.slot(labels) ?? unshown;
  const metrics: Metrics = {
    slot,
    count: (name, labels, by = 1) => slot(name, labels).add(by),
    observe: (name, labels, value) => slot(name, labels).add(value),
    watch: (name, read) => {
      const names = Object.keys(instruments[name].labels);
      gauges.set(name, async () => {
        try {
          return (await soon(read())).map(({ labels, value }) => sample(name, labelText(names, labels), value));
        } catch {
          metrics.count('catalog_scrape_failures_total', { metric: name });
          return [];
        }
      });
    },
    text: async () => {
      const read = new Map(await Promise.all([...gauges].map(async ([name, lines]) => [name, await lines()] as const)));
      const ours = [...all].flatMap(([name, { help, type }]) => [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...(read.get(name) ?? series.get(name)?.lines() ?? []),
      ]);
      return `${ours.join('\n')}\n${await process.metrics()}`;
    },
    close: () => {
      gauges.clear();
      process.clear();
    },
  };
  let last = performance.eventLoopUtilization();
  metrics.watch('catalog_event_loop_utilization_ratio', () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return [{ labels: {}, value: utilization }];
  });
  return metrics;
}
