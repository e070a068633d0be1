import { type GraphQLOutputType, isInterfaceType, isListType, isNonNullType, isObjectType } from 'graphql';
import { extensions } from '../../src/catalog/extensions.ts';
import { shownName } from '../../src/catalog/fields.ts';
import type { KindModel } from '../../src/catalog/model.ts';
import { createSchema } from '../../src/catalog/schema/index.ts';
import { endsOf, farEnds, only, type Sees } from './graph-cables.ts';

import { catalog, type Thing, type World } from './random-world.ts';

export type { Sees } from './graph-cables.ts';

/** One way from an object to others, as the schema offers it. */
export interface Edge {
  /** Field names: groups around it, then the field. */
  readonly path: readonly string[];
  readonly gives: 'one' | 'many';
  /** Kinds it may lead to. */
  readonly to: readonly KindModel[];
  /** It leads to several kinds at once, whose fields take a fragment. */
  readonly isAbstract: boolean;
}

const schema = createSchema(catalog, extensions);
const bare = (type: GraphQLOutputType): GraphQLOutputType =>
  isNonNullType(type) || isListType(type) ? bare(type.ofType) : type;

function edgesIn(typeName: string, path: readonly string[]): Edge[] {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`${typeName} is no object type`);
  return Object.values(type.getFields()).flatMap((field): Edge[] => {
    const of = bare(field.type);
    const here = [...path, field.name];
    if (!isObjectType(of) && !isInterfaceType(of)) return [];
    const name = of.name.replace(/Connection$/, '');
    const gives = of.name.endsWith('Connection') ? 'many' : 'one';
    const one = catalog.byType(name);
    if (one !== undefined) return [{ path: here, gives, to: [one], isAbstract: false }];
    if (name === 'CatalogObject' || catalog.abstracts.some((abstract) => abstract.name === name)) {
      const to = name === 'CatalogObject' ? catalog.kinds : catalog.membersOf(name);
      return [{ path: here, gives, to, isAbstract: true }];
    }
    const isGroup = field.extensions.source?.from === 'group';
    return isGroup && isObjectType(of) ? edgesIn(of.name, here) : [];
  });
}

const known = new Map<string, readonly Edge[]>();

/** Every way out of an object of a kind. */
export function edgesOf({ type }: KindModel): readonly Edge[] {
  const found = known.get(type) ?? edgesIn(type, []);
  known.set(type, found);
  return found;
}

/** GraphQL path of a reference: `placement.rack`. */
function shownPath(kind: KindModel, path: string): string {
  const leaf = [...kind.leaves, ...kind.statusLeaves].find((one) => one.path === path);
  if (leaf === undefined) throw new Error(`${kind.kind}.${path}`);
  const steps = path.split('.').slice(0, -1);
  const groups = steps.map((step, index) => leaf.groups[index]?.as ?? step);
  return [...groups, shownName(path, leaf.field)].join('.');
}

type Way = (world: World, thing: Thing, sees: Sees) => Thing[];

const through =
  (kind: string, from: string, to: string): Way =>
  (world, thing, sees) =>
    world.of(kind).flatMap((one) => (world.at(one, from).includes(thing) && sees(one) ? world.at(one, to) : []));

const none: Way = () => [];
const unique = <T>(list: readonly T[]): T[] => [...new Set(list)];

/** Sites that a deployment runs on, over clusters and servers that one sees. */
const sitesOf: Way = (world, deployment, sees) =>
  unique(
    world.at(deployment, 'runsOn').flatMap((host) => {
      if (host.kind === 'Site') return [host];
      return sees(host) ? world.at(host, host.kind === 'Cluster' ? 'controlPlaneSiteRef' : 'siteRef') : [];
    }),
  );

const siteOfEnd =
  (end: string): Way =>
  (world, circuit, sees) =>
    world.at(circuit, end).flatMap((one) => {
      if (one.kind === 'Site') return [one];
      return sees(one)
        ? world.at(one, 'deviceRef').flatMap((device) => (sees(device) ? world.at(device, 'siteRef') : []))
        : [];
    });

/** Ports of what one sees in a site. */
const portsOf: Way = (world, site, sees) =>
  world
    .of('Port')
    .filter((port) =>
      world.at(port, 'deviceRef').some((device) => sees(device) && world.at(device, 'siteRef').includes(site)),
    );

