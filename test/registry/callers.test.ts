import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { bind, manifest, project, role } from '../services/enablement-world.ts';
import { batch, deploymentOf, identityOf, importOf, platform, regionOf, runtimeOf, versionOf } from './world.ts';

/*
 *   hidden v1 ─► own v1       own belongs to the project guests, in which `guest` may do everything with services; hidden and
 *   hidden and own: eu, us    secret are Private and belong to makers; guest sees secret, and nothing of hidden
 */
const reads = ['get', 'list', 'watch'];
const registryKinds = ['serviceruntimes', 'serviceversions', 'serviceimports', 'deployments'];
const all = (verbs: readonly string[]): string[] => [
  ...verbs.flatMap((verb) => registryKinds.map((kind) => `catalog.miloapis.com/${kind}.${verb}`)),
  ...verbs.map((verb) => `services.miloapis.com/services.${verb}`),
];
const onSecret = (roleName: string): string =>
  manifest(
    'PolicyBinding',
    `guest-${roleName}-secret`,
    {
      roleRef: { name: roleName, namespace: 'milo-system' },
      subjects: [{ kind: 'User', name: 'guest' }],
      resourceSelector: { resourceRef: { apiGroup: 'services.miloapis.com', kind: 'Service', name: 'secret' } },
    },
    { namespace: 'milo-system' },
  );
const asDocument = (text: string): string => text.replace(/^---\n/, '');
const ofGuests = { owner: { producerProjectRef: { name: 'guests' } } };

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const apply = [
    platform,
    project('guests', 'registry'),
    manifest('User', 'guest', { email: 'guest@guests.example' }),
    role('makes-services', all([...reads, 'create', 'update', 'patch', 'delete'])),
    role('sees-services', all(reads)),
    role('imports-services', ['services.miloapis.com/services.import']),
    bind('guest', 'makes-services', 'Project', 'guests'),
    ...['eu', 'us'].map((name) => regionOf(name)),
    identityOf('own', ofGuests),
    runtimeOf('own', { primary: 'eu' }),
    // A service may be called as a region is.
    ...['secret', 'hidden', 'us'].flatMap((name) => [
      identityOf(name),
      runtimeOf(name, { primary: 'eu', visibility: 'Private' }),
    ]),
    onSecret('sees-services'),
    ...['own', 'secret', 'hidden', 'us'].map((name) => versionOf(name, 'v1')),
    importOf('hidden.v1', 'own.v1'),
    ...['own', 'hidden'].flatMap((name) => ['eu', 'us'].map((region) => deploymentOf(name, region, 'v1'))),
  ].map(asDocument);
  expect((await batch(app, { apply })).refused).toEqual([]);
});
afterAll(() => app.close());

const asked = async (...changes: readonly object[]) => {
  const { data } = await app.as('guest').execute(
    `query ($changes: [RegistryChangeInput!]!) { mayI(changes: $changes) { isAllowed isPossible hiddenStepCount
      violations { code subject message missing } warnings { message } plan { do service region text } } }`,
    { changes },
  );
  return data.mayI;
};

test('mayI tells of what one may not see that it is there and how much of it, and nothing else', async () => {
  const answer = await asked({ do: 'UNDEPLOY', service: 'own', region: 'us' });
  expect(answer).toEqual({
    isAllowed: false,
    isPossible: true,
    hiddenStepCount: 1,
    violations: [
      {
        code: 'I5_IMPORT_REGION_MISSING',
        subject: 'Deployment/own.us',
        message:
          'something that you may not see imports own, which is not deployed in us, where something that you may not see is.',
        missing: ['something that you may not see: absent'],
      },
    ],
    warnings: [],
    plan: [],
  });
});

test('a warning that goes with a write does not name what one may not see', async () => {
  const apply = [deploymentOf('own', 'us', 'v1', { disabled: true })];
  const message = 'own.us is disabled, and something that you may not see, which imports own.v1, depends on it.';
  expect(await batch(app.as('guest'), { apply, validateOnly: true })).toMatchObject({
    refused: [],
    warned: [{ code: 'DEPENDENCIES_UNAVAILABLE', message }],
  });
  expect((await batch(app, { apply, validateOnly: true })).warned).toMatchObject([
    { message: message.replace('something that you may not see', 'hidden.us') },
  ]);
});

test('mayI answers about what one may not see as about what there is not', async () => {
  const about = async (name: string) => {
    const answers = [
      await asked({ do: 'DEPLOY', service: name, region: 'us', version: `${name}.v1` }),
      await asked({ do: 'RETIRE', version: `${name}.v1` }),
      await asked({ do: 'IMPORT', version: 'own.v1', target: `${name}.v1` }),
      await asked({ do: 'DROP_IMPORT', version: `${name}.v1`, target: 'own' }),
      await asked({ do: 'MOVE_PRIMARY', service: name, region: 'us' }),
    ];
    return JSON.stringify(answers).replace(new RegExp(`\\b(${name}|us)\\b`, 'g'), 'it');
  };
  expect(await about('hidden')).toEqual(await about('absent'));
  expect(await about('us')).toEqual(await about('absent'));
});

test('I4: what is Private in another project is imported only with a right to it, though one sees it', async () => {
  const guest = app.as('guest');
  const operations = { apply: [importOf('own.v1', 'secret.v1')], validateOnly: true };
  const withdrawn = { remove: ['Deployment/hidden.eu', 'Deployment/hidden.us'] };
  expect((await batch(app, withdrawn)).refused).toEqual([]);
  expect((await batch(app, { remove: ['Deployment/own.us', 'Deployment/own.eu'] })).refused).toEqual([]);
  expect((await batch(guest, operations)).refused).toEqual([
    'I4_MAY_NOT_IMPORT ServiceImport/own.v1.secret spec.targetServiceRef',
  ]);
  expect((await batch(app, { apply: [onSecret('imports-services')].map(asDocument) })).refused).toEqual([]);
  expect((await batch(guest, operations)).refused).toEqual([]);
  const unseen = await batch(guest, { apply: [importOf('own.v1', 'hidden.v1')], validateOnly: true });
  expect(unseen.errors.map(({ code }) => code)).toEqual(['REFERENCE_NOT_FOUND', 'REFERENCE_NOT_FOUND']);
});
