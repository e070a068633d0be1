import { performance } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type Instrument, instruments, type LabelsOf, type NameOf } from './instruments.ts';

/** What a gauge shows at the moment it is read. */
export interface Reading<Name extends NameOf<'gauge'>> {
  readonly labels: LabelsOf<Name>;
  readonly value: number;
}

/** Keeps what is measured of one service, and shows it in the format of Prometheus. */
export interface Metrics {
  /** Raises a counter. */
  count<Name extends NameOf<'counter'>>(name: Name, labels: LabelsOf<Name>, by?: number): void;
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

/** Measures nothing. */
export const noMetrics: Metrics = {
  count: nothing,
  observe: nothing,
  watch: nothing,
  text: () => Promise.resolve(''),
  close: nothing,
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  for (const [name, { type, help, labels, buckets }] of Object.entries<Instrument>(instruments)) {
    const named = { name, help, labelNames: Object.keys(labels), registers: [registry] };
    if (type === 'counter') counters.set(name, new Counter(named));
    if (type === 'histogram') histograms.set(name, new Histogram({ ...named, buckets: [...(buckets ?? [])] }));
  }
  const metrics: Metrics = {
    count: (name, labels, by = 1) => counters.get(name)?.inc({ ...labels }, by),
    observe: (name, labels, value) => histograms.get(name)?.observe({ ...labels }, value),
    watch: (name, read) => {
      const { help, labels } = instruments[name];
      new Gauge({
        name,
        help,
        labelNames: Object.keys(labels),
        registers: [registry],
        async collect() {
          this.reset();
          try {
            for (const { labels: of, value } of await read()) this.set({ ...of }, value);
          } catch {
            this.reset();
            this.remove({});
            metrics.count('catalog_scrape_failures_total', { metric: name });
          }
        },
      });
    },
    text: () => registry.metrics(),
    close: () => registry.clear(),
  };
  collectDefaultMetrics({ register: registry });
  let last = performance.eventLoopUtilization();
  metrics.watch('catalog_event_loop_utilization_ratio', () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return [{ labels: {}, value: utilization }];
  });
  return metrics;
}
