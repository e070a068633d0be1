import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCatalog } from '../../src/catalog/model.ts';
import { domains } from '../../src/domains/index.ts';
import { applyAll, doc } from '../authz/world.ts';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
  await applyAll(
    app,
    doc('ApiResource', 'edge-route', {
      serviceRef: { name: 'edge-example-com' },
      singularName: 'Route',
      pluralName: 'Routes',
      versionRefs: [{ name: 'edge-example-com.v1' }],
    }),
  );
});
afterAll(() => app.close());

const explain = { 'x-catalog-explain': 'true' };

/** `meterDefinitionsByMeterName(meterNames)` of each kind that has natural keys. */
const fields = createCatalog(domains).kinds.flatMap(({ kind, listField, keys }) =>
  keys.map((path) => {
    const key = path.split('.').at(-1) ?? path;
    const field = `${listField}By${key.charAt(0).toUpperCase()}${key.slice(1)}`;
    return { kind, listField, field, key };
  }),
);

test('every natural key has a look-up in bulk', () => {
  expect(fields.map(({ field }) => field).sort()).toEqual([
    'apiResourcesByFqn',
    'meterDefinitionsByMeterName',
    'monitoredResourceTypesByResourceTypeName',
    'resourceRegistrationsByResourceType',
    'servicesByServiceName',
  ]);
});

test.each(fields)(
  '$field answers in the order asked: twice what is asked twice, null for what there is not (C5.3g)',
  async ({ listField, field, key }) => {
    const { data } = await app.execute(`{ all: ${listField}(first: 3) { nodes { ${key} } } }`);
    const known: string[] = data.all.nodes.map((node: Record<string, string>) => node[key]);
    expect(known.length).toBeGreaterThan(0);
    const asked = [...known.toReversed(), 'no.such.example.com/name', known[0], ''];
    const document = `query ($keys: [String!]!) { found: ${field}(${key}s: $keys) { ${key} name } }`;
    const answer = await app.execute(document, { keys: asked }, explain);
    const names = answer.data.found.map((node: Record<string, string> | null) => node?.[key] ?? null);
    expect(names).toEqual(asked.map((name) => (known.includes(name ?? '') ? name : null)));
    expect(answer.extensions?.explain.statements).toBe(1);
  },
);

test('a bulk look-up finds nothing that is hidden, in no place', async () => {
  await applyAll(app, limited());
  const document =
    '{ servicesByServiceName(serviceNames: ["limited.example.com", "edge.example.com"]) { serviceName } }';
  const seen = (await app.execute(document)).data.servicesByServiceName;
  expect(seen).toEqual([{ serviceName: 'limited.example.com' }, { serviceName: 'edge.example.com' }]);
  const outside = await app.as('outsider').execute(document);
  expect(outside.data.servicesByServiceName).toEqual([null, { serviceName: 'edge.example.com' }]);
});

test('a bulk look-up takes no key, a page of keys, and no more', async () => {
  const document = 'query ($keys: [String!]!) { meterDefinitionsByMeterName(meterNames: $keys) { id } }';
  const none = await app.execute(document, { keys: [] });
  expect(none.data.meterDefinitionsByMeterName).toEqual([]);
  const names = Array.from({ length: 1_001 }, (_, index) => `a.example.com/m${index}`);
  const most = await app.execute(document, { keys: names.slice(1) }, explain);
  expect(most.data.meterDefinitionsByMeterName).toEqual(Array(1_000).fill(null));
  expect(most.extensions?.explain.statements).toBe(1);
  const { errors } = await app.execute(document, { keys: names });
  expect(errors).toMatchObject([
    {
      message: 'meterNames has 1001 entries, more than the 1000 of one call',
      extensions: { code: 'BAD_USER_INPUT', violations: [{ rule: 'PAGE_TOO_LARGE', path: 'meterNames' }] },
    },
  ]);
});

