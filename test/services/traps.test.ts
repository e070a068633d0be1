import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { applied, entitlement, manifest, refusals, tenants } from './enablement-world.ts';
import {
  billed,
  draft,
  limit,
  meterSpec,
  metric,
  serviceSpec,
  stated,
  type,
  typeSpec,
  usage,
} from './refusals-world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await applied(app, tenants, manifest('Service', 'base', serviceSpec));
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
    '{ service(name: "base") { meters { nodes { displayName phase inForce measurement { unit } } } resourceTypes { nodes { displayName } } } }',
  );
  expect(data.service).toEqual({
    meters: { nodes: [{ displayName: 'used', phase: 'DEPRECATED', inForce: true, measurement: { unit: 'MiB' } }] },
    resourceTypes: { nodes: [{ displayName: 'Thing' }] },
  });
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
