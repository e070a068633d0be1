import { catalog as makeCatalog } from '../../src/app.ts';
import type { KindModel, Reference } from '../../src/catalog/model.ts';
import { builtInProfiles } from '../kit/built-in-profiles.ts';
import { random as draws } from '../mutations/random.ts';
import { addPanels } from './random-panels.ts';
import type { Thing } from './thing.ts';
import { binding, doc, groupNamed, groupOf, type Subject, SYSTEM, userOf } from './world.ts';

export type { Thing } from './thing.ts';

export const catalog = makeCatalog();

/** The same numbers for the same seed. */
export const random = (seed: number): (() => number) => draws(seed).next;

const valueAt = (spec: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], spec);

const keyOf = (kind: string, name: string): string => `${kind}/${name}`;
const PLATFORM = 'Platform/root';
const PUBLIC = 'Audience/public';
const reads = ['get', 'list', 'watch'];

/**
 * A world by its manifests alone, and who may do what in it, worked out object by object in the plainest way: the
 * answer that the service's SQL and OpenFGA are compared with.
 */
export class World {
  readonly things = new Map<string, Thing>();
  /** There from the start, in no manifest of this world. */
  readonly #given = new Set<string>();

  add(
    kind: string,
    name: string,
    spec: object,
    place: { namespace?: string; project?: string; group?: string } = {},
  ): Thing {
    const thing: Thing = { kind, name, spec, ...place };
    this.things.set(keyOf(kind, name), thing);
    return thing;
  }

  given(kind: string, name: string, spec: object, place: { namespace?: string } = {}): void {
    this.add(kind, name, spec, place);
    this.#given.add(keyOf(kind, name));
  }

  isGiven({ kind, name }: Thing): boolean {
    return this.#given.has(keyOf(kind, name));
  }

  get(kind: string, name: string): Thing {
    const found = this.things.get(keyOf(kind, name));
    if (found === undefined) throw new Error(`no ${kind}/${name}`);
    return found;
  }

  of(...kinds: readonly string[]): Thing[] {
    return [...this.things.values()].filter(({ kind }) => kinds.includes(kind));
  }

  manifest({ kind, name, spec, ...place }: Thing): string {
    return doc(kind, name, spec, place);
  }

  manifests(): string {
    return [...this.things.values()]
      .filter((thing) => !this.isGiven(thing))
      .map((thing) => this.manifest(thing))
      .join('');
  }

  /** What a reference of a thing leads to. */
  follow({ spec }: Thing, { field, leaf, targets }: Reference): Thing[] {
    const value = valueAt(spec, leaf.path);
    const entries = field.type === 'refs' ? ((value as unknown[] | undefined) ?? []) : [value];
    return entries.flatMap((entry) => {
      const written = field.type === 'refs' && field.wrap !== undefined ? valueAt(entry, field.wrap) : entry;
      if (written === undefined || written === null) return [];
      const { kind, name } = typeof written === 'string' ? { name: written } : (written as Record<string, string>);
      const target = String(targets.length > 1 ? kind : targets[0]?.kind.kind);
      const found =
        this.things.get(keyOf(target, String(name))) ??
        this.of(target).find((one) => field.by !== undefined && one.spec[field.by] === name);
      return found === undefined ? [] : [found];
    });
  }

  at(thing: Thing, path: string): Thing[] {
    const reference = catalog.get(thing.kind).references.find(({ leaf }) => leaf.path === path);
    if (reference === undefined) throw new Error(`${thing.kind}.${path}`);
    return this.follow(thing, reference);
  }

