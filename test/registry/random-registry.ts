import { random as numbers } from '../authz/random-world.ts';

/* A registry at random, which keeps the rules, and what a naive search finds in it. */

export interface Version {
  readonly service: string;
  readonly version: string;
  readonly place: number;
  readonly phase: string;
  readonly imports: readonly Version[];
}

/** A call: of a service that imports the other one as well, or not. */
export interface Use {
  readonly service: string;
  readonly target: string;
  /** The lowest version that it needs. */
  readonly lowest: Version | undefined;
}

export interface Registry {
  readonly services: readonly string[];
  readonly isPrivate: ReadonlySet<string>;
  readonly regions: readonly string[];
  readonly versions: readonly Version[];
  /** Region → service → its current version there. */
  readonly deployed: ReadonlyMap<string, ReadonlyMap<string, Version>>;
  /** Deployments that are disabled, as service.region. */
  readonly disabled: ReadonlySet<string>;
  readonly uses: readonly Use[];
  /** Service → those that are enabled with it. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
}

const isOffered = ({ phase }: Version): boolean => phase !== 'Draft';
const names = ['v1alpha1', 'v1', 'v2'];

/** Services import from those before them. */
export function randomRegistry(seed: number): Registry {
  const next = numbers(seed);
  const random = (below: number): number => Math.floor(next() * below);
  const services = Array.from({ length: 8 }, (_, index) => `w${seed}s${index}`);
  const versions: Version[] = [];
  for (const [index, service] of services.entries()) {
    const count = 1 + random(3);
    for (const [place, version] of names.slice(0, count).entries()) {
      const phase =
        count > 1 && place === count - 1 && random(4) === 0
          ? 'Draft'
          : place === 0 && random(3) === 0
            ? 'Deprecated'
            : 'Published';
      const imports = services.slice(0, index).flatMap((target): Version[] => {
        const own = versions.filter((one) => one.service === target && isOffered(one));
        return random(5) < 2 ? own.slice(0, 1 + random(own.length)).slice(-1) : [];
      });
      versions.push({ service, version, place, phase, imports });
    }
  }
  const regions = [0, 1, 2].map((index) => `w${seed}r${index}`);
  const isPrivate = new Set(services.filter(() => random(4) === 0));
  const deployed = new Map(regions.map((region) => [region, randomDeployments(services, versions, random)]));
  const uses = services.flatMap((service) =>
    services
      .filter((target) => target !== service && random(6) === 0)
      .map((target): Use => {
        const offered = versions.filter((one) => one.service === target && isOffered(one));
        return { service, target, lowest: offered[random(offered.length + 1)] };
      }),
  );
  return {
    services,
    isPrivate,
    regions,
    versions,
    deployed,
    disabled: new Set(
      [...deployed].flatMap(([region, of]) =>
        [...of.keys()].filter(() => random(5) === 0).map((service) => `${service}.${region}`),
      ),
    ),
    uses,
    dependencies: new Map(
      services.map((service, index) => [service, services.slice(0, index).filter(() => random(3) === 0)]),
    ),
  };
}

/** Where writes of objects of no region go: the last region that it is in, which by name comes after the others. */
export const primaryRegion = ({ regions, deployed }: Registry, service: string): string =>
  regions.findLast((region) => deployed.get(region)?.has(service) === true) ?? regions[0] ?? '';

/** What is deployed in one region: some services, and what they import, at a version that will do. */
function randomDeployments(
  services: readonly string[],
  versions: readonly Version[],
  random: (below: number) => number,
) {
  const deployed = new Map<string, Version>();
  const reach = (one: Version): void => {
    const before = deployed.get(one.service);
    if (before === undefined || before.place < one.place) deployed.set(one.service, one);
  };
  for (const service of services.toReversed()) {
    const offered = versions.filter((one) => one.service === service && isOffered(one));
    if (random(3) === 0) reach(offered[random(offered.length)] as Version);
    const current = deployed.get(service);
    if (current === undefined) continue;
    for (const one of offered)
      for (const target of one.imports) {
        const lowest = versions.find((each) => each.service === target.service && isOffered(each)) ?? target;
        reach(one.place <= current.place ? target : lowest);
      }
  }
  return deployed;
}

const textOf = ({ service, version }: Version): string => `${service}@${version}`;

/** Every way along imports from some versions, both ends included, by recursion over all of them. */
function allWays(from: readonly Version[], next: (one: Version) => readonly Version[]): Version[][] {
  return from.flatMap((one) =>
    next(one).flatMap((target) => [[one, target], ...allWays([target], next).map((way) => [one, ...way])]),
  );
}

/** What Q7 answers: each version that is reached, with its distance, all shortest ways, where it is served, and skew. */
export function closure(
  { versions, deployed, disabled, isPrivate }: Registry,
  service: string,
  direction: 'IMPORTS' | 'IMPORTED_BY',
  seesAll: boolean,
): string[] {
  const isSeen = (one: Version): boolean => seesAll || (!isPrivate.has(one.service) && isOffered(one));
  const next = (one: Version): readonly Version[] =>
    direction === 'IMPORTS'
      ? one.imports.filter(isSeen)
      : versions.filter((each) => isOffered(each) && isSeen(each) && each.imports.includes(one));
  const start = versions.filter((one) => one.service === service && isOffered(one) && isSeen(one));
  const ways = allWays(start, next);
  const byEnd = Map.groupBy(ways, (way) => way.at(-1) as Version);
  const told = [...byEnd].map(([end, toEnd]) => {
    const depth = Math.min(...toEnd.map(({ length }) => length)) - 1;
    const shortest = new Set(
      toEnd.filter(({ length }) => length === depth + 1).map((way) => way.map(textOf).join(' > ')),
    );
    const regions = [...deployed]
      .filter(([, of]) => (of.get(end.service)?.place ?? -1) >= end.place)
      .map(([region]) => region);
    const unavailable = regions.filter((region) => disabled.has(`${end.service}.${region}`));
    const isSkewed = [...byEnd.keys()].some((other) => other !== end && other.service === end.service);
    return {
      depth,
      end,
      text: `${depth} ${textOf(end)} in ${regions.join()} not ${unavailable.join()}${isSkewed ? ' skewed' : ''}: ${[...shortest].sort().join(' | ')}`,
    };
  });
  const key = ({ depth, end }: (typeof told)[number]) => `${depth} ${end.service} ${end.place}`;
  return told.sort((a, b) => (key(a) < key(b) ? -1 : 1)).map(({ text }) => text);
}

/** What Q5 answers. */
export const available = (
  { deployed, disabled, isPrivate, versions }: Registry,
  region: string,
  seesAll: boolean,
): string[] =>
  [...(deployed.get(region) ?? [])]
    .filter(([service]) => (seesAll || !isPrivate.has(service)) && !disabled.has(`${service}.${region}`))
    .map(([service, current]) => {
      const served = versions.filter((one) => one.service === service && isOffered(one) && one.place <= current.place);
      return `${service}: ${served
        .toReversed()
        .map(({ version }) => version)
        .join()}`;
    })
    .sort();

/** Whether the rules I5 and I6 hold for a service in a region. */
export function isSound({ versions }: Registry, deployed: ReadonlyMap<string, Version>, service: string): boolean {
  const current = deployed.get(service);
  if (current === undefined) return true;
  const offered = versions.filter((one) => one.service === service && isOffered(one));
  return offered.every((one) =>
    one.imports.every((target) => {
      const there = deployed.get(target.service);
      return there !== undefined && (one.place > current.place || there.place >= target.place);
    }),
  );
}

/** Everything that leads to something, step by step, with the least number of steps. */
function distances<T>(from: readonly T[], before: (one: T) => readonly T[]): Map<T, number> {
  const found = new Map<T, number>();
  for (let [depth, edge] = [0, [...from]]; edge.length > 0; depth++) {
    for (const one of edge) found.set(one, depth);
    edge = [...new Set(edge.flatMap(before))].filter((one) => !found.has(one));
  }
  return found;
}

const byText = (texts: readonly (readonly [key: string, text: string])[]): string[] =>
  texts.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);