const circuitsAt: Way = (world, thing) =>
  world.of('Circuit').filter((one) => ['aEnd', 'zEnd'].some((end) => world.at(one, end).includes(thing)));

/** They are about the same service. */
const alike = (world: World, one: Thing, other: Thing): boolean =>
  world.at(one, 'serviceRef')[0] === world.at(other, 'serviceRef')[0];

const offeredVersion: Way = (world, service) =>
  world
    .of('ServiceVersion')
    .filter((one) => one.spec.phase === 'Published' && world.at(one, 'serviceRef').includes(service));

const runningOn: Way = (world, host) => world.of('Deployment').filter((one) => world.at(one, 'runsOn').includes(host));

/** The rack that a device is mounted in, be it with the chassis that it sits in. */
const rackOf: Way = (world, device, sees) => {
  const own = world.at(device, 'placement.rackRef');
  if (own.length > 0) return own;
  const slots = world.of('DeviceSlot').filter((slot) => world.at(slot, 'occupantRef').includes(device));
  return slots.flatMap((slot) => world.at(slot, 'chassisRef')).flatMap((chassis) => rackOf(world, chassis, sees));
};

/** The service that a circuit says it carries; what it says of other catalogs leads nowhere. */
const carried = (world: World, { spec: { serviceRef } }: Thing): Thing[] =>
  world.of('Service').filter(({ name }) => serviceRef?.kind === 'Service' && serviceRef.name === name);

/** What domains add beyond references and their inverses, said once more in the plainest way. */
const extras: Readonly<Record<string, Way>> = {
  'Group.users': through('GroupMembership', 'groupRef', 'userRef'),
  'User.groups': through('GroupMembership', 'userRef', 'groupRef'),
  'User.organizations': through('OrganizationMembership', 'userRef', 'organizationRef'),
  'Project.folder': through('ProjectPlacement', 'projectRef', 'folderRef'),
  'Folder.projects': through('ProjectPlacement', 'folderRef', 'projectRef'),
  'Service.consumerProjects': (world, service, sees) =>
    world
      .of('ServiceEntitlement')
      .filter((one) => world.at(one, 'serviceRef').includes(service) && sees(one))
      .map((one) => world.get('Project', String(one.project))),
  'Project.consumedServices': (world, project, sees) =>
    world
      .of('ServiceEntitlement')
      .flatMap((one) => (one.project === project.name && sees(one) ? world.at(one, 'serviceRef') : [])),
  'Project.serviceEntitlements': (world, project) =>
    world.of('ServiceEntitlement').filter((one) => one.project === project.name),
  'Project.serviceConsumers': (world, project) =>
    world.of('ServiceConsumer').filter((one) => one.project === project.name),
  'Project.pendingRequests': none,
  'Service.pendingRequests': none,
  'ServiceEntitlement.broughtAlong': none,
  'ServiceEntitlement.neededBy': none,
  'ServiceEntitlement.consumerRecord': (world, entitlement) =>
    world
      .of('ServiceConsumer')
      .filter((one) => one.spec.consumerProjectRef.name === entitlement.project && alike(world, one, entitlement)),
  'ServiceConsumer.entitlement': (world, consumer) =>
    world
      .of('ServiceEntitlement')
      .filter((one) => one.project === consumer.spec.consumerProjectRef.name && alike(world, one, consumer)),
  'MeterDefinition.service': (world, meter) => world.at(meter, 'owner.service'),
  'MonitoredResourceType.service': none,
  'Service.meters': (world, service) =>
    world.of('MeterDefinition').filter((one) => world.at(one, 'owner.service').includes(service)),
  'Service.resourceTypes': none,
  'ResourceRegistration.service': none,
  'Service.resourceRegistrations': none,
  'ResourceRegistration.resourceTypes': none,
  'MonitoredResourceType.resourceRegistrations': none,
  'Service.regions': through('Deployment', 'serviceRef', 'regionRef'),
  'Region.services': through('Deployment', 'regionRef', 'serviceRef'),
  'Service.sites': (world, service, sees) =>
    unique(
      world
        .of('Deployment')
        .filter((one) => world.at(one, 'serviceRef').includes(service) && sees(one))
        .flatMap((one) => sitesOf(world, one, sees)),
    ),
  'Site.services': (world, site, sees) =>
    unique(
      world
        .of('Deployment')
        .filter((one) => sees(one) && sitesOf(world, one, sees).includes(site))
        .flatMap((one) => world.at(one, 'serviceRef')),
    ),
  'Deployment.sites': sitesOf,
  // Of each service of these worlds one version is offered.
  'Deployment.servedVersions': (world, deployment) => world.at(deployment, 'currentVersionRef'),
  'Service.newestVersion': offeredVersion,
  'Service.preferredVersion': offeredVersion,
  'Site.deployments': (world, site, sees) =>
    world.of('Deployment').filter((one) => sitesOf(world, one, sees).includes(site)),
  'Cluster.deployments': runningOn,
  'Node.deployments': runningOn,
  'MonitoredResourceType.apiResource': none,
  'ApiResource.monitoredResourceType': none,
  'Cable.aPort': (world, cable, sees) =>
    only(endsOf(world, cable).filter(({ end, port }) => end.startsWith('A') && sees(port))),
  'Cable.zPort': (world, cable, sees) =>
    only(endsOf(world, cable).filter(({ end, port }) => end.startsWith('B') && sees(port))),
  'Port.farPort': (world, port, sees) => only(farEnds(world, port, sees)),
  'Port.farPorts': (world, port, sees) => farEnds(world, port, sees).map((far) => far.port),
  'Port.circuits': circuitsAt,
  'Site.ports': portsOf,
  'Site.cables': (world, site, sees) => {
    const ports = portsOf(world, site, sees).filter(sees);
    return world.of('Cable').filter((one) => world.at(one, 'endpoints').some((port) => ports.includes(port)));
  },
  'Site.circuits': (world, site, sees) =>
    world
      .of('Circuit')
      .filter((one) => ['aEnd', 'zEnd'].some((end) => siteOfEnd(end)(world, one, sees).includes(site))),
  'Circuit.service': carried,
  'Service.circuits': (world, service) => world.of('Circuit').filter((one) => carried(world, one).includes(service)),
  'Circuit.aSite': siteOfEnd('aEnd'),
  'Circuit.zSite': siteOfEnd('zEnd'),
  'Rack.devices': (world, rack, sees) =>
    world.of('Node', 'NetworkDevice', 'Equipment').filter((one) => rackOf(world, one, sees).includes(rack)),
  'Site.devices': (world, site) =>
    world.of('Node', 'NetworkDevice', 'Equipment').filter((one) => world.at(one, 'siteRef').includes(site)),
  'Rack.region': (world, rack, sees) =>
    world.at(rack, 'siteRef').flatMap((site) => (sees(site) ? world.at(site, 'regionRef') : [])),
  'Node.rack': rackOf,
  'Equipment.rack': rackOf,
  'NetworkDevice.rack': rackOf,
};

