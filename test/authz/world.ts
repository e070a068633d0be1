import { startApp, type TestApp } from '../kit/app.ts';

/** API group of each kind that tests write. */
const groups: Readonly<Record<string, string>> = {
  Organization: 'resourcemanager',
  Project: 'resourcemanager',
  OrganizationMembership: 'resourcemanager',
  ProjectSuspension: 'resourcemanager',
  Service: 'services',
  MeterDefinition: 'services',
  MonitoredResourceType: 'services',
  ServiceConfiguration: 'services',
  ServiceEntitlement: 'services',
  ServiceConsumer: 'services',
  User: 'iam',
  ServiceAccount: 'iam',
  Group: 'iam',
  GroupMembership: 'iam',
  Role: 'iam',
  PolicyBinding: 'iam',
  ProtectedResource: 'iam',
  UserDeactivation: 'iam',
  Region: 'inventory',
  Site: 'inventory',
  Provider: 'inventory',
  Rack: 'inventory',
  Cluster: 'inventory',
  Node: 'inventory',
  NetworkDevice: 'inventory',
  Port: 'inventory',
  Cable: 'inventory',
  Link: 'inventory',
  Circuit: 'inventory',
  VirtualMachine: 'inventory',
};

export const groupOf = (kind: string): string => `${groups[kind] ?? 'catalog'}.miloapis.com`;

export interface Place {
  readonly namespace?: string;
  readonly project?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** API group, of a kind that is written in two of them. */
  readonly group?: string;
}

/** One manifest. */
export function doc(
  kind: string,
  name: string,
  spec: object = {},
  { namespace, project, labels, group = groupOf(kind) }: Place = {},
): string {
  const all = { ...labels, ...(project !== undefined && { 'resourcemanager.miloapis.com/project-name': project }) };
  const metadata = { name, ...(namespace !== undefined && { namespace }), labels: all };
  return `---\n${JSON.stringify({ apiVersion: `${group}/v1alpha1`, kind, metadata, spec })}\n`;
}

/** Racks of the site `s1` in the region `eu`, with these two. */
export const racksOfOneSite = (names: readonly string[], place: Place = {}): string =>
  [
    doc('Region', 'eu', { displayName: 'E' }),
    doc('Site', 's1', { displayName: 'S', regionRef: { name: 'eu' }, type: 'Edge' }),
    ...names.map((name) => doc('Rack', name, { siteRef: { name: 's1' }, heightU: 42 }, place)),
  ].join('');

export const SYSTEM = { namespace: 'milo-system' };

const named = (name: string) => ({ name });
const ofAcme = { kind: 'Organization', name: 'acme' };

/** Permissions in short: `inv/racks.get`, and with `get` also list and watch. */
export function permissions(short: string): string[] {
  const aliases: Readonly<Record<string, string>> = { rm: 'resourcemanager', svc: 'services', inv: 'inventory' };
  return short.split(/\s+/).flatMap((one) => {
    const [alias = '', rest = ''] = one.split('/');
    const name = `${aliases[alias] ?? alias}.miloapis.com/${rest}`;
    return name.endsWith('.get') ? ['get', 'list', 'watch'].map((verb) => name.replace(/get$/, verb)) : [name];
  });
}

export const role = (name: string, short: string, place: Place = SYSTEM, inherited: readonly object[] = []): string =>
  doc(
    'Role',
    name,
    {
      launchStage: 'Stable',
      ...(short !== '' && { includedPermissions: permissions(short) }),
      ...(inherited.length > 0 && { inheritedRoles: inherited }),
    },
    place,
  );

export type Subject = { readonly kind: string; readonly name: string; readonly namespace?: string };
export const userOf = (name: string): Subject => ({ kind: 'User', name });
export const groupNamed = (name: string, namespace = 'milo-system'): Subject => ({ kind: 'Group', name, namespace });

