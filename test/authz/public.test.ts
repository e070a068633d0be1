import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { applyAll, binding, doc, groupNamed, role, SYSTEM, userOf } from './world.ts';

/*
 *   acme ── producer ── open (Public) ─ meters: hours (Published), drafts (Draft); configurations: one Draft
 *                         ├ versions: v1, v2 (Draft); import-v2; types: Thing (v1, v2), Plan (v2); runs in eu, at v2
 *                    ── shut (Private), new (Draft, with a Public runtime, a meter, and a Published configuration with another)
 *   eu ── fra1
 *
 * `stranger` signs in and holds nothing; `maker` reads everything of acme.
 */
const ACME = { namespace: 'organization-acme' };
const AUTHENTICATED = groupNamed('system:authenticated-users');

const BILLS =
  'svc/services.get svc/meterdefinitions.get billing/meterdefinitions.get svc/serviceconfigurations.get catalog/serviceversions.get catalog/serviceruntimes.get catalog/servicelistings.get catalog/deployments.get catalog/apiresources.get catalog/serviceimports.get';

const service = (name: string, phase: string): string =>
  doc('Service', name, {
    serviceName: `${name}.example.com`,
    phase,
    displayName: name,
    owner: { producerProjectRef: { name: 'producer' } },
  });
const runtime = (name: string, visibility: string): string =>
  doc('ServiceRuntime', name, {
    serviceRef: { name },
    visibility,
    globalDomain: `${name}.example.net`,
    primaryRegionRef: { name: 'eu' },
  });
const meter = (name: string, of: string, phase: string): string =>
  doc('MeterDefinition', `${of}-${name}`, {
    meterName: `${of}.example.com/${name}`,
    displayName: name,
    phase,
    owner: { service: `${of}.example.com` },
    measurement: { aggregation: 'Sum', unit: '1' },
    billing: { consumedUnit: '1', pricingUnit: '1' },
  });

const version = (name: string, phase: string): string =>
  doc('ServiceVersion', `open.${name}`, { serviceRef: { name: 'open' }, version: name, phase });
const type = (name: string, ...versions: readonly string[]): string =>
  doc('ApiResource', `open-${name.toLowerCase()}`, {
    serviceRef: { name: 'open' },
    singularName: name,
    pluralName: `${name}s`,
    versionRefs: versions.map((one) => ({ name: `open.${one}` })),
    perVersion: versions.map((one) => ({ version: one, verbs: ['get'] })).reverse(),
  });

const deployment = (name: string): string =>
  doc('Deployment', `${name}.eu`, {
    serviceRef: { name },
    regionRef: { name: 'eu' },
    publicDomain: `${name}.eu.example.net`,
    location: { continent: 'Europe', country: 'Germany', agglomeration: 'Rhine', city: 'Bonn', cloud: 'milo' },
    currentVersionRef: { name: `${name}.v1` },
  });

const stating = (name: string, of: string, phase: string): string =>
  doc('ServiceConfiguration', name, {
    serviceRef: { name: of },
    phase,
    monitoredResourceTypes: [{ type: `${of}.example.com/Thing`, gvk: { group: `${of}.example.com`, kind: 'Thing' } }],
    metrics: [{ name: `${of}.example.com/stated`, kind: 'Delta', unit: 's' }],
    billing: {
      consumerDestinations: [
        { monitoredResourceType: `${of}.example.com/Thing`, metrics: [`${of}.example.com/stated`] },
      ],
    },
  });

