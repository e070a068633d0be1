import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { applied, entitlement, manifest, refusals } from './enablement-world.ts';
import {
  billed,
  draft,
  limit,
  meterSpec,
  metric,
  serviceSpec,
  startServices,
  stated,
  type,
  typeSpec,
  usage,
} from './refusals-world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startServices();
});
afterAll(() => app.close());

const codes = async (content: string): Promise<string[]> => {
  const { data } = await app.execute(
    'mutation ($content: String!) { apply(input: { manifests: [{ source: "a.yaml", content: $content }], validateOnly: true }) { userErrors { code } results { warnings { code field } } } }',
    { content },
  );
  expect(data.apply.userErrors).toEqual([]);
  const [result] = data.apply.results;
  return result.warnings.map(({ code, field }: { code: string; field: string }) => `${code} ${field}`);
};

test('C10.1: a service is named by its slug or its canonical name, and both are answered', async () => {
  await applied(app, entitlement('slug', 'base', 'shop'), entitlement('canonical', 'base.maker.example', 'yard'));
  const { data } = await app.execute('{ serviceEntitlements { nodes { name service { name serviceName } } } }');
  const service = { name: 'base', serviceName: 'base.maker.example' };
  expect(data.serviceEntitlements.nodes).toEqual([
    { name: 'canonical', service },
    { name: 'slug', service },
  ]);
});

test('C10.2, C10.3: names of types, labels and dimensions are as their authors write them', async () => {
  const free = type('Route', {
    gvk: { group: 'gateway.example', kind: 'HTTPRoute' },
    labels: [{ name: 'machineType' }],
  });
  expect(
    await refusals(
      app,
      draft({ monitoredResourceTypes: [type(), free], metrics: [metric('used', { dimensions: ['a.B_c'] })] }),
    ),
  ).toEqual([]);
});

test('C10.9: a Gauge and a Cumulative metric are accepted, and warned of when they are billed', async () => {
  const consumerDestinations = [
    { monitoredResourceType: type().type, metrics: ['level', 'total'].map((name) => metric(name).name) },
  ];
  const metrics = [
    metric('level', { kind: 'Gauge' }),
    metric('total', { kind: 'Cumulative' }),
    metric('free', { kind: 'Gauge' }),
  ];
  expect(await codes(draft({ metrics, billing: { consumerDestinations } }))).toEqual([
    'GAUGE_BILLED spec.metrics[0].kind',
    'CUMULATIVE_BILLED spec.metrics[1].kind',
  ]);
});

test('C10.6, C10.11, C10.14: Deprecated is billed; a missing display name comes from the name; units stay as written', async () => {
  const metrics = [metric('used', { unit: 'MiB' })];
  await applied(
    app,
    manifest('ServiceConfiguration', 'base', { ...stated, phase: 'Deprecated', metrics, billing: billed }),
  );
  const { data } = await app.execute(
    '{ service(name: "base") { meters(where: { inForce: { eq: true } }) { nodes { displayName phase inForce measurement { unit } } } resourceTypes { nodes { displayName } } } }',
  );
  expect(data.service).toEqual({
    meters: { nodes: [{ displayName: 'used', phase: 'DEPRECATED', inForce: true, measurement: { unit: 'MiB' } }] },
    resourceTypes: { nodes: [{ displayName: 'Thing' }] },
  });
  // A name may be longer than a name for people.
  const { name: long } = metric('x'.repeat(234));
  const metrics253 = [...metrics, { ...metric(), name: long }];
  const destinations = billed.consumerDestinations.map((one) => ({ ...one, metrics: [...one.metrics, long] }));
  await applied(
    app,
    manifest('ServiceConfiguration', 'base', {
      ...stated,
      phase: 'Deprecated',
      metrics: metrics253,
      billing: { consumerDestinations: destinations },
    }),
  );
  const { data: shown } = await app.execute(
    'query ($name: String!) { meterDefinition(meterName: $name) { displayName } }',
    { name: long },
  );
  expect(shown.meterDefinition).toEqual({ displayName: 'x'.repeat(128) });
});

