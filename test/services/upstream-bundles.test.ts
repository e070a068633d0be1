import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { TestApp } from '../kit/app.ts';
import { openShell } from '../kit/command.ts';
import { project as aProject, applied, entitlement, manifest, refusals, service } from './enablement-world.ts';
import type { Output } from './outputs-model.ts';
import { inOrder, outputKinds, readOutputs } from './read-outputs.ts';
import { project, startServices } from './refusals-world.ts';

/*
 * Upstream's own files, what follows from them row by row of section 4 of the reference, and what upstream's hand-made
 * objects say differently.
 */

const kinds = ['MonitoredResourceType', 'MeterDefinition', ...outputKinds];
const upstream = (name: string): Promise<string> =>
  readFile(new URL(`../../../shared/manifests/services/${name}.yaml`, import.meta.url), 'utf8');

let app: TestApp;
let compute: Output[];
let network: Output[];
/** Position before anything of it was there. */
let start: string;
beforeAll(async () => {
  app = await startServices();
  const apart = [aProject('datum-cloud', 'north'), aProject('compute-platform', 'north')];
  const ipam = {
    serviceName: 'ipam.miloapis.com',
    phase: 'Published',
    displayName: 'IPAM',
    owner: { producerProjectRef: { name: 'datum-cloud' } },
  };
  await applied(app, ...apart, manifest('Service', 'ipam-miloapis-com', ipam));
  for (const name of ['network-services-operator-service', 'compute-service', 'services_v1alpha1_service'])
    await applied(app, await upstream(name));
  const { data } = await app.execute('query ($at: MomentInput!) { catalogAsOf(at: $at) { position } }', {
    at: { time: new Date().toISOString() },
  });
  start = data.catalogAsOf.position;
  for (const name of ['network-services-operator-service-configuration', 'compute-service-configuration'])
    await applied(app, await upstream(name));
  await patched('network-services-operator-service-configuration-charges', []);
  await applied(app, entitlement('compute', 'compute', 'shop'));
  compute = inOrder(await readOutputs(app, 'compute.datumapis.com', kinds));
  network = inOrder(await readOutputs(app, 'networking.datumapis.com', kinds));
});
afterAll(() => app.close());

/** Applies a file that says a part of an object, as kustomize merges it. */
async function patched(name: string, refused: readonly string[]): Promise<void> {
  const { data, errors } = await app.execute(
    'mutation ($content: String!) { apply(input: { manifests: [{ content: $content }], manager: "charges" }) { userErrors { code field } } }',
    { content: await upstream(name) },
  );
  expect(errors).toBeUndefined();
  const told = data.apply.userErrors as { code: string; field: string }[];
  expect(told.map(({ code, field }) => `${code} ${field}`)).toEqual(refused);
}

interface Bundle {
  readonly spec: {
    readonly monitoredResourceTypes: readonly Record<string, unknown>[];
    readonly metrics: readonly Record<string, unknown>[];
  };
}
const textOf = async (file: string, list: keyof Bundle['spec'], key: string, name: string): Promise<unknown> => {
  const { spec } = parse(await upstream(file)) as Bundle;
  return spec[list].find((entry) => entry[key] === name)?.description;
};

const of = (outputs: readonly Output[], ...wanted: readonly string[]): Output[] =>
  outputs.filter(({ kind }) => wanted.includes(kind));

const instant = expect.stringMatching(/^2\d{3}-/);
const follows = (configuration: string) => ({ revisionNumber: 1, configuration: { name: configuration } });