/** Gives a role on `Site/fra1`, on every object of a kind (`Project/*`), or on the platform (`Platform/root`). */
export function binding(
  name: string,
  on: string,
  roleName: string,
  subjects: Subject | readonly Subject[],
  place: Place = SYSTEM,
  roleNamespace = 'milo-system',
): string {
  const [kind = '', object = ''] = on.split('/');
  const target = { apiGroup: groupOf(kind), kind };
  return doc(
    'PolicyBinding',
    name,
    {
      roleRef: { name: roleName, namespace: roleNamespace },
      subjects: [subjects].flat(),
      resourceSelector: object === '*' ? { resourceKind: target } : { resourceRef: { ...target, name: object } },
    },
    place,
  );
}

const node = (name: string, site: string, rack: string): string =>
  doc('Node', name, {
    siteRef: named(site),
    hardware: { cpuCores: 8, cpuArchitecture: 'amd64', memoryBytes: 1024 },
    placement: { rackRef: named(rack), startUnit: 1, unitHeight: 1 },
  });
const port = (name: string, device: string): string =>
  doc('Port', name, { deviceRef: { kind: 'Node', name: device }, type: 'Ethernet', name });
const machine = (name: string, host: string, project: string): string =>
  doc('VirtualMachine', name, {
    hostRef: named(host),
    projectRef: { apiGroup: groupOf('Project'), kind: 'Project', name: project },
    allocation: { vcpus: 2, memoryBytes: 512 },
  });
const service = (name: string, project: string): string =>
  doc('Service', name, {
    serviceName: `${name}.example.com`,
    phase: 'Published',
    displayName: name,
    owner: { producerProjectRef: named(project) },
  });
const meter = (of: string): string =>
  doc('MeterDefinition', `${of}-queries`, {
    meterName: `${of}.example.com/queries`,
    displayName: 'Queries',
    phase: 'Published',
    owner: { service: `${of}.example.com` },
    measurement: { aggregation: 'Sum', unit: '1' },
    billing: { consumedUnit: '1', pricingUnit: '1' },
  });

/** Who are Users in the world of iam.md 4.8; `sa-ci` is a ServiceAccount. */
export const people = ['olga', 'dave', 'nora', 'tech', 'auditor', 'stranger', 'vmops'] as const;

/**
 * The world of iam.md 4.8:
 *
 *   platform ─┬─ acme ─┬─ emea ── emea-lab ── p1 ─┬─ dns (public)    platform ─┬─ eu ── fra1 ─┬─ fra1-r1 ── node-11 ── port-11, vm2 (of p9)
 *             │        └─ p2                      └─ vault                     │              └─ fra1-r2 ── node-21 ── port-21
 *             └─ globex ── p9                                                  └─ us ── dfw1 ─── dfw1-r1 ── node-77 ── port-77 (bound alone), port-78, vm1 (of p1)
 */