  /** A leaf that a binding names. */
  #isPromoted({ kind, name }: Thing): boolean {
    return this.of('PolicyBinding').some(({ spec }) => {
      const ref = spec.resourceSelector.resourceRef;
      return ref?.kind === kind && ref.name === name;
    });
  }

  /** The rack of what a device sits in, if that is mounted. */
  #rackOfChassis(thing: Thing): Thing | undefined {
    const [slot] = this.of('DeviceSlot').filter((one) => this.at(one, 'occupantRef').includes(thing));
    const chassis = slot && this.at(slot, 'chassisRef')[0];
    const place = chassis && this.parent(chassis);
    return place?.kind === 'Rack' ? place : undefined;
  }

  /** What a thing stands in: another thing, or the platform. */
  parent(thing: Thing): Thing | undefined {
    const { scope } = catalog.get(thing.kind);
    if (thing.kind === 'Project') {
      const [placement] = this.of('ProjectPlacement').filter(({ spec }) => spec.projectRef.name === thing.name);
      if (placement !== undefined) return this.at(placement, 'folderRef')[0];
    }
    if ('own' in scope) return scope.parent.flatMap((path) => this.at(thing, path).slice(0, 1))[0];
    if (scope.home === 'platform') return undefined;
    if (scope.home === 'project') return this.get('Project', String(thing.project));
    if (scope.home === 'namespace') {
      return this.things.get(keyOf('Organization', thing.namespace?.replace(/^organization-/, '') ?? ''));
    }
    const own = scope.home.flatMap((path) => this.at(thing, path).slice(0, 1))[0];
    return own?.kind === 'Rack' || scope.kept === undefined ? own : (this.#rackOfChassis(thing) ?? own);
  }

  /** Everything on which a role has to be held for a thing; with the kinds of what is no scope itself. */
  above(thing: Thing): Set<string> {
    const found = new Set<string>([`Kind/${thing.kind}`, PLATFORM]);
    const climb = (one: Thing): void => {
      const isScope = catalog.get(one.kind).isOwnScope;
      if (isScope || this.#isPromoted(one)) found.add(keyOf(one.kind, one.name));
      found.add(`Kind/${one.kind}`);
      if (one.kind === 'Service' && this.#isPublic(one)) found.add(PUBLIC);
      if (one.kind === 'CableProfile' && this.#given.has(keyOf(one.kind, one.name))) found.add(PUBLIC);
      const parent = this.parent(one);
      if (parent !== undefined) climb(parent);
    };
    climb(thing);
    const { scope } = catalog.get(thing.kind);
    if ('also' in scope) for (const path of scope.also ?? []) for (const other of this.at(thing, path)) climb(other);
    return found;
  }

  #isPublic(service: Thing): boolean {
    const runtimes = this.of('ServiceRuntime').filter((one) => this.at(one, 'serviceRef').includes(service));
    return runtimes.every(({ spec }) => spec.visibility === 'Public' || spec.core === true);
  }

  /** Whether it is a draft, belongs to a draft service, or hangs on nothing but drafts. */
  isDraft(thing: Thing): boolean {
    const of = { ServiceImport: 'serviceVersionRef', ApiResource: 'versionRefs' }[thing.kind];
    const named = of === undefined ? [thing] : this.at(thing, of);
    return named.every(({ spec }) => spec.phase === 'Draft') || this.#isOfDraftService(thing);
  }

  #isOfDraftService(thing: Thing): boolean {
    const parent = this.parent(thing);
    if (parent === undefined) return false;
    return (parent.kind === 'Service' && parent.spec.phase === 'Draft') || this.#isOfDraftService(parent);
  }

  /** Members of a group, at any depth. */
  #isMember(user: string, group: string, seen: ReadonlySet<string> = new Set()): boolean {
    if (group.startsWith('system:')) return true;
    if (seen.has(group)) return false;
    return (
      this.of('GroupMembership').some(({ spec }) => spec.groupRef.name === group && spec.userRef.name === user) ||
      this.of('GroupNesting').some(
        ({ spec }) =>
          spec.groupRef.name === group &&
          spec.memberRef.kind === 'Group' &&
          this.#isMember(user, spec.memberRef.name, new Set([...seen, group])),
      )
    );
  }

  #permissions(role: Thing): Set<string> {
    const inherited = this.at(role, 'inheritedRoles').flatMap((one) => [...this.#permissions(one)]);
    return new Set([...(role.spec.includedPermissions ?? []), ...inherited]);
  }

  /** Roles of a user: on what, and with which permissions. */
  held(user: string): { readonly on: string; readonly permissions: ReadonlySet<string> }[] {
    const bound = this.of('PolicyBinding').flatMap((one) => {
      const isMeant = (one.spec.subjects as Subject[]).some(({ kind, name }) =>
        kind === 'User' ? name === user : kind === 'Group' && this.#isMember(user, name),
      );
      if (!isMeant) return [];
      const { resourceRef, resourceKind } = one.spec.resourceSelector;
      const on = resourceKind === undefined ? keyOf(resourceRef.kind, resourceRef.name) : `Kind/${resourceKind.kind}`;
      return this.at(one, 'roleRef').map((role) => ({ on, permissions: this.#permissions(role) }));
    });
    const joined = this.of('OrganizationMembership').flatMap((one) =>
      one.spec.userRef.name === user
        ? this.at(one, 'roles').map((role) => ({
            on: keyOf('Organization', one.spec.organizationRef.name),
            permissions: this.#permissions(role),
          }))
        : [],
    );
    return [...bound, ...joined];
  }

  may(user: string, verb: string, thing: Thing, held = this.held(user)): boolean {
    const kind: KindModel = catalog.get(thing.kind);
    const above = this.above(thing);
    const holds = (permission: string): boolean =>
      held.some(({ on, permissions }) => above.has(on) && permissions.has(permission));
    const permission = (of: string): string => `${groupOf(thing.kind)}/${kind.plural}.${of}`;
    // What is held on all objects of a kind shows drafts to those who may update them as well.
    const showsDraft = (on: string): boolean =>
      !on.startsWith('Kind/') || held.some((one) => one.on === on && one.permissions.has(permission('update')));
    const mayReadDraft = held.some(
      ({ on, permissions }) => above.has(on) && permissions.has(permission(verb)) && showsDraft(on),
    );
    if (reads.includes(verb) && this.isDraft(thing) ? mayReadDraft : holds(permission(verb))) return true;
    if (reads.includes(verb) && kind.publicReading === 'everywhere') return true;
    const isPublic = kind.publicReading === 'where its scope is public' && above.has(PUBLIC) && !this.isDraft(thing);
    if (reads.includes(verb) && isPublic) return true;
    if (verb === 'list' && kind.listedByGet === true && this.may(user, 'get', thing, held)) return true;
    if (thing.kind !== 'Service' || !reads.includes(verb)) return false;
    return this.of('ServiceEntitlement').some(
      (one) => this.at(one, 'serviceRef').includes(thing) && this.may(user, 'get', one, held),
    );
  }
}

const KINDS_OF_ROLES = [
  'Organization',
  'Folder',
  'Project',
  'ProjectPlacement',
  'OrganizationMembership',
  'Service',
  'ServiceRuntime',
  'ServiceEntitlement',
  'ServiceConsumer',
  'ServiceVersion',
  'MeterDefinition',
  'Deployment',
  'Region',
  'RegionState',
  'Site',
  'Rack',
  'Provider',
  'Cluster',
  'Node',
  'NetworkDevice',
  'Port',
  'Cable',
  'CableProfile',
  'Equipment',
  'DeviceSlot',
  'Link',
  'Circuit',
  'VirtualMachine',
  'User',
  'Group',
  'GroupMembership',
  'GroupNesting',
  'Role',
  'PolicyBinding',
];

export const permissionOf = (kind: string, verb: string): string =>
  `${groupOf(kind)}/${catalog.get(kind).plural}.${verb}`;

export interface Generated {
  readonly world: World;
  readonly users: readonly string[];
  /** Draws on from where the world's own making ended. */
  readonly next: () => number;
}

/** A valid world of every sort of place and way to hold a role. */
export function generate(seed: number): Generated {
  const next = random(seed);
  const world = new World();
  const upTo = (count: number): number => Math.floor(next() * count);
  const chance = (share: number): boolean => next() < share;
  const pick = <T>(list: readonly T[]): T => {
    const found = list[upTo(list.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  };
  const times = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(index + 1));
  const ref = ({ name }: Thing) => ({ name });
  const kindRef = ({ kind, name }: Thing) => ({ kind, name });
  const namespaced = ({ name, namespace }: Thing) => ({ name, namespace });

  world.given('User', 'test-admin', { email: 'a@b' });
  const all = catalog.kinds.flatMap((kind) =>
    kind.groups.flatMap((group) =>
      [...reads, 'create', 'update', 'patch', 'delete', ...kind.verbs].map((verb) => `${group}/${kind.plural}.${verb}`),
    ),
  );
  world.given('Role', 'platform-admin', { launchStage: 'Stable', includedPermissions: all }, SYSTEM);
  const admin = {
    roleRef: { name: 'platform-admin', ...SYSTEM },
    subjects: [userOf('test-admin')],
    resourceSelector: { resourceRef: { apiGroup: groupOf('Platform'), kind: 'Platform', name: 'root' } },
  };
  world.given('PolicyBinding', 'platform-admin', admin, SYSTEM);
  world.given('Group', 'system:authenticated', {}, SYSTEM);
  world.given('Group', 'system:authenticated-users', {}, SYSTEM);
  for (const name of builtInProfiles) world.given('CableProfile', name, {});

  const organizations = times(2, (n) => world.add('Organization', `o${n}`, { type: 'Standard' }));
  const inside = (one: Thing, organization: Thing): boolean =>
    (one.spec.organizationRef ?? one.spec.ownerRef).name === organization.name;
  const folders: Thing[] = [];
  for (let n = 1; n <= 5; n++) {
    const organization = pick(organizations);
    const above = folders.filter((one) => inside(one, organization));
    const spec = { organizationRef: ref(organization), displayName: `f${n}` };
    const nested = above.length > 0 && chance(0.6) ? { ...spec, parentRef: ref(pick(above)) } : spec;
    folders.push(world.add('Folder', `f${n}`, nested));
  }
  const projects = times(4, (n) => world.add('Project', `p${n}`, { ownerRef: kindRef(pick(organizations)) }));
  for (const project of projects) {
    const fitting = folders.filter((one) => one.spec.organizationRef.name === project.spec.ownerRef.name);
    if (fitting.length > 0 && chance(0.7)) {
      world.add('ProjectPlacement', project.name, { projectRef: ref(project), folderRef: ref(pick(fitting)) });
    }
  }

  const regions = times(2, (n) => world.add('Region', `reg${n}`, { displayName: `R${n}` }));
  for (const region of regions) world.add('RegionState', region.name, { regionRef: ref(region), state: 'Open' });
  const providers = times(2, (n) => world.add('Provider', `prov${n}`, { displayName: `P${n}`, type: 'Transit' }));
  const sites = times(3, (n) =>
    world.add('Site', `site${n}`, {
      displayName: `S${n}`,
      regionRef: ref(pick(regions)),
      type: 'Datacenter',
      ...(chance(0.5) && { providerRef: ref(pick(providers)) }),
    }),
  );
  const racks = times(4, (n) => world.add('Rack', `rack${n}`, { siteRef: ref(pick(sites)), heightU: 42 }));
  const clusters = times(2, (n) =>
    world.add('Cluster', `cl${n}`, {
      displayName: `C${n}`,
      controlPlaneSiteRef: ref(pick(sites)),
      role: 'Compute',
      provider: 'x',
    }),
  );
  let unit = 1;
  const placement = (site: Thing) => {
    const fitting = racks.filter(({ spec }) => spec.siteRef.name === site.name);
    if (fitting.length === 0 || chance(0.3)) return {};
    return { placement: { rackRef: ref(pick(fitting)), startUnit: unit++, unitHeight: 1 } };
  };
  const nodes = times(4, (n) => {
    const site = pick(sites);
    return world.add('Node', `node${n}`, {
      siteRef: ref(site),
      hardware: { cpuCores: 8, cpuArchitecture: 'amd64', memoryBytes: 1024 },
      ...(chance(0.5) && { assignment: { clusterRef: ref(pick(clusters)), role: 'Worker' } }),
      ...placement(site),
    });
  });
  const switches = times(2, (n) => {
    const site = pick(sites);
    return world.add('NetworkDevice', `sw${n}`, {
      clusterRef: ref(pick(clusters)),
      siteRef: ref(site),
      role: 'Leaf',
      ...placement(site),
    });
  });
  const ports = times(10, (n) =>
    world.add('Port', `port${n}`, {
      deviceRef: kindRef(pick([...nodes, ...switches, ...racks.slice(0, 2)])),
      type: 'Ethernet',
      name: `e${n}`,
    }),
  );
  times(3, (n) =>
    world.add('Cable', `cable${n}`, {
      endpoints: ports.slice(2 * n - 2, 2 * n).map(ref),
      media: 'Copper',
    }),
  );
  addPanels(world, { pick, chance, sites, racks, devices: [...nodes, ...switches] });
  const ends = [...sites, ...clusters, ...switches];
  times(2, (n) => {
    const one = pick(ends);
    const other = pick(ends.filter((end) => end !== one));
    return world.add('Link', `link${n}`, { endpoints: [kindRef(one), kindRef(other)], type: 'Logical' });
  });
  times(3, (n) => {
    const one = chance(0.5) ? pick(sites) : ports[5 + n];
    return world.add('Circuit', `circ${n}`, {
      providerRef: ref(pick(providers)),
      type: 'ProviderCircuit',
      circuitID: `c${n}`,
      aEnd: kindRef(one ?? pick(sites)),
      zEnd: kindRef(pick(sites)),
    });
  });
  times(4, (n) =>
    world.add('VirtualMachine', `vm${n}`, {
      hostRef: ref(pick(nodes)),
      ...(chance(0.7) && { projectRef: { apiGroup: groupOf('Project'), kind: 'Project', name: pick(projects).name } }),
      allocation: { vcpus: n, memoryBytes: 512 },
    }),
  );

  const services = times(4, (n) =>
    world.add('Service', `svc${n}`, {
      serviceName: `svc${n}.example.com`,
      phase: 'Published',
      displayName: `S${n}`,
      owner: { producerProjectRef: ref(pick(projects)) },
    }),
  );
  for (const service of services) {
    const { name } = service;
    const primary = pick(regions);
    if (chance(0.6)) {
      world.add('ServiceRuntime', name, {
        serviceRef: ref(service),
        visibility: pick(['Public', 'Private']),
        globalDomain: `${name}.example.net`,
        primaryRegionRef: ref(primary),
      });
    }
    world.add('MeterDefinition', `${name}-hours`, {
      meterName: `${name}.example.com/hours`,
      displayName: 'Hours',
      phase: 'Published',
      owner: { service: `${name}.example.com` },
      measurement: { aggregation: 'Sum', unit: '1' },
      billing: { consumedUnit: '1', pricingUnit: '1' },
    });
    const version = world.add('ServiceVersion', `${name}.v1`, {
      serviceRef: ref(service),
      version: 'v1',
      phase: 'Published',
    });
    const isRun = world.things.has(keyOf('ServiceRuntime', name));
    const isDeployed = isRun && chance(0.8);
    for (const region of isDeployed ? regions.filter((one) => one === primary || chance(0.6)) : []) {
      const places = sites.filter(({ spec }) => spec.regionRef.name === region.name);
      const hosts = [
        ...places,
        ...clusters.filter(({ spec }) => places.some((site) => site.name === spec.controlPlaneSiteRef.name)),
        ...nodes.filter(({ spec }) => places.some((site) => site.name === spec.siteRef.name)),
      ].filter(() => chance(0.5));
      world.add('Deployment', `${name}.${region.name}`, {
        serviceRef: ref(service),
        regionRef: ref(region),
        publicDomain: `${name}.${region.name}.example.net`,
        location: { continent: 'Europe', country: 'Germany', agglomeration: 'Rhine', city: 'Frankfurt', cloud: 'milo' },
        currentVersionRef: ref(version),
        ...(hosts.length > 0 && { runsOn: hosts.map(kindRef) }),
      });
    }
  }
  // What nobody is to know yet: of each service a version, with a type of it and an import, and a meter. Public ones import.
  const isPublic = ({ name }: Thing): boolean =>
    world.things.get(keyOf('ServiceRuntime', name))?.spec.visibility === 'Public';
  const inOrder = [...services.filter(isPublic), ...services.filter((one) => !isPublic(one))];
  for (const [n, service] of inOrder.entries()) {
    const { name } = service;
    const spec = { serviceRef: ref(service), version: 'v2', phase: 'Draft' };
    const version = world.add('ServiceVersion', `${name}.v2`, spec);
    const type = { serviceRef: ref(service), singularName: 'Plan', pluralName: 'Plans' };
    world.add('ApiResource', `type${n}`, { ...type, versionRefs: [ref(version)] });
    world.add('MeterDefinition', `meter${n}`, {
      meterName: `${name}.example.com/meter${n}`,
      displayName: 'Plans',
      phase: 'Draft',
      owner: { service: `${name}.example.com` },
      measurement: { aggregation: 'Sum', unit: '1' },
      billing: { consumedUnit: '1', pricingUnit: '1' },
    });
    const target = inOrder[n + 1];
    if (target === undefined) continue;
    const targetVersionRef = { name: `${target.name}.v1` };
    const imported = { serviceVersionRef: ref(version), targetServiceRef: ref(target), targetVersionRef };
    world.add('ServiceImport', `import${n}`, imported);
  }
  // … and a service as a whole, whatever the phase of what belongs to it.
  const planned = world.add('Service', 'planned', {
    serviceName: 'planned.example.com',
    phase: 'Draft',
    displayName: 'Planned',
    owner: { producerProjectRef: ref(pick(projects)) },
  });
  world.add('ServiceVersion', 'planned.v1', { serviceRef: ref(planned), version: 'v1', phase: 'Published' });
  world.add('MeterDefinition', 'planned-hours', {
    meterName: 'planned.example.com/hours',
    displayName: 'Hours',
    phase: 'Published',
    owner: { service: 'planned.example.com' },
    measurement: { aggregation: 'Sum', unit: '1' },
    billing: { consumedUnit: '1', pricingUnit: '1' },
  });
  for (const project of projects) {
    for (const service of services.filter(() => chance(0.25))) {
      const spec = { serviceRef: ref(service) };
      world.add('ServiceEntitlement', `${project.name}-${service.name}`, spec, { project: project.name });
      // The catalog makes it as well; said here, it is called like this.
      const about = { ...spec, consumerProjectRef: ref(project), suspended: false };
      const at = { project: service.spec.owner.producerProjectRef.name };
      world.add('ServiceConsumer', `${service.name}--${project.name}`, about, at);
    }
  }

  const users = times(5, (n) => world.add('User', `u${n}`, { email: `u${n}@example.com` }).name);
  const namespaces = ['milo-system', ...organizations.map(({ name }) => `organization-${name}`)];
  const groups = times(5, (n) => world.add('Group', `g${n}`, {}, { namespace: pick(namespaces) }));
  for (const [index, one] of groups.entries()) {
    for (const user of users.filter(() => chance(0.3))) {
      world.add(
        'GroupMembership',
        `${one.name}-${user}`,
        { userRef: { name: user }, groupRef: namespaced(one) },
        { namespace: String(one.namespace) },
      );
    }
    if (index > 0 && chance(0.6)) {
      const outer = pick(groups.slice(0, index));
      world.add(
        'GroupNesting',
        `${one.name}-in-${outer.name}`,
        { groupRef: namespaced(outer), memberRef: { kind: 'Group', ...namespaced(one) } },
        { namespace: String(outer.namespace) },
      );
    }
  }
  const roles = times(6, (n) => {
    const includedPermissions = KINDS_OF_ROLES.flatMap((kind) => {
      if (!chance(0.3)) return [];
      const verbs = ['get', ...(chance(0.75) ? ['list'] : []), ...['watch', 'update'].filter(() => chance(0.4))];
      return (chance(0.1) ? verbs.slice(1) : verbs).map((verb) => permissionOf(kind, verb));
    });
    const earlier = world.of('Role').filter(({ name }) => name !== 'platform-admin');
    const inheritedRoles = earlier.filter(() => chance(0.2)).map(namespaced);
    const spec = { launchStage: 'Stable', includedPermissions, ...(inheritedRoles.length > 0 && { inheritedRoles }) };
    return world.add('Role', `r${n}`, spec, SYSTEM);
  });
  const targets = (): string => {
    if (chance(0.05)) return PLATFORM;
    if (chance(0.15)) return `${pick(KINDS_OF_ROLES)}/*`;
    const { kind, name } = chance(0.25)
      ? pick(world.of('Port', 'Node', 'VirtualMachine', 'MeterDefinition', 'Cluster', 'Cable', 'Circuit'))
      : pick(world.of('Organization', 'Folder', 'Project', 'Service', 'Region', 'Site', 'Rack', 'Provider'));
    return keyOf(kind, name);
  };
  const platformGroups = groups.filter(({ namespace }) => namespace === 'milo-system');
  times(12, (n) => {
    const subjects: Subject[] = [
      ...users.filter(() => chance(0.2)).map(userOf),
      ...platformGroups.filter(() => chance(0.35)).map(({ name }) => groupNamed(name)),
    ];
    const some = subjects.length > 0 ? subjects : [userOf(pick(users))];
    bind(world, `b${n}`, targets(), pick(roles).name, some);
  });
  for (const organization of organizations) {
    const own = groups.filter(({ namespace }) => namespace === `organization-${organization.name}`);
    for (const one of own) {
      const subject = groupNamed(one.name, String(one.namespace));
      bind(world, `b-${one.name}`, keyOf('Organization', organization.name), pick(roles).name, [subject]);
    }
    for (const user of users.filter(() => chance(0.3))) {
      world.add(
        'OrganizationMembership',
        `${organization.name}-${user}`,
        {
          organizationRef: ref(organization),
          userRef: { name: user },
          roles: roles.filter(() => chance(0.2)).map(namespaced),
        },
        { namespace: `organization-${organization.name}` },
      );
    }
  }
  return { world, users, next };
}

/** Adds a binding, as `binding` of world.ts writes it. */
export function bind(world: World, name: string, on: string, roleName: string, subjects: readonly Subject[]): Thing {
  const text = binding(name, on, roleName, subjects).slice(4);
  const { spec } = JSON.parse(text) as { spec: object };
  return world.add('PolicyBinding', name, spec, SYSTEM);
}
