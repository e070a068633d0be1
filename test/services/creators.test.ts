import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { manifest, project, role } from './enablement-world.ts';

/* robot, deployer and person may do everything with services in the projects own and other; the first two are service accounts of own. */
const inProject = (where: string) => ({ labels: { 'resourcemanager.miloapis.com/project-name': where } });
const bind = (kind: string, name: string, where: string): string =>
  manifest(
    'PolicyBinding',
    `${name}-${where}`,
    {
      roleRef: { name: 'services-owner', namespace: 'milo-system' },
      subjects: [{ kind, name }],
      resourceSelector: {
        resourceRef: { apiGroup: 'resourcemanager.miloapis.com', kind: 'Project', name: where },
      },
    },
    { namespace: 'milo-system' },
  );
const service = (name: string, where: string): string =>
  manifest('Service', name, {
    serviceName: `${name}.maker.example`,
    phase: 'Published',
    displayName: name,
    owner: { producerProjectRef: { name: where } },
  });

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
  const account = (name: string) =>
    JSON.stringify({
      apiVersion: 'iam.miloapis.com/v1alpha1',
      kind: 'ServiceAccount',
      metadata: { name, ...inProject('own') },
      spec: { state: 'Active' },
    });
  const content = [
    manifest('Organization', 'makers', { type: 'Standard' }),
    project('own', 'makers'),
    project('other', 'makers'),
    `---\n${account('robot')}\n`,
    `---\n${account('deployer')}\n`,
    manifest('User', 'person', { email: 'person@maker.example' }),
    role(
      'services-owner',
      verbs.flatMap((verb) => [
        `services.miloapis.com/services.${verb}`,
        `catalog.miloapis.com/servicereservations.${verb}`,
        ...(verb === 'get'
          ? ['resourcemanager.miloapis.com/projects.get', 'iam.miloapis.com/serviceaccounts.get']
          : []),
      ]),
    ),
    ...['own', 'other'].flatMap((where) => [
      bind('ServiceAccount', 'robot', where),
      bind('ServiceAccount', 'deployer', where),
      bind('User', 'person', where),
    ]),
  ].join('');
  expect(await refusals(app, content)).toEqual([]);
});
afterAll(() => app.close());

async function refusals(as: Pick<TestApp, 'execute'>, content: string): Promise<string[]> {
  const { data } = await as.execute(
    'mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { code subject field } } }',
    { input: { manifests: [{ content }] } },
  );
  return data.apply.userErrors.map(({ code, subject, field }: Record<string, string>) => `${code} ${subject} ${field}`);
}

test('A1: a user does not create services, whatever rights they have; platform staff may', async () => {
  expect(await refusals(app.as('person'), service('mine', 'own'))).toEqual([
    'SERVICE_ACCOUNT_REQUIRED Service/mine metadata.name',
  ]);
  expect(await refusals(app, service('platform', 'own'))).toEqual([]);
  expect(await refusals(app.as('person'), service('platform', 'own'))).toEqual([]);
});

test('A2: a service account creates services of its own project only, and changes those of others where it may', async () => {
  expect(await refusals(app.as('robot'), service('away', 'other'))).toEqual([
    'ANOTHER_PROJECT Service/away spec.owner.producerProjectRef',
  ]);
  expect(await refusals(app.as('robot'), service('home', 'own'))).toEqual([]);
  expect(await refusals(app, service('elsewhere', 'other'))).toEqual([]);
  const renamed = service('elsewhere', 'other').replace('"displayName":"elsewhere"', '"displayName":"Elsewhere"');
  expect(await refusals(app.as('robot'), renamed)).toEqual([]);
});

const reservation = (name: string, where: string, account: string): string =>
  manifest('ServiceReservation', name, {
    serviceName: `${name}.maker.example`,
    projectRef: { name: where },
    adminAccountRef: { kind: 'ServiceAccount', name: account },
  }).replace('services.miloapis.com', 'catalog.miloapis.com');

test('A3: a name that is reserved is for the service account that it is reserved for, and nobody else', async () => {
  expect(await refusals(app.as('person'), reservation('kept', 'own', 'deployer'))).toEqual([]);
  const refused = ['A3_SERVICE_NAME_RESERVED Service/kept spec.serviceName'];
  expect(await refusals(app.as('robot'), service('kept', 'own'))).toEqual(refused);
  expect(await refusals(app, service('kept', 'own'))).toEqual(refused);
  expect(await refusals(app, service('kept', 'other'))).toEqual(refused);
  expect(await refusals(app.as('deployer'), service('kept', 'own'))).toEqual([]);
  // What it has become is changed by whoever may.
  const renamed = service('kept', 'own').replace('"displayName":"kept"', '"displayName":"Kept"');
  expect(await refusals(app.as('robot'), renamed)).toEqual([]);
});

test('A3: only a name that nobody else has is reserved, once, for an account of the same project', async () => {
  expect(await refusals(app.as('person'), reservation('twice', 'own', 'deployer'))).toEqual([]);
  const again = reservation('twice', 'own', 'robot').replace('"name":"twice"', '"name":"again"');
  expect(await refusals(app.as('person'), again)).toEqual([
    'DUPLICATE_RESERVATION ServiceReservation/again spec.serviceName',
  ]);
  expect(await refusals(app, service('foreign', 'other'))).toEqual([]);
  expect(await refusals(app.as('person'), reservation('foreign', 'own', 'deployer'))).toEqual([
    'SERVICE_NAME_TAKEN ServiceReservation/foreign spec.serviceName',
  ]);
  expect(await refusals(app.as('person'), reservation('lent', 'other', 'deployer'))).toEqual([
    'ANOTHER_PROJECT ServiceReservation/lent spec.adminAccountRef',
  ]);
});

test('A3: the name of a deleted service is held for the project that produced it, for reservations as well', async () => {
  expect(await refusals(app.as('robot'), service('again', 'own'))).toEqual([]);
  const removal = 'mutation { deleteService(input: { name: "again" }) { userErrors { code } } }';
  expect((await app.execute(removal)).data.deleteService.userErrors).toEqual([]);
  expect(await refusals(app, service('again', 'other'))).toEqual([
    'NAME_HELD Service/again metadata.name',
    'NAME_HELD Service/again spec.serviceName',
  ]);
  expect(await refusals(app, reservation('again', 'other', 'deployer'))).toEqual([
    'NAME_HELD ServiceReservation/again spec.serviceName',
    'ANOTHER_PROJECT ServiceReservation/again spec.adminAccountRef',
  ]);
  expect(await refusals(app.as('robot'), service('again', 'own'))).toEqual([]);
});