test('C4.1 each resource type becomes a MonitoredResourceType: name and description of its labels, and no more', async () => {
  const [route, instance] = [
    await textOf(
      'network-services-operator-service-configuration',
      'monitoredResourceTypes',
      'type',
      'networking.datumapis.com/HTTPRoute',
    ),
    await textOf('compute-service-configuration', 'monitoredResourceTypes', 'type', 'compute.datumapis.com/Instance'),
  ];
  const status = (configuration: string) => ({ inForce: true, ...follows(configuration), publishedAt: instant });
  expect(of(network, 'MonitoredResourceType')).toEqual([
    {
      kind: 'MonitoredResourceType',
      name: 'networking-datumapis-com-httproute',
      spec: {
        resourceTypeName: 'networking.datumapis.com/HTTPRoute',
        phase: 'Published',
        displayName: 'HTTP Route',
        description: route,
        gvk: { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' },
        labels: [
          { name: 'region', description: 'Datum deployment region serving the requests.' },
          { name: 'gateway', description: 'Name of the underlying Gateway resource.' },
          { name: 'gateway_namespace', description: 'Namespace of the underlying Gateway resource.' },
          { name: 'gateway_class', description: 'GatewayClass of the underlying Gateway.' },
          { name: 'httproute_name', description: 'Name of the HTTPRoute that served the request.' },
          { name: 'httproute_namespace', description: 'Namespace of the HTTPRoute that served the request.' },
          { name: 'project_name', description: 'Name of the project serving the request.' },
        ],
      },
      status: status('networking-datumapis-com'),
    },
  ]);
  expect(of(compute, 'MonitoredResourceType')).toEqual([
    {
      kind: 'MonitoredResourceType',
      name: 'compute-datumapis-com-instance',
      spec: {
        resourceTypeName: 'compute.datumapis.com/Instance',
        phase: 'Published',
        displayName: 'Compute Instance',
        description: instance,
        gvk: { group: 'compute.datumapis.com', kind: 'Instance' },
        labels: [
          { name: 'region', description: 'The region where the instance is running.' },
          { name: 'tier', description: 'The service tier of the instance.' },
          { name: 'runtime_class', description: expect.stringMatching(/^The execution tier the instance runs in\./) },
        ],
      },
      status: status('compute'),
    },
  ]);
});

const routeDimensions = [
  'region',
  'gateway',
  'gateway_namespace',
  'gateway_class',
  'httproute_name',
  'httproute_namespace',
  'project_name',
];

test.each([
  [
    'networking',
    'gateway/requests',
    'HTTP Route Requests',
    'HTTP requests proxied through the route.',
    'Delta',
    '{request}',
  ],
  [
    'networking',
    'gateway/egress-bytes',
    'HTTP Route Egress Bytes',
    'Bytes sent downstream by the route.',
    'Delta',
    'By',
  ],
  [
    'networking',
    'gateway/ingress-bytes',
    'HTTP Route Ingress Bytes',
    'Bytes received from clients by the route.',
    'Delta',
    'By',
  ],
  [
    'networking',
    'gateway/connection-seconds',
    'HTTP Route Connection Seconds',
    'Seconds long-lived connections (e.g. WebSocket) are held open.',
    'Delta',
    's',
  ],
  [
    'compute',
    'instance/milli-cpu-seconds',
    'Compute Instance Milli-CPU Seconds',
    'Milli-CPU seconds consumed by a running instance.',
    'Cumulative',
    '{millicore}.s',
  ],
  [
    'compute',
    'instance/memory-seconds',
    'Compute Instance Memory Seconds',
    'Memory byte-seconds consumed by a running instance.',
    'Cumulative',
    'By.s',
  ],
  [
    'compute',
    'instance/cpu-allocated',
    'Compute Instance CPU Allocated',
    'Number of vCPUs allocated to an instance.',
    'Gauge',
    '{cpu}',
  ],
  [
    'compute',
    'instance/memory-allocated',
    'Compute Instance Memory Allocated',
    'Bytes of memory allocated to an instance.',
    'Gauge',
    'By',
  ],
  [
    'compute',
    'instance/uptime-seconds',
    'Compute Instance Uptime',
    'Seconds the instance has been in a running state.',
    'Cumulative',
    's',
  ],
] as const)(
  'C4.2 the billed metric %s %s becomes a MeterDefinition',
  (family, path, displayName, description, kind, unit) => {
    const meterName = `${family}.datumapis.com/${path}`;
    const isRoute = family === 'networking';
    const name = meterName.replaceAll(/[./]/g, '-');
    expect((isRoute ? network : compute).filter((one) => one.name === name)).toEqual([
      {
        kind: 'MeterDefinition',
        name,
        spec: {
          meterName,
          phase: 'Published',
          displayName,
          description,
          measurement: {
            aggregation: kind === 'Gauge' ? 'Latest' : 'Sum',
            unit,
            dimensions: isRoute ? routeDimensions : ['runtime_class'],
          },
          billing: { consumedUnit: unit, pricingUnit: unit },
          monitoredResourceTypes: [`${family}.datumapis.com/${isRoute ? 'HTTPRoute' : 'Instance'}`],
        },
        status: {
          inForce: true,
          isBillable: true,
          metricKind: kind,
          conversionFactor: '1',
          conversion: 'Exact',
          ...follows(isRoute ? 'networking-datumapis-com' : 'compute'),
          resourceTypes: [{ name: isRoute ? 'networking-datumapis-com-httproute' : 'compute-datumapis-com-instance' }],
          publishedAt: instant,
        },
      },
    ]);
  },
);

test('C4.2c metrics that only count for quota are no meters', () => {
  expect(of(compute, 'MeterDefinition')).toHaveLength(5);
  expect(of(network, 'MeterDefinition')).toHaveLength(4);
});

test('C4.3 each charge becomes a ServicePricing in milo-system', () => {
  expect(of(network, 'ServicePricing')).toEqual([
    {
      kind: 'ServicePricing',
      name: 'networking-datumapis-com--gateway-requests',
      namespace: 'milo-system',
      spec: {
        serviceRef: 'networking.datumapis.com',
        chargeType: 'Usage',
        displayName: 'ALB Requests',
        currency: 'USD',
        metric: 'networking.datumapis.com/gateway/requests',
        pricingUnit: 'request',
        rates: [{ flat: '0.000001' }],
      },
      status: {
        conversionFactor: '1',
        conversion: 'Exact',
        phase: 'Published',
        statedAs: 'networking.datumapis.com/gateway/requests',
        configuration: { name: 'networking-datumapis-com' },
      },
    },
  ]);
});

test('C4.3 the charges of compute name a metric that its configuration does not have, and are refused', async () => {
  await patched('compute-service-configuration-charges', ['UNKNOWN_METRIC spec.charges[0].usage.metricRef']);
  expect(of(await readOutputs(app, 'compute.datumapis.com'), 'ServicePricing')).toEqual([]);
});

/** Display name, description, metric, unit and default of the limits of compute, by their names. */
const limits = [
  [
    'compute-instances',
    'Instances',
    'Maximum number of compute instances that can run within a project.',
    'instances',
    'instance',
    10,
  ],
  [
    'compute-memory',
    'Memory',
    'Maximum total memory (in MiB) allocatable to instances within a project.',
    'memory',
    'MiB',
    81_920,
  ],
  [
    'compute-vcpus',
    'vCPUs',
    'Maximum total vCPUs (in millicores) allocatable to instances within a project.',
    'vcpus',
    'millicore',
    40_000,
  ],
  [
    'compute-workloads',
    'Workloads',
    'Maximum number of workloads that can be created within a project.',
    'workloads',
    'instance',
    1_000,
  ],
] as const;
const fromLimit = (statedAs: string) => ({ phase: 'Published', statedAs, configuration: { name: 'compute' } });

test('C4.4 each limit becomes a ResourceRegistration: an Entity in units of 1, claimed by the Kinds of the rules', () => {
  expect(of(compute, 'ResourceRegistration')).toEqual(
    limits.map(([name, displayName, description, metric, unit]) => ({
      kind: 'ResourceRegistration',
      name,
      annotations: {
        'catalog.miloapis.com/unit': unit,
        'kubernetes.io/description': description,
        'kubernetes.io/display-name': displayName,
      },
      spec: {
        consumerType: project,
        type: 'Entity',
        resourceType: `compute.datumapis.com/${metric}`,
        description,
        baseUnit: '1',
        displayUnit: '1',
        unitConversionFactor: 1,
        claimingResources:
          metric === 'workloads' ? [{ apiGroup: 'compute.datumapis.com', kind: 'Workload' }] : [project],
      },
      status: fromLimit(name),
    })),
  );
});

test('C4.5 each metric rule becomes a ClaimCreationPolicy', () => {
  expect(of(compute, 'ClaimCreationPolicy')).toEqual([
    {
      kind: 'ClaimCreationPolicy',
      name: 'compute-datumapis-com-workload',
      spec: {
        trigger: { resource: { apiVersion: 'compute.datumapis.com/*', kind: 'Workload' } },
        target: {
          resourceClaimTemplate: {
            metadata: { name: 'workload-{{ trigger.metadata.name }}', namespace: '{{ requestInfo.namespace }}' },
            spec: { requests: [{ resourceType: 'compute.datumapis.com/workloads', amount: 1 }] },
          },
        },
      },
      status: fromLimit('compute.datumapis.com-Workload'),
    },
  ]);
});

test('C4.6 each limit becomes a ResourceGrant of its default in each project with an Active entitlement', () => {
  const grants = of(compute, 'ResourceGrant');
  // SHA-256 of `compute.datumapis.com/shop/<limit>`, worked out by hand.
  expect(grants.map(({ name }) => name)).toEqual(Object.values(grantNames).sort());
  expect(grants).toEqual(
    [...limits]
      .map(([limit, , , metric, , amount]) => ({
        kind: 'ResourceGrant',
        name: grantNames[limit],
        namespace: 'milo-system',
        project: 'shop',
        spec: {
          consumerRef: { ...project, name: 'shop' },
          allowances: [{ resourceType: `compute.datumapis.com/${metric}`, buckets: [{ amount }] }],
        },
        status: fromLimit(limit),
      }))
      .sort((left, right) => (left.name < right.name ? -1 : 1)),
  );
});

const grantNames = {
  'compute-instances': 'rg-d1e01421bc6efc9a',
  'compute-memory': 'rg-a21cc4a15a2309cf',
  'compute-vcpus': 'rg-655d8cfe679a748b',
  'compute-workloads': 'rg-497bd37f41f50602',
} as const;

test('C4.7 each user interface becomes a plugin of its portal, named after the service', () => {
  const host = (side: string) => `https://compute-${side}-ui-plugin.compute-system.svc.cluster.local`;
  const plugin = { name: 'compute-datumapis-com', status: fromLimit('compute.datumapis.com') };
  expect(of(compute, 'ConsumerPortalPlugin', 'ProviderPortalPlugin')).toEqual([
    {
      kind: 'ConsumerPortalPlugin',
      ...plugin,
      spec: {
        serviceRef: { name: 'compute' },
        assets: { baseURL: host('consumer') },
        visibility: { entitlement: 'None' },
      },
    },
    {
      kind: 'ProviderPortalPlugin',
      ...plugin,
      spec: { serviceRef: { name: 'compute' }, assets: { baseURL: host('provider') } },
    },
  ]);
});

test('C4.8 each entitlement has a ServiceConsumer in the project of the producer', async () => {
  const { data } = await app.execute(
    '{ service(name: "compute") { consumerRecords { nodes { name project { name } manifest(format: JSON, bare: true) } } } }',
  );
  const [record] = data.service.consumerRecords.nodes;
  expect(data.service.consumerRecords.nodes).toHaveLength(1);
  expect(record).toMatchObject({ name: 'compute--shop', project: { name: 'datum-cloud' } });
  expect(JSON.parse(record.manifest).spec).toEqual({
    serviceRef: { name: 'compute.datumapis.com' },
    consumerProjectRef: { name: 'shop' },
    suspended: false,
  });
});

test('C4 nothing else follows', () => {
  const counts = (outputs: readonly Output[]) =>
    Object.fromEntries([...Map.groupBy(outputs, ({ kind }) => kind)].map(([kind, all]) => [kind, all.length]));
  expect(counts(network)).toEqual({ MeterDefinition: 4, MonitoredResourceType: 1, ServicePricing: 1 });
  expect(counts(compute)).toEqual({
    ClaimCreationPolicy: 1,
    ConsumerPortalPlugin: 1,
    MeterDefinition: 5,
    MonitoredResourceType: 1,
    ProviderPortalPlugin: 1,
    ResourceGrant: 4,
    ResourceRegistration: 4,
  });
});

/** One object of each of the nine kinds that follow: kind, plural, name, namespace, project. */
const nine = [
  ['MonitoredResourceType', 'monitoredresourcetypes', 'compute-datumapis-com-instance'],
  ['MeterDefinition', 'meterdefinitions', 'compute-datumapis-com-instance-uptime-seconds'],
  ['ServicePricing', 'servicepricings', 'networking-datumapis-com--gateway-requests', 'milo-system'],
  ['ResourceRegistration', 'resourceregistrations', 'compute-memory'],
  ['ClaimCreationPolicy', 'claimcreationpolicies', 'compute-datumapis-com-workload'],
  ['ConsumerPortalPlugin', 'consumerportalplugins', 'compute-datumapis-com'],
  ['ProviderPortalPlugin', 'providerportalplugins', 'compute-datumapis-com'],
  ['ResourceGrant', 'resourcegrants', grantNames['compute-memory'], 'milo-system', 'shop'],
  ['ServiceConsumer', 'serviceconsumers', 'compute--shop', undefined, 'datum-cloud'],
] as const;

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: object;
}
const find = (manifests: readonly Named[], kind: string, name: string): Named[] =>
  manifests.filter((one) => one.kind === kind && one.metadata.name === name);

