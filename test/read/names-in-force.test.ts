import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyAll, doc } from '../authz/world.ts';
import type { GraphqlAnswer, TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';

/* What billing reads: names in force by page, by key, as of a moment, and as a feed, all of one shape. */

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
});
afterAll(() => app.close());

const NAME = `fragment Name on PublishedName {
  canonicalName is uid phase inForce displayName description publishedAt deprecatedAt retiredAt revisionNumber replacedBy
  serviceName serviceDisplayName servicePhase
  aggregation metricKind unit dimensions consumedUnit pricingUnit conversion conversionFactor isBillable resourceTypeNames
  resourceGroup resourceKind declaredLabels { name required description allowedValues } }`;

interface Name {
  readonly canonicalName: string;
  readonly is: string;
  readonly uid: string;
  readonly [member: string]: unknown;
}

const billing = {
  execute: (document: string, variables = {}) => app.as('billing').execute(document, variables, explain),
};
const explain = { 'x-catalog-explain': 'true' };
const statements = ({ extensions }: GraphqlAnswer): number | undefined => extensions?.explain.statements;

const PAGE = `query ($first: Int, $after: String, $last: Int, $before: String, $asOf: MomentInput, $is: PublishedNameKind, $services: [String!]) {
  names: namesInForce(first: $first, after: $after, last: $last, before: $before, asOf: $asOf, is: $is, serviceNames: $services) {
    position totalCount nodes { ...Name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } ${NAME}`;

const all = async (variables: object = {}): Promise<{ position: string; totalCount: number; nodes: Name[] }> =>
  (await billing.execute(PAGE, { first: 1_000, ...variables })).data.names;
const byKey = async (canonicalNames: readonly (string | undefined)[], asOf?: object): Promise<(Name | null)[]> => {
  const document = `query ($canonicalNames: [String!]!, $asOf: MomentInput) {
    names: publishedNames(canonicalNames: $canonicalNames, asOf: $asOf) { ...Name } } ${NAME}`;
  return (await billing.execute(document, { canonicalNames, asOf })).data.names;
};
const changesAfter = async (after?: string) => {
  const document = `query ($after: String) {
    changes(after: $after, first: 1000, where: { kinds: ["MeterDefinition", "MonitoredResourceType"] }) {
      cursor isCurrent events { type position object { publishedName { ...Name } } } } } ${NAME}`;
  const answer = await billing.execute(document, { after });
  return { ...answer.data.changes, statements: statements(answer) };
};

test('everything in force is one paged read by natural key, forwards and backwards (C5.3a, C5.3c)', async () => {
  const whole = await all();
  const names = whole.nodes.map(({ canonicalName }) => canonicalName);
  expect(names).toEqual(names.toSorted());
  const { data } = await app.execute(
    '{ m: meterDefinitions(first: 1000, where: { inForce: { eq: true } }) { nodes { meterName } } t: monitoredResourceTypes(first: 1000, where: { inForce: { eq: true } }) { nodes { resourceTypeName } } }',
  );
  const there = [
    ...data.m.nodes.map((node: { meterName: string }) => node.meterName),
    ...data.t.nodes.map((node: { resourceTypeName: string }) => node.resourceTypeName),
  ];
  expect(names).toEqual(there.toSorted());
  expect(whole.totalCount).toBe(names.length);
  const forwards: Name[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const page: GraphqlAnswer = await billing.execute(PAGE, { first: 4, after });
    expect(statements(page)).toBe(1);
    expect(page.data.names.position).toBe(whole.position);
    forwards.push(...page.data.names.nodes);
    ({ hasNextPage: more, endCursor: after } = page.data.names.pageInfo);
  }
  expect(forwards).toEqual(whole.nodes);
  const backwards: Name[] = [];
  for (let before: string | null = null, more = true; more; ) {
    const answer: GraphqlAnswer = await billing.execute(PAGE, { last: 4, before });
    const { names: page } = answer.data;
    backwards.unshift(...page.nodes);
    ({ hasPreviousPage: more, startCursor: before } = page.pageInfo);
  }
  expect(backwards).toEqual(whole.nodes);
});

