/*
 * The import graph of the services of the SPEKTRA platform (service-registry.md 1.8), as manifests: versions, imports and, of our
 * own, four regions.
 *
 *   level 0   meta-goten · meta-edgelq · secrets · proxies      regions   eu    Frankfurt    everything
 *   level 1   iam · monitoring                                            eu2   Berlin       the core: meta-goten, meta-edgelq, iam
 *   level 2   audit · limits · logging · cellular-api · ztp               us    Ashburn      what devices needs, older
 *   level 3   devices · alerting                                          ap    Singapore    the core, iam at v1alpha2
 *   level 4   ai · applications (private)                                 mars  planned      nothing
 */

/** Service → version → what it imports, as service@version. */
export const imports: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'meta-goten': { v1: [] },
  'meta-edgelq': { v1alpha2: [] },
  secrets: { v1: [] },
  proxies: { v1: [] },
  iam: { v1alpha2: ['meta-edgelq@v1alpha2'], v1: ['meta-goten@v1'] },
  monitoring: { v3: [], v4: ['meta-goten@v1', 'secrets@v1'] },
  audit: { v1: ['iam@v1', 'meta-goten@v1'] },
  limits: { v1: ['iam@v1', 'meta-goten@v1'] },
  logging: { v1: ['iam@v1', 'meta-goten@v1'] },
  'cellular-api': { v1: ['iam@v1', 'meta-goten@v1', 'secrets@v1'] },
  ztp: { v1: ['iam@v1'] },
  devices: {
    v1alpha2: ['iam@v1alpha2'],
    v1: ['cellular-api@v1', 'iam@v1', 'logging@v1', 'monitoring@v4'],
  },
  alerting: {
    v1: ['audit@v1', 'iam@v1', 'logging@v1', 'meta-goten@v1', 'secrets@v1', 'monitoring@v4'],
  },
  ai: { v1: ['devices@v1', 'iam@v1', 'meta-goten@v1', 'secrets@v1'] },
  applications: { v1: ['devices@v1', 'secrets@v1'] },
};

export const core = ['meta-goten', 'meta-edgelq', 'iam'];

const places: Readonly<Record<string, { readonly at: readonly [number, number]; readonly location: object }>> = {
  eu: {
    at: [50.1, 8.7],
    location: {
      continent: 'Europe',
      country: 'Germany',
      agglomeration: 'Rhine-Main',
      city: 'Frankfurt',
      cloud: 'milo',
    },
  },
  eu2: {
    at: [52.5, 13.4],
    location: { continent: 'Europe', country: 'Germany', agglomeration: 'Berlin', city: 'Berlin', cloud: 'milo' },
  },
  us: {
    at: [39, -77.5],
    location: { continent: 'America', country: 'USA', agglomeration: 'Virginia', city: 'Ashburn', cloud: 'milo' },
  },
  ap: {
    at: [1.4, 103.8],
    location: {
      continent: 'Asia',
      country: 'Singapore',
      agglomeration: 'Singapore',
      city: 'Singapore',
      cloud: 'other',
    },
  },
};

/** Region → service → its current version there. */
export const deployed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  eu: Object.fromEntries(Object.entries(imports).map(([name, versions]) => [name, Object.keys(versions).at(-1) ?? ''])),
  eu2: { 'meta-goten': 'v1', 'meta-edgelq': 'v1alpha2', iam: 'v1' },
  us: {
    'meta-goten': 'v1',
    'meta-edgelq': 'v1alpha2',
    secrets: 'v1',
    iam: 'v1',
    monitoring: 'v3',
    audit: 'v1',
    logging: 'v1',
    'cellular-api': 'v1',
    devices: 'v1alpha2',
  },
  ap: { 'meta-goten': 'v1', 'meta-edgelq': 'v1alpha2', iam: 'v1alpha2' },
};

/** What some deployments have beside. */
const more: Readonly<Record<string, object>> = {
  'audit.us': { disabled: true },
  'iam.eu': { privateDomain: 'iam.eu.internal', localNetworkId: 'net-1' },
  'devices.eu': { labelledDomains: [{ label: 'gold', domain: 'gold.devices.eu.apis.edgelq.com' }] },
};

