import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startApp, type TestApp } from '../kit/app.ts';

/* What a ServiceConfiguration becomes (section 4 of the reference), read as upstream's own objects. */

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  expect(await problems(world)).toEqual([]);
});
afterAll(() => app.close());

const project = { apiGroup: 'resourcemanager.miloapis.com', kind: 'Project' };

const doc = (group: string, kind: string, name: string, spec: unknown, labels: Record<string, string> = {}): string =>
  JSON.stringify({ apiVersion: `${group}.miloapis.com/v1alpha1`, kind, metadata: { name, labels }, spec });

const service = (name: string, phase = 'Published'): string =>
  doc('services', 'Service', name, {
    serviceName: `${name}.t.example`,
    phase,
    displayName: name,
    owner: { producerProjectRef: { name: 'maker' } },
  });

const world = [
  doc('resourcemanager', 'Organization', 'fjord', { type: 'Standard' }),
  ...['maker', 'shop', 'datum-cloud'].map((name) =>
    doc('resourcemanager', 'Project', name, { ownerRef: { kind: 'Organization', name: 'fjord' } }),
  ),
  service('relay'),
].join('\n---\n');

interface Parts {
  readonly charges?: readonly unknown[];
  readonly limits?: readonly unknown[];
  readonly rules?: readonly unknown[];
  readonly userInterface?: unknown;
  readonly quotaGating?: string;
}

const metric = (name: string) => ({ name, kind: 'Delta', unit: '{call}', displayName: 'Calls' });
const limit = (name: string, of: string, defaultLimit = 5) => ({
  name,
  metric: of,
  displayName: 'Routes',
  description: 'Routes of a project.',
  unit: '1/{project}',
  consumerType: project,
  defaultLimit,
});

const configuration = (of: string, name: string, phase: string, parts: Parts = {}): string =>
  doc('services', 'ServiceConfiguration', name, {
    serviceRef: { name: of },
    phase,
    monitoredResourceTypes: [
      { type: `${of}.t.example/Route`, displayName: 'Route', gvk: { group: `${of}.example`, kind: 'Route' } },
    ],
    metrics: [metric(`${of}.t.example/calls`), metric(`${of}.t.example/routes`)],
    billing: {
      consumerDestinations: [{ monitoredResourceType: `${of}.t.example/Route`, metrics: [`${of}.t.example/calls`] }],
      ...(parts.quotaGating !== undefined && { quotaGating: parts.quotaGating }),
    },
    ...(parts.charges !== undefined && { charges: parts.charges }),
    quota: { limits: parts.limits ?? [], metricRules: parts.rules ?? [] },
    ...(parts.userInterface !== undefined && { userInterface: parts.userInterface }),
  });

const usage = (name: string, of: string) => ({
  name,
  chargeType: 'Usage',
  usage: { metricRef: of, pricingUnit: 'call', rates: [{ flat: '0.01' }] },
});

const full: Parts = {
  charges: [
    usage('relay.t.example/calls/all', 'relay.t.example/calls'),
    {
      name: 'relay.t.example/start',
      chargeType: 'OneTime',
      oneTime: { amount: '5', trigger: 'BillingAccountActivation' },
    },
    {
      name: 'relay.t.example/base',
      chargeType: 'Recurring',
      displayName: 'Base',
      recurring: { amount: '9.5', interval: 'monthly' },
    },
  ],
  limits: [limit('relay-routes', 'relay.t.example/routes')],
  rules: [{ selector: { apiGroup: 'relay.example', kind: 'Route' }, metricCosts: { 'relay.t.example/routes': 2 } }],
  userInterface: {
    consumer: { assets: { baseURL: 'https://ui.t.example' }, visibility: { entitlement: 'Required' } },
    provider: { assets: { baseURL: 'https://staff.t.example' }, suspend: true },
  },
};

async function problems(content: string): Promise<string[]> {
  const { userErrors } = await app.apply(content);
  return userErrors.map(({ code, subject, field }) => `${code} ${subject} ${field}`);
}

