import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalIssuer } from '../../src/platform/authn/local-issuer.ts';
import { advisoryLocks } from '../../src/platform/db/advisory-locks.ts';
import { type Sql, sql } from '../../src/platform/db/sql.ts';
import { exampleWorld, type GraphqlAnswer, startApp, type TestApp } from '../kit/app.ts';
import { createLocalIssuer } from '../kit/example-world.ts';
import { holdTransaction } from '../kit/held-transaction.ts';
import { overEvents, overWebSocket } from '../kit/streams.ts';

const SECRET = 'said-in-a-variable';

let app: TestApp;
let localIssuer: LocalIssuer;
const tokens: string[] = [];

beforeAll(async () => {
  localIssuer = await createLocalIssuer();
  // Every operation is slow, so that every line has its plan.
  app = await startApp({ localIssuer, slowMs: 0 });
  expect((await app.apply(await exampleWorld())).userErrors).toEqual([]);
});
afterAll(() => app.close());

async function bearer(subject: string): Promise<string> {
  const token = await localIssuer.signToken(subject);
  tokens.push(token);
  return `Bearer ${token}`;
}

/** What a load generator counts for itself, by the label sets of `catalog_operations_total`. */
class Counts {
  readonly #counts = new Map<string, number>();

  add(key: string, by = 1): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
  }

  get sorted(): readonly (readonly [string, number])[] {
    return [...this.#counts].sort(([a], [b]) => a.localeCompare(b));
  }
}

/** A sample of /metrics by its name and labels. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const shown = await (await fetch(`${app.metricsUrl}/metrics`)).text();
  return new Map(
    shown
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

const post = async (body: object, authorization?: string): Promise<GraphqlAnswer> => {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
    body: JSON.stringify(body),
  });
  return (await response.json()) as GraphqlAnswer;
};

const regionOf = (name: string): string => `apiVersion: inventory.miloapis.com/v1alpha1
kind: Region
metadata: { name: ${name} }
spec: { displayName: ${SECRET} }`;

const RACKS = 'query Racks { racks(first: 3) { nodes { name } totalCount } }';
const SITE = 'query Site ($name: String) { sites(where: { name: { eq: $name } }) { nodes { name } } }';
const APPLY = `mutation Plant ($content: String!) {
  apply(input: { manifests: [{ content: $content }] }) { applied } }`;
const WATCH = 'subscription Watch { changes(initial: false) { type } }';

/** Every sort of operation, some of each at once; what came of them is counted from the answers. */
async function load(): Promise<{ operations: Counts; errors: Counts; applied: number; subscriptions: number }> {
  const operations = new Counts();
  const errors = new Counts();
  let applied = 0;
  const staff = await bearer('staff');
  const ask = async (label: string, body: object, authorization?: string): Promise<GraphqlAnswer> => {
    const answer = await post(body, authorization);
    const codes = (answer.errors ?? []).map(({ extensions }) => String(extensions.code));
    for (const code of codes) errors.add(code);
    operations.add(`${label},transport="post",outcome="${codes[0] ?? 'ok'}"`);
    return answer;
  };
  const named = (name: string, type: string): string => `operation="${name}",type="${type}"`;
  const times = <T>(count: number, one: (index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => one(index)));
  const everything: Promise<unknown>[] = [
    times(25, () => ask(named('Racks', 'query'), { query: RACKS }, staff)),
    times(15, () => ask(named('Site', 'query'), { query: SITE, variables: { name: SECRET } }, staff)),
    times(6, () => ask(named('unnamed', 'query'), { query: '{ regions { nodes { name } } }' }, staff)),
    times(5, () => ask(named('unresolved', 'unresolved'), { query: `query Bad { none(a: "${SECRET}") }` }, staff)),
    times(4, () => ask(named('unnamed', 'query'), { query: '{ racks { nodes { name } } }' })),
    times(3, async () => ask(named('unresolved', 'unresolved'), { query: RACKS }, 'Bearer not.a.token')),
    times(8, async (index) => {
      const variables = { content: regionOf(`load-${index}`) };
      const { data } = await ask(named('Plant', 'mutation'), { query: APPLY, variables }, staff);
      if (data.apply.applied) applied++;
    }),
    times(7, async () => {
      await fetch(`${app.url}/graphql?query=${encodeURIComponent(RACKS)}`, { headers: { authorization: staff } });
      operations.add(`${named('Racks', 'query')},transport="get",outcome="ok"`);
    }),
    times(3, async () => {
      for (const [transport, stream] of [
        ['sse', overEvents(app.url, WATCH, {}, { authorization: staff })],
        ['websocket', overWebSocket(app.url, WATCH, {}, { authorization: staff })],
      ] as const) {
        await stream.next();
        await stream.return(undefined);
        operations.add(`${named('Watch', 'subscription')},transport="${transport}",outcome="ok"`);
      }
    }),
  ];
  await Promise.all(everything);
  return { operations, errors, applied, subscriptions: 6 };
}