/** The nine kinds as `objects` has them, with the text of each manifest. */
async function objectsOf(derived: boolean | null, bare = false): Promise<(readonly [Named, string])[]> {
  const { data, errors } = await app.execute(
    'query ($kinds: [String!], $derived: Boolean, $bare: Boolean) { objects(kinds: $kinds, derived: $derived, first: 1000) { nodes { manifest(format: JSON, bare: $bare) } } }',
    { kinds: nine.map(([kind]) => kind), derived, bare },
  );
  expect(errors).toBeUndefined();
  const nodes = data.objects.nodes as { manifest: string }[];
  return nodes.map(({ manifest: text }) => [JSON.parse(text) as Named, text]);
}

test.each(nine)(
  'C4 a %s is read by name, among all objects, in the feed, as of then and now, and in its history',
  async (...[kind, , name, namespace, inProject]) => {
    const all = (await objectsOf(null)).map(([one]) => one);
    const [object] = find(all, kind, name);
    if (object === undefined) throw new Error('it is not among the objects');
    const field = kind.charAt(0).toLowerCase() + kind.slice(1);
    const place = [
      `name: "${name}"`,
      ...(namespace === undefined ? [] : [`namespace: "${namespace}"`]),
      ...(inProject === undefined ? [] : [`project: "${inProject}"`]),
    ].join(', ');
    const text = 'manifest(format: JSON)';
    const { data, errors } = await app.execute(
      `query ($at: MomentInput!, $earlier: MomentInput!, $kind: String!, $where: ChangeWhere) {
      one: ${field}(${place}) { ${text} history(last: 1) { nodes { type } } }
      changes(where: $where, first: 100) { events { type kind object { ${text} } } }
      now: catalogAsOf(at: $at) { object(kind: $kind, ${place}) { ${text} } }
      earlier: catalogAsOf(at: $earlier) { object(kind: $kind, ${place}) { ${text} } } }`,
      {
        kind,
        at: { time: new Date().toISOString() },
        earlier: { position: start },
        where: { kinds: [kind], names: [name] },
      },
    );
    expect(errors).toBeUndefined();
    expect(JSON.parse(data.one.manifest)).toEqual(object);
    expect(data.one.history.nodes).toEqual([{ type: 'ADDED' }]);
    const events = data.changes.events as { kind: string | null; type: string; object: { manifest: string } }[];
    const told = events
      .filter((event) => event.kind === kind)
      .map(({ type, object: { manifest } }) => [type, JSON.parse(manifest).spec]);
    expect(told).toEqual([['ADDED', object.spec]]);
    expect(JSON.parse(data.now.object.manifest).spec).toEqual(object.spec);
    expect(data.earlier.object).toBeNull();
  },
);

