import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { deploymentOf, platform, regionOf, serviceOf, versionOf } from './world.ts';

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