test('a bulk look-up costs as much as a page of as many objects', async () => {
  // Below each of them a page of 1,000: more than one operation may cost.
  const keys = Array.from({ length: 1_000 }, (_, index) => `s${index}.example.com`);
  const document =
    'query ($keys: [String!]!) { servicesByServiceName(serviceNames: $keys) { meters(first: 1000) { nodes { id } } } }';
  const { errors } = await app.execute(document, { keys });
  expect(errors?.[0]?.extensions).toMatchObject({ violations: [{ rule: 'COMPLEXITY' }] });
});

/** A service with limits, on metrics that count for quota alone; one of them has a registration made by hand. */
const limited = (): string => {
  const consumerType = { apiGroup: 'resourcemanager.miloapis.com', kind: 'Project' };
  const service = doc('Service', 'limited', {
    serviceName: 'limited.example.com',
    phase: 'Published',
    displayName: 'Limited',
    owner: { producerProjectRef: { name: 'milo-compute' } },
  });
  const configuration = doc('ServiceConfiguration', 'limited-1', {
    serviceRef: { name: 'limited' },
    phase: 'Published',
    metrics: [
      { name: 'limited.example.com/things', displayName: 'Things', kind: 'Gauge', unit: '{thing}' },
      { name: 'limited.example.com/cores', kind: 'Gauge', unit: '{core}' },
      { name: 'limited.example.com/free', kind: 'Gauge', unit: '1' },
    ],
    billing: { quotaGating: 'BillingEntitlement' },
    quota: {
      limits: [
        {
          name: 'things-per-project',
          metric: 'limited.example.com/things',
          consumerType,
          unit: '1',
          defaultLimit: 10,
          maxLimit: 100,
          displayName: 'Number of things',
        },
        { name: 'cores-per-project', metric: 'limited.example.com/cores', consumerType, unit: '1', defaultLimit: 4 },
      ],
      metricRules: [
        {
          selector: { apiGroup: 'limited.example.com', kind: 'Thing' },
          metricCosts: { 'limited.example.com/things': 1, 'limited.example.com/cores': 2 },
        },
        {
          selector: { apiGroup: 'limited.example.com', kind: 'Big' },
          metricCosts: { 'limited.example.com/cores': 16 },
        },
      ],
    },
  });
  const registration = JSON.stringify({
    apiVersion: 'quota.miloapis.com/v1alpha1',
    kind: 'ResourceRegistration',
    metadata: { name: 'cores', annotations: { 'kubernetes.io/display-name': 'Cores' } },
    spec: {
      consumerType,
      type: 'Allocation',
      resourceType: 'limited.example.com/cores',
      baseUnit: 'core',
      displayUnit: 'cores',
      unitConversionFactor: 1,
      claimingResources: [{ apiGroup: 'limited.example.com', kind: 'Thing' }],
    },
  });
  const entitlement = doc(
    'ServiceEntitlement',
    'limited',
    { serviceRef: { name: 'limited' } },
    { project: 'northwind-web' },
  );
  const runtime = doc('ServiceRuntime', 'limited', {
    serviceRef: { name: 'limited' },
    visibility: 'Private',
    globalDomain: 'limited.apis.example.com',
    primaryRegionRef: { name: 'eu-central' },
  });
  const version = doc('ServiceVersion', 'limited.v1', {
    serviceRef: { name: 'limited' },
    version: 'v1',
    phase: 'Published',
  });
  return `${service}${version}${runtime}${configuration}---\n${registration}\n${entitlement}`;
};