/** Where an edge leads, by the manifests; what is hidden at its end is not left out yet. */
export function followEdge(world: World, thing: Thing, edge: Edge, sees: Sees): Thing[] {
  const kind = catalog.get(thing.kind);
  const path = edge.path.join('.');
  const extra = extras[`${thing.kind}.${path}`];
  if (extra !== undefined) return extra(world, thing, sees);
  const reference = [...kind.references, ...kind.statusReferences].find(
    ({ leaf }) => shownPath(kind, leaf.path) === path,
  );
  if (reference !== undefined) {
    // Nothing of these worlds has a status that refers to anything.
    return kind.references.includes(reference) ? world.follow(thing, reference) : [];
  }
  const inverse = kind.referrers.filter(({ reference: one }) => one.field.inverse?.name === path);
  if (inverse.length > 0) {
    return inverse.flatMap(({ from, reference: one }) =>
      from.references.includes(one)
        ? world.of(from.kind).filter((other) => world.follow(other, one).includes(thing))
        : [],
    );
  }
  // What an object of another kind declares of this one, as its own.
  for (const declaring of catalog.kinds) {
    const declared = declaring.references.find(({ leaf }) => shownPath(declaring, leaf.path) === path);
    const { declares } = declaring;
    if (declares === undefined || declared === undefined) continue;
    const about = world.of(declaring.kind).filter((one) => sees(one) && world.at(one, declares).includes(thing));
    return about.flatMap((one) => world.follow(one, declared));
  }
  if (path === 'project' && thing.project !== undefined) return [world.get('Project', thing.project)];
  throw new Error(`say in graph.ts where ${thing.kind}.${path} leads`);
}
