import { TEST_ISSUER } from '../../test/kit/issuer.ts';
import { rackName, type Size } from '../sizes.ts';
import { groups, manifest, type Together } from './documents.ts';

/** Who asks, from most to fewest rights; the administrator is the service's own, the outsider holds nothing at all. */
export const callers = ['bench-admin', 'one-grant', 'hundred-grants', 'most-grants', 'outsider'] as const;
export type Caller = (typeof callers)[number];

/** Those who see something, by what a table calls them. */
export const callersWithGrants = ({ grants }: Size): readonly (readonly [string, Caller])[] => [
  ['administrator', 'bench-admin'],
  ['1 grant', 'one-grant'],
  [`${grants.hundred} grants`, 'hundred-grants'],
  [`${grants.most.toLocaleString('en')} grants`, 'most-grants'],
];

const NAMESPACE = 'milo-system';
/** Racks that all callers with grants on racks see; what is asked about stands in them. */
export const SEEN_RACKS = 64;

const roles = {
  'plant-viewer': { inventory: ['regions', 'sites', 'racks', 'networkdevices', 'ports', 'cables'] },
  'site-viewer': { inventory: ['sites'] },
  'project-viewer': { tenancy: ['projects'], services: ['services', 'meterdefinitions', 'monitoredresourcetypes'] },
  'project-auditor': { tenancy: ['projects'] },
} as const;
type RoleName = keyof typeof roles;

export function* people(): Generator<Together> {
  for (const [name, plurals] of Object.entries(roles)) yield [role(name, plurals)];
  for (const name of callers) {
    if (name === 'bench-admin') continue;
    yield [manifest('iam', 'User', { name }, { email: `${name}@bench.example` })];
    const principalRef = { kind: 'User', name };
    yield [manifest('ours', 'IdentityLink', { name }, { issuer: TEST_ISSUER, subject: name, principalRef })];
  }
}

/** One high up, a hundred, and very many, each on a scope of its own. */
export function* allBindings(size: Size): Generator<Together> {
  yield* bindings('one-grant', [['plant-viewer', 'Region', 'r1']]);
  const { hundred, most } = size.grants;
  yield* bindings('hundred-grants', grants(size, hundred, SEEN_RACKS));
  yield* bindings('most-grants', grants(size, most, size.racks));
}

export type Grant = readonly [role: RoleName, kind: keyof typeof apiGroups, name: string];
const apiGroups = {
  Region: groups.inventory,
  Site: groups.inventory,
  Rack: groups.inventory,
  Project: groups.tenancy,
};

/** So many: every site, some racks, the project of the services, and projects for the rest. */
function grants(size: Size, count: number, racks: number): readonly Grant[] {
  const names = (prefix: string, length: number) => Array.from({ length }, (_, index) => `${prefix}${index}`);
  const projects = names('p', size.projects);
  return [
    ...names('s', size.sites).map((name): Grant => ['site-viewer', 'Site', name]),
    ...Array.from({ length: racks }, (_, index): Grant => ['plant-viewer', 'Rack', rackName(size, index)]),
    ['project-viewer', 'Project', 'bench'] as const,
    ...projects.map((name): Grant => ['project-viewer', 'Project', name]),
    ...projects.map((name): Grant => ['project-auditor', 'Project', name]),
  ].slice(0, count);
}

/** What the caller is bound to, a binding each. */
export function* bindings(who: Caller, held: readonly Grant[]): Generator<Together> {
  for (const [index, [roleName, kind, name]] of held.entries()) {
    const spec = {
      roleRef: { name: roleName, namespace: NAMESPACE },
      subjects: [{ kind: 'User', name: who }],
      resourceSelector: { resourceRef: { apiGroup: apiGroups[kind], kind, name } },
    };
    yield [manifest('iam', 'PolicyBinding', { name: `${who}-${index}`, namespace: NAMESPACE }, spec)];
  }
}

function role(name: string, plurals: Readonly<Record<string, readonly string[]>>): string {
  const reads = (group: string, plural: string) => ['get', 'list', 'watch'].map((verb) => `${group}/${plural}.${verb}`);
  const includedPermissions = Object.entries(plurals).flatMap(([group, names]) =>
    names.flatMap((plural) => reads(groups[group as keyof typeof groups], plural)),
  );
  // Meters and resource types are objects of the billing group as well.
  if (name === 'project-viewer') {
    includedPermissions.push(...['meterdefinitions', 'monitoredresourcetypes'].flatMap((one) => reads(BILLING, one)));
  }
  return manifest('iam', 'Role', { name, namespace: NAMESPACE }, { launchStage: 'Beta', includedPermissions });
}
const BILLING = 'billing.miloapis.com';
