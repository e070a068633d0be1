import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { manifest, project, role } from './enablement-world.ts';

/* robot and person may do everything with services in the projects own and other; robot is a service account of own. */
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
  const account = JSON.stringify({
    apiVersion: 'iam.miloapis.com/v1alpha1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot', ...inProject('own') },
    spec: { state: 'Active' },
  });
  const content = [
    manifest('Organization', 'makers', { type: 'Standard' }),
    project('own', 'makers'),
    project('other', 'makers'),
    `---\n${account}\n`,
    manifest('User', 'person', { email: 'person@maker.example' }),
    role(
      'services-owner',
      verbs.flatMap((verb) => [
        `services.miloapis.com/services.${verb}`,
        ...(verb === 'get' ? ['resourcemanager.miloapis.com/projects.get'] : []),
      ]),
    ),
    ...['own', 'other'].flatMap((where) => [bind('ServiceAccount', 'robot', where), bind('User', 'person', where)]),
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
