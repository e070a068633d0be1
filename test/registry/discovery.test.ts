import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import {
  deployed,
  deployment,
  importGraph,
  imports,
  runtime,
  service,
  serviceImport,
  use,
  version,
} from './import-graph.ts';
import { DEPENDENT, dependentText } from './world.ts';

/* What can run where, and what depends on what (service-registry.md 3): each question, on the import graph of 1.8. */

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const { userErrors } = await app.apply(importGraph());
  expect(userErrors).toEqual([]);
  // From then on their access is known.
  for (const who of ['test-admin', 'stranger'])
    await app.as(who).execute('{ me { name } services(first: 0) { totalCount } }');
});
afterAll(() => app.close());

/** What a field answers: in one statement, unless it says otherwise. */
async function ask(field: string, { as = 'test-admin', statements = 1 } = {}) {
  const { data, extensions } = await app.as(as).execute(`{ answer: ${field} }`, {}, { 'x-catalog-explain': 'true' });
  expect(extensions?.explain.statements).toBe(statements);
  return data.answer;
}

const STRANGER = { as: 'stranger' };

interface Named {
  readonly name: string;
}
interface Reached {
  readonly by: string;
  readonly depth: number;
  readonly service: Named;
  readonly version: { readonly version: string } | null;
  readonly paths: readonly {
    readonly steps: readonly { readonly service: string; readonly version: string | null }[];
  }[];
  readonly hasMorePaths: boolean;
  readonly regions: readonly string[];
  readonly skew: boolean;
}

const at = (service: string, version: string | null | undefined): string =>
  version === null || version === undefined ? service : `${service}@${version}`;

const REACHED = `nodes { by depth service { name } version { version } regions skew hasMorePaths paths { steps { service version } } }`;
const reached = async (args: string, options = {}): Promise<readonly Reached[]> =>
  (await ask(`importClosure(${args}) { ${REACHED} }`, options)).nodes;
const names = (nodes: readonly Reached[]): string[] =>
  nodes.map(({ depth, service, version }) => `${depth} ${at(service.name, version?.version)}`);
const ways = ({ paths }: Reached): string[] =>
  paths.map(({ steps }) => steps.map(({ service, version }) => at(service, version)).join(' > '));

describe('Q7: what a version imports, and what imports it', () => {
  // service-registry.md 1.8; of v1, but monitoring of v4.
  test.each([
    ['meta-goten', 0, 11],
    ['secrets', 0, 6],
    ['proxies', 0, 0],
    ['iam', 1, 9],
    ['monitoring', 2, 4],
    ['audit', 2, 1],
    ['limits', 2, 0],
    ['logging', 2, 4],
    ['cellular-api', 3, 3],
    ['ztp', 2, 0],
    ['devices', 6, 2],
    ['alerting', 6, 0],
    ['ai', 7, 0],
    ['applications', 7, 0],
  ])('%s has %i transitive imports and %i transitive importers', async (of, imported, importers) => {
    const version = of === 'monitoring' ? 'v4' : 'v1';
    const count = async (direction: string) =>
      (await ask(`importClosure(service: "${of}", version: "${version}", direction: ${direction}) { totalCount }`))
        .totalCount;
    expect([await count('IMPORTS'), await count('IMPORTED_BY')]).toEqual([imported, importers]);
  });

  test('each version is told once, by its least distance, then by name, with all shortest ways to it', async () => {
    const nodes = await reached('service: "applications", version: "v1"');
    expect(names(nodes)).toEqual([
      '1 devices@v1',
      '1 secrets@v1',
      '2 cellular-api@v1',
      '2 iam@v1',
      '2 logging@v1',
      '2 monitoring@v4',
      '3 meta-goten@v1',
    ]);
    expect(nodes.slice(-1).flatMap(ways)).toEqual([
      'applications@v1 > devices@v1 > cellular-api@v1 > meta-goten@v1',
      'applications@v1 > devices@v1 > iam@v1 > meta-goten@v1',
      'applications@v1 > devices@v1 > logging@v1 > meta-goten@v1',
      'applications@v1 > devices@v1 > monitoring@v4 > meta-goten@v1',
    ]);
    expect(nodes.map(({ hasMorePaths }) => hasMorePaths)).not.toContain(true);
  });

  test('with the regions in which each is served', async () => {
    const nodes = await reached('service: "devices.edgelq.com", version: "v1", depth: 1');
    expect(nodes.map(({ service, regions }) => [service.name, regions])).toEqual([
      ['cellular-api', ['eu', 'us']],
      ['iam', ['eu', 'eu2', 'us']],
      ['logging', ['eu', 'us']],
      ['monitoring', ['eu']],
    ]);
  });

  test('another version imports other services; all offered versions together show the skew', async () => {
    expect(names(await reached('service: "devices", version: "v1alpha2"'))).toEqual([
      '1 iam@v1alpha2',
      '2 meta-edgelq@v1alpha2',
    ]);
    const skewed = (await reached('service: "devices"')).filter(({ skew }) => skew);
    expect(names(skewed)).toEqual(['1 iam@v1alpha2', '1 iam@v1']);
  });

  test('services that are only used are told if that is asked for, and not followed', async () => {
    const nodes = await reached('service: "ai", includeUses: true, depth: 1');
    const uses = nodes.filter(({ by }) => by === 'USE');
    expect(names(uses)).toEqual(['1 alerting']);
    expect(uses.flatMap(ways)).toEqual(['ai@v1 > alerting']);
    const lowest = await reached('service: "ztp", includeUses: true');
    expect(names(lowest)).toEqual(['1 iam@v1', '1 monitoring@v3', '2 meta-goten@v1']);
  });

  test('pages are cut from the whole, and say how many there are', async () => {
    const page = (after: string) =>
      `importClosure(service: "ai", first: 3${after}) { totalCount pageInfo { hasNextPage endCursor } ${REACHED} }`;
    const first = await ask(page(''));
    const second = await ask(page(`, after: "${first.pageInfo.endCursor}"`));
    const third = await ask(page(`, after: "${second.pageInfo.endCursor}"`));
    expect([first, second, third].map(({ totalCount, pageInfo }) => [totalCount, pageInfo.hasNextPage])).toEqual([
      [7, true],
      [7, true],
      [7, false],
    ]);
    expect(names([first, second, third].flatMap(({ nodes }) => nodes))).toEqual(names(await reached('service: "ai"')));
    const last = await ask('importClosure(service: "ai", last: 2) { nodes { service { name } } }');
    expect(last.nodes.map(({ service }: { service: Named }) => service.name)).toEqual(['logging', 'monitoring']);
  });

  test('who sees neither a service nor that it imports another finds and counts neither', async () => {
    expect(names(await reached('service: "devices", direction: IMPORTED_BY', STRANGER))).toEqual(['1 ai@v1']);
    expect(await ask('importClosure(service: "applications") { totalCount }', STRANGER)).toEqual({ totalCount: 0 });
  });
});