test('C4 what follows is got by the command line, is not written out, and applied as it is changes nothing', async () => {
  const shell = await openShell(app.url, await app.token('test-admin'));
  const plurals = nine.map(([, plural]) => plural).join(',');
  const got = await shell.run(['get', plurals, '-A', '-o', 'json']);
  const written = await shell.run(['export', plurals, '-o', 'json']);
  await shell.remove();
  expect([got.code, written.code]).toEqual([0, 0]);
  const itemsOf = ({ stdout }: { stdout: string }): Named[] => (JSON.parse(stdout) as { items: Named[] }).items;
  for (const [kind, , name] of nine) {
    expect(find(itemsOf(got), kind, name), `${kind} is got`).toHaveLength(1);
    // The record of an entitlement is an object that its producer decides on.
    const isWritten = kind === 'ServiceConsumer' ? 1 : 0;
    expect(find(itemsOf(written), kind, name), `${kind} is written out`).toHaveLength(isWritten);
  }
  const all = await objectsOf(true, true);
  const { data, errors } = await app.execute(
    'mutation ($content: String!) { apply(input: { manifests: [{ content: $content }] }) { userErrors { code subject message } counts { unchanged } } }',
    { content: all.map(([, text]) => `---\n${text}\n`).join('') },
  );
  expect(errors).toBeUndefined();
  expect(data.apply).toEqual({ userErrors: [], counts: { unchanged: all.length } });
  expect(await refusals(app, ...itemsOf(written).map((one) => `---\n${JSON.stringify(one)}\n`))).toEqual([]);
});

