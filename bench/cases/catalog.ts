import { readFileSync } from 'node:fs';
import type { Bench, Case } from '../case.ts';
import { apply, applyDocument } from '../load/apply.ts';
import { ask } from '../load/ask.ts';
import { timesOf } from '../load/figures.ts';
import { digits, median, quantile } from '../load/statistics.ts';
import { timed } from '../load/timed.ts';
import { progress } from '../progress.ts';
import { configuration, largestConfiguration, service } from '../world/configurations.ts';

/** What billing sends. */
const document = readFileSync(
  new URL('../../graphql/operations/billing/01-names-in-force.graphql', import.meta.url),
  'utf8',
);
const feedDocument =
  'query ($after: String) { changes(after: $after, first: 1000, where: { kinds: ["MeterDefinition", "MonitoredResourceType"] }) { cursor isCurrent events { type object { publishedName { canonicalName phase } } } } }';

const SERVICES = 1_000;
const ROUNDS = 10;
/** So many full reads go ahead, until both processes have compiled what they do. */
const WARM_UP = 10;
const REPORTS = 20;

/** The catalog of meters and resource types, of the same size in every world: as it is applied, and as billing reads it. */
export const catalog: Case = {
  title: '1,000 services with 10,000 meters: applied, read by billing, published',
  writes: true,
  documents: [applyDocument, document, feedDocument],
  run: async (bench) => {
    const token = bench.tokens['bench-admin'];
    progress('catalog: 1,000 services with 10,000 meters');
    const services = await apply(
      bench.catalog,
      token,
      Array.from({ length: SERVICES }, (_, index) => service(`cat${index}`)),
    );
    const meters = await apply(
      bench.catalog,
      token,
      Array.from({ length: SERVICES }, (_, index) => configuration(`cat${index}`)),
    );
    await apply(bench.catalog, token, [service('largest')]);
    const largest = await apply(bench.catalog, token, [largestConfiguration('largest')]);
    const { position, count } = await readAll(bench, {});
    await apply(bench.catalog, token, [service('later')]);
    return [
      {
        title: 'Applied',
        columns: ['what', 'ms'],
        rows: [
          ['1,000 services', digits(services)],
          ['10,000 meters and 1,000 resource types in 1,000 configurations', digits(meters)],
          ['the largest configuration: 128 types of 64 labels, 256 metrics of 32 dimensions', digits(largest)],
        ],
      },
      await reads(bench, position, count),
      await changeReports(bench),
    ];
  },
};

async function reads(bench: Bench, position: string, count: number) {
  progress('catalog: billing reads');
  const { Client } = (await import('pg')).default;
  const client = new Client({
    connectionString: bench.databaseUrl,
    options: '-c timezone=UTC -c jit=off -c random_page_cost=1.1',
  });
  await client.connect();
  await client.query('analyze'); // As PostgreSQL does by itself, a minute later.
  const measured = async (work: () => Promise<unknown>): Promise<number[]> => {
    const times: number[] = [];
    for (let round = 0; round < WARM_UP + ROUNDS; round++) times.push(await timed(work));
    return times.slice(WARM_UP);
  };
  const byHand = await measured(() => client.query(handWritten));
  const now = await measured(() => readAll(bench, {}));
  const then = await measured(() => readAll(bench, { asOf: { position } }));
  const packed = await measured(() => readAll(bench, {}, fromElsewhere));
  const again = { ...bench, catalog: bench.keeping };
  await readAll(again, {});
  await readAll(again, { asOf: { position } });
  const nowAgain = await measured(() => readAll(again, {}));
  const thenAgain = await measured(() => readAll(again, { asOf: { position } }));
  const { cursor } = await initialFeed(bench);
  const resumed = await measured(() =>
    ask({ ...asking(bench), body: { query: feedDocument, variables: { after: cursor } } }),
  );
  await client.end();
  const row = (what: string, times: readonly number[], isCompared = true): string[] => [
    what,
    ...timesOf(times),
    isCompared ? (median(times) / median(byHand)).toFixed(2) : '',
  ];
  return {
    title: `Billing: all ${count.toLocaleString('en')} names in force, in pages of 1,000`,
    columns: ['what', 'p50 ms', 'p99 ms', 'times as long as by hand'],
    rows: [
      row('one statement by hand, all rows as one JSON text, without HTTP', byHand, false),
      row('`namesInForce`, over HTTP', now),
      row('the same as of a moment', then),
      row('`namesInForce`, compressed, as for who is not on this machine', packed),
      row('`namesInForce`, asked again while nothing has changed', nowAgain),
      row('the same as of a moment', thenAgain),
      row('the feed, resumed where nothing has changed', resumed, false),
    ],
  };
}