let app: TestApp;
let start: string;
beforeAll(async () => {
  app = await startApp();
  await applyAll(
    app,
    [
      doc('Organization', 'acme', { type: 'Standard' }),
      doc('Project', 'producer', { ownerRef: { kind: 'Organization', name: 'acme' } }),
      doc('Region', 'eu', { displayName: 'EU' }),
      doc('RegionState', 'eu', { regionRef: { name: 'eu' }, state: 'Open' }),
      doc('Site', 'fra1', { displayName: 'Fra', regionRef: { name: 'eu' }, type: 'Datacenter' }),
      ...['maker', 'runner', 'stranger', 'biller', 'curator'].map((name) =>
        doc('User', name, { email: `${name}@example.com` }),
      ),
      role(
        'makes',
        'svc/services.get svc/meterdefinitions.get billing/meterdefinitions.get svc/serviceconfigurations.get catalog/serviceruntimes.get catalog/serviceimports.get catalog/apiresources.get catalog/serviceversions.get catalog/deployments.get iam/groups.create iam/groups.get iam/groupmemberships.create catalog/groupnestings.create iam/policybindings.create iam/policybindings.get',
      ),
      role(
        'runs',
        'svc/services.get catalog/serviceruntimes.get catalog/serviceruntimes.update catalog/serviceruntimes.patch',
      ),
      binding('runs', 'Organization/acme', 'runs', userOf('runner')),
      role('site-keeper', 'inv/sites.get inv/sites.update'),
      binding('makes', 'Organization/acme', 'makes', userOf('maker')),
      role('bills', BILLS),
      role('curates', `${BILLS} ${BILLS.replaceAll('.get', '.update')}`),
      ...['Service', 'MeterDefinition'].flatMap((kind) => [
        binding(`bills-${kind.toLowerCase()}`, `${kind}/*`, 'bills', userOf('biller')),
        binding(`curates-${kind.toLowerCase()}`, `${kind}/*`, 'curates', userOf('curator')),
      ]),
      service('open', 'Published'),
      service('shut', 'Published'),
      service('new', 'Draft'),
      runtime('open', 'Public'),
      runtime('shut', 'Private'),
      runtime('new', 'Public'),
      meter('hours', 'open', 'Published'),
      meter('drafts', 'open', 'Draft'),
      meter('hours', 'new', 'Published'),
      version('v1', 'Published'),
      version('v2', 'Draft'),
      doc('ServiceVersion', 'shut.v1', { serviceRef: { name: 'shut' }, version: 'v1', phase: 'Published' }),
      type('Thing', 'v1', 'v2'),
      type('Plan', 'v2'),
      doc('ServiceImport', 'import-v2', {
        serviceVersionRef: { name: 'open.v2' },
        targetServiceRef: { name: 'shut' },
        targetVersionRef: { name: 'shut.v1' },
      }),
      deployment('open'),
      deployment('shut'),
      doc('ServiceConfiguration', 'open-2', {
        serviceRef: { name: 'open' },
        phase: 'Draft',
        metrics: [{ name: 'open.example.com/planned', kind: 'Delta', unit: 's' }],
      }),
      stating('new-1', 'new', 'Published'),
    ].join(''),
  );
  start = new Date().toISOString();
});
afterAll(() => app.close());

const names = ({ nodes }: { readonly nodes: readonly { readonly name: string }[] }): string[] =>
  nodes.map(({ name }) => name).sort();