export const document = (kind: string, name: string, spec: object, group = 'catalog.miloapis.com'): string =>
  `---\n${JSON.stringify({ apiVersion: `${group}/v1alpha1`, kind, metadata: { name }, spec })}\n`;

export const region = (name: string, state: string, at: readonly [number, number] = [0, 0]): string =>
  document(
    'Region',
    name,
    { displayName: name, coordinates: { latitude: at[0], longitude: at[1] } },
    'inventory.miloapis.com',
  ) + document('RegionState', name, { regionRef: { name }, state });

export const tenants = ['maker', 'eater']
  .map(
    (name) =>
      document('Organization', name, { type: 'Standard' }, 'resourcemanager.miloapis.com') +
      document('Project', name, { ownerRef: { kind: 'Organization', name } }, 'resourcemanager.miloapis.com'),
  )
  .join('');

export const service = (name: string, more: object = {}): string =>
  document(
    'Service',
    name,
    {
      serviceName: `${name}.edgelq.com`,
      phase: 'Published',
      displayName: name,
      owner: { producerProjectRef: { name: 'maker' } },
      ...more,
    },
    'services.miloapis.com',
  );

export const runtime = (name: string, more: object = {}): string =>
  document('ServiceRuntime', name, {
    serviceRef: { name },
    visibility: 'Public',
    globalDomain: `${name}.apis.edgelq.com`,
    primaryRegionRef: { name: 'eu' },
    ...more,
  });

export const version = (of: string, name: string, phase = 'Published'): string =>
  document('ServiceVersion', `${of}.${name}`, { serviceRef: { name: of }, version: name, phase });

/** `imported` is service@version. */
export const serviceImport = (of: string, name: string, imported: string): string => {
  const [target = ''] = imported.split('@');
  return document('ServiceImport', `${of}.${name}.${target}`, {
    serviceVersionRef: { name: `${of}.${name}` },
    targetServiceRef: { name: target },
    targetVersionRef: { name: imported.replace('@', '.') },
  });
};

export const use = (of: string, target: string, lowest?: string): string =>
  document('ServiceUse', `${of}.${target}`, {
    serviceRef: { name: of },
    targetServiceRef: { name: target },
    ...(lowest !== undefined && { minVersionRef: { name: `${target}.${lowest}` } }),
  });

export const deployment = (of: string, where: string, current: string, beside: object = {}): string =>
  document('Deployment', `${of}.${where}`, {
    serviceRef: { name: of },
    regionRef: { name: where },
    publicDomain: `${of}.${where}.apis.edgelq.com`,
    currentVersionRef: { name: `${of}.${current}` },
    location: places[where]?.location ?? {
      continent: 'c',
      country: where,
      agglomeration: where,
      city: where,
      cloud: 'milo',
    },
    ...beside,
  });

/** The whole of it, to be applied at once; `beside` has what deployments state beside, by their names. */
export const importGraph = (beside: Readonly<Record<string, object>> = more): string =>
  [
    tenants,
    ...Object.entries(places).map(([name, { at }]) => region(name, 'Open', at)),
    region('mars', 'Planned'),
    ...Object.keys(imports).map((name) =>
      service(name, name === 'ai' ? { dependencies: [{ serviceRef: { name: 'devices' } }] } : {}),
    ),
    ...Object.keys(imports).map((name) =>
      runtime(name, { core: core.includes(name), visibility: name === 'applications' ? 'Private' : 'Public' }),
    ),
    ...Object.entries(imports).flatMap(([name, versions]) =>
      Object.entries(versions).flatMap(([of, targets]) => [
        version(name, of),
        ...targets.map((target) => serviceImport(name, of, target)),
      ]),
    ),
    use('ztp', 'monitoring', 'v3'),
    use('ai', 'alerting'),
    ...Object.entries(deployed).flatMap(([where, services]) =>
      Object.entries(services).map(([of, current]) => deployment(of, where, current, beside[`${of}.${where}`])),
    ),
  ].join('');
