import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { App } from '../../src/app.ts';
import { endedIdentityPruning } from '../../src/domains/iam/index.ts';
import { startPruner } from '../../src/platform/db/pruner.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { createLog } from '../../src/platform/telemetry/log.ts';
import { createMetrics } from '../../src/platform/telemetry/metrics.ts';
import { tellPruned } from '../../src/watches.ts';
import { firing } from '../kit/alert.ts';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';

/** The service is brought into the state that an alert is for, and the alert's own expression fires on what /metrics shows. */
let app: TestApp;
const measured = { metrics: { host: '127.0.0.1', port: 0 } } as const;
beforeAll(async () => {
  app = await startExampleWorld(undefined, measured);
});
afterAll(() => app.close());

const scrape = async ({ metricsUrl }: App): Promise<string> => (await fetch(`${metricsUrl}/metrics`)).text();
const labelsOf = async (...asked: Parameters<typeof firing>) => (await firing(...asked)).map(({ labels }) => labels);

test('CatalogDefects names the operation that fails because a table is not as it should be', async () => {
  const ask = async () => {
    const { errors } = await app.as('staff').execute('query Circuits { circuits(first: 1) { nodes { name } } }');
    return errors?.[0]?.extensions.code;
  };
  expect(await ask()).toBe(undefined);
  await app.database.execute(sql`alter table circuit rename to circuit_lost`);
  expect(await ask()).toBe('INTERNAL_SERVER_ERROR');
  const before = await scrape(app);
  expect(await labelsOf('CatalogDefects', before, before)).toEqual([]);
  expect(await ask()).toBe('INTERNAL_SERVER_ERROR');
  expect(await labelsOf('CatalogDefects', before, await scrape(app))).toEqual([{ operation: 'Circuits' }]);
  await app.database.execute(sql`alter table circuit_lost rename to circuit`);
});

test('CatalogRefusesForLimits fires for a limit that requests alone meet', async () => {
  const limited = await app.replica({ ...measured, requestsPerMinute: 2 });
  const ask = async (count: number): Promise<void> => {
    for (let asked = 0; asked < count; asked++) await fetch(`${limited.url}/graphql?query={__typename}`);
  };
  await ask(4);
  const before = await scrape(limited);
  await ask(60);
  expect(await firing('CatalogRefusesForLimits', before, await scrape(limited))).toEqual([]);
  await ask(1);
  expect(await labelsOf('CatalogRefusesForLimits', before, await scrape(limited))).toEqual([
    { reason: '' }, // Requests are no operations, and have no rule.
  ]);
  await limited.close();
});

test('CatalogEventLoopBlocked and CatalogProcessorFull fire while nothing else has its turn', async () => {
  /** Holds the event loop, as a computation does that nothing interrupts. */
  const hold = (): void => {
    const end = performance.now() + 1_500;
    while (performance.now() < end);
  };
  const heldFor = async (alert: string): Promise<unknown> => {
    hold();
    const before = await scrape(app);
    hold();
    return labelsOf(alert, before, await scrape(app));
  };
  // Beside other processes the scrapes themselves may take longer than what is held.
  for (const alert of ['CatalogEventLoopBlocked', 'CatalogProcessorFull'])
    await expect.poll(() => heldFor(alert)).toEqual([{}]);
});

/** As billing: where the present state ends, and the first object in it. */
async function readToTheEnd(after?: string): Promise<{ readonly cursor: string; readonly uid: string }> {
  const { data } = await app
    .as('billing')
    .execute(
      'query ($after: String) { changes(first: 500, after: $after, where: { kinds: ["MeterDefinition"] }) { cursor isCurrent events { uid } } }',
      { after },
    );
  const { cursor, isCurrent, events } = data.changes;
  const rest = isCurrent ? { cursor } : await readToTheEnd(cursor);
  return { uid: '', ...rest, ...(events.length > 0 && { uid: events[0].uid }) };
}

test('CatalogFeedConsumerFails names the consumer that reports objects it could not process', async () => {
  const watched = async (): Promise<string> => {
    // Gauges of consumers are kept for some seconds: another process has none yet.
    const other = await app.replica(measured);
    const page = await scrape(other);
    await other.close();
    return page;
  };
  const before = await watched();
  expect(await firing('CatalogFeedConsumerFails', before, before)).toEqual([]);
  const { cursor, uid } = await readToTheEnd();
  const failures = [{ uid, reason: 'no rate card' }];
  const reported = await app
    .as('billing')
    .execute(
      'mutation ($input: ReportFeedProgressInput!) { reportFeedProgress(input: $input) { isRecorded userErrors { code } } }',
      { input: { name: 'billing', cursor, failures } },
    );
  expect(reported.data.reportFeedProgress).toEqual({ isRecorded: true, userErrors: [] });
  expect(await labelsOf('CatalogFeedConsumerFails', before, await watched())).toEqual([{ consumer: 'billing' }]);
});

test('CatalogPruningFails names the table from which rows cannot be deleted, hour after hour', async () => {
  const metrics = createMetrics();
  const tell = tellPruned(metrics, createLog({ level: 'error', format: 'json' }, { write: () => {} }));
  let told = Promise.withResolvers<number | Error>();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  const pruner = startPruner(app.database, [endedIdentityPruning(1)], (table, rows) => {
    tell(table, rows);
    told.resolve(rows);
  });
  const passes = async (ms: number): Promise<number | Error> => {
    told = Promise.withResolvers();
    vi.advanceTimersByTime(ms);
    return told.promise;
  };
  await app.database.execute(sql`alter table ended_identity rename to ended_identity_lost`);
  expect(await passes(60_000)).toBeInstanceOf(Error);
  const before = await metrics.text();
  // An hour after the start, and two more.
  for (const ms of [3_540_000, 3_600_000]) expect(await passes(ms)).toBeInstanceOf(Error);
  expect(await firing('CatalogPruningFails', before, await metrics.text())).toEqual([]);
  expect(await passes(3_600_000)).toBeInstanceOf(Error);
  expect(await labelsOf('CatalogPruningFails', before, await metrics.text())).toEqual([{ table: 'ended_identity' }]);
  await pruner.stop();
  vi.useRealTimers();
  await app.database.execute(sql`alter table ended_identity_lost rename to ended_identity`);
  metrics.close();
});
