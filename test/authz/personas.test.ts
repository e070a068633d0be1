import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog } from '../../src/app.ts';
import { personas } from '../../src/platform/authn/personas.ts';
import type { GraphqlAnswer, TestApp } from '../kit/app.ts';
import { builtInProfiles } from '../kit/built-in-profiles.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { codes, mutate } from '../mutations/mutate.ts';
import { everyField } from './every-field.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
});
afterAll(() => app.close());

/** What a root list holds: the names, or of many only how many. */
type Seen = Readonly<Record<string, string | number>>;

const edge = 'edge-example-com';
/** Everyone sees regions with their states, and services but for machines, whose runtime keeps it private, and queues, which is a draft. */
const isPublic: Seen = {
  services: `addresses-example-com buckets-example-com databases-example-com ${edge}`,
  meterDefinitions: 6,
  monitoredResourceTypes: `buckets-example-com-bucket databases-example-com-database ${edge}-route`,
  serviceVersions: `buckets-example-com.v1 ${edge}.v1`,
  serviceRuntimes: `buckets-example-com ${edge}`,
  serviceListings: `buckets-example-com ${edge}`,
  configurationActivations: `buckets-example-com-1 databases-example-com-1 ${edge}-1`,
  cableProfiles: builtInProfiles.length,
  deviceTypes: 'example-systems-es-b2',
  moduleTypes: 'example-systems-es-acc-2',
  regions: 'ap-south eu-central us-east',
  regionStates: 'ap-south eu-central us-east',
  deployments: `buckets-example-com.eu-central buckets-example-com.us-east ${edge}.ap-south ${edge}.eu-central ${edge}.us-east`,
};
/** Private ones come through the entitlement to them. */
const consumed = {
  services: `addresses-example-com buckets-example-com databases-example-com ${edge} machines-example-com`,
};
/** Those who read all of them see no draft: neither queues, nor the offer pay-as-you-go. */
const publishedServices = { ...consumed, meterDefinitions: 9, monitoredResourceTypes: 5 };
const everything = {
  cableProfiles: builtInProfiles.length,
  deviceTypes: 'example-systems-es-b2',
  moduleTypes: 'example-systems-es-acc-2',
  services: `addresses-example-com buckets-example-com databases-example-com ${edge} machines-example-com queues-example-com`,
  meterDefinitions: 9,
  monitoredResourceTypes: 5,
  users: 6,
  organizations: 'aurora milo northwind',
  projects: 9,
  serviceAccounts: 'billing provider quota',
  identityLinks: 9,
  groups: 'network-operations platform-staff system:authenticated system:authenticated-users tenant-administrators',
  groupMemberships: 3,
  roles: 28,
  policyBindings: 30,
  folders: 'foundation logistics logistics-eu streaming',
  projectPlacements: 7,
  organizationMemberships: 'org-owner project-viewer',
  projectSuspensions: 'aurora-pilot-billing',
  serviceConfigurations: 5,
  configurationActivations: 4,
  serviceEntitlements: 10,
  serviceConsumers: 10,
  serviceVersions: 3,
  serviceRuntimes: 3,
  serviceListings: 3,
  deployments: 7,
  resourceRegistrations: 'edge-routes machines-per-project projects-per-organization routes-per-project',
  claimCreationPolicies: 'gateway-networking-k8s-io-httproute',
  resourceGrants: 2,
  servicePricings: `${edge}--route-requests`,
  offers: 'pay-as-you-go',
  feedConsumers: 'billing quota',
  consumerPortalPlugins: edge,
  providerPortalPlugins: edge,
  regions: 'ap-south eu-central us-east',
  regionStates: 'ap-south eu-central us-east',
  providers: 'deepline-fiber harbor-colo skyline-transit',
  sites: 'fra1 fra2 iad1 sin1',
  clusters: 4,
  racks: 8,
  equipmentItems: 'fra2-a01-panel fra2-b01-panel fra2-b01-pdu-a fra2-b01-pdu-b',
  computeNodes: 42,
  networkDevices: 16,
  virtualMachines: 6,
  ports: 575,
  passThroughPorts: 94,
  portMappings: 50,
  cables: 130,
  links: 'fra1-iad1-backbone fra1-inside fra2-storage',
  circuits: 7,
  deviceSlots: 8,
  moduleBays: 'fra1-blade1-mezzanine-1',
  modules: 'fra1-blade1-accelerator',
  assets: 'fra1-a01 fra1-a01-router fra1-a02-router fra1-blade1',
  deviceMountings: 'fra1-a01-router',
  powerPorts: 24,
  unitReservations: 'fra1-a02-spine',
  circuitTerminations: 'fra1-meetme-a iad1-sin1-z',
  providerNetworks: 'skyline-internet',
} satisfies Seen;
const {
  users,
  serviceAccounts,
  identityLinks,
  groups,
  groupMemberships,
  roles,
  policyBindings,
  organizationMemberships,
} = everything;
const { regions, regionStates, sites, clusters, resourceRegistrations, claimCreationPolicies, servicePricings } =
  everything;

