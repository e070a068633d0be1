import { random as numbers } from '../authz/random-world.ts';

/* A registry at random, which keeps the rules, and what a naive search finds in it. */

export interface Version {
  readonly service: string;
  readonly version: string;
  readonly place: number;
  readonly phase: string;
  readonly imports: readonly Version[];
}

export interface Registry {
  readonly services: readonly string[];
  readonly isPrivate: ReadonlySet<string>;
  readonly regions: readonly string[];
  readonly versions: readonly Version[];
  /** Region → service → its current version there. */
  readonly deployed: ReadonlyMap<string, ReadonlyMap<string, Version>>;
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
  return {
    services,
    isPrivate: new Set(services.filter(() => random(4) === 0)),
    regions,
    versions,
    deployed: new Map(regions.map((region) => [region, randomDeployments(services, versions, random)])),
  };
}

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
  { versions, deployed, isPrivate }: Registry,
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
    const isSkewed = [...byEnd.keys()].some((other) => other !== end && other.service === end.service);
    return {
      depth,
      end,
      text: `${depth} ${textOf(end)} in ${regions.join()}${isSkewed ? ' skewed' : ''}: ${[...shortest].sort().join(' | ')}`,
    };
  });
  const key = ({ depth, end }: (typeof told)[number]) => `${depth} ${end.service} ${end.place}`;
  return told.sort((a, b) => (key(a) < key(b) ? -1 : 1)).map(({ text }) => text);
}

/** What Q5 answers. */
export const available = ({ deployed, isPrivate, versions }: Registry, region: string, seesAll: boolean): string[] =>
  [...(deployed.get(region) ?? [])]
    .filter(([service]) => seesAll || !isPrivate.has(service))
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
