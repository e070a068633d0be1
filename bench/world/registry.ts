import type { Size } from '../sizes.ts';
import { manifest, type Together } from './documents.ts';
import { serviceObject } from './tenants.ts';

/*
 * The registry: core services in all regions, the others in five groups. A group begins in a region of its own, which is the
 * primary one of its services, and spreads from there: its first services are in most regions, its last ones in hardly any.
 * Services import core services, and those of higher layers of their group; so what they import is wherever they are.
 *
 *   group 0   ├─────── layer 0 ───────┤                     group 1      ├────────── layer 0 ────────┤
 *             ├──── layer 1 ────┤                                        ├────── layer 1 ─────┤
 *   region    0         10        20        30        40             0         10        20        30        40
 */
const GROUPS = 5;
const LAYERS = 10;
const VERSIONS = ['v1', 'v2'];
const TYPES = ['Box', 'Lid'];

export const serviceRegion = (index: number): string => `reg${index}`;

/** Where a service that is no core service stands in its group. */
function placeOf({ services, registry }: Size, index: number) {
  const place = index - registry.coreServices;
  const perGroup = Math.ceil((services - registry.coreServices) / GROUPS);
  const rank = Math.floor(place / GROUPS);
  return { group: place % GROUPS, layer: Math.floor((rank * LAYERS) / perGroup), rank, perGroup };
}

/** Numbers of the regions of a service, its primary one first. */
export function regionsOf(size: Size, index: number): readonly number[] {
  const { regions, coreServices, deployments } = size.registry;
  if (index < coreServices) return Array.from({ length: regions }, (_, region) => region);
  const { group, rank, perGroup } = placeOf(size, index);
  const perService = ((deployments - coreServices * regions) / GROUPS / perGroup ** 2) * (2 * (perGroup - rank) - 1);
  const count = Math.floor(perService) + (2 * rank < perGroup ? 1 : 0); // Falls with the rank, and is right in sum.
  const start = Math.floor((group * regions) / GROUPS);
  return Array.from({ length: count }, (_, place) => (start + place) % regions);
}

/** Odd services are still at `v1` in every third region; so others import them at no higher one. */
const isLate = (index: number): boolean => index % 2 === 1;
export const versionIn = (index: number, region: number): string => (isLate(index) && region % 3 === 0 ? 'v1' : 'v2');

export function* serviceRegions({ registry }: Size): Generator<Together> {
  for (let index = 0; index < registry.regions; index++) {
    const name = serviceRegion(index);
    const coordinates = { latitude: (index * 7) % 60, longitude: (index * 13) % 180 };
    yield [
      manifest('inventory', 'Region', { name }, { displayName: `Region ${index}`, coordinates }),
      manifest('ours', 'RegionState', { name }, { regionRef: { name }, state: 'Open' }),
    ];
  }
}

/** Each service with all that makes it an API in several regions. Every fifth one is Private. */
export function* deployedServices(size: Size): Generator<Together> {
  const { coreServices } = size.registry;
  for (let index = 0; index < size.services; index++) {
    const name = serviceObject(index);
    const serviceRef = { name };
    const regions = regionsOf(size, index);
    const core = index < coreServices;
    const [primary = core ? 0 : Math.floor((placeOf(size, index).group * size.registry.regions) / GROUPS)] = regions;
    const runtime = {
      serviceRef,
      core,
      visibility: core || index % 5 > 0 ? 'Public' : 'Private',
      globalDomain: `svc${index}.apis.example.com`,
      primaryRegionRef: { name: serviceRegion(primary) },
    };
    yield [
      manifest('ours', 'ServiceRuntime', { name }, runtime),
      ...VERSIONS.map((version) =>
        manifest('ours', 'ServiceVersion', { name: `${name}.${version}` }, { serviceRef, version, phase: 'Published' }),
      ),
      ...TYPES.map((type) => resource(name, type)),
      ...regions.map((region) => deployment(index, region)),
    ];
  }
}

function resource(service: string, type: string): string {
  const versionRefs = VERSIONS.map((version) => ({ name: `${service}.${version}` }));
  const perVersion = VERSIONS.map((version) => ({ version, isRegional: true, verbs: ['get', 'list', 'create'] }));
  const spec = { serviceRef: { name: service }, singularName: type, pluralName: `${type}s`, versionRefs, perVersion };
  return manifest('ours', 'ApiResource', { name: `${service}.${type.toLowerCase()}` }, spec);
}

export function deployment(index: number, region: number, version = versionIn(index, region)): string {
  const [service, name] = [serviceObject(index), serviceRegion(region)];
  const continent = `continent ${region % 6}`;
  const country = `country ${region % 24}`;
  return manifest(
    'ours',
    'Deployment',
    { name: `${service}.${name}` },
    {
      serviceRef: { name: service },
      regionRef: { name },
      publicDomain: `svc${index}.${name}.apis.example.com`,
      currentVersionRef: { name: `${service}.${version}` },
      location: { continent, country, agglomeration: `city ${region}`, city: `city ${region}`, cloud: 'bench' },
    },
  );
}

/** Each version imports about as many services as the others; each service calls one of those after it. */
export function* importsAndUses(size: Size): Generator<Together> {
  const { coreServices, imports } = size.registry;
  const importers = size.services - coreServices;
  const versions = importers * VERSIONS.length;
  for (let place = 0; place < versions; place++) {
    const index = coreServices + Math.floor(place / VERSIONS.length);
    const version = VERSIONS[place % VERSIONS.length] ?? '';
    const count = Math.floor(((place + 1) * imports) / versions) - Math.floor((place * imports) / versions);
    yield targetsOf(size, index, count).map((target) => imported(`${serviceObject(index)}.${version}`, target));
  }
  for (let index = coreServices; index + GROUPS < size.services; index += 2) {
    const [name, target] = [serviceObject(index), serviceObject(index + GROUPS)];
    yield [
      manifest(
        'ours',
        'ServiceUse',
        { name: `${name}.${target}` },
        { serviceRef: { name }, targetServiceRef: { name: target } },
      ),
    ];
  }
}

/** A core service, then services of higher layers of its group; core services alone where there is no higher layer. */
function targetsOf(size: Size, index: number, count: number): readonly number[] {
  const { coreServices } = size.registry;
  const { group, layer, perGroup } = placeOf(size, index);
  const above = Math.ceil((layer * perGroup) / LAYERS);
  const targets = new Set([index % coreServices]);
  for (let tried = 1; targets.size < count && tried < coreServices + above; tried++) {
    const core = (index + tried) % coreServices;
    targets.add(above === 0 ? core : coreServices + group + GROUPS * ((index * 31 + tried * 17) % above));
  }
  return [...targets].slice(0, count);
}

function imported(importer: string, index: number): string {
  const target = serviceObject(index);
  const spec = {
    serviceVersionRef: { name: importer },
    targetServiceRef: { name: target },
    targetVersionRef: { name: `${target}.${isLate(index) ? 'v1' : 'v2'}` },
  };
  return manifest('ours', 'ServiceImport', { name: `${importer}.${target}` }, spec);
}
