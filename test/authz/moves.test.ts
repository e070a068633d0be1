import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';

const doc = (group: string, kind: string, metadata: object, spec: object): string =>
  `---\n${JSON.stringify({ apiVersion: `${group}.miloapis.com/v1alpha1`, kind, metadata, spec })}\n`;
const rm = (kind: string, name: string, spec: object) => doc('resourcemanager', kind, { name }, spec);
const folder = (name: string) =>
  doc('catalog', 'Folder', { name }, { organizationRef: { name: 'acme' }, displayName: name });
const placement = (into: string) =>
  doc('catalog', 'ProjectPlacement', { name: 'web' }, { projectRef: { name: 'web' }, folderRef: { name: into } });
const binding = (name: string, who: string, kind: string, on: string, group = 'resourcemanager') =>
  doc(
    'iam',
    'PolicyBinding',
    { name, namespace: 'milo-system' },
    {
      roleRef: { name: 'mover', namespace: 'milo-system' },
      subjects: [{ kind: 'User', name: who }],
      resourceSelector: { resourceRef: { apiGroup: `${group}.miloapis.com`, kind, name: on } },
    },
  );

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const verbs = ['get', 'list', 'create', 'update', 'delete'];
  const includedPermissions = verbs.flatMap((verb) => [
    `resourcemanager.miloapis.com/projects.${verb}`,
    `catalog.miloapis.com/projectplacements.${verb}`,
    `catalog.miloapis.com/folders.${verb}`,
  ]);
  const made = await app.apply(
    [
      rm('Organization', 'acme', {}),
      rm('Project', 'web', { ownerRef: { kind: 'Organization', name: 'acme' } }),
      folder('east'),
      folder('west'),
      doc('iam', 'User', { name: 'mia' }, { email: 'mia@acme.example' }),
      doc('iam', 'Role', { name: 'mover', namespace: 'milo-system' }, { launchStage: 'Beta', includedPermissions }),
      binding('mia-web', 'mia', 'Project', 'web'),
      binding('mia-west', 'mia', 'Folder', 'west', 'catalog'),
      placement('east'),
    ].join(''),
  );
  expect(made.userErrors).toEqual([]);
});
afterAll(() => app.close());

const applyAs = async (who: string, content: string) => {
  const { data } = await app
    .as(who)
    .execute('mutation ($input: ApplyInput!) { apply(input: $input) { applied userErrors { code message } } }', {
      input: { manifests: [{ content }] },
    });
  return data.apply;
};

test('a project moves only where both ends of the move allow it', async () => {
  expect(await applyAs('mia', placement('west'))).toEqual({
    applied: false,
    userErrors: [
      {
        code: 'FORBIDDEN',
        message: 'resourcemanager.miloapis.com/projects.delete is missing on something that you may not see',
      },
    ],
  });
  expect((await app.apply(binding('mia-east', 'mia', 'Folder', 'east', 'catalog'))).userErrors).toEqual([]);
  expect(await applyAs('mia', placement('west'))).toEqual({ applied: true, userErrors: [] });
});
