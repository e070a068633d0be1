import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { instruments } from '../../src/platform/telemetry/instruments.ts';
import { createMetrics } from '../../src/platform/telemetry/metrics.ts';
import { createCounter, createHistogram } from '../../src/platform/telemetry/series.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { createLocalIssuer } from '../kit/example-world.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ metrics: { host: '127.0.0.1', port: 0 }, requestsPerMinute: 2 });
});
afterAll(() => app.close());

const metricsOf = async ({ metricsUrl }: App): Promise<string> => (await fetch(`${metricsUrl}/metrics`)).text();

test('every metric that is defined is shown, with its type and what it says', async () => {
  const response = await fetch(`${app.metricsUrl}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const shown = await response.text();
  for (const [name, { type, help }] of Object.entries(instruments)) {
    expect(shown).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
  }
  expect(shown).toContain('# TYPE nodejs_eventloop_lag_p99_seconds gauge');
  expect(shown).toContain('# TYPE process_cpu_seconds_total counter');
});

test('the port of its own tells the health too, and is open when the public door refuses', async () => {
  const statuses: number[] = [];
  for (let asked = 0; asked < 4; asked++) statuses.push((await fetch(`${app.url}/graphql?query={__typename}`)).status);
  expect(statuses).toContain(429);
  for (const path of ['/metrics', '/healthz', '/readyz'])
    expect([path, (await fetch(`${app.metricsUrl}${path}`)).status]).toEqual([path, 200]);
  expect((await fetch(`${app.url}/metrics`)).status).toBe(404);
});

test('numbers are shown as Prometheus reads them: buckets hold those below, labels are escaped', () => {
  const sizes = createHistogram('sizes', ['of'], [1, 5]);
  for (const size of [0.5, 1, 4, 9]) sizes.slot({ of: 'a "b"\n\\' }).add(size);
  const of = 'of="a \\"b\\"\\n\\\\"';
  expect(sizes.lines()).toEqual([
    `sizes_bucket{${of},le="1"} 2`,
    `sizes_bucket{${of},le="5"} 3`,
    `sizes_bucket{${of},le="+Inf"} 4`,
    `sizes_sum{${of}} 14.5`,
    `sizes_count{${of}} 4`,
  ]);
  const empty = createHistogram('waits', [], [1]);
  expect(empty.lines()).toEqual([
    'waits_bucket{le="1"} 0',
    'waits_bucket{le="+Inf"} 0',
    'waits_sum 0',
    'waits_count 0',
  ]);
  const calls = createCounter('calls_total', ['a', 'b']);
  calls.slot({ a: '1', b: '1' });
  calls.slot({ b: '2', a: '1' }).add(1);
  calls.slot({ a: '1', b: '2' }).add(2);
  expect(calls.lines()).toEqual(['calls_total{a="1",b="2"} 3']);
});

test('what cannot be read in time is left out and counted, and all else is shown', async () => {
  const metrics = createMetrics();
  const hangs = Promise.withResolvers<never>();
  metrics.watch('catalog_outbox_oldest_age_seconds', () => hangs.promise);
  metrics.watch('catalog_database_connections_waiting', () => [{ labels: {}, value: 7 }]);
  const shown = await metrics.text();
  expect(shown).toContain('\ncatalog_database_connections_waiting 7\n');
  expect(shown).not.toContain('\ncatalog_outbox_oldest_age_seconds ');
  expect(shown).toContain('\ncatalog_scrape_failures_total{metric="catalog_outbox_oldest_age_seconds"} 1\n');
  metrics.close();
});

test('without a port nothing is measured; the embedded service shows its own at the main port', async () => {
  const silent = await app.replica({ metrics: 'at the main port' });
  expect(silent.metricsUrl).toBeUndefined();
  expect((await fetch(`${silent.url}/metrics`)).status).toBe(404);
  await silent.close();
  const embedded = await app.replica({ metrics: 'at the main port', localIssuer: await createLocalIssuer() });
  expect(embedded.metricsUrl).toBe(embedded.url);
  expect(await metricsOf(embedded)).toContain('catalog_database_connections{state="idle"}');
  await embedded.close();
});