interface Theirs {
  readonly metadata: { readonly name: string; readonly annotations?: object };
  readonly spec: object;
}
const theirs = async (name: string): Promise<Theirs[]> =>
  parseAllDocuments(await upstream(name)).map((document) => document.toJS() as Theirs);

/** Paths at which two values differ, the smallest ones. */
function differing(left: unknown, right: unknown, path = ''): string[] {
  const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isMap(left) && isMap(right)) {
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
    return names.flatMap((name) => differing(left[name], right[name], path === '' ? name : `${path}.${name}`));
  }
  return JSON.stringify(left) === JSON.stringify(right) ? [] : [path];
}
const compared = ({ metadata, spec }: Theirs, ours: Output | undefined): string[] =>
  differing(
    { name: metadata.name, annotations: metadata.annotations, spec },
    {
      name: ours?.name,
      annotations: ours?.annotations,
      spec: ours?.spec,
    },
  );

/** Why what is generated differs from what upstream wrote by hand: C4 says so, or the configuration says otherwise. */
const reasons = {
  annotations: 'C4: display texts and the unit of the limit are kept as annotations; theirs has none',
  'spec.description': 'the limit of the configuration has a text of its own',
  'spec.baseUnit': 'C4: both units of a generated registration are 1',
  'spec.displayUnit': 'C4: both units of a generated registration are 1',
  'spec.unitConversionFactor': 'C4: the factor is always 1; vCPUs are shown in thousands of millicores',
  'spec.type': 'C4: always an Entity; a limit cannot say that it is an Allocation',
  'spec.claimingResources': 'C4: no metric rule claims the metric, so that the consumer stands in for the Kind',
};