test('a name says what it means, since when, and by which revision, to who sees no configuration (M14, C5.3l)', async () => {
  const names = ['machines.example.com/machine/cpu-seconds', 'machines.example.com/Machine'];
  const [meter, type] = await byKey(names);
  expect(meter).toEqual({
    canonicalName: 'machines.example.com/machine/cpu-seconds',
    is: 'METER_DEFINITION',
    uid: expect.stringMatching(/^[\da-f-]{36}$/),
    phase: 'PUBLISHED',
    inForce: true,
    displayName: 'vCPU time',
    description: null,
    publishedAt: expect.stringMatching(/Z$/),
    deprecatedAt: null,
    retiredAt: null,
    revisionNumber: 1,
    replacedBy: null,
    serviceName: 'machines.example.com',
    serviceDisplayName: 'Machines',
    servicePhase: 'PUBLISHED',
    aggregation: 'SUM',
    metricKind: null,
    unit: 's',
    dimensions: [],
    consumedUnit: 's',
    pricingUnit: 'h',
    conversion: 'EXACT',
    conversionFactor: '3600',
    isBillable: true,
    resourceTypeNames: ['machines.example.com/Machine'],
    resourceGroup: null,
    resourceKind: null,
    declaredLabels: [],
  });
  expect(type).toMatchObject({
    is: 'MONITORED_RESOURCE_TYPE',
    revisionNumber: 1,
    resourceKind: 'Machine',
    unit: null,
    dimensions: [],
  });
  const none = await app.as('billing').execute('{ serviceConfigurations { totalCount } }');
  expect(none.data.serviceConfigurations.totalCount).toBe(0);
});

test('billing reads the price list as objects of its own, with the names that events carry (C5.1d)', async () => {
  const { data } = await app.as('billing').execute(`{
    servicePricings { nodes { name namespace chargeType currency displayName metric pricingUnit rates { flat } conversion conversionFactor
      service { serviceName } configuration { name } } } }`);
  expect(data.servicePricings.nodes).toEqual([
    {
      name: 'edge-example-com--route-requests',
      namespace: 'milo-system',
      chargeType: 'USAGE',
      currency: 'USD',
      displayName: 'Requests',
      metric: 'edge.example.com/route/requests',
      pricingUnit: '{request}',
      rates: [{ flat: '0.000001' }],
      conversion: 'EXACT',
      conversionFactor: '1',
      service: { serviceName: 'edge.example.com' },
      configuration: null,
    },
  ]);
});

test('one kind or some services alone can be asked for, and cursors of one list do not fit another', async () => {
  const whole = await all();
  const meters = await all({ is: 'METER_DEFINITION' });
  expect(meters.nodes).toEqual(whole.nodes.filter(({ is }) => is === 'METER_DEFINITION'));
  const ofEdge = await all({ services: ['edge.example.com'] });
  expect(ofEdge.nodes).toEqual(whole.nodes.filter(({ serviceName }) => serviceName === 'edge.example.com'));
  expect(ofEdge.nodes.length).toBeGreaterThan(2);
  const first = (await billing.execute(PAGE, { first: 1 })).data.names;
  const { errors } = await billing.execute(PAGE, {
    first: 1,
    after: first.pageInfo.endCursor,
    services: ['x.example.com'],
  });
  expect(errors).toMatchObject([{ extensions: { violations: [{ rule: 'CURSOR_MISMATCH' }] } }]);
  const many = await billing.execute(PAGE, { services: Array.from({ length: 1_001 }, () => 'x') });
  expect(many.errors).toMatchObject([{ extensions: { violations: [{ rule: 'TOO_MANY', path: 'serviceNames' }] } }]);
});