const sees: Readonly<Record<string, Seen>> = {
  staff: everything,
  'network-operator': {
    ...isPublic,
    sites: 'fra1',
    clusters: 'fra1-compute',
    racks: 'fra1-a01 fra1-a02',
    computeNodes: 11,
    networkDevices: 'fra1-a01-leaf fra1-a01-router fra1-a02-leaf fra1-a02-router',
    virtualMachines: 'vm-001 vm-002 vm-003',
    ports: 152,
    passThroughPorts: 24,
    portMappings: 12,
    cables: 31,
    links: 'fra1-iad1-backbone fra1-inside',
    circuits: 'fra1-fra2 fra1-iad1 fra1-meetme fra1-sin1 fra1-transit',
    deviceSlots: 'fra1-slot1 fra1-slot2',
    moduleBays: 'fra1-blade1-mezzanine-1',
    modules: 'fra1-blade1-accelerator',
    assets: 'fra1-a01 fra1-a01-router fra1-a02-router fra1-blade1',
    deviceMountings: 'fra1-a01-router',
    powerPorts: 'fra1-a01-node1-psu0 fra1-a01-pdu-1',
    unitReservations: 'fra1-a02-spine',
    circuitTerminations: 'fra1-meetme-a',
  },
  'org-owner': {
    ...isPublic,
    ...consumed,
    users: 'org-owner project-viewer',
    organizations: 'northwind',
    folders: 'logistics logistics-eu',
    projects: 'northwind-fleet northwind-tracking northwind-web',
    projectPlacements: 'northwind-fleet northwind-tracking',
    organizationMemberships: 'org-owner project-viewer',
    roles: 'organization-member organization-owner project-editor project-reader',
    policyBindings: 'tracking-viewer',
    serviceEntitlements: 'addresses dependency-1 edge edge machines',
    virtualMachines: 'vm-001 vm-002 vm-003',
  },
  'project-viewer': {
    ...isPublic,
    ...consumed,
    users: 'org-owner project-viewer',
    organizations: 'northwind',
    projects: 'northwind-tracking',
    projectPlacements: 'northwind-tracking',
    serviceEntitlements: 'addresses edge machines',
    virtualMachines: 'vm-001 vm-002',
  },
  provider: {
    ...isPublic,
    services: `addresses-example-com buckets-example-com databases-example-com ${edge} machines-example-com queues-example-com`,
    meterDefinitions: 9,
    monitoredResourceTypes: 5,
    serviceConfigurations: 'buckets-example-com databases-example-com machines-example-com queues-example-com',
    configurationActivations: 4,
    serviceConsumers: [
      'buckets-example-com--aurora-archive',
      'buckets-example-com--aurora-player',
      'machines-example-com--aurora-player',
      'machines-example-com--northwind-tracking',
    ].join(' '),
    serviceRuntimes: `buckets-example-com ${edge} machines-example-com`,
    serviceListings: `buckets-example-com ${edge} machines-example-com`,
    serviceVersions: 3,
    deployments: 7,
    projects: 'milo-compute',
    serviceAccounts: 'provider',
    regions,
    regionStates,
    sites,
    clusters,
  },
  billing: {
    ...isPublic,
    ...publishedServices,
    servicePricings,
    organizations: everything.organizations,
    projects: 9,
    serviceEntitlements: 10,
    feedConsumers: 'billing',
  },
  quota: {
    ...isPublic,
    ...publishedServices,
    projects: 9,
    serviceConfigurations: 4,
    configurationActivations: 4,
    serviceEntitlements: 10,
    resourceRegistrations,
    claimCreationPolicies,
    resourceGrants: 2,
    feedConsumers: 'quota',
  },
  auditor: {
    ...isPublic,
    users,
    serviceAccounts,
    identityLinks,
    groups,
    groupMemberships,
    roles,
    policyBindings,
    organizationMemberships,
  },
  outsider: isPublic,
};

const lists = catalog().kinds.map(({ listField }) => listField);
const ask = `{ ${lists.map((field) => `${field}(first: 500) { totalCount nodes { name } }`).join(' ')} }`;
interface List {
  readonly totalCount: number;
  readonly nodes: readonly { readonly name: string }[];
}