test('what /metrics and the log say of a load is what the load generator counted', async () => {
  const before = await scrape();
  const firstLine = app.log.length;
  const { operations, errors, applied, subscriptions } = await load();
  const ended = (samples: ReadonlyMap<string, number>): number =>
    ['sse', 'websocket']
      .map((transport) => samples.get(`catalog_subscriptions_ended_total{transport="${transport}",outcome="ok"}`) ?? 0)
      .reduce((sum, one) => sum + one);
  await expect.poll(async () => ended(await scrape())).toBe(subscriptions);

  const after = await scrape();
  const raised = (metric: string): readonly (readonly [string, number])[] =>
    [...after]
      .filter(([key]) => key.startsWith(`${metric}{`))
      .map(([key, value]) => [key.slice(metric.length + 1, -1), value - (before.get(key) ?? 0)] as const)
      .filter(([, value]) => value > 0)
      .sort(([a], [b]) => a.localeCompare(b));
  expect(raised('catalog_operations_total')).toEqual(operations.sorted);
  const byCode = new Counts();
  for (const [labels, count] of raised('catalog_errors_total'))
    byCode.add(/code="(\w+)"/.exec(labels)?.[1] ?? '', count);
  expect(byCode.sorted).toEqual(errors.sorted);
  expect(raised('catalog_writes_total')).toEqual([['outcome="applied"', applied]]);
  expect(applied).toBe(8);
  const timed = raised('catalog_operation_duration_seconds_count').reduce((sum, [, count]) => sum + count, 0);
  expect(timed).toBe(operations.sorted.reduce((sum, [, count]) => sum + count, 0));
  expect(after.get('catalog_subscriptions')).toBe(0);
  expect(after.get('catalog_operations_in_flight')).toBe(0);

  // The log has a line for each as well; refused tokens have lines of their own.
  const lines = app.log.slice(firstLine);
  const told = new Counts();
  for (const { msg, operation, type, transport, outcome } of lines) {
    if (msg !== 'operation' && msg !== 'slow operation') continue;
    const name = type === 'unresolved' ? 'unresolved' : (operation ?? 'unnamed');
    told.add(`operation="${name}",type="${type}",transport="${transport}",outcome="${outcome}"`);
  }
  expect(told.sorted).toEqual(operations.sorted.filter(([key]) => !/unresolved.*UNAUTHENTICATED/.test(key)));
  expect(lines.filter(({ msg }) => msg === 'sign-in refused')).toHaveLength(3);
  expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
});