test('by key, as of a moment and in the feed a name says the same as in the list (C5.3b, C5.3d, C5.3g, C5.3j)', async () => {
  const before = await all();
  const { cursor } = await changesAfter();
  const started = await changesAfter(cursor);
  expect(started).toMatchObject({ events: [], isCurrent: true });

  const metric = (name: string) => ({
    name: `edge.example.com/${name}`,
    kind: 'Delta',
    unit: 'By',
    dimensions: ['region'],
  });
  const type = { type: 'edge.example.com/Route', gvk: { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' } };
  await applyAll(
    app,
    doc('ServiceConfiguration', 'edge-two', {
      serviceRef: { name: 'edge-example-com' },
      phase: 'Published',
      monitoredResourceTypes: [{ ...type, labels: [{ name: 'gateway_class' }, { name: 'region' }] }],
      metrics: [metric('route/egress-bytes'), metric('route/egress-bytes/v2')],
      billing: {
        consumerDestinations: [
          {
            monitoredResourceType: type.type,
            metrics: ['edge.example.com/route/egress-bytes', 'edge.example.com/route/egress-bytes/v2'],
          },
        ],
      },
    }),
  );
  const after = await all();
  expect(after.nodes).not.toEqual(before.nodes);
  const replaced = after.nodes.find(({ canonicalName }) => canonicalName === 'edge.example.com/route/egress-bytes');
  expect(replaced).toMatchObject({ revisionNumber: 2, replacedBy: 'edge.example.com/route/egress-bytes/v2' });

  for (const { position, totalCount, nodes } of [before, after]) {
    const then = await billing.execute(PAGE, { first: 1_000, asOf: { position } });
    expect(then.data.names).toMatchObject({ position, totalCount, nodes });
    expect(statements(then)).toBe(2);
    const keys = [
      ...nodes.map(({ canonicalName }) => canonicalName).toReversed(),
      'no.example.com/x',
      nodes[0]?.canonicalName,
    ];
    expect(await byKey(keys, { position })).toEqual([...nodes.toReversed(), null, nodes[0]]);
  }
  expect(await byKey(after.nodes.map(({ canonicalName }) => canonicalName))).toEqual(after.nodes);

  // The feed from the first cursor on brings one state to the other.
  const { events, statements: count } = await changesAfter(cursor);
  const known = new Map(before.nodes.map((node) => [node.uid, node]));
  for (const { object } of events) known.set(object.publishedName.uid, object.publishedName);
  const fed = [...known.values()].filter(({ inForce }) => inForce === true);
  expect(fed.toSorted((a, b) => (a.canonicalName < b.canonicalName ? -1 : 1))).toEqual(after.nodes);
  expect(events.length).toBeGreaterThan(3);
  // Where the stream stands, what is in it for this caller, on which rights; and all names of the page at once.
  expect(count).toBe(4);
});

test('what is retired is in no list, and still resolved by its name', async () => {
  await applyAll(
    app,
    doc('Service', 'gone', {
      serviceName: 'gone.example.com',
      phase: 'Published',
      displayName: 'Gone',
      owner: { producerProjectRef: { name: 'milo-compute' } },
    }) +
      doc('ServiceConfiguration', 'gone-1', {
        serviceRef: { name: 'gone' },
        phase: 'Published',
        monitoredResourceTypes: [
          { type: 'gone.example.com/M', displayName: 'M', gvk: { group: 'gone.example.com', kind: 'M' } },
        ],
        metrics: [{ name: 'gone.example.com/m', kind: 'Delta', unit: 's' }],
        billing: {
          consumerDestinations: [{ monitoredResourceType: 'gone.example.com/M', metrics: ['gone.example.com/m'] }],
        },
      }),
  );
  const phased = async (phase: string) =>
    applyAll(
      app,
      doc('Service', 'gone', {
        serviceName: 'gone.example.com',
        phase,
        displayName: 'Gone',
        owner: { producerProjectRef: { name: 'milo-compute' } },
      }),
    );
  const listed = async () => (await all({ services: ['gone.example.com'] })).nodes;
  expect(await listed()).toMatchObject([
    { canonicalName: 'gone.example.com/M', phase: 'PUBLISHED' },
    { canonicalName: 'gone.example.com/m', phase: 'PUBLISHED', servicePhase: 'PUBLISHED' },
  ]);
  await phased('Deprecated');
  expect(await listed()).toMatchObject([{ phase: 'DEPRECATED' }, { phase: 'DEPRECATED', servicePhase: 'DEPRECATED' }]);
  const { position } = await all();
  await phased('Retired');
  expect(await listed()).toEqual([]);
  const [now] = await byKey(['gone.example.com/m']);
  expect(now).toMatchObject({ phase: 'RETIRED', inForce: false, retiredAt: expect.any(String) });
  const [then] = await byKey(['gone.example.com/m'], { position });
  expect(then).toMatchObject({ phase: 'DEPRECATED', inForce: true, servicePhase: 'DEPRECATED', retiredAt: null });
});

test('everyone sees the names of what they may see, at all times, and nothing of drafts', async () => {
  await applyAll(
    app,
    doc('MeterDefinition', 'draft-meter', {
      meterName: 'edge.example.com/draft',
      phase: 'Draft',
      displayName: 'Draft',
      owner: { service: 'edge.example.com' },
      measurement: { aggregation: 'Sum', unit: 's' },
      billing: { consumedUnit: 's', pricingUnit: 's' },
    }),
  );
  const { position } = await all();
  for (const person of ['staff', 'billing', 'outsider', 'provider']) {
    const ask = (document: string, variables = {}) => app.as(person).execute(document, variables);
    const { data } = await ask(
      '{ m: meterDefinitions(first: 1000, where: { inForce: { eq: true } }) { nodes { meterName } } t: monitoredResourceTypes(first: 1000, where: { inForce: { eq: true } }) { nodes { resourceTypeName } } }',
    );
    const seen = [
      ...data.m.nodes.map((node: { meterName: string }) => node.meterName),
      ...data.t.nodes.map((node: { resourceTypeName: string }) => node.resourceTypeName),
    ].toSorted();
    const namesOf = ({ data: { names } }: GraphqlAnswer): string[] =>
      names.nodes.map(({ canonicalName }: Name) => canonicalName);
    expect(namesOf(await ask(PAGE, { first: 1_000 })), person).toEqual(seen);
    expect(namesOf(await ask(PAGE, { first: 1_000, asOf: { position } })), person).toEqual(seen);
    const keys = ['machines.example.com/Machine', 'edge.example.com/Route', 'edge.example.com/draft'];
    const document = 'query ($keys: [String!]!) { publishedNames(canonicalNames: $keys) { canonicalName } }';
    const found = (await ask(document, { keys })).data.publishedNames;
    expect(
      found.map((one: Name | null) => one?.canonicalName ?? null),
      person,
    ).toEqual(keys.map((key) => (seen.includes(key) ? key : null)));
  }
});

test('lists of records alone are answered byte for byte as among other fields', async () => {
  const selections = [
    'position totalCount totalCountCapped pageInfo { hasNextPage endCursor } nodes { ...Flat }',
    '__typename a: nodes { canonicalName } b: nodes { dimensions unit } edges { cursor node { __typename n: uid ...Flat } }',
    'kind: __typename nodes { ...Flat @include(if: $yes) unit @skip(if: $yes) ... on PublishedName { inForce inForce } }',
    'totalCount',
    'nodes { canonicalName declaredLabels { name } }',
  ];
  const flat = `fragment Flat on PublishedName { type: __typename is phase publishedAt deprecatedAt revisionNumber
    aggregation metricKind conversion isBillable dimensions resourceTypeNames resourceKind description }`;
  const keys = '["edge.example.com/Route", "no.example.com/x", "machines.example.com/machine/cpu-seconds"]';
  const fields = [
    ...selections.map((selection) => `namesInForce(first: 7) { ${selection} }`),
    `publishedNames(canonicalNames: ${keys}) { ...Flat canonicalName }`,
    `one: namesInForce(first: 1) { nodes { ...Flat } } two: publishedNames(canonicalNames: ${keys}) { unit }`,
  ];
  for (const field of fields) {
    const alone = await billing.execute(documentOf(field, ''));
    const among = await billing.execute(documentOf(field, 'me { name }'));
    const { me: _, ...others } = among.data;
    expect(JSON.stringify(alone.data), field).toBe(JSON.stringify(others));
  }
  function documentOf(field: string, more: string): string {
    const variables = field.includes('$yes') ? '($yes: Boolean = true)' : '';
    return `query ${variables} { ${field} ${more} } ${field.includes('...Flat') ? flat : ''}`;
  }
});

test('PostgreSQL expects of a past page that names are in force, and does not read all changes to find a few', async () => {
  const type = { type: 'many.example.com/M', displayName: 'M', gvk: { group: 'many.example.com', kind: 'M' } };
  const metrics = Array.from({ length: 200 }, (_, n) => ({ name: `many.example.com/m${n}`, kind: 'Delta', unit: 's' }));
  const destination = { monitoredResourceType: type.type, metrics: metrics.map(({ name }) => name) };
  await applyAll(
    app,
    doc('Service', 'many', {
      serviceName: 'many.example.com',
      phase: 'Published',
      displayName: 'Many',
      owner: { producerProjectRef: { name: 'milo-compute' } },
    }) +
      doc('ServiceConfiguration', 'many-1', {
        serviceRef: { name: 'many' },
        phase: 'Published',
        monitoredResourceTypes: [type],
        metrics,
        billing: { consumerDestinations: [destination] },
      }),
  );
  const { position } = await all();
  const { extensions } = await billing.execute(PAGE, { asOf: { position }, is: 'METER_DEFINITION' });
  const statement = extensions?.explain.sql.find((text) => text.includes('meterName')) ?? '';
  const database = new pg.Client({ connectionString: app.databaseUrl });
  await database.connect();
  await database.query('analyze change');
  const { rows } = await database.query("select count(*)::int as n from change where kind = 'MeterDefinition'");
  const plan = await database.query(`explain (generic_plan, format json) ${statement}`);
  await database.end();
  interface Node {
    readonly Alias?: string;
    readonly 'Plan Rows': number;
    readonly Plans?: readonly Node[];
  }
  const nodes = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodes)];
  const scans = nodes(plan.rows[0]['QUERY PLAN'][0].Plan).filter(({ Alias }) => Alias === 'c');
  // It expects a third of the changes to be before any moment, half of those in force, and half of those to be seen.
  for (const scan of scans) expect(scan['Plan Rows']).toBeGreaterThan(rows[0].n / 3 / 2 / 2 - 1);
  expect(scans.length).toBeGreaterThan(0);
});

test('a moment that has not come, or is older than the history, is refused', async () => {
  const { errors } = await billing.execute(PAGE, { asOf: { position: '999999999' } });
  expect(errors).toMatchObject([{ extensions: { violations: [{ rule: 'AS_OF_FUTURE', path: 'asOf.position' }] } }]);
});