test('C10.12: three labels name the owner of a billing document, and one is written', async () => {
  const labels = ['service', 'owner', 'owner-service'];
  const document = (label: string): string =>
    `---\n${JSON.stringify({
      apiVersion: 'billing.miloapis.com/v1alpha1',
      kind: 'MonitoredResourceType',
      metadata: { name: label, labels: { [`services.miloapis.com/${label}`]: 'base.maker.example' } },
      spec: {
        resourceTypeName: `base.maker.example/${label}`,
        phase: 'Published',
        displayName: label,
        gvk: { group: 'base.maker.example', kind: label },
        labels: typeSpec.labels,
      },
    })}\n`;
  await applied(app, ...labels.map(document));
  const { data } = await app.execute(
    '{ monitoredResourceTypes(where: { name: { in: ["service", "owner", "owner-service"] } }) { nodes { name service { name } } } }',
  );
  expect(data.monitoredResourceTypes.nodes).toEqual(labels.sort().map((name) => ({ name, service: { name: 'base' } })));
  const { data: derived } = await app.execute(
    '{ meterDefinition(meterName: "base.maker.example/used") { labels { key value } } }',
  );
  expect(derived.meterDefinition.labels).toEqual([
    { key: 'app.kubernetes.io/managed-by', value: 'services.miloapis.com' },
    { key: 'services.miloapis.com/service', value: 'base.maker.example' },
  ]);
});

test('C10.15: a limit counts in the unit of its metric, which its own unit has to be', async () => {
  const limited = (unit: string): Promise<string[]> => refusals(app, draft({ quota: { limits: [limit({ unit })] } }));
  for (const unit of ['1', '1/{project}', 'By', 'By/{project}', 'byte']) expect(await limited(unit)).toEqual([]);
  expect(await limited('GiBy')).toEqual(['LIMIT_UNIT ServiceConfiguration/draft spec.quota.limits[0].unit']);
});

test('C10.5: canonical names are unique, whatever kind of document states them', async () => {
  const alone = manifest('MeterDefinition', 'alone', { ...meterSpec, meterName: 'base.maker.example/used' });
  expect(await refusals(app, alone)).toContain('DUPLICATE_METER_NAME MeterDefinition/alone spec.meterName');
  expect(await refusals(app, draft({ charges: [usage()] }))).toEqual([]);
});

test('C10.4: a type is found by its name, and by the group and Kind that quota and audit know', async () => {
  const { data } = await app.execute(
    `{ canonicalNames(names: ["base.maker.example/Thing"]) { resourceType { gvk { group kind } } }
       resourceTypesOfKinds(kinds: [{ apiGroup: "base.maker.example", kind: "Thing" }]) { resourceTypes { resourceTypeName } } }`,
  );
  expect(data).toEqual({
    canonicalNames: [{ resourceType: { gvk: { group: 'base.maker.example', kind: 'Thing' } } }],
    resourceTypesOfKinds: [{ resourceTypes: [{ resourceTypeName: 'base.maker.example/Thing' }] }],
  });
});

test('C10.7, C10.13: what is deprecated goes on for those who use it, and each step has its instant', async () => {
  const end = (phase: string): string[] => [
    manifest('Service', 'end', { ...serviceSpec, serviceName: 'end.maker.example', phase, displayName: 'End' }),
    manifest('MeterDefinition', 'end', {
      ...meterSpec,
      meterName: 'end.maker.example/used',
      owner: { service: 'end.maker.example' },
      phase,
    }),
  ];
  const instants = 'phase publishedAt deprecatedAt retiredAt';
  const read = async (): Promise<Record<string, unknown>[]> => {
    const { data } = await app.execute(
      `{ service(name: "end") { ${instants} } meterDefinition(meterName: "end.maker.example/used") { ${instants} } }`,
    );
    return [data.service, data.meterDefinition];
  };
  await applied(app, ...end('Published'), entitlement('end', 'end', 'shop'));
  const published = await read();
  await applied(app, ...end('Deprecated'));
  const deprecated = await read();
  const { data } = await app.execute(
    '{ serviceEntitlements(where: { name: { eq: "end" } }) { nodes { phase } } meterDefinition(meterName: "end.maker.example/used") { inForce } }',
  );
  expect(data).toEqual({ serviceEntitlements: { nodes: [{ phase: 'ACTIVE' }] }, meterDefinition: { inForce: true } });
  await applied(app, ...end('Retired'));
  const retired = await read();
  const given = expect.stringMatching(/^2/);
  published.forEach((one, index) => {
    const [then, last] = [deprecated[index], retired[index]];
    expect(one).toEqual({ phase: 'PUBLISHED', publishedAt: given, deprecatedAt: null, retiredAt: null });
    expect(then).toEqual({ ...one, phase: 'DEPRECATED', deprecatedAt: given });
    expect(last).toEqual({ ...then, phase: 'RETIRED', retiredAt: given });
  });
});