test.each([
  [
    'compute-instances',
    ['annotations', 'spec.baseUnit', 'spec.claimingResources', 'spec.description', 'spec.displayUnit'],
  ],
  [
    'compute-vcpus',
    [
      'annotations',
      'spec.baseUnit',
      'spec.claimingResources',
      'spec.description',
      'spec.displayUnit',
      'spec.type',
      'spec.unitConversionFactor',
    ],
  ],
  [
    'compute-memory',
    ['annotations', 'spec.baseUnit', 'spec.claimingResources', 'spec.description', 'spec.displayUnit', 'spec.type'],
  ],
] as const)(
  'C4.20 the hand-made registration %s differs from the generated one where a limit cannot say it',
  async (name, paths) => {
    const made = (await theirs('compute-resource-registrations')).find(({ metadata }) => metadata.name === name);
    if (made === undefined) throw new Error(name);
    expect(
      compared(
        made,
        of(compute, 'ResourceRegistration').find((one) => one.name === name),
      ),
    ).toEqual(paths);
    expect(paths.filter((path) => !(path in reasons))).toEqual([]);
  },
);

test('C4.5 the hand-made claim policy of HTTPRoute differs from a generated one by its name, version, texts and resource', async () => {
  const metric = 'routes.maker.example/httproutes';
  await applied(
    app,
    service('routes'),
    manifest('ServiceConfiguration', 'routes', {
      serviceRef: { name: 'routes' },
      phase: 'Published',
      metrics: [{ name: metric, kind: 'Gauge', unit: '1' }],
      quota: {
        metricRules: [
          { selector: { apiGroup: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }, metricCosts: { [metric]: 1 } },
        ],
      },
    }),
  );
  const [made] = await theirs('network-services-operator-httproute-claim-policy');
  const [ours] = await readOutputs(app, 'routes.maker.example', ['ClaimCreationPolicy']);
  if (made === undefined) throw new Error('the file is empty');
  const why: Readonly<Record<string, string>> = {
    name: 'C4: named by the slug of <apiGroup>-<Kind>',
    'spec.target.resourceClaimTemplate.metadata.annotations': 'a metric rule has no place for texts of the claim',
    'spec.target.resourceClaimTemplate.metadata.labels': 'a metric rule has no place for labels of the claim',
    'spec.target.resourceClaimTemplate.metadata.namespace': 'the same expression, with blanks',
    'spec.target.resourceClaimTemplate.spec.requests': 'C4: claimed is the metric; theirs is a hand-made resource type',
    'spec.trigger.resource.apiVersion': 'C4: upstream looks the version up at run time; here it applies to all',
  };
  expect(compared(made, ours)).toEqual(Object.keys(why));
});