test.each(personas)('$name sees in each root list what they should, and counts no more', async ({ name }) => {
  const { data, errors } = await app.as(name).execute(ask);
  expect(errors).toBeUndefined();
  const expected = sees[name] ?? {};
  const seen = Object.entries(data as Record<string, List>).flatMap(([field, { totalCount, nodes }]) => {
    const names = nodes.map((node) => node.name).join(' ');
    // The administrator that tests have is no part of the example world.
    const own = nodes.filter((node) => !node.name.endsWith('test-admin'));
    const count = totalCount - nodes.length + own.length;
    if (totalCount === 0) return [];
    return [[field, typeof expected[field] === 'number' ? count : names]];
  });
  expect(Object.fromEntries(seen)).toEqual(expected);
});

const byName = (name: string) => ({ name });
const role = (name: string) => ({ name, namespace: 'milo-system' });
const rack = (site: string) => ({ name: 'p-a09', site: byName(site), heightU: 42 });
const version = { version: 'v9', phase: 'DRAFT' };
const runsOn = (site: string) => ({ runsOn: [{ site: byName(site) }] });
const allowed = '';

/** Who tries what, and what is said to it: nothing when it is allowed. Nothing of it is stored. */
const does: [persona: string, mutation: string, input: object, refused: string][] = [
  ['staff', 'createOrganization', { name: 'p-new', type: 'STANDARD' }, allowed],
  ['staff', 'deactivateUser', { user: byName('outsider'), reason: 'left' }, allowed],
  [
    'staff',
    'createServiceEntitlement',
    { name: 'p-new', project: 'aurora-pilot', service: byName('buckets-example-com') },
    'PROJECT_SUSPENDED input.name',
  ],
  ['network-operator', 'createRack', rack('fra1'), allowed],
  ['network-operator', 'createRack', rack('fra2'), 'REFERENCE_NOT_FOUND input.site.name'],
  ['network-operator', 'disconnectPorts', { a: byName('fra1-a01-node1-eth0') }, allowed],
  ['network-operator', 'updateRegion', { name: 'eu-central', changes: { displayName: 'C' } }, 'FORBIDDEN input.name'],
  ['org-owner', 'createProject', { name: 'p-new', organization: byName('northwind') }, allowed],
  [
    'org-owner',
    'createProject',
    { name: 'p-new', organization: byName('aurora') },
    'REFERENCE_NOT_FOUND input.organization.name',
  ],
  ['org-owner', 'moveProject', { project: byName('northwind-web'), folder: byName('logistics') }, allowed],
  [
    'org-owner',
    'createServiceEntitlement',
    { name: 'buckets', project: 'northwind-web', service: byName('buckets-example-com') },
    allowed,
  ],
  [
    'org-owner',
    'createServiceEntitlement',
    { name: 'queues', project: 'northwind-web', service: byName('queues-example-com') },
    'REFERENCE_NOT_FOUND input.service.name',
  ],
  ['org-owner', 'updateService', { name: edge, changes: { displayName: 'Mine' } }, 'FORBIDDEN input.name'],
  [
    'org-owner',
    'bindRole',
    {
      role: role('project-editor'),
      subject: { user: byName('project-viewer') },
      resource: { folder: byName('logistics') },
    },
    allowed,
  ],
  [
    'org-owner',
    'bindRole',
    {
      role: role('platform-admin'),
      subject: { user: byName('project-viewer') },
      resource: { folder: byName('logistics') },
    },
    'REFERENCE_NOT_FOUND input.role.name',
  ],
  [
    'org-owner',
    'deleteOrganizationMembership',
    { name: 'org-owner', namespace: 'organization-northwind' },
    'LAST_OWNER input.name',
  ],
  [
    'project-viewer',
    'updateProject',
    { name: 'northwind-tracking', changes: { labels: [{ key: 'tier', value: 'gold' }] } },
    'FORBIDDEN input.name',
  ],
  [
    'project-viewer',
    'updateProject',
    { name: 'northwind-web', changes: { labels: [{ key: 'tier', value: 'gold' }] } },
    'NOT_FOUND input.name',
  ],
  ['provider', 'publishService', { service: byName('queues-example-com') }, allowed],
  [
    'provider',
    'createServiceVersion',
    { ...version, name: 'queues-example-com.v9', service: byName('queues-example-com') },
    allowed,
  ],
  [
    'provider',
    'createServiceVersion',
    { ...version, name: `${edge}.v9`, service: byName(edge) },
    'FORBIDDEN input.name',
  ],
  ['provider', 'updateDeployment', { name: 'machines-example-com.us-east', changes: runsOn('iad1') }, allowed],
  ['provider', 'updateDeployment', { name: `${edge}.us-east`, changes: runsOn('iad1') }, 'FORBIDDEN input.name'],
  ['provider', 'updateService', { name: edge, changes: { displayName: 'Mine' } }, 'FORBIDDEN input.name'],
  ['billing', 'updateServiceConfiguration', { name: edge, changes: { version: 'mine' } }, 'NOT_FOUND input.name'],
  ['quota', 'updateServiceConfiguration', { name: edge, changes: { version: 'mine' } }, 'FORBIDDEN input.name'],
  ['quota', 'deleteResourceRegistration', { name: 'routes-per-project' }, 'FORBIDDEN input.name'],
  ['auditor', 'deactivateUser', { user: byName('outsider'), reason: 'left' }, 'FORBIDDEN input'],
  ['outsider', 'updateService', { name: edge, changes: { displayName: 'Mine' } }, 'FORBIDDEN input.name'],
  ['outsider', 'createOrganization', { name: 'p-new', type: 'STANDARD' }, 'FORBIDDEN input.name'],
];