test('C10.17: samples of upstream that break its own rules are reported on, with what is wrong', async () => {
  const { owner: _, ...spec } = meterSpec;
  const sample = `---\n${JSON.stringify({
    apiVersion: 'billing.miloapis.com/v1alpha1',
    kind: 'MeterDefinition',
    metadata: { name: 'sample', labels: { 'services.miloapis.com/owner': 'base.maker.example' } },
    spec,
  })}\n`;
  expect(await refusals(app, sample)).toEqual(['REQUIRED MeterDefinition/sample spec.monitoredResourceTypes']);
  const { type: resourceTypeName, ...named } = type('Log');
  expect(await refusals(app, draft({ monitoredResourceTypes: [type(), { resourceTypeName, ...named }] }))).toEqual([
    'REQUIRED ServiceConfiguration/draft spec.monitoredResourceTypes[1].type',
    'UNKNOWN_FIELD ServiceConfiguration/draft spec.monitoredResourceTypes[1].resourceTypeName',
  ]);
  await applied(
    app,
    manifest('ServiceAvailability', 'sample', {
      serviceRef: { name: 'base' },
      locationRef: { name: 'somewhere', namespace: 'default' },
    }),
  );
});

test('C5.3l: a price says how many units of its metric are one of its own, exactly, and else why not', async () => {
  const priced = [
    ['bytes', 'By', 'GiBy'],
    ['seconds', 's', 'h'],
    ['hours', 'h', 's'],
    ['calls', '{call}', 'k{call}'],
  ] as const;
  const [group, serviceName] = ['priced.maker.example', 'priced.maker.example'];
  await applied(
    app,
    manifest('Service', 'priced', { ...serviceSpec, serviceName, displayName: 'Priced' }),
    manifest('ServiceConfiguration', 'priced', {
      serviceRef: { name: 'priced' },
      phase: 'Published',
      monitoredResourceTypes: [{ type: `${serviceName}/T`, gvk: { group, kind: 'T' } }],
      metrics: priced.map(([name, unit]) => ({ name: `${serviceName}/${name}`, kind: 'Delta', unit })),
      billing: {
        consumerDestinations: [
          { monitoredResourceType: `${serviceName}/T`, metrics: priced.map(([name]) => `${serviceName}/${name}`) },
        ],
      },
      charges: priced.map(([name, , pricingUnit]) => ({
        name: `${serviceName}/${name}-price`,
        chargeType: 'Usage',
        usage: { metricRef: `${serviceName}/${name}`, pricingUnit, rates: [{ flat: '1' }] },
      })),
    }),
  );
  const { data } = await app.execute(
    '{ service(name: "priced") { servicePricings { nodes { statedAs conversion conversionFactor } } } }',
  );
  expect(data.service.servicePricings.nodes).toEqual([
    { statedAs: `${serviceName}/bytes-price`, conversion: 'EXACT', conversionFactor: '1073741824' },
    { statedAs: `${serviceName}/calls-price`, conversion: 'EXACT', conversionFactor: '1000' },
    { statedAs: `${serviceName}/hours-price`, conversion: 'EXACT', conversionFactor: '1/3600' },
    { statedAs: `${serviceName}/seconds-price`, conversion: 'EXACT', conversionFactor: '3600' },
  ]);
});