describe('Q11: who depends on a service', () => {
  const dependents = async (args: string, options = {}): Promise<string[]> => {
    const { nodes, totalCount } = await ask(
      `serviceDependents(${args}) { totalCount nodes { ${DEPENDENT} } }`,
      options,
    );
    expect(totalCount).toBe(nodes.length);
    return nodes.map(dependentText);
  };

  test('versions that import it, services that use it, services that have it enabled with them', async () => {
    expect(await dependents('service: "devices"')).toEqual([
      'ENABLEMENT 1 ai',
      'IMPORT 1 ai@v1 of v1',
      'IMPORT 1 applications@v1 of v1',
    ]);
    expect(await dependents('service: "monitoring", kinds: ["Use", "Import"]')).toEqual([
      'IMPORT 1 alerting@v1 of v4',
      'IMPORT 1 devices@v1 of v4',
      'IMPORT 2 ai@v1',
      'IMPORT 2 applications@v1',
      'USE 1 ztp of v3',
    ]);
    expect(await dependents('service: "monitoring", directOnly: true, version: "v3"')).toEqual(['USE 1 ztp of v3']);
  });

  test('every other service uses a core service, unless it imports it (U1, U3)', async () => {
    expect(await dependents('service: "iam", kinds: ["Use"]')).toEqual(
      ['applications', 'monitoring', 'proxies', 'secrets'].map((name) => `USE 1 ${name} automatic`),
    );
  });

  test('what the caller may not see depends on nothing', async () => {
    expect(await dependents('service: "devices"', STRANGER)).toEqual(['ENABLEMENT 1 ai', 'IMPORT 1 ai@v1 of v1']);
    expect(await dependents('service: "applications"', STRANGER)).toEqual([]);
  });
});