test.each(does)('%s may or may not %s %j', async (persona, mutation, input, refused) => {
  const payload = await mutate({ ...app, ...app.as(persona) }, mutation, { ...input, validateOnly: true });
  expect(codes(payload)).toEqual(refused === allowed ? [] : [refused]);
});

test('the audit log is read everywhere by the auditor, in their organization by its owner, and else only of oneself', async () => {
  const acts: [persona: string, name: string, input: object][] = [
    ['staff', 'p-aurora', { organization: byName('aurora') }],
    ['org-owner', 'p-northwind', { organization: byName('northwind') }],
    ['outsider', 'p-none', { organization: byName('aurora') }],
  ];
  for (const [persona, name, input] of acts) {
    await mutate({ ...app, ...app.as(persona) }, 'createProject', { name, ...input });
  }
  const told = async (persona: string): Promise<string[]> => {
    const { data } = await app.as(persona).execute('{ auditRecords(first: 100) { nodes { name } } }');
    const names = data.auditRecords.nodes.map(({ name }: { name: string }) => name) as string[];
    return acts.map(([, name]) => name).filter((name) => names.includes(name));
  };
  expect(await told('auditor')).toEqual(['p-aurora', 'p-northwind', 'p-none']);
  expect(await told('org-owner')).toEqual(['p-northwind']);
  expect(await told('outsider')).toEqual(['p-none']);
  expect(await told('provider')).toEqual([]);
});

test('who reads everywhere is no staff: the store is compared and rebuilt by those who may give roles', async () => {
  const outcome = async (persona: string) => {
    const { data, errors } = await app.as(persona).execute('mutation { rebuildAuthorization { differences } }');
    return errors?.[0]?.extensions.code ?? data.rebuildAuthorization;
  };
  expect(await outcome('auditor')).toBe('FORBIDDEN');
  expect(await outcome('org-owner')).toBe('FORBIDDEN');
  expect(await outcome('staff')).toEqual({ differences: 0 });
});

/** Every name of the catalog that is no plain word, by whom it is hidden from. */
async function hiddenNames(persona: string): Promise<string[]> {
  const namesFor = async (who: string): Promise<string[]> => {
    const PAGE =
      'query ($after: String) { objects(first: 1000, after: $after) { nodes { name } pageInfo { endCursor hasNextPage } } }';
    const names: string[] = [];
    for (let after: string | null = null, isMore = true; isMore; ) {
      const { data }: GraphqlAnswer = await app.as(who).execute(PAGE, { after });
      const { objects } = data;
      names.push(...objects.nodes.map(({ name }: { name: string }) => name));
      ({ endCursor: after, hasNextPage: isMore } = objects.pageInfo);
    }
    return names;
  };
  const seen = await namesFor(persona);
  const known = [...seen, 'test-admin'].join(' '); // An audit record says who has loaded the world.
  return (await namesFor('staff')).filter((name) => /[-.\d]/.test(name) && name.length > 4 && !known.includes(name));
}

test.each(['outsider', 'project-viewer', 'org-owner', 'provider', 'quota', 'network-operator'])(
  'no text that %s reads holds a name that is hidden from them',
  async (persona) => {
    const hidden = await hiddenNames(persona);
    const name = new RegExp(`(?<![\\w.-])(?:${hidden.join('|').replaceAll('.', '\\.')})(?![\\w-])`, 'g');
    const kinds = catalog().kinds.filter(({ domain }) => domain !== 'inventory');
    for (const document of [
      '{ objects(first: 1000) { nodes { manifest } } }',
      '{ changes(first: 1000) { events { object { spec status } } } }',
      ...kinds.map(({ listField, type }) => `{ ${listField}(first: 150) { nodes { ${everyField(type, 0)} } } }`),
    ]) {
      const { data, errors } = await app.as(persona).execute(document);
      expect(errors).toBeUndefined();
      expect(JSON.stringify(data).match(name), document.slice(0, 200)).toBeNull();
    }
  },
);
