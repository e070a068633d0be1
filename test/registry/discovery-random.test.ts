import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { deployment, region, runtime, service, serviceImport, tenants, use, version } from './import-graph.ts';
import {
  available,
  closure,
  dependents,
  impact,
  isSound,
  primaryRegion,
  type Registry,
  randomRegistry,
} from './random-registry.ts';
import { DEPENDENT, dependentText } from './world.ts';

/* What the graph answers about registries at random is what a naive search finds. Others: `REGISTRY_SEEDS=7,8,9`. */

const SEEDS = (process.env.REGISTRY_SEEDS ?? '1,2,3,4').split(',').map(Number);
const registries = new Map<number, Registry>();

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const { userErrors } = await app.apply(tenants);
  expect(userErrors).toEqual([]);
});
afterAll(() => app.close());

const documents = (registry: Registry): string => {
  const { services, isPrivate, regions, versions, deployed, disabled, uses, dependencies } = registry;
  return [
    ...regions.map((name) => region(name, 'Open')),
    ...services.flatMap((name) => [
      service(name, { dependencies: (dependencies.get(name) ?? []).map((of) => ({ serviceRef: { name: of } })) }),
      runtime(name, {
        visibility: isPrivate.has(name) ? 'Private' : 'Public',
        primaryRegionRef: { name: primaryRegion(registry, name) },
      }),
    ]),
    ...versions.flatMap((one) => [
      version(one.service, one.version, one.phase),
      ...one.imports.map((target) => serviceImport(one.service, one.version, `${target.service}@${target.version}`)),
    ]),
    ...uses.map(({ service: of, target, lowest }) => use(of, target, lowest?.version)),
    ...[...deployed].flatMap(([where, current]) =>
      [...current].map(([of, one]) => deployment(of, where, one.version, { disabled: disabled.has(`${of}.${where}`) })),
    ),
  ].join('');
};

/** The registry of a seed, applied once. */
async function registryOf(seed: number): Promise<Registry> {
  const known = registries.get(seed);
  if (known !== undefined) return known;
  const registry = randomRegistry(seed);
  const { userErrors } = await app.apply(documents(registry));
  expect(userErrors).toEqual([]);
  registries.set(seed, registry);
  return registry;
}

interface Named {
  readonly name: string;
}
interface Step {
  readonly service: string | null;
  readonly version: string | null;
}
interface Reached {
  readonly depth: number;
  readonly service: Named;
  readonly version: { readonly version: string };
  readonly regions: readonly string[];
  readonly unavailableIn: readonly string[];
  readonly skew: boolean;
  readonly hasMorePaths: boolean;
  readonly paths: readonly { readonly steps: readonly Step[] }[];
}

const toldOf = (nodes: readonly Reached[]): string[] =>
  nodes.map(
    ({ depth, service: { name }, version: { version: at }, regions, unavailableIn, skew, hasMorePaths, paths }) => {
      const ways = paths.map(({ steps }) => steps.map((step) => `${step.service}@${step.version}`).join(' > ')).sort();
      return `${depth} ${name}@${at} in ${regions.join()} not ${unavailableIn.join()}${skew ? ' skewed' : ''}: ${hasMorePaths ? 'more' : ways.join(' | ')}`;
    },
  );
const withoutMany = (texts: readonly string[]): string[] =>
  texts.map((text) => (text.split(' | ').length > 8 ? text.replace(/: .*/, ': more') : text));

const REACHED =
  'nodes { depth service { name } version { version } regions unavailableIn skew hasMorePaths paths { steps { service version } } }';

test.each(SEEDS)(
  'registry %i: imports, importers and availability, for those who see all and for others',
  async (seed) => {
    const registry = await registryOf(seed);
    for (const who of ['test-admin', 'stranger']) {
      const seesAll = who === 'test-admin';
      const closures = registry.services.flatMap((name) =>
        ['IMPORTS', 'IMPORTED_BY'].map(
          (direction) =>
            `${direction}_${name}: importClosure(service: "${name}", direction: ${direction}) { ${REACHED} }`,
        ),
      );
      const inRegions = registry.regions.map(
        (name) => `${name}: servicesInRegion(region: "${name}") { nodes { service { name } servedVersions } }`,
      );
      const { data } = await app.as(who).execute(`{ ${[...closures, ...inRegions].join('\n')} }`);
      for (const name of registry.services)
        for (const direction of ['IMPORTS', 'IMPORTED_BY'] as const)
          expect([name, toldOf(data[`${direction}_${name}`].nodes)]).toEqual([
            name,
            withoutMany(closure(registry, name, direction, seesAll)),
          ]);
      for (const name of registry.regions) {
        const told = data[name].nodes.map(
          ({ service: of, servedVersions }: { service: Named; servedVersions: readonly string[] }) =>
            `${of.name}: ${servedVersions.join()}`,
        );
        expect(told).toEqual(available(registry, name, seesAll));
      }
    }
  },
);