describe('Q5: what is available in a region', () => {
  const IN_REGION = `nodes { asked service { name } availability deployment { name } servedVersions preferredVersion endpoint }`;

  test('all services that are, with what they serve; a disabled deployment does not count unless that is asked for', async () => {
    const { nodes } = await ask(`servicesInRegion(region: "us") { ${IN_REGION} }`);
    expect(nodes.map(({ service }: { service: Named }) => service.name)).toEqual(
      Object.keys(deployed.us ?? {})
        .filter((name) => name !== 'audit')
        .sort(),
    );
    expect(nodes.find(({ service }: { service: Named }) => service.name === 'iam')).toEqual({
      asked: null,
      service: { name: 'iam' },
      availability: 'AVAILABLE',
      deployment: { name: 'iam.us' },
      servedVersions: ['v1', 'v1alpha2'],
      preferredVersion: 'v1',
      endpoint: 'iam.us.apis.edgelq.com',
    });
    expect(await ask('servicesInRegion(region: "us", includeDisabled: true) { totalCount }')).toEqual({
      totalCount: 9,
    });
    expect(await ask('servicesInRegion(region: "mars") { totalCount }')).toEqual({ totalCount: 0 });
    expect(await ask('servicesInRegion(region: "eu") { totalCount }')).toEqual({
      totalCount: Object.keys(imports).length,
    });
    expect(await ask('servicesInRegion(region: "eu") { totalCount }', STRANGER)).toEqual({
      totalCount: Object.keys(imports).length - 1,
    });
  });

  test('services that are asked about, in their order, each with the reason why not', async () => {
    const asked = `[
      { service: "devices", minVersion: "v1" }, { service: "devices.edgelq.com", minVersion: "v1alpha1" },
      { service: "audit" }, { service: "limits" }, { service: "nobody" }, { service: "devices" }, { service: "applications" }]`;
    const { nodes } = await ask(`servicesInRegion(region: "us", services: ${asked}) { ${IN_REGION} }`, STRANGER);
    const told = nodes.map(
      ({
        asked: name,
        service,
        availability,
        endpoint,
      }: {
        asked: string;
        service: Named | null;
        availability: string;
        endpoint: string | null;
      }) => [name, service?.name ?? null, availability, endpoint],
    );
    expect(told).toEqual([
      ['devices', 'devices', 'VERSION_TOO_LOW', null],
      ['devices.edgelq.com', 'devices', 'AVAILABLE', 'devices.us.apis.edgelq.com'],
      ['audit', 'audit', 'DISABLED', null],
      ['limits', 'limits', 'NOT_DEPLOYED', null],
      ['nobody', null, 'UNKNOWN_SERVICE', null],
      ['devices', 'devices', 'AVAILABLE', 'devices.us.apis.edgelq.com'],
      ['applications', null, 'UNKNOWN_SERVICE', null],
    ]);
  });
});

describe('Q8: which address a client uses', () => {
  const ENDPOINT = `missing endpoints { domain region reason nearness distanceKm version isPrivate label isWithoutLabel }`;
  interface Endpoint {
    readonly domain: string;
    readonly reason: string;
    readonly nearness: string | null;
  }
  const endpoints = async (args: string, options = {}): Promise<string[]> => {
    const answer = await ask(`serviceEndpoints(${args}) { ${ENDPOINT} }`, options);
    const found = answer.endpoints.map(({ domain, reason, nearness }: Endpoint) =>
      [reason, nearness, domain.replace('.apis.edgelq.com', '')].filter((part) => part !== null).join(' '),
    );
    return answer.missing === null ? found : [...found, answer.missing];
  };

  test('that of the local network, that of the region, the nearest, the global one', async () => {
    const inOrder = ['NEAREST COUNTRY iam.eu2', 'NEAREST WORLD iam.us', 'NEAREST WORLD iam.ap', 'GLOBAL iam'];
    expect(await endpoints('service: "iam", fromRegion: "eu", localNetworkId: "net-1"')).toEqual([
      'LOCAL_NETWORK iam.eu.internal',
      ...inOrder,
    ]);
    // Of another network, and of the same network in another region, the private address is none.
    expect(await endpoints('service: "iam", fromRegion: "eu", localNetworkId: "net-2"')).toEqual([
      'SAME_REGION iam.eu',
      ...inOrder,
    ]);
    expect(await endpoints('service: "iam", fromRegion: "us", localNetworkId: "net-1"')).toEqual([
      'SAME_REGION iam.us',
      'NEAREST WORLD iam.eu',
      'NEAREST WORLD iam.eu2',
      'NEAREST WORLD iam.ap',
      'GLOBAL iam',
    ]);
  });

  test('everything about an address; a label is fallen back from, and that is said', async () => {
    const { endpoints: found } = await ask(
      `serviceEndpoints(service: "devices", fromRegion: "eu2", label: "gold") { ${ENDPOINT} }`,
    );
    expect(found).toEqual([
      {
        domain: 'gold.devices.eu.apis.edgelq.com',
        region: 'eu',
        reason: 'NEAREST',
        nearness: 'COUNTRY',
        distanceKm: 422,
        version: 'v1',
        isPrivate: false,
        label: 'gold',
        isWithoutLabel: false,
      },
      {
        domain: 'devices.us.apis.edgelq.com',
        region: 'us',
        reason: 'NEAREST',
        nearness: 'WORLD',
        distanceKm: 6732,
        version: 'v1alpha2',
        isPrivate: false,
        label: null,
        isWithoutLabel: true,
      },
      {
        domain: 'devices.apis.edgelq.com',
        region: null,
        reason: 'GLOBAL',
        nearness: null,
        distanceKm: null,
        version: null,
        isPrivate: false,
        label: null,
        isWithoutLabel: true,
      },
    ]);
  });

  test('the version that is needed, the region that is required, writes to the primary region', async () => {
    expect(await endpoints('service: "devices", fromRegion: "us", minVersion: "v1"')).toEqual([
      'NEAREST WORLD devices.eu',
      'GLOBAL devices',
    ]);
    expect(await endpoints('service: "devices", fromRegion: "us", minVersion: "v1", requireInRegion: true')).toEqual([
      'NOT_IN_REGION',
    ]);
    expect(await endpoints('service: "devices", fromRegion: "us", requireInRegion: true')).toEqual([
      'SAME_REGION devices.us',
    ]);
    expect(await endpoints('service: "devices", minVersion: "v2"')).toEqual(['NOT_SERVED']);
    expect(await endpoints('service: "devices", fromRegion: "us", forWrites: true')).toEqual([
      'PRIMARY WORLD devices.eu',
      'SAME_REGION devices.us',
      'GLOBAL devices',
    ]);
    // audit is disabled in us.
    expect(await endpoints('service: "audit", fromRegion: "us"')).toEqual(['NEAREST WORLD audit.eu', 'GLOBAL audit']);
    expect(await endpoints('service: "audit"')).toEqual(['NEAREST WORLD audit.eu', 'GLOBAL audit']);
  });

  test('of a service that the caller may not see there is nothing to say', async () => {
    expect(await ask('serviceEndpoints(service: "applications") { missing }', STRANGER)).toBeNull();
  });
});

