import type { Ask } from '../../../catalog/root-query.ts';
import { idsOf, loadPart, type Part, reach } from '../rules/load.ts';
import type { Registry } from '../rules/registry.ts';
import type { Doing, Fact } from '../rules/rule.ts';
import { serviceOf } from './trial.ts';

const local: readonly Doing[] = ['Deploy', 'Lower', 'Undeploy', 'Enable', 'Disable', 'OpenRegion', 'CloseRegion'];
const less: readonly Doing[] = ['Lower', 'Undeploy', 'Disable'];

/** The services that a change is about, by name. */
const servicesIn = ({ do: doing, service, version, target }: Fact): string[] => [
  ...(service === undefined ? [] : [service]),
  ...(version === undefined ? [] : [serviceOf(version)]),
  ...(target === undefined ? [] : [doing === 'Import' ? serviceOf(target) : target]),
];

/** The part of the registry that some changes have to do with. */
async function partOf(ask: Ask, changes: readonly Fact[]): Promise<Part> {
  const { services, regions } = await idsOf(ask, {
    services: changes.flatMap(servicesIn),
    regions: changes.flatMap(({ region }) => region ?? []),
  });
  const moved = new Set(changes.flatMap(({ do: doing, region = '' }) => (doing.endsWith('Region') ? region : [])));
  return {
    services,
    states: regions.filter(({ name }) => moved.has(name)).map(({ id }) => id),
    claimed: [],
    projects: [],
    regions: regions.map(({ id }) => id),
    isLocal: changes.every(({ do: doing }) => local.includes(doing)),
    servesLess: changes.some(({ do: doing }) => less.includes(doing)),
    hasNewImports: changes.some(({ do: doing }) => doing === 'Import' || doing === 'Publish'),
  };
}

/** Whether a change lowers a deployment. */
function isLower(registry: Registry, { do: doing, service = '', region = '', version = '' }: Fact): boolean {
  const [one, place] = [registry.serviceNamed(service), registry.regionNamed(region)];
  const there = one && place && registry.deploymentAt(one.id, place.id);
  const [now, then] = [registry.versions.get(there?.versionId), registry.versionNamed(version)];
  return doing === 'Deploy' && now !== undefined && then !== undefined && then.order < now.order;
}

/** What has been loaded for changes, and for what is known to become of them. */
export interface Loaded {
  readonly part: Part;
  readonly registry: Registry;
}

/** With `foreseen`, what the changes will need is loaded as well: what deployments reach over imports. */
export async function loadFor(ask: Ask, changes: readonly Fact[], foreseen = false): Promise<Loaded> {
  let part = await partOf(ask, changes);
  if (foreseen && part.isLocal) {
    const reached = await reach(ask, part.services, { downwards: !part.servesLess, upwardsIn: part.regions });
    part = { ...part, services: reached };
  }
  const registry = await loadPart(ask, part);
  if (part.servesLess || !changes.some((change) => isLower(registry, change))) return { part, registry };
  part = { ...part, servesLess: true };
  return { part, registry: await loadPart(ask, part) };
}

/** Whether what has been loaded is enough for these changes as well. */
export function suffices({ part, registry }: Loaded, changes: readonly Fact[]): boolean {
  const isLoaded = (name: string): boolean => part.services.includes(registry.serviceNamed(name)?.id ?? '');
  const isPlace = (name: string, places: readonly string[]): boolean =>
    places.includes(registry.regionNamed(name)?.id ?? '');
  return changes.every((change) => {
    const { do: doing, region } = change;
    return (
      servicesIn(change).every(isLoaded) &&
      (region === undefined || isPlace(region, doing.endsWith('Region') ? part.states : part.regions)) &&
      (!part.isLocal || local.includes(doing)) &&
      (part.servesLess || !(less.includes(doing) || isLower(registry, change))) &&
      (part.hasNewImports || (doing !== 'Import' && doing !== 'Publish'))
    );
  });
}