test.each(SEEDS)(
  'registry %i: who depends on a service and on a deployment, for those who see all and for others',
  async (seed) => {
    const registry = await registryOf(seed);
    const { services, deployed, versions } = registry;
    for (const who of ['test-admin', 'stranger']) {
      const seesAll = who === 'test-admin';
      const ask = async (fields: readonly string[]) => (await app.as(who).execute(`{ ${fields.join('\n')} }`)).data;
      const told = await ask(
        services.map((name) => `${name}: serviceDependents(service: "${name}") { nodes { ${DEPENDENT} } }`),
      );
      for (const name of services)
        expect([name, told[name].nodes.map(dependentText)]).toEqual([name, dependents(registry, name, seesAll)]);
      const losses = [...deployed].flatMap(([where, of]) =>
        [...of].flatMap(([name, current]) => [
          { place: [name, where] as const, action: 'REMOVE', to: undefined },
          { place: [name, where] as const, action: 'DISABLE', to: undefined },
          ...versions
            .filter((one) => one.service === name && one.place < current.place)
            .map((to) => ({ place: [name, where] as const, action: 'LOWER', to })),
        ]),
      );
      const impacts = await ask(
        losses.map(
          ({ place, action, to }, index) =>
            `i${index}: deploymentImpact(deployment: "${place.join('.')}", action: ${action}${to === undefined ? '' : `, toVersion: "${to.version}"`}) ${IMPACT}`,
        ),
      );
      for (const [index, { place, action, to }] of losses.entries())
        expect([place, action, to?.version, impactText(impacts[`i${index}`])]).toEqual([
          place,
          action,
          to?.version,
          impact(registry, place, to, seesAll),
        ]);
    }
  },
);

const IMPACT = `{ severity lostVersions importers { service version deployment importedVersion depth isServed }
  usedBy { service isAutomatic fallbackEndpoint } isPrimary isLast alternatives { region version } }`;
interface Impact {
  readonly importers: readonly {
    readonly service: string;
    readonly version: string;
    readonly importedVersion: string | null;
    readonly depth: number;
    readonly isServed: boolean;
  }[];
  readonly usedBy: readonly { readonly service: string; readonly fallbackEndpoint: string | null }[];
  readonly alternatives: readonly { readonly region: string; readonly version: string }[];
}
const impactText = (told: Impact | null): object | null =>
  told && {
    ...told,
    importers: told.importers.map(
      (one) =>
        `${one.depth} ${one.service}@${one.version} of ${one.importedVersion ?? ''}${one.isServed ? ' served' : ''}`,
    ),
    usedBy: told.usedBy.map((one) => `${one.service} else ${one.fallbackEndpoint?.split('.')[1] ?? 'nowhere'}`),
    alternatives: told.alternatives.map((one) => `${one.region} ${one.version}`),
  };

test.each(SEEDS)(
  'registry %i: after each step of a plan what it touches is sound, and at the end the service is there',
  async (seed) => {
    const registry = await registryOf(seed);
    for (const name of registry.services)
      for (const where of registry.regions) {
        const { data } = await app.execute(
          `{ deploymentPlan(service: "${name}", region: "${where}") { obstacle steps { action service region version } } }`,
        );
        const now = new Map([...registry.deployed].map(([at, of]) => [at, new Map(of)]));
        expect(data.deploymentPlan.obstacle).toBeNull();
        for (const step of data.deploymentPlan.steps as readonly {
          service: string;
          region: string;
          version: string;
        }[]) {
          const target = registry.versions.find((one) => one.service === step.service && one.version === step.version);
          const there = now.get(step.region);
          if (target === undefined || there === undefined)
            throw new Error(`a step to nowhere: ${JSON.stringify(step)}`);
          expect(there.get(step.service)?.place ?? -1).toBeLessThan(target.place);
          there.set(step.service, target);
          expect([step, isSound(registry, there, step.service)]).toEqual([step, true]);
        }
        expect(now.get(where)?.has(name)).toBe(true);
      }
  },
);