const kinds = [
  'MeterDefinition',
  'MonitoredResourceType',
  'ServicePricing',
  'ResourceRegistration',
  'ClaimCreationPolicy',
  'ConsumerPortalPlugin',
  'ProviderPortalPlugin',
  'ResourceGrant',
];

interface Manifest {
  readonly kind: string;
  readonly metadata: Record<string, unknown> & { readonly name: string; readonly labels?: Record<string, string> };
  readonly spec: Record<string, unknown>;
  readonly status: Record<string, unknown>;
}

/** Every object that follows from configurations of a service. */
async function derived(of: string): Promise<Manifest[]> {
  const { data, errors } = await app.execute(
    `query ($kinds: [String!]!) { objects(kinds: $kinds, derived: true, first: 1000) { nodes { manifest(format: JSON) } } }`,
    { kinds },
  );
  expect(errors).toBeUndefined();
  const { nodes } = data.objects as { nodes: { manifest: string }[] };
  return nodes
    .map(({ manifest }) => parse(manifest) as Manifest)
    .filter(({ metadata }) => metadata.labels?.['services.miloapis.com/service'] === of);
}

const names = async (of: string): Promise<string[]> =>
  (await derived(of))
    .map(({ kind, metadata, status }) => `${kind}/${metadata.name} ${String(status.phase ?? '')}`.trim())
    .sort();

const spec = (objects: readonly Manifest[], kind: string, name: string): unknown =>
  objects.find((one) => one.kind === kind && one.metadata.name === name)?.spec;

