import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { batch, deploymentOf, platform, regionOf, serviceOf, versionOf } from './world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const released = ['v1alpha1', 'v1alpha2', 'v1beta1', 'v1', 'v2alpha1', 'v2', 'v10'];

test('versions are ordered as they are released, and a deployment serves the current one and what is lower and offered', async () => {
  const phases = new Map([
    ['v1alpha1', 'Retired'],
    ['v1alpha2', 'Draft'],
    ['v1beta1', 'Deprecated'],
  ]);
  const versions = ['v2', 'v10', 'v1beta1', 'v1alpha2', 'v2alpha1', 'v1', 'v1alpha1'];
  const { userErrors } = await app.apply(
    [
      platform,
      regionOf('eu'),
      serviceOf('a', { primary: 'eu' }),
      ...versions.map((version) => versionOf('a', version, phases.get(version))),
      deploymentOf('a', 'eu', 'v2'),
    ].join('---\n'),
  );
  expect(userErrors).toEqual([]);
  const { data } = await app.execute(`{ service(name: "a") {
    versions(orderBy: [RELEASE_ORDER_ASC]) { nodes { version stage } }
    deployments { nodes { name servedVersions(orderBy: [RELEASE_ORDER_DESC]) { nodes { version } } } } } }`);
  const { versions: all, deployments } = data.service;
  expect(all.nodes.map(({ version }: { version: string }) => version)).toEqual(released);
  expect(all.nodes.map(({ stage }: { stage: string }) => stage)).toEqual([
    'ALPHA',
    'ALPHA',
    'BETA',
    'STABLE',
    'ALPHA',
    'STABLE',
    'STABLE',
  ]);
  expect(deployments.nodes).toEqual([
    { name: 'a.eu', servedVersions: { nodes: ['v2', 'v2alpha1', 'v1', 'v1beta1'].map((version) => ({ version })) } },
  ]);
});

test('Q8: nearness is by city, agglomeration, country and continent, then by cloud, distance, primary region and name', async () => {
  // The client is in `here`: continent t, country k, agglomeration g, city c, cloud own; at 0 degrees.
  const places: readonly (readonly [region: string, location: string, longitude?: number])[] = [
    ['near-z', 't/k/g/c/own'],
    ['near-y', 't/k/g/c/other'],
    ['near-x', 't/k/g/c2/own'],
    ['near-w', 't/k/g2/c2/own'],
    // A city of the same name elsewhere is not the same city.
    ['near-v', 't/k2/g/c/own'],
    ['near-u', 't2/k3/g3/c3/own', 10],
    ['near-t', 't2/k3/g3/c3/own', -170],
    ['near-s', 't2/k3/g3/c3/own'],
    ['near-q', 't2/k3/g3/c3/own'],
    ['near-r', 't2/k3/g3/c3/own'],
    ['near-a', 't2/k3/g3/c3/other', 1],
  ];
  const region = (name: string, longitude: number | undefined): string =>
    longitude === undefined
      ? regionOf(name)
      : regionOf(name).replace('"displayName"', `"coordinates":{"latitude":0,"longitude":${longitude}},"displayName"`);
  const at = (service: string, name: string, location: string): string => {
    const [continent, country, agglomeration, city, cloud] = location.split('/');
    return deploymentOf(service, name, 'v1', { location: { continent, country, agglomeration, city, cloud } });
  };
  const apply = [
    region('here', 0),
    ...places.map(([name, , longitude]) => region(name, longitude)),
    ...[
      ['far', 'near-s'],
      ['client', 'here'],
    ].flatMap(([name = '', primary = '']) => [serviceOf(name, { primary }), versionOf(name, 'v1')]),
    at('client', 'here', 't/k/g/c/own'),
    ...places.map(([name, location]) => at('far', name, location)),
  ];
  expect((await batch(app, { apply })).refused).toEqual([]);
  const { data } = await app.execute(
    '{ serviceEndpoints(service: "far", fromRegion: "here") { endpoints { region nearness } } }',
  );
  const found: readonly { readonly region: string | null; readonly nearness: string | null }[] =
    data.serviceEndpoints.endpoints;
  expect(found.map(({ region: name, nearness }) => [name, nearness])).toEqual([
    ['near-z', 'CITY'],
    ['near-y', 'CITY'],
    ['near-x', 'AGGLOMERATION'],
    ['near-w', 'COUNTRY'],
    ['near-v', 'CONTINENT'],
    ['near-u', 'WORLD'],
    ['near-t', 'WORLD'],
    ['near-s', 'WORLD'],
    ['near-q', 'WORLD'],
    ['near-r', 'WORLD'],
    ['near-a', 'WORLD'],
    [null, null],
  ]);
});
