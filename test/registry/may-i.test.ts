import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { batch, deploymentOf, importOf, mayI, platform, regionOf, resourceOf, serviceOf, versionOf } from './world.ts';

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

test('services are named in either way, and what is left out is told', async () => {
  const deploy = { do: 'DEPLOY', service: 'a', region: 'ap', version: 'a.v2' };
  const told = await mayI(app, deploy);
  expect(await mayI(app, { ...deploy, service: 'a.t.com', version: 'v2' })).toEqual(told);
  const drop = { do: 'DROP_IMPORT', version: 'a.v2', target: 'b' };
  expect(await mayI(app, { ...drop, target: 'b.t.com' })).toEqual(await mayI(app, drop));
  const { data } = await app.execute(`{
    none: mayI(changes: [{ do: DEPLOY, service: "a", region: "ap" }]) { isAllowed violations { code message } }
    unknown: mayI(changes: [{ do: DEPLOY, service: "z.t.com", region: "ap", version: "v1" }]) { isAllowed violations { code message } } }`);
  expect(data).toEqual({
    none: {
      isAllowed: false,
      violations: [{ code: 'DOES_NOT_FIT', message: 'Deploy takes service, region, version.' }],
    },
    unknown: { isAllowed: false, violations: [{ code: 'DOES_NOT_FIT', message: 'There is no service z.t.com.' }] },
  });
});

test('warnings are about what the changes bring about, and what stands in the way of what does not fit yet is told', async () => {
  const elsewhere = deploymentOf('a', 'us', 'v1', { publicDomain: 'a.nowhere.net' });
  expect((await batch(app, { apply: [elsewhere, resourceOf('a', 'Only', ['v2'])] })).refused).toEqual([]);
  const { data } = await app.execute(`{
    deploy: mayI(changes: [{ do: DEPLOY, service: "c", region: "ap", version: "c.v1" }, { do: DISABLE, service: "a", region: "eu" }]) { warnings { code } }
    moved: mayI(changes: [{ do: DEPLOY, service: "a", region: "us", version: "a.v1" }]) { warnings { code subject } }
    retire: mayI(changes: [{ do: RETIRE, version: "a.v2" }]) { isPossible violations { code subject message } } }`);
  expect(data.deploy.warnings.map(({ code }: { code: string }) => code)).not.toContain('E3_ENDPOINT_NAME');
  expect(data.moved.warnings).toContainEqual({ code: 'E3_ENDPOINT_NAME', subject: 'Deployment/a.us' });
  expect(data.retire).toEqual({
    isPossible: false,
    violations: [
      {
        code: 'DOES_NOT_FIT',
        subject: 'Retire',
        message: 'a.v2 is Published and cannot become Retired in one step.',
      },
      { code: 'V5_VERSION_IN_USE', subject: 'ServiceVersion/a.v2', message: 'a.only would be left without a version.' },
    ],
  });
  expect((await batch(app, { remove: ['Deployment/a.us', 'ApiResource/a.only'] })).refused).toEqual([]);
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

test('what stands on a service leaves a region before it, from above', async () => {
  expect((await batch(app, { apply: [deploymentOf('a', 'us', 'v1')] })).refused).toEqual([]);
  expect(await mayI(app, { do: 'UNDEPLOY', service: 'c', region: 'us' })).toMatchObject({
    isAllowed: false,
    isPossible: true,
    plan: ['UNDEPLOY a.us', 'UNDEPLOY b.us'],
  });
});

test('a plan has at most a hundred steps: what takes more is said not to be possible', async () => {
  const importers = Array.from({ length: 101 }, (_, index) => `i${index}`);
  const all = importers.flatMap((name) => [
    serviceOf(name, { primary: 'ap' }),
    versionOf(name, 'v1'),
    importOf(`${name}.v1`, 'base.v1'),
    deploymentOf(name, 'ap', 'v1'),
  ]);
  const base = [serviceOf('base', { primary: 'ap' }), versionOf('base', 'v1'), deploymentOf('base', 'ap', 'v1')];
  expect((await batch(app, { apply: [...base, ...all] })).refused).toEqual([]);
  const leaving = { do: 'UNDEPLOY', service: 'base', region: 'ap' };
  expect(await mayI(app, leaving)).toMatchObject({ isAllowed: false, isPossible: false, plan: [] });
  expect((await batch(app, { remove: ['Deployment/i0.ap'] })).refused).toEqual([]);
  const verdict = await mayI(app, leaving);
  expect(verdict).toMatchObject({ isAllowed: false, isPossible: true });
  expect(verdict.plan.toSorted()).toEqual(
    importers
      .slice(1)
      .map((name) => `UNDEPLOY ${name}.ap`)
      .sort(),
  );
});