describe('Q7 again, of further services', () => {
  /** From then on the access of the administrator is known again. */
  const applied = async (documents: string): Promise<void> => {
    expect((await app.apply(documents)).userErrors).toEqual([]);
    await app.as('test-admin').execute('{ services(first: 0) { totalCount } }');
  };

  test('of more than eight shortest ways eight are told, the first by name, and that there are more', async () => {
    const [nine, eight] = [9, 8].map((count) => Array.from({ length: count }, (_, index) => `by-${index}`)) as [
      string[],
      string[],
    ];
    await applied(
      [
        ...['of-many', 'in-nine', 'in-eight', ...nine].flatMap((name) => [
          service(name),
          runtime(name),
          version(name, 'v1'),
        ]),
        ...nine.flatMap((name) => [
          serviceImport('of-many', 'v1', `${name}@v1`),
          serviceImport(name, 'v1', 'in-nine@v1'),
        ]),
        ...eight.map((name) => serviceImport(name, 'v1', 'in-eight@v1')),
      ].join(''),
    );
    const told = (await reached('service: "of-many"')).filter(({ depth }) => depth === 2);
    const over = (target: string) => eight.map((name) => `of-many@v1 > ${name}@v1 > ${target}@v1`);
    expect(told.map((one) => [ways(one), one.hasMorePaths])).toEqual([
      [over('in-eight'), false],
      [over('in-nine'), true],
    ]);
  });

  test('what is imported and used as well is told once, as imported', async () => {
    await applied(
      [
        ...['both', 'lent', 'owned'].flatMap((name) => [service(name), runtime(name), version(name, 'v1')]),
        serviceImport('both', 'v1', 'owned@v1'),
        use('both', 'owned'),
        use('both', 'lent'),
        use('owned', 'both'),
      ].join(''),
    );
    const told = await reached('service: "both", includeUses: true');
    expect(told.map(({ by, depth, service: { name } }) => `${by} ${depth} ${name}`)).toEqual([
      'USE 1 lent',
      'IMPORT 1 owned',
    ]);
  });

  test('a version that is not offered is served nowhere, though a higher one is', async () => {
    await applied(
      [
        ...['base', 'next'].flatMap((name) => [service(name), runtime(name)]),
        version('base', 'v1'),
        version('base', 'v1alpha1', 'Draft'),
        deployment('base', 'eu', 'v1'),
        version('next', 'v1', 'Draft'),
        serviceImport('next', 'v1', 'base@v1alpha1'),
      ].join(''),
    );
    const [base] = await reached('service: "next", version: "v1"');
    expect(base).toMatchObject({ version: { version: 'v1alpha1' }, regions: [] });
  });
});