/** Versions that are offered and seen, and import one that is given. */
const importersOf =
  (versions: readonly Version[], isSeen: (service: string) => boolean) =>
  (one: Version): readonly Version[] =>
    versions.filter((each) => isOffered(each) && isSeen(each.service) && each.imports.includes(one));

/** What Q11 answers. Calls are told to those alone who see more of a service than its offer. */
export function dependents(registry: Registry, service: string, seesAll: boolean): string[] {
  const { versions, deployed, disabled, uses, dependencies, isPrivate, services, regions } = registry;
  const isSeen = (one: string): boolean => seesAll || !isPrivate.has(one);
  if (!isSeen(service)) return [];
  const affected = (one: string): string[] =>
    regions.filter((region) => disabled.has(`${service}.${region}`) && deployed.get(region)?.has(one) === true);
  const told = (what: string, wanted: readonly string[], of: string): string =>
    [what, wanted.length > 0 && `of ${wanted.join()}`, affected(of).length > 0 && `in ${affected(of).join(' ')}`]
      .filter(Boolean)
      .join(' ');
  const own = versions.filter((one) => one.service === service && isOffered(one));
  const imports = [...distances(own, importersOf(versions, isSeen))]
    .filter(([, depth]) => depth > 0)
    .map(([one, depth]) => {
      const wanted = depth === 1 ? one.imports.filter((each) => each.service === service) : [];
      return [
        `1 ${depth} ${one.service} ${one.place}`,
        told(
          `IMPORT ${depth} ${textOf(one)}`,
          wanted.map((each) => each.version),
          one.service,
        ),
      ] as const;
    });
  const importing = new Set(own.flatMap(importersOf(versions, isSeen)).map((one) => one.service));
  const calls = uses
    .filter((use) => seesAll && use.target === service && !importing.has(use.service))
    .map(
      (use) =>
        [
          `2 1 ${use.service}`,
          told(`USE 1 ${use.service}`, use.lowest === undefined ? [] : [use.lowest.version], use.service),
        ] as const,
    );
  const enabling = [
    ...distances([service], (one) =>
      services.filter((each) => isSeen(each) && dependencies.get(each)?.includes(one) === true),
    ),
  ]
    .filter(([, depth]) => depth > 0)
    .map(([one, depth]) => [`0 ${depth} ${one}`, `ENABLEMENT ${depth} ${one}`] as const);
  return byText([...imports, ...calls, ...enabling]);
}