test('telemetry and audit learn in one statement what names stand for (C5.1g)', async () => {
  await applyAll(app, limited());
  const document = `query ($names: [String!]!) { canonicalNames(names: $names) { name
    service { displayName } meter { displayName service { name } } resourceType { gvk { group kind } }
    resourceRegistration { name } quotaLimits { name metric defaultLimit } } }`;
  const names = [
    'limited.example.com/cores',
    'edge.example.com/Route',
    'no.such/name',
    'limited.example.com',
    'gateway.networking.k8s.io/httproutes',
    'things-per-project',
    'no.such/name',
  ];
  const answer = await app.execute(document, { names }, explain);
  expect(answer.extensions?.explain.statements).toBe(1);
  const nothing = { service: null, meter: null, resourceType: null, resourceRegistration: null, quotaLimits: [] };
  const things = { name: 'things-per-project', metric: 'limited.example.com/things', defaultLimit: '10' };
  const cores = { name: 'cores-per-project', metric: 'limited.example.com/cores', defaultLimit: '4' };
  const expected = [
    {
      resourceRegistration: { name: 'cores' },
      quotaLimits: [cores],
    },
    { resourceType: { gvk: { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' } } },
    {},
    { service: { displayName: 'Limited' } },
    { resourceRegistration: { name: 'routes-per-project' } },
    { quotaLimits: [things] },
    {},
  ];
  expect(answer.data.canonicalNames).toEqual(
    expected.map((one, index) => ({ name: names[index], ...nothing, ...one })),
  );
  const hidden = await app
    .as('outsider')
    .execute(document, { names: ['limited.example.com/cores', 'things-per-project'] });
  expect(hidden.data.canonicalNames).toEqual(
    ['limited.example.com/cores', 'things-per-project'].map((name) => ({ name, ...nothing })),
  );
});

test('resource types are found by API group and Kind, several or none of each (C5.3f)', async () => {
  await applyAll(
    app,
    doc('MonitoredResourceType', 'second-route', {
      resourceTypeName: 'buckets.example.com/RouteBucket',
      phase: 'Retired',
      displayName: 'Route bucket',
      owner: { service: 'buckets.example.com' },
      gvk: { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' },
    }),
  );
  const document = `query ($kinds: [KindKeyInput!]!) { resourceTypesOfKinds(kinds: $kinds) { apiGroup kind
    resourceTypes { resourceTypeName phase inForce serviceName serviceDisplayName meterNames declaredLabels { name } } } }`;
  const kinds = [
    { apiGroup: 'no.example.com', kind: 'Nothing' },
    { apiGroup: 'gateway.networking.k8s.io', kind: 'HTTPRoute' },
  ];
  const answer = await app.execute(document, { kinds }, explain);
  expect(answer.extensions?.explain.statements).toBe(1);
  expect(answer.data.resourceTypesOfKinds).toEqual([
    { ...kinds[0], resourceTypes: [] },
    {
      ...kinds[1],
      resourceTypes: [
        {
          resourceTypeName: 'edge.example.com/Route',
          phase: 'PUBLISHED',
          inForce: true,
          serviceName: 'edge.example.com',
          serviceDisplayName: 'HTTP Edge',
          meterNames: ['connection-seconds', 'egress-bytes', 'ingress-bytes', 'requests'].map(
            (name) => `edge.example.com/route/${name}`,
          ),
          declaredLabels: [{ name: 'region' }, { name: 'gateway_class' }],
        },
        {
          resourceTypeName: 'buckets.example.com/RouteBucket',
          phase: 'RETIRED',
          inForce: false,
          serviceName: 'buckets.example.com',
          serviceDisplayName: 'Buckets',
          meterNames: [],
          declaredLabels: [],
        },
      ],
    },
  ]);
});

test('quota reads limits, claim rules, names and owners of resource types in one statement (C5.1e, goal 12)', async () => {
  await applyAll(app, limited());
  const document = `query ($types: [String!]!) { quotaResources(resourceTypes: $types) {
    resourceType origin displayName gating revisionNumber service { displayName } registration { type baseUnit }
    limits { name unit defaultLimit maxLimit consumerType { kind } } claimRules { apiGroup kind cost } } }`;
  const types = [
    'limited.example.com/cores',
    'no.such/thing',
    'gateway.networking.k8s.io/httproutes',
    'limited.example.com/things',
  ];
  await app.as('quota').execute('{ services { totalCount } }'); // From then on its access is known.
  const answer = await app.as('quota').execute(document, { types }, explain);
  expect(answer.extensions?.explain.statements).toBe(1);
  const consumerType = { kind: 'Project' };
  const none = {
    origin: null,
    displayName: null,
    gating: null,
    revisionNumber: null,
    service: null,
    registration: null,
    limits: [],
    claimRules: [],
  };
  expect(answer.data.quotaResources).toEqual([
    {
      resourceType: 'limited.example.com/cores',
      origin: 'HAND_MADE',
      displayName: 'Cores',
      gating: 'BILLING_ENTITLEMENT',
      revisionNumber: 1,
      service: { displayName: 'Limited' },
      registration: { type: 'ALLOCATION', baseUnit: 'core' },
      limits: [{ name: 'cores-per-project', unit: '1', defaultLimit: '4', maxLimit: null, consumerType }],
      claimRules: [
        { apiGroup: 'limited.example.com', kind: 'Big', cost: '16' },
        { apiGroup: 'limited.example.com', kind: 'Thing', cost: '2' },
      ],
    },
    { ...none, resourceType: 'no.such/thing' },
    {
      ...none,
      resourceType: 'gateway.networking.k8s.io/httproutes',
      origin: 'HAND_MADE',
      displayName: 'Routes',
      service: { displayName: 'HTTP Edge' },
      registration: { type: 'ENTITY', baseUnit: 'route' },
    },
    {
      resourceType: 'limited.example.com/things',
      origin: 'GENERATED',
      displayName: 'Number of things',
      gating: 'BILLING_ENTITLEMENT',
      revisionNumber: 1,
      service: { displayName: 'Limited' },
      registration: { type: 'ENTITY', baseUnit: '1' },
      limits: [{ name: 'things-per-project', unit: '1', defaultLimit: '10', maxLimit: '100', consumerType }],
      claimRules: [{ apiGroup: 'limited.example.com', kind: 'Thing', cost: '1' }],
    },
  ]);
  const projects = `query ($types: [String!]!) { quotaResources(resourceTypes: $types) { entitledProjects { nodes { name } } meter { name } metric { unit kind } } }`;
  const entitled = await app.as('quota').execute(projects, { types }, explain);
  expect(entitled.extensions?.explain.statements).toBe(2);
  // Quota sees whom a service is granted to, and what the meters of limited metrics are called.
  const limitedTo = { nodes: [{ name: 'northwind-web' }] };
  expect(entitled.data.quotaResources[0]).toEqual({
    entitledProjects: limitedTo,
    meter: null,
    metric: { unit: '{core}', kind: 'GAUGE' },
  });
  expect(entitled.data.quotaResources[1]).toEqual({
    entitledProjects: { nodes: [] },
    meter: null,
    metric: null,
  });
  const hidden = await app.as('outsider').execute(document, { types });
  expect(hidden.data.quotaResources).toEqual(
    types.map((resourceType) => ({
      ...none,
      resourceType,
      service: null,
    })),
  );
});

test('a consumer learns in one statement where its own list and the catalog do not agree (goal 14)', async () => {
  await applyAll(app, limited());
  const findings = 'missingCount extraCount differentCount findings { name is differences { field theirs ours } }';
  const document = `query ($meters: [ReconciledMeterInput!]!, $types: [ReconciledResourceTypeInput!]!, $limits: [ReconciledLimitInput!]!) {
    meters: meterReconciliation(meters: $meters, after: "edge.example.com/", through: "limited.example.com/z") { ${findings} }
    types: resourceTypeReconciliation(resourceTypes: $types) { ${findings} }
    limits: quotaLimitReconciliation(limits: $limits) { ${findings} } }`;
  const { data } = await app.execute(
    '{ meterDefinitions(first: 1000, where: { inForce: { eq: true }, meterName: { startsWith: "edge.example.com/" } }) { nodes { meterName displayName measurement { unit aggregation dimensions } } } }',
  );
  const ofEdge = data.meterDefinitions.nodes.map(
    (node: { meterName: string; displayName: string; measurement: { dimensions: string[] } }) => ({
      name: node.meterName,
      displayName: node.displayName,
      ...node.measurement,
      dimensions: node.measurement.dimensions.toReversed(),
    }),
  );
  const [first, ...others] = ofEdge;
  const meters = [
    { ...first, unit: 'parsecs', aggregation: 'MAX', dimensions: ['zone'] },
    ...others.slice(1),
    { name: 'edge.example.com/unheard' },
    { name: 'limited.example.com/cores', isBillable: false, phase: 'PUBLISHED' },
    { name: 'limited.example.com/free', unit: '1' },
    { name: 'out.of/range', unit: 's' },
  ];
  const types = [
    {
      name: 'edge.example.com/Route',
      apiGroup: 'gateway.networking.k8s.io',
      kind: 'Route',
      labels: ['gateway_class', 'region'],
    },
  ];
  const limits = [
    { name: 'things-per-project', defaultLimit: 11, maxLimit: 100, unit: '1' },
    { name: 'old-limit', defaultLimit: 1 },
  ];
  const answer = await app.execute(document, { meters, types, limits }, explain);
  expect(answer.extensions?.explain.statements).toBe(3);
  expect(answer.data.meters).toEqual({
    missingCount: 1,
    extraCount: 3,
    differentCount: 1,
    findings: [
      {
        name: first.name,
        is: 'DIFFERENT',
        differences: [
          { field: 'aggregation', theirs: 'Max', ours: 'Sum' },
          { field: 'unit', theirs: 'parsecs', ours: first.unit },
          { field: 'dimensions', theirs: 'zone', ours: first.dimensions.toSorted().join(', ') },
        ],
      },
      { name: others[0].name, is: 'MISSING', differences: [] },
      { name: 'edge.example.com/unheard', is: 'EXTRA', differences: [] },
      { name: 'limited.example.com/cores', is: 'EXTRA', differences: [] },
      { name: 'limited.example.com/free', is: 'EXTRA', differences: [] },
    ].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  });
  const route = answer.data.types.findings.find(({ name }: { name: string }) => name === 'edge.example.com/Route');
  expect(route).toEqual({
    name: 'edge.example.com/Route',
    is: 'DIFFERENT',
    differences: [{ field: 'kind', theirs: 'Route', ours: 'HTTPRoute' }],
  });
  expect(answer.data.types.missingCount).toBeGreaterThan(2);
  // No bound is 0, whichever of the two is said.
  const unbounded = await app.execute(
    '{ quotaLimitReconciliation(limits: [{ name: "cores-per-project", maxLimit: 0 }], after: "cores", through: "coret") { findings { name } } }',
  );
  expect(unbounded.data.quotaLimitReconciliation).toEqual({ findings: [] });
  const found = answer.data.limits.findings.filter(({ name }: { name: string }) => /things|cores|old/.test(name));
  expect(found).toEqual([
    { name: 'cores-per-project', is: 'MISSING', differences: [] },
    { name: 'old-limit', is: 'EXTRA', differences: [] },
    {
      name: 'things-per-project',
      is: 'DIFFERENT',
      differences: [{ field: 'defaultLimit', theirs: '11', ours: '10' }],
    },
  ]);
  // Hidden looks absent: nothing is missing in the list of somebody who sees nothing of it.
  const outside = await app.as('outsider').execute(document, { meters, types: [], limits });
  expect(outside.data.limits).toMatchObject({ missingCount: 0, extraCount: 2, differentCount: 0 });
  const one = await app.execute('{ meterReconciliation(meters: [], most: 1) { missingCount findings { is } } }');
  expect(one.data.meterReconciliation.findings).toEqual([{ is: 'MISSING' }]);
  expect(one.data.meterReconciliation.missingCount).toBeGreaterThan(5);
});