/** What the largest configuration would change: its next revision gives each of the 256 metrics another name for people. */
async function changeReports(bench: Bench) {
  progress('catalog: change reports');
  await apply(bench.catalog, bench.tokens['bench-admin'], [
    largestConfiguration('largest', { number: 2, phase: 'Draft' }),
  ]);
  const row = async (what: string, query: string): Promise<string[]> => {
    const times: number[] = [];
    for (let round = 0; round <= REPORTS; round++)
      times.push(await timed(() => ask({ ...asking(bench), body: { query } })));
    return [what, ...[0.5, 0.95, 0.99].map((share) => digits(quantile(times.slice(1), share)))];
  };
  return {
    title: 'What the next revision of the largest configuration changes: each of its 256 metrics',
    columns: ['what', 'p50 ms', 'p95 ms', 'p99 ms'],
    rows: [
      await row('`serviceConfigurationComparison`, whole', report('serviceConfigurationComparison(to: "largest-2")')),
      await row(
        '`publishServiceConfiguration` with `validateOnly`: judged by all rules, written and taken back',
        `mutation { publishServiceConfiguration(input: { configuration: { name: "largest-2" }, validateOnly: true }) { userErrors { code } comparison ${reported} } }`,
      ),
    ],
  };
}

const reported =
  '{ isAllowed changeCount entitledProjectCount changes { path kind before after isAllowed rule message advice meters quotaLimits charges } }';
const report = (field: string): string => `{ ${field} ${reported} }`;

const asking = ({ catalog: { url }, tokens }: Bench) => ({ url, token: tokens['bench-admin'] });

interface Page {
  readonly namesInForce: {
    readonly position: string;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    readonly nodes: readonly object[];
  };
}

/** Only what comes over a network is compressed. */
const fromElsewhere = { via: '1.1 bench' };

async function readAll(
  bench: Bench,
  variables: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ position: string; count: number }> {
  let count = 0;
  for (let after: string | undefined; ; ) {
    const body = { query: document, variables: { ...variables, after } };
    const { namesInForce }: Page = await ask<Page>({ ...asking(bench), body, headers });
    const { position, nodes, pageInfo } = namesInForce;
    count += nodes.length;
    if (!pageInfo.hasNextPage) return { position, count };
    after = pageInfo.endCursor;
  }
}

interface Feed {
  readonly changes: { readonly cursor: string; readonly isCurrent: boolean };
}

/** To the end of the feed: the present state, page by page. */
async function initialFeed(bench: Bench): Promise<{ cursor: string }> {
  for (let after: string | undefined; ; ) {
    const { changes } = await ask<Feed>({ ...asking(bench), body: { query: feedDocument, variables: { after } } });
    if (changes.isCurrent) return changes;
    after = changes.cursor;
  }
}

/** The same values of all names in force, as somebody would write it who wants nothing else. */
const handWritten = `
  select json_agg(json_build_object('canonicalName', n.key, 'is', n.is, 'uid', n.id, 'phase', n.phase, 'displayName', n.display_name,
    'publishedAt', n.published_at, 'deprecatedAt', n.deprecated_at, 'revisionNumber', n.revision_number, 'replacedBy', n.replaced_by,
    'serviceName', n.service_name, 'serviceDisplayName', n.service_display_name, 'servicePhase', n.service_phase,
    'aggregation', n.aggregation, 'unit', n.unit, 'dimensions', n.dimensions, 'consumedUnit', n.consumed_unit, 'pricingUnit', n.pricing_unit,
    'conversion', n.conversion, 'conversionFactor', n.pricing_factor, 'isBillable', n.is_billable, 'resourceTypeNames', n.types,
    'resourceGroup', n.gvk_group, 'resourceKind', n.gvk_kind) order by n.key)::text
  from (
    select m.meter_name as key, 'METER_DEFINITION' as is, m.id, m.phase, m.display_name, m.published_at, m.deprecated_at, m.revision_number,
      m.replaced_by, s.service_name, s.display_name as service_display_name, s.phase as service_phase, m.aggregation, m.unit, m.dimensions,
      m.consumed_unit, m.pricing_unit, m.conversion, m.pricing_factor, m.is_billable, m.monitored_resource_types as types,
      null as gvk_group, null as gvk_kind
    from meter_definition m join service s on s.id = m.service_id where m.in_force
    union all
    select t.resource_type_name, 'MONITORED_RESOURCE_TYPE', t.id, t.phase, t.display_name, t.published_at, t.deprecated_at, t.revision_number,
      t.replaced_by, s.service_name, s.display_name, s.phase, null, null, '{}', null, null, null, null, null, '{}', t.gvk_group, t.gvk_kind
    from monitored_resource_type t join service s on s.id = t.service_id where t.in_force) n`;
