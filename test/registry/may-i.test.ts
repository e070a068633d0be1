import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { batch, deploymentOf, importOf, mayI, platform, regionOf, serviceOf, versionOf } from './world.ts';

/*
 *   a v1 ─► b v1, a v2 ─► b v2, b v2 ─► c v1       c: eu   b: eu at v2, us at v1   a: eu at v1
 */
let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const apply = [
    platform,
    ...['eu', 'us', 'ap'].map((name) => regionOf(name)),
    ...['a', 'b', 'c'].map((name) => serviceOf(name, { primary: 'eu' })),
    ...['a.v1', 'a.v2', 'b.v1', 'b.v2', 'c.v1'].map((name) => versionOf(name.slice(0, 1), name.slice(2))),
    importOf('a.v1', 'b.v1'),
    importOf('a.v2', 'b.v2'),
    importOf('b.v2', 'c.v1'),
    deploymentOf('c', 'eu', 'v1'),
    deploymentOf('c', 'us', 'v1'),
    deploymentOf('b', 'eu', 'v2'),
    deploymentOf('b', 'us', 'v1'),
    deploymentOf('a', 'eu', 'v1'),
  ];
  expect((await batch(app, { apply })).refused).toEqual([]);
});
afterAll(() => app.close());

test('what is allowed is told, and nothing has to be done before', async () => {
  expect(await mayI(app, { do: 'DEPLOY', service: 'a', region: 'us', version: 'a.v1' })).toEqual({
    isAllowed: true,
    isPossible: true,
    violations: [],
    plan: [],
  });
});

test('from nothing a service comes to a region after all that it imports, the lowest first', async () => {
  expect(await mayI(app, { do: 'DEPLOY', service: 'a', region: 'ap', version: 'a.v2' })).toEqual({
    isAllowed: false,
    isPossible: true,
    violations: [
      'I5_IMPORT_REGION_MISSING Deployment/a.ap spec.regionRef, missing Deployment/b.ap: spec.currentVersionRef b.v2 or higher',
    ],
    plan: ['DEPLOY c.ap c.v1', 'DEPLOY b.ap b.v2'],
  });
  expect(await mayI(app, { do: 'DEPLOY', service: 'a', region: 'us', version: 'a.v2' })).toMatchObject({
    plan: ['DEPLOY b.us b.v2'],
  });
});