test('C4.20 the other hand-made registrations are of resources that no configuration limits', async () => {
  const generated = of([...compute, ...network], 'ResourceRegistration').map(
    ({ spec }) => (spec as { resourceType: string }).resourceType,
  );
  const names = ['connector', 'httpproxy', 'httproute', 'gateway', 'domain', 'backend'].map(
    (one) => `network-services-operator-${one}-registration`,
  );
  for (const name of [...names, 'milo-configmap-registration', 'milo-note-registration', 'milo-secret-registration']) {
    const content = await upstream(name);
    const [made] = await theirs(name);
    if (made === undefined) throw new Error(name);
    expect(generated).not.toContain((made.spec as { resourceType: string }).resourceType);
    expect(await refusals(app, content)).toEqual([]);
  }
  expect(inOrder(await readOutputs(app, 'compute.datumapis.com', kinds))).toEqual(compute);
});

test('C4.1, C4.2 the samples of a meter and a type differ from what their configuration gives', async () => {
  const sample = parse(await upstream('services_v1alpha1_serviceconfiguration')) as Theirs;
  await applied(app, JSON.stringify({ ...sample, spec: { ...sample.spec, phase: 'Published' } }));
  const ours = await readOutputs(app, 'compute.miloapis.com', kinds);
  expect(ours.map(({ kind, name }) => `${kind}/${name}`).sort()).toEqual([
    'MeterDefinition/compute-miloapis-com-instance-cpu-seconds',
    'MonitoredResourceType/compute-miloapis-com-instance',
  ]);
  const [type] = of(ours, 'MonitoredResourceType');
  const [meter] = of(ours, 'MeterDefinition');
  const differences = async (name: string, generated: Output | undefined): Promise<string[]> => {
    const [made] = await theirs(name);
    return made === undefined ? [] : compared(made, generated);
  };
  const texts = ['spec.description', 'spec.displayName'];
  // Shape A says the owner in the spec, billing's copies in a label; shape B has no dimensions, and names the types.
  expect(await differences('services_v1alpha1_meterdefinition', meter)).toEqual([
    'name',
    ...texts,
    'spec.measurement.dimensions',
    'spec.monitoredResourceTypes',
    'spec.owner',
  ]);
  // Billing's sample is a draft, and lacks the types that billing requires (C10.17).
  expect(await differences('billing_v1alpha1_meterdefinition', meter)).toEqual([
    'name',
    ...texts,
    'spec.measurement.dimensions',
    'spec.monitoredResourceTypes',
    'spec.phase',
  ]);
  // Authors of shape B give labels a name and a description alone.
  expect(await differences('services_v1alpha1_monitoredresourcetype', type)).toEqual([
    'name',
    ...texts,
    'spec.labels',
    'spec.owner',
  ]);
});