test('rights that are worked out, plans, documents, cost, statements and calls are counted as the lines of the log say', async () => {
  const auditor = await bearer('auditor');
  const query = 'query Counted { racks(first: 2) { nodes { name site { name } } totalCount } }';
  const before = await scrape();
  const firstLine = app.log.length;
  for (let turn = 0; turn < 3; turn++) expect((await post({ query }, auditor)).errors).toBeUndefined();
  const after = await scrape();
  const raised = (sample: string): number => (after.get(sample) ?? 0) - (before.get(sample) ?? 0);
  const lines = app.log.slice(firstLine).filter(({ operation }) => operation === 'Counted');
  const sum = (field: 'cost' | 'statements' | 'openfgaCalls'): number =>
    lines.reduce((total, line) => total + Number(line[field]), 0);
  expect(lines).toHaveLength(3);
  expect(sum('openfgaCalls')).toBe(1);
  const operation = 'operation="Counted",type="query"';
  expect(
    Object.fromEntries(
      [
        'catalog_access_renewals_total{outcome="ok"}',
        'catalog_access_renewal_duration_seconds_count',
        'catalog_token_verifications_total{outcome="accepted",reason=""}',
        'catalog_document_cache_total{result="miss"}',
        'catalog_document_cache_total{result="hit"}',
        'catalog_plan_cache_total{result="miss"}',
        'catalog_plan_cache_total{result="hit"}',
        'catalog_openfga_calls_total{method="ListObjects",outcome="ok"}',
        'catalog_operation_cost_count{type="query"}',
        'catalog_operation_cost_sum{type="query"}',
        'catalog_operation_statements_sum{type="query"}',
        `catalog_operations_total{${operation},transport="post",outcome="ok"}`,
      ].map((sample) => [sample, raised(sample)]),
    ),
  ).toEqual({
    'catalog_access_renewals_total{outcome="ok"}': 1,
    catalog_access_renewal_duration_seconds_count: 1,
    'catalog_token_verifications_total{outcome="accepted",reason=""}': 3,
    'catalog_document_cache_total{result="miss"}': 1,
    'catalog_document_cache_total{result="hit"}': 2,
    'catalog_plan_cache_total{result="miss"}': 1,
    'catalog_plan_cache_total{result="hit"}': 2,
    'catalog_openfga_calls_total{method="ListObjects",outcome="ok"}': 1,
    'catalog_operation_cost_count{type="query"}': 3,
    'catalog_operation_cost_sum{type="query"}': sum('cost'),
    'catalog_operation_statements_sum{type="query"}': sum('statements'),
    [`catalog_operations_total{${operation},transport="post",outcome="ok"}`]: 3,
  });
});

test('no line of all this has a token, a value that was sent, or an e-mail address', () => {
  const text = app.log.map((line) => JSON.stringify(line)).join('\n');
  expect(text).toContain('"plan":[{"sql":');
  for (const token of tokens) expect(text.includes(token)).toBe(false);
  expect(text).not.toMatch(/eyJ[\w-]+\./);
  expect(text).not.toContain(SECRET);
  expect(text).not.toMatch(/[\w.+-]+@[\w-]+\.[a-z]{2,}/i);
});

test('what waits is shown while it waits: writers, changes of rights, and those that OpenFGA refuses', async () => {
  const staff = await bearer('staff');
  const lock = (key: number) => sql`select pg_advisory_xact_lock(${key}::bigint)`;
  const held = await holdTransaction(app.databaseUrl, (connection) => connection.rows(lock(advisoryLocks.write)));
  const before = await scrape();
  const writes = Array.from({ length: 3 }, (_, index) =>
    post({ query: APPLY, variables: { content: regionOf(`waits-${index}`) } }, staff),
  );
  await expect.poll(async () => (await scrape()).get('catalog_writers_waiting')).toBe(2);
  expect((await scrape()).get('catalog_operations_in_flight')).toBe(3);
  await held.commit();
  expect((await Promise.all(writes)).map(({ data }) => data.apply.applied)).toEqual([true, true, true]);
  const after = await scrape();
  for (const what of ['turn_wait', 'lock_wait', 'lock_held']) {
    const count = `catalog_write_${what}_seconds_count`;
    expect([what, (after.get(count) ?? 0) - (before.get(count) ?? 0)]).toEqual([what, 3]);
  }
  expect(after.get('catalog_writers_waiting')).toBe(0);

  // Nobody can apply the outbox meanwhile.
  const outbox = await holdTransaction(app.databaseUrl, (connection) => connection.rows(lock(advisoryLocks.outbox)));
  const entry = (
    state: Sql,
    at: Sql,
  ) => sql`insert into authz_outbox (order_key, operation, tuple, failed_at, created_at)
    values ('test', 'delete', '{"object":"grant:x","relation":"assignee","user":"principal:x"}', ${state}, ${at})`;
  const hourAgo = sql`now() - interval '1 hour'`;
  await app.database.execute(entry(sql`null`, hourAgo));
  await app.database.execute(entry(sql`now()`, hourAgo));
  await expect.poll(async () => (await scrape()).get('catalog_outbox_entries{state="waiting"}')).toBe(1);
  const late = await scrape();
  expect(late.get('catalog_outbox_entries{state="refused"}')).toBe(1);
  expect(late.get('catalog_outbox_oldest_age_seconds')).toBeGreaterThanOrEqual(3_600);
  await outbox.commit();
  await expect.poll(async () => (await scrape()).get('catalog_outbox_entries{state="waiting"}')).toBe(0);
  expect((await scrape()).get('catalog_outbox_oldest_age_seconds')).toBe(0);
});