test('C4.11 a draft becomes nothing; C4.1–C4.7, C4.10 published, each of its entries becomes an object that it owns', async () => {
  expect(await problems(configuration('relay', 'relay-1', 'Draft', full))).toEqual([]);
  expect(await names('relay.t.example')).toEqual([]);
  expect(await problems(configuration('relay', 'relay-1', 'Published', full))).toEqual([]);
  const objects = await derived('relay.t.example');
  expect(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort()).toEqual([
    'ClaimCreationPolicy/relay-example-route',
    'ConsumerPortalPlugin/relay-t-example',
    'MeterDefinition/relay-t-example-calls',
    'MonitoredResourceType/relay-t-example-route',
    'ProviderPortalPlugin/relay-t-example',
    'ResourceRegistration/relay-routes',
    'ServicePricing/relay-t-example--base',
    'ServicePricing/relay-t-example--calls-all',
    'ServicePricing/relay-t-example--start',
  ]);
  expect(spec(objects, 'ServicePricing', 'relay-t-example--calls-all')).toEqual({
    serviceRef: 'relay.t.example',
    chargeType: 'Usage',
    displayName: 'Calls',
    currency: 'USD',
    metric: 'relay.t.example/calls',
    pricingUnit: 'call',
    rates: [{ flat: '0.01' }],
  });
  const conversions = objects
    .filter(({ kind }) => kind === 'ServicePricing')
    .map(({ metadata, status }) => [metadata.name, status.conversion, status.conversionFactor]);
  expect(conversions.sort()).toEqual([
    ['relay-t-example--base', undefined, undefined],
    ['relay-t-example--calls-all', 'Exact', '1'],
    ['relay-t-example--start', undefined, undefined],
  ]);
  expect(spec(objects, 'ServicePricing', 'relay-t-example--start')).toEqual({
    serviceRef: 'relay.t.example',
    chargeType: 'OneTime',
    currency: 'USD',
    amount: '5',
    trigger: 'BillingAccountActivation',
  });
  expect(spec(objects, 'ResourceRegistration', 'relay-routes')).toEqual({
    consumerType: project,
    type: 'Entity',
    resourceType: 'relay.t.example/routes',
    description: 'Routes of a project.',
    baseUnit: '1',
    displayUnit: '1',
    unitConversionFactor: 1,
    claimingResources: [{ apiGroup: 'relay.example', kind: 'Route' }],
  });
  expect(spec(objects, 'ClaimCreationPolicy', 'relay-example-route')).toEqual({
    trigger: { resource: { apiVersion: 'relay.example/*', kind: 'Route' } },
    target: {
      resourceClaimTemplate: {
        metadata: { name: 'route-{{ trigger.metadata.name }}', namespace: '{{ requestInfo.namespace }}' },
        spec: { requests: [{ resourceType: 'relay.t.example/routes', amount: 2 }] },
      },
    },
  });
  expect(spec(objects, 'ConsumerPortalPlugin', 'relay-t-example')).toEqual({
    serviceRef: { name: 'relay' },
    assets: { baseURL: 'https://ui.t.example' },
    visibility: { entitlement: 'Required' },
  });
  expect(spec(objects, 'ProviderPortalPlugin', 'relay-t-example')).toMatchObject({ suspend: true });
  for (const { kind, metadata, status } of objects) {
    expect(metadata.labels).toEqual({
      'app.kubernetes.io/managed-by': 'services.miloapis.com',
      'services.miloapis.com/service': 'relay.t.example',
    });
    expect(status.configuration).toEqual({ name: 'relay-1' });
    expect(metadata.ownerReferences).toEqual([
      {
        apiVersion: 'services.miloapis.com/v1alpha1',
        kind: 'ServiceConfiguration',
        name: 'relay-1',
        uid: expect.any(String),
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    if (kind === 'ServicePricing') expect(metadata.namespace).toBe('milo-system');
  }
});

test('C10.15 the unit of a limit is kept as an annotation, because registrations count in units of one', async () => {
  const [registration] = (await derived('relay.t.example')).filter(({ kind }) => kind === 'ResourceRegistration');
  expect(registration?.metadata.annotations).toEqual({
    'catalog.miloapis.com/unit': '1/{project}',
    'kubernetes.io/description': 'Routes of a project.',
    'kubernetes.io/display-name': 'Routes',
  });
});

test('C4.6 each Active entitlement is granted the default of each limit, and loses it with the entitlement', async () => {
  const entitlement = doc(
    'services',
    'ServiceEntitlement',
    'relay',
    { serviceRef: { name: 'relay' } },
    {
      'resourcemanager.miloapis.com/project-name': 'shop',
    },
  );
  expect(await problems(entitlement)).toEqual([]);
  const grants = async () => (await derived('relay.t.example')).filter(({ kind }) => kind === 'ResourceGrant');
  const [grant] = await grants();
  expect(grant?.metadata).toMatchObject({ namespace: 'milo-system', name: expect.stringMatching(/^rg-[0-9a-f]{16}$/) });
  expect(grant?.spec).toEqual({
    consumerRef: { ...project, name: 'shop' },
    allowances: [{ resourceType: 'relay.t.example/routes', buckets: [{ amount: 5 }] }],
  });
  const raised = { ...full, limits: [limit('relay-routes', 'relay.t.example/routes', 8)] };
  expect(await problems(configuration('relay', 'relay-1', 'Published', raised))).toEqual([]);
  expect((await grants()).map(({ spec: { allowances } }) => allowances)).toEqual([
    [{ resourceType: 'relay.t.example/routes', buckets: [{ amount: 8 }] }],
  ]);
  const { data, errors } = await app.execute(
    `mutation { deleteServiceEntitlement(input: { name: "relay", project: "shop" }) { userErrors { code message } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data.deleteServiceEntitlement).toEqual({ userErrors: [] });
  expect(await grants()).toEqual([]);
});

test('C4.6 quota that waits for an offer is not granted', async () => {
  const gated: Parts = { limits: [limit('gated', 'gated.t.example/routes')], quotaGating: 'BillingEntitlement' };
  const entitlement = doc(
    'services',
    'ServiceEntitlement',
    'gated',
    { serviceRef: { name: 'gated' } },
    {
      'resourcemanager.miloapis.com/project-name': 'shop',
    },
  );
  const bundle = [service('gated'), configuration('gated', 'gated-1', 'Published', gated), entitlement];
  expect(await problems(bundle.join('\n---\n'))).toEqual([]);
  expect((await names('gated.t.example')).filter((name) => name.startsWith('ResourceGrant'))).toEqual([]);
});

test('C3.22 what follows from a configuration is not written by hand', async () => {
  const [pricing] = (await derived('relay.t.example')).filter(({ kind }) => kind === 'ServicePricing');
  const { status: _, ...bare } = { ...pricing, spec: { ...pricing?.spec, amount: '1' } };
  expect(await problems(JSON.stringify(bare))).toEqual(['DERIVED ServicePricing/relay-t-example--base spec.amount']);
  const fresh = doc('billing', 'ServicePricing', 'mine', {
    serviceRef: 'relay.t.example',
    chargeType: 'Usage',
    currency: 'USD',
  });
  expect(await problems(fresh)).toEqual(['DERIVED ServicePricing/mine metadata.name']);
});

test('C4.17 names that would be kept alike are refused with both, in one document and against what is there', async () => {
  const [first, second] = ['a.b', 'a-b'].map((name) => `relay2.t.example/${name}`);
  const clash: Parts = {
    limits: [limit(String(first), 'relay2.t.example/calls'), limit(String(second), 'relay2.t.example/routes')],
  };
  const { userErrors } = await app.apply(
    [service('relay2'), configuration('relay2', 'relay2-1', 'Published', clash)].join('\n---\n'),
  );
  expect(userErrors.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'NAME_COLLISION relay2.t.example/a.b and relay2.t.example/a-b would both be kept as ResourceRegistration/relay2-t-example-a-b.',
    'NAME_COLLISION relay2.t.example/a-b and relay2.t.example/a.b would both be kept as ResourceRegistration/relay2-t-example-a-b.',
  ]);
  const taken: Parts = { limits: [limit('relay-routes', 'relay2.t.example/routes')] };
  const other = await app.apply(
    [service('relay2'), configuration('relay2', 'relay2-1', 'Published', taken)].join('\n---\n'),
  );
  expect(other.userErrors.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'NAME_COLLISION relay-routes and relay-routes would both be kept as ResourceRegistration/relay-routes.',
  ]);
});

/** A published configuration of a service of its own, with some sections. */
const published = (serviceName: string, sections: object): string => {
  const name = `${serviceName.startsWith('clash-') ? 'dashed' : 'dotted'}-${serviceName.length}`;
  const of = doc('services', 'Service', name, {
    serviceName,
    phase: 'Published',
    displayName: name,
    owner: { producerProjectRef: { name: 'maker' } },
  });
  return `${of}\n---\n${doc('services', 'ServiceConfiguration', name, { serviceRef: { name }, phase: 'Published', ...sections })}`;
};
const collisions = async (content: string): Promise<string[]> =>
  (await app.apply(content)).userErrors.map(({ code, field, message }) => `${code} ${field} ${message}`);

test.each([
  [
    'MonitoredResourceType',
    {
      monitoredResourceTypes: ['a.b', 'a-b'].map((name, place) => ({
        type: `clash.t.example/${name}`,
        gvk: { group: 'clash.t.example', kind: `K${place}` },
      })),
    },
    (place: number, names: string) =>
      `NAME_COLLISION spec.monitoredResourceTypes[${place}].type ${names} would both be kept as clash-t-example-a-b.`,
  ],
  [
    'MeterDefinition',
    {
      monitoredResourceTypes: [{ type: 'clash.t.example/T', gvk: { group: 'clash.t.example', kind: 'T' } }],
      metrics: ['a.b', 'a-b'].map((name) => metric(`clash.t.example/${name}`)),
      billing: {
        consumerDestinations: [
          {
            monitoredResourceType: 'clash.t.example/T',
            metrics: ['a.b', 'a-b'].map((name) => `clash.t.example/${name}`),
          },
        ],
      },
    },
    (place: number, names: string) =>
      `NAME_COLLISION spec.metrics[${place}].name ${names} would both be kept as clash-t-example-a-b.`,
  ],
] as const)(
  'C4.17 two entries that would be kept as one %s are refused with both',
  async (_kind, sections, refusal) => {
    expect(await collisions(published('clash.t.example', sections))).toEqual([
      refusal(0, 'clash.t.example/a.b and clash.t.example/a-b'),
      refusal(1, 'clash.t.example/a-b and clash.t.example/a.b'),
    ]);
  },
);

test('C4.17 an entry that would be kept under a name longer than any may be is refused', async () => {
  const charge = `clash.t.example/${'c'.repeat(237)}`;
  const apiGroup = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(61)).join('.');
  const sections = {
    metrics: [metric('clash.t.example/a')],
    charges: [{ name: charge, chargeType: 'OneTime', oneTime: { amount: '1', trigger: 'BillingAccountActivation' } }],
    quota: { metricRules: [{ selector: { apiGroup, kind: 'Zed' }, metricCosts: { 'clash.t.example/a': 1 } }] },
  };
  expect(await collisions(published('clash.t.example', sections))).toEqual([
    `TOO_LONG spec.charges[0].name ${charge} would be kept as a ServicePricing whose name has 254 characters, 1 too many.`,
  ]);
  const longer = {
    ...sections,
    charges: [],
    quota: { metricRules: [{ selector: { apiGroup, kind: 'Zedzedzed' }, metricCosts: { 'clash.t.example/a': 1 } }] },
  };
  expect(await collisions(published('clash.t.example', longer))).toEqual([
    `TOO_LONG spec.quota.metricRules[0].selector ${apiGroup}-Zedzedzed would be kept as a ClaimCreationPolicy whose name has 257 characters, 4 too many.`,
  ]);
});

test('C4.17 two metric rules that would be kept as one ClaimCreationPolicy are refused with both', async () => {
  const rules = ['x.y', 'x-y'].map((apiGroup) => ({
    selector: { apiGroup, kind: 'Zed' },
    metricCosts: { 'clash.t.example/a': 1 },
  }));
  const sections = { metrics: [metric('clash.t.example/a')], quota: { metricRules: rules } };
  const refusal = (place: number, names: string) =>
    `NAME_COLLISION spec.quota.metricRules[${place}].selector ${names} would both be kept as ClaimCreationPolicy/x-y-zed.`;
  expect(await collisions(published('clash.t.example', sections))).toEqual([
    refusal(0, 'x.y-Zed and x-y-Zed'),
    refusal(1, 'x-y-Zed and x.y-Zed'),
  ]);
});

test('C4.17 what two services would keep as one ServicePricing or plugin is refused with both', async () => {
  const sections = (serviceName: string) => ({
    charges: [
      {
        name: `${serviceName}/start`,
        chargeType: 'OneTime',
        oneTime: { amount: '1', trigger: 'BillingAccountActivation' },
      },
    ],
    userInterface: {
      consumer: { assets: { baseURL: 'https://ui.t.example' } },
      provider: { assets: { baseURL: 'https://staff.t.example' } },
    },
  });
  expect(await collisions(published('clash.one.t.example', sections('clash.one.t.example')))).toEqual([]);
  expect(await collisions(published('clash-one.t.example', sections('clash-one.t.example')))).toEqual([
    'NAME_COLLISION spec.charges[0].name clash-one.t.example/start and clash.one.t.example/start would both be kept as ServicePricing/clash-one-t-example--start.',
    'NAME_COLLISION spec.userInterface.consumer clash-one.t.example and clash.one.t.example would both be kept as ConsumerPortalPlugin/clash-one-t-example.',
    'NAME_COLLISION spec.userInterface.provider clash-one.t.example and clash.one.t.example would both be kept as ProviderPortalPlugin/clash-one-t-example.',
  ]);
});

test('C4.20 a registration that is stated by hand takes the place of a generated one, until it is deleted', async () => {
  const byHand = doc('quota', 'ResourceRegistration', 'relay-routes', {
    resourceType: 'relay.t.example/routes',
    type: 'Allocation',
    consumerType: project,
    baseUnit: 'route',
    displayUnit: 'route',
    unitConversionFactor: 1,
    claimingResources: [{ apiGroup: 'relay.example', kind: 'Route' }],
  });
  const generated = async () =>
    (await names('relay.t.example')).filter((name) => name.startsWith('ResourceRegistration'));
  expect(await problems(byHand)).toEqual([]);
  expect(await generated()).toEqual([]);
  const raised = { ...full, limits: [limit('relay-routes', 'relay.t.example/routes', 6)] };
  const { data } = await app.execute(
    'mutation ($content: String!) { apply(input: { manifests: [{ content: $content }] }) { userErrors { code } results { warnings { code field message } } } }',
    { content: configuration('relay', 'relay-1', 'Published', raised) },
  );
  expect(data.apply).toEqual({
    userErrors: [],
    results: [
      {
        warnings: [
          {
            code: 'UNIT_SPELLING',
            field: 'spec.charges[0].usage.pricingUnit',
            message: 'call is not UCUM: write {call}',
          },
          {
            code: 'REGISTERED_BY_HAND',
            field: 'spec.quota.limits[0]',
            message:
              'A ResourceRegistration of relay.t.example/routes is stated by hand; it takes the place of the one that would follow from this limit.',
          },
        ],
      },
    ],
  });
  expect(await generated()).toEqual([]);
  const { errors } = await app.execute(
    `mutation { deleteResourceRegistration(input: { name: "relay-routes" }) { userErrors { code } } }`,
  );
  expect(errors).toBeUndefined();
  expect(await generated()).toEqual(['ResourceRegistration/relay-routes Published']);
});

test('C2.1f, C2.1i, C4.12, C4.14 what follows goes with its entry, follows the phase, and plugins end with it', async () => {
  expect(await problems(configuration('relay', 'relay-2', 'Published', { limits: full.limits ?? [] }))).toEqual([]);
  const rest = ['MeterDefinition/relay-t-example-calls', 'MonitoredResourceType/relay-t-example-route'];
  expect(await names('relay.t.example')).toEqual([...rest, 'ResourceRegistration/relay-routes Published']);
  expect(await problems(configuration('relay', 'relay-3', 'Published', full))).toEqual([]);
  expect(await names('relay.t.example')).toHaveLength(9);
  expect(await problems(service('relay', 'Deprecated'))).toEqual([]);
  expect(await names('relay.t.example')).toContain('ServicePricing/relay-t-example--base Deprecated');
  expect(await problems(service('relay', 'Retired'))).toEqual([]);
  const retired = await names('relay.t.example');
  expect(retired).toContain('ServicePricing/relay-t-example--base Retired');
  expect(retired.filter((name) => name.includes('PortalPlugin'))).toEqual([]);
});

test('C4.14 the outputs of a revision never come back: not when a later one is to be deleted, not when all go', async () => {
  const first: Parts = { charges: [usage('echo.t.example/early', 'echo.t.example/calls')] };
  const last: Parts = { charges: [usage('echo.t.example/late', 'echo.t.example/calls')] };
  const in1 = (phase: string): string => configuration('echo', 'echo-1', phase, first);
  const in2 = (phase: string): string => configuration('echo', 'echo-2', phase, last);
  for (const step of [
    `${service('echo')}\n---\n${in1('Published')}`,
    in2('Published'),
    in1('Deprecated'),
    in1('Retired'),
    service('echo', 'Deprecated'),
    service('echo', 'Retired'),
    in2('Deprecated'),
    in2('Retired'),
  ]) {
    expect(await problems(step)).toEqual([]);
  }
  const prices = async (): Promise<string[]> =>
    (await names('echo.t.example')).filter((name) => name.startsWith('ServicePricing/'));
  expect(await prices()).toEqual(['ServicePricing/echo-t-example--late Retired']);
  const remove = async (...objects: readonly { kind: string; name: string }[]): Promise<string[]> => {
    const document =
      'mutation ($objects: [ObjectReferenceInput!]!) { delete(input: { objects: $objects }) { userErrors { code subject } } }';
    const { data } = await app.execute(document, { objects });
    return data.delete.userErrors.map(({ code, subject }: { code: string; subject: string }) => `${code} ${subject}`);
  };
  const [echo1, echo2] = ['echo-1', 'echo-2'].map((name) => ({ kind: 'ServiceConfiguration', name }));
  if (echo1 === undefined || echo2 === undefined) throw new Error('there are two');
  expect(await remove(echo2)).toEqual(['REVISION_KEPT ServiceConfiguration/echo-2']);
  expect(await prices()).toEqual(['ServicePricing/echo-t-example--late Retired']);
  expect(await remove(echo2, { kind: 'Service', name: 'echo' }, echo1)).toEqual([]);
  expect(await names('echo.t.example')).toEqual([]);
  const { data } = await app.execute(
    '{ early: history(kind: "ServicePricing", name: "echo-t-example--early") { nodes { type } } late: history(kind: "ServicePricing", name: "echo-t-example--late") { nodes { type } } }',
  );
  const told = ({ nodes }: { nodes: { type: string }[] }): string[] => nodes.map(({ type }) => type).reverse();
  expect(told(data.early)).toEqual(['ADDED', 'DELETED']);
  expect(told(data.late)).toEqual(['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED']);
});

test('C4 upstream’s own manifests load unchanged, claim policies and registrations that are made by hand included', async () => {
  const load = async (name: string): Promise<string[]> =>
    problems(await readFile(new URL(`../../../shared/manifests/services/${name}.yaml`, import.meta.url), 'utf8'));
  for (const name of [
    'network-services-operator-httproute-claim-policy',
    'network-services-operator-httpproxy-claim-policy',
  ]) {
    expect(await load(name)).toEqual([]);
  }
});

/** A configuration with so many metrics, of which half are billed, and a charge, limit and rule for each of some. */
const many = (of: string, count: number, charges: number): string => {
  const all = Array.from({ length: count }, (_, index) => `${of}.t.example/m${index}`);
  const half = all.slice(0, Math.ceil(count / 2));
  return doc('services', 'ServiceConfiguration', `${of}-1`, {
    serviceRef: { name: of },
    phase: 'Published',
    monitoredResourceTypes: [
      { type: `${of}.t.example/Thing`, displayName: 'Thing', gvk: { group: `${of}.example`, kind: 'Thing' } },
    ],
    metrics: all.map(metric),
    billing: { consumerDestinations: [{ monitoredResourceType: `${of}.t.example/Thing`, metrics: half }] },
    charges: all.slice(0, charges).map((name) => usage(name, name)),
    quota: {
      limits: half.map((name, index) => limit(`${of}-l${index}`, name)),
      metricRules: half.map((name, index) => ({
        selector: { apiGroup: `${of}.example`, kind: `K${index}` },
        metricCosts: { [name]: 1 },
      })),
    },
  });
};

test('publishing takes as many statements for 256 metrics, 128 limits and 64 charges as for one of each', async () => {
  expect(await problems([service('first'), service('one'), service('many')].join('\n---\n'))).toEqual([]);
  const statements = async (content: string): Promise<number | undefined> => {
    const { data, extensions } = await app.execute(
      `mutation ($content: String!) { apply(input: { manifests: [{ content: $content }] }) { applied userErrors { message } } }`,
      { content },
      { 'x-catalog-explain': 'true' },
    );
    expect(data.apply).toEqual({ applied: true, userErrors: [] });
    return extensions?.explain.statements;
  };
  // The first write after services were made, which are scopes, finds the caller's rights out of date: it reads them anew
  // and begins again, which takes eight statements more.
  await statements(many('first', 1, 1));
  const one = await statements(many('one', 1, 1));
  expect(await statements(many('many', 256, 64))).toBe(one);
  const becomes = await derived('one.t.example');
  expect(becomes.map(({ kind }) => kind).sort()).toEqual([
    'ClaimCreationPolicy',
    'MeterDefinition',
    'MonitoredResourceType',
    'ResourceRegistration',
    'ServicePricing',
  ]);
});

test('the feed and the history of an object tell what a configuration made of it', async () => {
  const { data, errors } = await app.execute(
    `{ servicePricing(name: "relay-t-example--calls-all", namespace: "milo-system") { history(first: 5) { nodes { changeType: type } } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data.servicePricing.history.nodes.map(({ changeType }: { changeType: string }) => changeType)).toContain(
    'ADDED',
  );
});