test('regions, runtimes and global endpoints of public services are read by whoever is signed in, and nothing below', async () => {
  const document = `{ regions { totalCount nodes { name displayName sites { totalCount } } } sites { totalCount } regionStates { totalCount }
    services { nodes { name runtime { globalDomain primaryRegion { name } } } } serviceRuntimes { nodes { name } } }`;
  const expected = {
    regions: { totalCount: 1, nodes: [{ name: 'eu', displayName: 'EU', sites: { totalCount: 0 } }] },
    sites: { totalCount: 0 },
    regionStates: { totalCount: 1 },
    services: {
      nodes: [{ name: 'open', runtime: { globalDomain: 'open.example.net', primaryRegion: { name: 'eu' } } }],
    },
    serviceRuntimes: { nodes: [{ name: 'open' }] },
  };
  const explained = { 'x-catalog-explain': 'true' };
  const cold = await app.as('stranger').execute(document, {}, explained);
  const warm = await app.as('stranger').execute(document, {}, explained);
  expect([cold.data, warm.data]).toEqual([expected, expected]);
  expect([cold.extensions?.explain.openfgaCalls, warm.extensions?.explain.openfgaCalls]).toEqual([1, 0]);
  const { errors } = await app.execute('{ regions { totalCount } }', {}, { authorization: '' });
  expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('M2, C1.7: a service without a runtime is for everyone who is signed in, from its publication on', async () => {
  const seen = async (): Promise<unknown> =>
    (
      await app
        .as('stranger')
        .execute('{ service(name: "bundle") { phase runtime { name } configurations { totalCount } } }')
    ).data.service;
  await applyAll(app, service('bundle', 'Draft'));
  expect(await seen()).toBeNull();
  await applyAll(app, service('bundle', 'Published'));
  expect(await seen()).toEqual({ phase: 'PUBLISHED', runtime: null, configurations: { totalCount: 0 } });
  const bundled = { serviceRef: { name: 'bundle' }, version: 'v1', phase: 'Published' };
  await applyAll(app, runtime('bundle', 'Private') + doc('ServiceVersion', 'bundle.v1', bundled));
  expect(await seen()).toBeNull();
  await app.execute('mutation { deleteServiceRuntime(input: { name: "bundle" }) { userErrors { code } } }');
  expect(await seen()).toEqual({ phase: 'PUBLISHED', runtime: null, configurations: { totalCount: 0 } });
  await app.execute('mutation { deleteService(input: { name: "bundle", cascade: true }) { userErrors { code } } }');
});

test('M3, C5: a service is made a core service, or none, by the platform alone', async () => {
  const content = doc('ServiceRuntime', 'open', {
    serviceRef: { name: 'open' },
    visibility: 'Public',
    core: true,
    globalDomain: 'open.example.net',
    primaryRegionRef: { name: 'eu' },
  });
  expect(await tried('runner', content)).toEqual(['C5_CORE spec.core']);
  expect(await tried('runner', content.replace('true', 'false'))).toEqual([]);
  expect(await tried('test-admin', content)).toEqual([]);
});

const READS = `query ($id: ID!, $ids: [ID!]!) {
  service(name: "new") { name } byName: service(serviceName: "new.example.com") { name } node(id: $id) { id } nodes(ids: $ids) { id }
  services { totalCount nodes { name } } meterDefinitions { totalCount nodes { meterName } }
  open: service(name: "open") { meters { nodes { meterName } } configurations { nodes { name } } }
  project(name: "producer") { producedServices { totalCount } } regions { nodes { primaryRuntimes { nodes { name } } } }
}`;

test('B3, C2.1b: what is a draft, or of a draft, is shown to its producer alone, at every depth', async () => {
  const { data: all } = await app.execute(
    '{ service(name: "new") { id meters { nodes { id } } } open: service(name: "open") { meters { nodes { id meterName } } } }',
  );
  const drafts = all.open.meters.nodes.filter(({ meterName }: { meterName: string }) => !/hours/.test(meterName));
  const ids = [all.service, ...all.service.meters.nodes, ...drafts].map(({ id }: { id: string }) => id);
  const variables = { id: ids[0], ids };
  expect(ids).toHaveLength(4);
  const hours = { meterName: 'open.example.com/hours' };
  expect((await app.as('stranger').execute(READS, variables)).data).toEqual({
    service: null,
    byName: null,
    node: null,
    nodes: [null, null, null, null],
    services: { totalCount: 1, nodes: [{ name: 'open' }] },
    meterDefinitions: { totalCount: 1, nodes: [hours] },
    open: { meters: { nodes: [hours] }, configurations: { nodes: [] } },
    project: null,
    regions: { nodes: [{ primaryRuntimes: { nodes: [{ name: 'open' }] } }] },
  });
  const { data: own } = await app.as('maker').execute(READS, variables);
  expect(own.nodes.every((node: unknown) => node !== null)).toBe(true);
  expect(names(own.services)).toEqual(['new', 'open', 'shut']);
  expect(own.meterDefinitions.totalCount).toBe(4);
});

test('B3, M14: who reads all services and meters, as billing does, sees no draft; who may update them all does', async () => {
  const document = `{ services { nodes { name } } meterDefinitions { nodes { meterName } } hidden: service(name: "new") { name }
    open: service(name: "open") { configurations { nodes { name } } versions { nodes { version } } }
    changes(first: 50, where: { kinds: ["Service", "MeterDefinition", "ServiceConfiguration"] }) { events { object { name } } } }`;
  const asked = '{ catalogAsOf(at: { time: $time }) { services { nodes { name } } meterDefinitions { totalCount } } }';
  const { data: billed } = await app.as('biller').execute(document);
  expect(names(billed.services)).toEqual(['open', 'shut']);
  expect(billed.meterDefinitions.nodes).toEqual([{ meterName: 'open.example.com/hours' }]);
  expect([billed.hidden, billed.open.configurations.nodes]).toEqual([null, []]);
  expect(billed.open.versions.nodes).toEqual([{ version: 'v1' }]);
  const told = billed.changes.events.flatMap(({ object }: { object: { name: string } | null }) => object?.name ?? []);
  expect(told.sort()).toEqual(['open', 'open-hours', 'shut']);
  const time = { time: start };
  const { data: then } = await app.as('biller').execute(`query ($time: DateTime!) ${asked}`, time);
  expect([names(then.catalogAsOf.services), then.catalogAsOf.meterDefinitions.totalCount]).toEqual([
    ['open', 'shut'],
    1,
  ]);

  const { data: all } = await app.as('curator').execute(document);
  expect(names(all.services)).toEqual(['new', 'open', 'shut']);
  expect(all.meterDefinitions.nodes).toHaveLength(4);
  expect(names(all.open.configurations)).toEqual(['open-2']);
});

test('neither does the past show drafts; a draft that is published is there for everyone', async () => {
  const past = `query ($time: DateTime!) {
    catalogAsOf(at: { time: $time }) { services { nodes { name } } meterDefinitions { nodes { name } } }
    changes(first: 50, where: { kinds: ["Service", "MeterDefinition", "ServiceRuntime"] }) { events { object { name } } } }`;
  const told = async (who: string): Promise<string[][]> => {
    const { data } = await app.as(who).execute(past, { time: start });
    const events = data.changes.events.flatMap(({ object }: { object: { name: string } | null }) => object?.name ?? []);
    return [names(data.catalogAsOf.services), names(data.catalogAsOf.meterDefinitions), events.sort()];
  };
  expect(await told('stranger')).toEqual([['open'], ['open-hours'], ['open', 'open', 'open-hours']]);
  expect((await told('maker'))[0]).toEqual(['new', 'open', 'shut']);
  await app.execute('mutation { deleteServiceRuntime(input: { name: "new" }) { userErrors { code } } }');
  await applyAll(app, service('new', 'Published') + meter('drafts', 'open', 'Published'));
  const { data } = await app
    .as('stranger')
    .execute('{ services { nodes { name } } meterDefinitions { nodes { name } } }');
  expect(names(data.services)).toEqual(['new', 'open']);
  expect(names(data.meterDefinitions)).toEqual(['new-example-com-stated', 'new-hours', 'open-drafts', 'open-hours']);
});

const OF_VERSIONS = `query ($time: DateTime!, $ids: [ID!]!) {
  serviceVersions { totalCount nodes { name resources { totalCount nodes { name } } imports { totalCount } } }
  apiResources { totalCount nodes { name perVersion { version } versions { nodes { name } } } } serviceImports { totalCount nodes { name } }
  deployments { nodes { name currentVersion { name } manifest } } service(name: "open") { apiResources { nodes { name } } }
  nodes(ids: $ids) { id } objects(first: 100) { totalCount nodes { kind name manifest } }
  catalogAsOf(at: { time: $time }) { apiResources: objects(kind: "ApiResource") { nodes { name } } serviceImports: objects(kind: "ServiceImport") { totalCount nodes { name } } }
  catalogDifference(from: { position: 0 }, first: 200) { nodes { name } }
  changes(first: 200, where: { kinds: ["ApiResource", "ServiceImport", "ServiceVersion", "Deployment"] }) { events { type name object { name spec } } }
}`;

test('what hangs on a draft version alone is a draft too, wherever one looks, until the version is published', async () => {
  const { data: all } = await app.execute('{ serviceImports { nodes { id } } apiResources { nodes { id name } } }');
  const plan = all.apiResources.nodes.filter(({ name }: { name: string }) => name === 'open-plan');
  const ids = [...all.serviceImports.nodes, ...plan].map(({ id }: { id: string }) => id);
  expect(ids).toHaveLength(2);
  const read = async (who: string, time = new Date().toISOString()) => {
    const { data, errors } = await app.as(who).execute(OF_VERSIONS, { time, ids });
    expect(errors).toBeUndefined();
    return data;
  };
  const hidden = await read('stranger', start);
  expect(JSON.stringify(hidden).match(/import-v2|open-plan|Plans?|v2/g)).toBeNull();
  expect(hidden).toMatchObject({
    serviceVersions: {
      totalCount: 1,
      nodes: [{ name: 'open.v1', resources: { totalCount: 1, nodes: [{ name: 'open-thing' }] } }],
    },
    apiResources: {
      totalCount: 1,
      nodes: [{ name: 'open-thing', perVersion: [{ version: 'v1' }], versions: { nodes: [{ name: 'open.v1' }] } }],
    },
    serviceImports: { totalCount: 0, nodes: [] },
    deployments: { nodes: [{ name: 'open.eu', currentVersion: { name: 'open.v1' } }] },
    nodes: [null, null],
    catalogAsOf: { apiResources: { nodes: [{ name: 'open-thing' }] }, serviceImports: { totalCount: 0 } },
  });
  const own = await read('maker', start);
  expect(own.nodes).toEqual(ids.map((id) => ({ id })));
  expect(own.apiResources.nodes).toContainEqual(
    expect.objectContaining({ name: 'open-thing', perVersion: [{ version: 'v2' }, { version: 'v1' }] }),
  );

  await applyAll(app, version('v2', 'Published'));
  const shown = await read('stranger');
  expect(shown).toMatchObject({
    apiResources: { totalCount: 2 },
    serviceImports: { totalCount: 1, nodes: [{ name: 'import-v2' }] },
    deployments: { nodes: [{ currentVersion: { name: 'open.v1' } }] },
    catalogAsOf: { serviceImports: { nodes: [{ name: 'import-v2' }] } },
  });
  // The feed tells of what was hidden before as of something new; what it was then stays hidden.
  const told = shown.changes.events.flatMap(({ type: what, name }: { type: string; name: string }) =>
    /import-v2|open-plan/.test(name) ? [`${what} ${name}`] : [],
  );
  expect(told.sort()).toEqual(['ADDED import-v2', 'ADDED open-plan']);
  expect((await read('stranger', start)).catalogAsOf.serviceImports.totalCount).toBe(0);
});

const touch = `mutation { updateSite(input: { name: "fra1", changes: { displayName: "Frankfurt" } }) { site { name } userErrors { code } } }`;

test('a role given to system:authenticated-users is held by everyone who is signed in, to read and to write', async () => {
  const explained = { 'x-catalog-explain': 'true' };
  const read = async (who = 'stranger') => (await app.as(who).execute('{ sites { nodes { name } } }')).data.sites.nodes;
  expect(await read()).toEqual([]);
  await applyAll(app, binding('everyone', 'Region/eu', 'site-keeper', [AUTHENTICATED]));
  expect(await read()).toEqual([{ name: 'fra1' }]);
  expect(await read('never-seen-before')).toEqual([{ name: 'fra1' }]);
  const warm = await app.as('stranger').execute('{ sites { nodes { name } } }', {}, explained);
  expect(warm.extensions?.explain.openfgaCalls).toBe(0);
  const { data } = await app.as('stranger').execute(touch);
  expect(data.updateSite).toEqual({ site: { name: 'fra1' }, userErrors: [] });
  const { errors } = await app.execute('{ sites { totalCount } }', {}, { authorization: '' });
  expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  await app.execute(
    'mutation { delete(input: { objects: [{ kind: "PolicyBinding", name: "everyone", namespace: "milo-system" }] }) { userErrors { code } } }',
  );
  expect(await read()).toEqual([]);
});

async function tried(who: string, content: string): Promise<string[]> {
  const { data } = await app
    .as(who)
    .execute('mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { code field } } }', {
      input: { manifests: [{ source: 'a.yaml', content }], validateOnly: true },
    });
  return data.apply.userErrors.map(({ code, field }: { code: string; field: string }) => `${code} ${field}`);
}

test('V9: properties of an API resource are stated for versions that have it', async () => {
  const stated = type('Thing', 'v1').replace('"version":"v1"', '"version":"v2"');
  expect(await tried('test-admin', stated)).toEqual(['V9_NOT_IN_VERSION spec.perVersion[0].version']);
});

test('names that begin with system: are the platform’s, for every kind and even for its administrators', async () => {
  expect(await tried('maker', doc('Group', 'system:authenticated', {}, ACME))).toEqual(['SYSTEM_NAME metadata.name']);
  const kinds = [
    doc('Group', 'system:masters', {}, SYSTEM),
    role('system:node', 'inv/sites.get'),
    doc('Region', 'system:x', { displayName: 'X' }),
    binding('system:b', 'Region/eu', 'site-keeper', [AUTHENTICATED]),
    doc('Group', 'system:authenticated-users', {}, { ...SYSTEM, labels: { a: 'b' } }),
  ];
  expect(await Promise.all(kinds.map((content) => tried('test-admin', content)))).toEqual(
    kinds.map(() => ['SYSTEM_NAME metadata.name']),
  );
  // What is exported can be applied as it is.
  expect(await tried('test-admin', doc('Group', 'system:authenticated-users', {}, SYSTEM))).toEqual([]);
  const { data } = await app.execute(`mutation {
    create: createGroup(input: { name: "system:mine", namespace: "organization-acme" }) { userErrors { code } }
    delete(input: { objects: [{ kind: "Group", name: "system:authenticated", namespace: "milo-system" }] }) { userErrors { code } } }`);
  expect(data).toEqual({
    create: { userErrors: [{ code: 'SYSTEM_NAME' }] },
    delete: { userErrors: [{ code: 'SYSTEM_NAME' }] },
  });
});

test('nobody is put into the group of everyone, and it into no other', async () => {
  const groupRef = { name: 'system:authenticated-users', ...SYSTEM };
  const mine = { name: 'mine', ...ACME };
  const nested = (spec: object): string => doc('Group', 'mine', {}, ACME) + doc('GroupNesting', 'n', spec, ACME);
  expect(
    await tried('test-admin', doc('GroupMembership', 'm', { userRef: { name: 'maker' }, groupRef }, SYSTEM)),
  ).toEqual(['SYSTEM_GROUP spec.groupRef.name']);
  expect(await tried('test-admin', nested({ groupRef, memberRef: { kind: 'Group', ...mine } }))).toEqual([
    'SYSTEM_GROUP spec.groupRef.name',
  ]);
  expect(await tried('test-admin', nested({ groupRef: mine, memberRef: { kind: 'Group', ...groupRef } }))).toEqual([
    'SYSTEM_GROUP spec.memberRef.name',
  ]);
});

test('which revision of a public service counted when is for everyone who is signed in, without who published it', async () => {
  const document = `{ service(name: "counted") { activations { nodes { name revisionNumber activatedBy configuration { name } } } }
    configurationActivations { nodes { name } }
    changes(first: 50, where: { kinds: ["ConfigurationActivation"] }) { events { object { name } } } }`;
  const seen = async (who: string): Promise<unknown> => {
    const { data } = await app.as(who).execute(document);
    const { events } = data.changes;
    const told = events.flatMap(({ object }: { object: { name: string } | null }) => object?.name ?? []);
    const ours = (found: string[]): string[] => found.filter((name) => /^(counted|planned)-/.test(name)).sort();
    return [data.service?.activations.nodes, ours(names(data.configurationActivations)), ours(told)];
  };
  const configuration = (name: string, of: string): string =>
    doc('ServiceConfiguration', name, { serviceRef: { name: of }, phase: 'Published' });
  await applyAll(
    app,
    [
      service('counted', 'Published'),
      service('planned', 'Draft'),
      configuration('first', 'counted'),
      configuration('planned-1', 'planned'),
    ].join(''),
  );
  const entry = { name: 'counted-1', revisionNumber: 1, activatedBy: null, configuration: null };
  const known = { ...entry, configuration: { name: 'first' } };
  expect(await seen('stranger')).toEqual([[entry], ['counted-1'], ['counted-1']]);
  expect(await seen('maker')).toEqual([[known], ['counted-1'], ['counted-1']]);
  const all = ['counted-1', 'planned-1'];
  expect(await seen('test-admin')).toEqual([[{ ...known, activatedBy: 'User/test-admin' }], all, all]);
  const counted = { serviceRef: { name: 'counted' }, version: 'v1', phase: 'Published' };
  await applyAll(app, runtime('counted', 'Private') + doc('ServiceVersion', 'counted.v1', counted));
  expect(await seen('stranger')).toEqual([undefined, [], []]);
});

const OF_SERVICE = `query ($ids: [ID!]!, $names: [String!]!, $time: DateTime!) {
  publishedNames(canonicalNames: $names) { canonicalName } canonicalNames(names: $names) { meter { name } service { name } }
  byName: meterDefinitionsByMeterName(meterNames: $names) { name } nodes(ids: $ids) { id }
  namesInForce(first: 10) { totalCount } meterDefinitions { totalCount nodes { name } } serviceVersions { totalCount nodes { name } }
  apiResources { totalCount nodes { name } } serviceRuntimes { totalCount nodes { name } } serviceListings { totalCount nodes { name } }
  serviceConfigurations { totalCount nodes { name } } deployments { totalCount nodes { name manifest } }
  objects(first: 100, derived: true) { totalCount nodes { kind name manifest } } searchObjects: objects(first: 9, where: { name: { startsWith: "idea" } }) { totalCount }
  catalogAsOf(at: { time: $time }) { meterDefinitions { nodes { name } } versions: objects(kind: "ServiceVersion") { nodes { name } } runtimes: objects(kind: "ServiceRuntime") { nodes { name } } }
  catalogDifference(from: { position: 0 }, first: 200) { nodes { name } } changes(first: 200) { events { type name object { name spec } } }
}`;

test('B3: what belongs to a draft service is a draft, whatever its own phase: for who bills it is there once the service is published', async () => {
  const variables = async () => {
    const { data } = await app.execute(`{ service(name: "idea") { runtime { id } listing { id }
      meters { nodes { id } } versions { nodes { id } } apiResources { nodes { id } } configurations { nodes { id } } }
      imports: serviceImports(where: { name: { eq: "idea-import" } }) { nodes { id } } }`);
    const { runtime: one, listing, ...lists } = { ...data.service, imports: data.imports };
    const each = Object.values(lists as Record<string, { nodes: { id: string }[] }>).flatMap(({ nodes }) => nodes);
    const names = ['idea.example.com/hours', 'idea.example.com/stated', 'idea.example.com'];
    return { ids: [one, listing, ...each].map(({ id }: { id: string }) => id), names, time: new Date().toISOString() };
  };
  await applyAll(
    app,
    [
      service('idea', 'Draft'),
      runtime('idea', 'Public'),
      meter('hours', 'idea', 'Published'),
      doc('ServiceVersion', 'idea.v1', { serviceRef: { name: 'idea' }, version: 'v1', phase: 'Published' }),
      doc('ApiResource', 'idea-thought', {
        serviceRef: { name: 'idea' },
        singularName: 'Thought',
        pluralName: 'Thoughts',
        versionRefs: [{ name: 'idea.v1' }],
      }),
      doc('ServiceListing', 'idea', { serviceRef: { name: 'idea' }, tagline: 'Not yet.' }),
      stating('idea-1', 'idea', 'Published'),
      doc('ServiceImport', 'idea-import', {
        serviceVersionRef: { name: 'idea.v1' },
        targetServiceRef: { name: 'shut' },
        targetVersionRef: { name: 'shut.v1' },
      }),
    ].join(''),
  );
  const hidden = await variables();
  expect(hidden.ids).toHaveLength(8);
  const read = async (who: string, asked: Readonly<Record<string, unknown>>) => {
    const { data, errors } = await app.as(who).execute(OF_SERVICE, asked);
    expect(errors).toBeUndefined();
    return data;
  };
  for (const who of ['biller', 'stranger']) {
    const data = await read(who, hidden);
    expect(JSON.stringify(data)).not.toMatch(/idea/);
    expect(data.nodes).toEqual(hidden.ids.map(() => null));
    expect(data.searchObjects.totalCount).toBe(0);
  }
  expect((await read('curator', hidden)).nodes).not.toContain(null);

  const cursor = (await app.as('biller').execute('{ changes(first: 200) { cursor } }')).data.changes.cursor;
  await applyAll(app, service('idea', 'Published'));
  const shown = await read('biller', await variables());
  expect(shown.nodes).not.toContain(null);
  expect(shown.publishedNames.map((one: { canonicalName: string } | null) => one?.canonicalName)).toEqual([
    'idea.example.com/hours',
    'idea.example.com/stated',
    undefined,
  ]);
  // What has become public by that alone is told to who follows, as of something new; what it was then stays hidden.
  const told = await app
    .as('biller')
    .execute('query ($after: String!) { changes(after: $after, first: 100) { events { type name } } }', {
      after: cursor,
    });
  const events = told.data.changes.events.map(
    ({ type: what, name }: { type: string; name: string }) => `${what} ${name}`,
  );
  expect(events.sort()).toEqual(
    [
      'idea',
      'idea',
      'idea',
      'idea-1',
      'idea-1',
      'idea-example-com-stated',
      'idea-example-com-thing',
      'idea-hours',
      'idea-import',
      'idea-thought',
      'idea.v1',
    ].map((name) => `ADDED ${name}`),
  );
  expect(JSON.stringify((await read('biller', { ...hidden, ids: [] })).catalogAsOf)).not.toMatch(/idea/);
});