export const world: string = [
  doc('Organization', 'acme', { type: 'Standard' }),
  doc('Organization', 'globex', { type: 'Standard' }),
  doc('Folder', 'emea', { organizationRef: named('acme'), displayName: 'EMEA' }),
  doc('Folder', 'emea-lab', { organizationRef: named('acme'), parentRef: named('emea'), displayName: 'Lab' }),
  doc('Project', 'p1', { ownerRef: ofAcme }),
  doc('Project', 'p2', { ownerRef: ofAcme }),
  doc('Project', 'p9', { ownerRef: { kind: 'Organization', name: 'globex' } }),
  doc('ProjectPlacement', 'p1', { projectRef: named('p1'), folderRef: named('emea-lab') }),
  doc('Region', 'eu', { displayName: 'Europe' }),
  doc('Region', 'us', { displayName: 'America' }),
  doc('Site', 'fra1', { displayName: 'Frankfurt', regionRef: named('eu'), type: 'Datacenter' }),
  doc('Site', 'dfw1', { displayName: 'Dallas', regionRef: named('us'), type: 'Datacenter' }),
  doc('Rack', 'fra1-r1', { siteRef: named('fra1'), heightU: 42 }),
  doc('Rack', 'fra1-r2', { siteRef: named('fra1'), heightU: 42 }),
  doc('Rack', 'dfw1-r1', { siteRef: named('dfw1'), heightU: 42 }),
  node('node-11', 'fra1', 'fra1-r1'),
  node('node-21', 'fra1', 'fra1-r2'),
  node('node-77', 'dfw1', 'dfw1-r1'),
  port('port-11', 'node-11'),
  port('port-21', 'node-21'),
  port('port-77', 'node-77'),
  port('port-78', 'node-77'),
  machine('vm1', 'node-77', 'p1'),
  machine('vm2', 'node-11', 'p9'),
  service('dns', 'p1'),
  service('vault', 'p1'),
  ...['dns', 'vault'].map((name) =>
    doc('ServiceVersion', `${name}.v1`, { serviceRef: named(name), version: 'v1', phase: 'Published' }),
  ),
  doc('ServiceRuntime', 'dns', {
    serviceRef: named('dns'),
    visibility: 'Public',
    globalDomain: 'dns.example.com',
    primaryRegionRef: named('eu'),
  }),
  doc('ServiceRuntime', 'vault', {
    serviceRef: named('vault'),
    visibility: 'Private',
    globalDomain: 'secret.example.net',
    primaryRegionRef: named('eu'),
  }),
  meter('dns'),
  meter('vault'),
  ...people.map((name) => doc('User', name, { email: `${name}@example.com` })),
  doc('ServiceAccount', 'sa-ci', { state: 'Active' }, { project: 'p1' }),
  doc('Group', 'noc', {}, SYSTEM),
  doc('Group', 'noc-emea', {}, SYSTEM),
  doc('Group', 'emea-devs', {}, { namespace: 'organization-acme' }),
  doc(
    'GroupNesting',
    'noc-emea-in-noc',
    { groupRef: { name: 'noc', ...SYSTEM }, memberRef: { kind: 'Group', name: 'noc-emea', ...SYSTEM } },
    SYSTEM,
  ),
  doc('GroupMembership', 'nora', { userRef: named('nora'), groupRef: { name: 'noc-emea', ...SYSTEM } }, SYSTEM),
  doc(
    'GroupMembership',
    'dave',
    { userRef: named('dave'), groupRef: { name: 'emea-devs', namespace: 'organization-acme' } },
    { namespace: 'organization-acme' },
  ),
  role('inventory-admin', 'inv/racks.get inv/racks.update inv/ports.get inv/virtualmachines.get'),
  role('inventory-viewer', 'inv/racks.get inv/ports.get'),
  role(
    'project-admin',
    'rm/projects.get svc/services.get svc/services.update svc/meterdefinitions.get inv/virtualmachines.get',
  ),
  role('project-viewer', 'rm/projects.get svc/services.get'),
  role('org-admin', 'rm/organizations.get rm/projects.get rm/projects.create svc/services.get'),
  binding('staff', 'Platform/root', 'inventory-admin', groupNamed('noc')),
  binding('acme-admin', 'Organization/acme', 'org-admin', userOf('olga')),
  binding('emea-viewer', 'Folder/emea', 'project-viewer', groupNamed('emea-devs', 'organization-acme')),
  binding('p1-admin', 'Project/p1', 'project-admin', { kind: 'ServiceAccount', name: 'sa-ci' }),
  binding('p2-viewer', 'Project/p2', 'project-viewer', { kind: 'ServiceAccount', name: 'sa-ci' }),
  binding('allprojects', 'Project/*', 'project-viewer', userOf('auditor')),
  binding('fra1-viewer', 'Site/fra1', 'inventory-viewer', userOf('tech')),
  binding('port77', 'Port/port-77', 'inventory-viewer', userOf('tech')),
  binding('allvms', 'VirtualMachine/*', 'inventory-admin', userOf('vmops')),
].join('');

/** States that a subject of the tests' issuer is an account, which is called as the subject is unless said otherwise. */
export const link = (subject: string, account: Subject = userOf(subject), name = subject): string =>
  doc('IdentityLink', name, { issuer: 'https://issuer.test', subject, principalRef: account });

/** Applies as the administrator; anything refused fails the test. */
export async function applyAll(app: Pick<TestApp, 'apply'>, content: string): Promise<void> {
  const { userErrors } = await app.apply(content);
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors, undefined, 1));
}

/** A service with the world of iam.md 4.8. */
export async function startWorld(): Promise<TestApp> {
  const app = await startApp();
  await applyAll(app, world);
  return app;
}