interface ShapeB {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly serviceRef: { readonly name: string };
    readonly phase: string;
    readonly monitoredResourceTypes: readonly { readonly type: string; readonly [member: string]: unknown }[];
    readonly meters: readonly { readonly name: string; readonly [member: string]: unknown }[];
  };
}

/** What section 4 of the reference makes of a document in shape B: names as slugs, everything else as it is written. */
function followsFrom({ metadata, spec: { monitoredResourceTypes, meters } }: ShapeB, phase: string): object[] {
  const slug = (name: string): string => name.toLowerCase().replaceAll(/[/.]/g, '-');
  const status = expect.objectContaining({ inForce: true, ...follows(metadata.name) });
  return [
    ...meters.map(({ name, ...rest }) => {
      return { kind: 'MeterDefinition', name: slug(name), spec: { meterName: name, phase, ...rest }, status };
    }),
    ...monitoredResourceTypes.map(({ type, ...rest }) => {
      return {
        kind: 'MonitoredResourceType',
        name: slug(type),
        spec: { resourceTypeName: type, phase, ...rest },
        status,
      };
    }),
  ];
}

test('C4.19 of the seed file of upstream, which has two documents of one service that share meters, the published one counts, field by field', async () => {
  await applied(app, aProject('platform-producer-project', 'north'));
  const documents = parseAllDocuments(await upstream('seed-dev')).flatMap((one) => (one.toJS() as ShapeB | null) ?? []);
  await applied(app, ...documents.map((one) => `---\n${JSON.stringify(one)}\n`));
  const document = (name: string): ShapeB => {
    const found = documents.find(({ kind, metadata }) => kind === 'ServiceConfiguration' && metadata.name === name);
    if (found === undefined) throw new Error(`the file has no ${name}`);
    return found;
  };
  const read = async (service: string): Promise<Output[]> => inOrder(await readOutputs(app, service, kinds));
  const made = (name: string, phase: string): object[] => inOrder(followsFrom(document(name), phase) as Output[]);
  expect(await read('storage.miloapis.com')).toEqual(made('storage-miloapis-com', 'Published'));
  expect(await read('compute.miloapis.com')).toEqual(made('compute-miloapis-com', 'Published'));
  expect(await read('networking.miloapis.com')).toEqual([]);
  expect(await read('database.miloapis.com')).toEqual(made('database-miloapis-com', 'Deprecated'));
});
