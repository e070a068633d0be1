import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { deployment, region, runtime, service, serviceImport, tenants, version } from './import-graph.ts';
import { available, closure, isSound, type Registry, randomRegistry } from './random-registry.ts';

/* What the graph answers about registries at random is what a naive search finds. */

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const { userErrors } = await app.apply(tenants);
  expect(userErrors).toEqual([]);
});
afterAll(() => app.close());

const documents = ({ services, isPrivate, regions, versions, deployed }: Registry): string =>
  [
    ...regions.map((name) => region(name, 'Open')),
    ...services.flatMap((name) => {
      const primary = regions.find((where) => deployed.get(where)?.has(name) === true) ?? regions[0];
      return [
        service(name),
        runtime(name, { visibility: isPrivate.has(name) ? 'Private' : 'Public', primaryRegionRef: { name: primary } }),
      ];
    }),
    ...versions.flatMap((one) => [
      version(one.service, one.version, one.phase),
      ...one.imports.map((target) => serviceImport(one.service, one.version, `${target.service}@${target.version}`)),
    ]),
    ...[...deployed].flatMap(([where, current]) => [...current].map(([of, one]) => deployment(of, where, one.version))),
  ].join('');

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
  readonly skew: boolean;
  readonly hasMorePaths: boolean;
  readonly paths: readonly { readonly steps: readonly Step[] }[];
}

const toldOf = (nodes: readonly Reached[]): string[] =>
  nodes.map(({ depth, service: { name }, version: { version: at }, regions, skew, hasMorePaths, paths }) => {
    const ways = paths.map(({ steps }) => steps.map((step) => `${step.service}@${step.version}`).join(' > ')).sort();
    return `${depth} ${name}@${at} in ${regions.join()}${skew ? ' skewed' : ''}: ${hasMorePaths ? 'more' : ways.join(' | ')}`;
  });
const withoutMany = (texts: readonly string[]): string[] =>
  texts.map((text) => (text.split(' | ').length > 8 ? text.replace(/: .*/, ': more') : text));

const REACHED =
  'nodes { depth service { name } version { version } regions skew hasMorePaths paths { steps { service version } } }';

test.each([1, 2, 3, 4, 5, 6])(
  'registry %i: imports, importers and availability, for those who see all and for others',
  async (seed) => {
    const registry = randomRegistry(seed);
    const { userErrors } = await app.apply(documents(registry));
    expect(userErrors).toEqual([]);
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

test.each([1, 2, 3, 4, 5, 6])(
  'registry %i: after each step of a plan what it touches is sound, and at the end the service is there',
  async (seed) => {
    const registry = randomRegistry(seed);
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