/** What Q6 answers of a deployment that is lost, disabled, or goes back to a version. */
export function impact(
  registry: Registry,
  [service, region]: readonly [string, string],
  lowered: Version | undefined,
  seesAll: boolean,
): object | null {
  const { versions, deployed, disabled, uses, isPrivate, regions } = registry;
  const isSeen = (one: string): boolean => seesAll || !isPrivate.has(one);
  const here = deployed.get(region) ?? new Map<string, Version>();
  const current = here.get(service);
  if (current === undefined || !isSeen(service)) return null;
  const lost = versions.filter(
    (one) => one.service === service && isOffered(one) && one.place > (lowered?.place ?? -1),
  );
  const serves = (one: Version): boolean => one.place <= (here.get(one.service)?.place ?? -1);
  const near = importersOf(versions, (one) => isSeen(one) && here.has(one));
  const importers = [...distances(lost, near)].filter(([, depth]) => depth > 0);
  const direct = importers.filter(([, depth]) => depth === 1).map(([one]) => one);
  const primary = primaryRegion(registry, service);
  const others = regions.filter((one) => one !== region && deployed.get(one)?.has(service) === true);
  const alternatives = others.filter((one) => !disabled.has(`${service}.${one}`));
  alternatives.sort((a, b) => Number(a !== primary) - Number(b !== primary) || (a < b ? -1 : 1));
  const callers =
    lowered !== undefined || !seesAll
      ? []
      : uses
          .filter((use) => use.target === service && here.has(use.service))
          .map((use) => use.service)
          .filter((one) => !direct.some((each) => each.service === one));
  return {
    severity: direct.some(serves) ? 'BREAKS' : callers.length > 0 ? 'DEGRADED' : 'NONE',
    lostVersions: lost
      .filter((one) => one.place <= current.place)
      .map(({ version }) => version)
      .reverse(),
    importers: byText(
      importers.map(([one, depth]) => [
        `${depth} ${one.service} ${one.version}`,
        `${depth} ${textOf(one)} of ${depth === 1 ? (one.imports.find((each) => lost.includes(each))?.version ?? '') : ''}${serves(one) ? ' served' : ''}`,
      ]),
    ),
    usedBy: callers.sort().map((one) => `${one} else ${alternatives[0] ?? 'nowhere'}`),
    isPrimary: primary === region,
    isLast: others.length === 0,
    alternatives: alternatives.map((one) => `${one} ${deployed.get(one)?.get(service)?.version}`),
  };
}
