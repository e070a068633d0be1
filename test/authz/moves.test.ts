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

test('a server moves to another rack only for those who may delete it where it stood', async () => {
  const named = (name: string) => ({ name });
  const inv = (kind: string, name: string, spec: object) => doc('inventory', kind, { name }, spec);
  const roleOf = (name: string, verbs: string) =>
    doc(
      'iam',
      'Role',
      { name, namespace: 'milo-system' },
      {
        launchStage: 'Beta',
        includedPermissions: verbs.split(' ').map((verb) => `inventory.miloapis.com/nodes.${verb}`),
      },
    );
  const looks = ['sites', 'racks'].flatMap((plural) =>
    ['get', 'list'].map((verb) => `inventory.miloapis.com/${plural}.${verb}`),
  );
  const bind = (name: string, roleName: string, kind: string, on: string) =>
    binding(name, 'nick', kind, on, 'inventory').replace('"mover"', `"${roleName}"`);
  const node = (rack: string) =>
    inv('Node', 'n1', {
      siteRef: named('s1'),
      hardware: { cpuCores: 8, cpuArchitecture: 'amd64', memoryBytes: 1024 },
      placement: { rackRef: named(rack), startUnit: 1, unitHeight: 1 },
    });
  const made = await app.apply(
    [
      inv('Region', 'eu', { displayName: 'E' }),
      inv('Site', 's1', { displayName: 'S', regionRef: named('eu'), type: 'Edge' }),
      ...['old', 'new'].map((name) => inv('Rack', name, { siteRef: named('s1'), heightU: 42 })),
      node('old'),
      doc('iam', 'User', { name: 'nick' }, { email: 'nick@acme.example' }),
      doc(
        'iam',
        'Role',
        { name: 'looks', namespace: 'milo-system' },
        { launchStage: 'Beta', includedPermissions: looks },
      ),
      roleOf('changes', 'get list update'),
      roleOf('takes-away', 'delete'),
      roleOf('puts', 'get list create'),
      bind('nick-looks', 'looks', 'Site', 's1'),
      bind('nick-old', 'changes', 'Rack', 'old'),
      bind('nick-new', 'puts', 'Rack', 'new'),
    ].join(''),
  );
  expect(made.userErrors).toEqual([]);
  expect(await applyAs('nick', node('new'))).toEqual({
    applied: false,
    userErrors: [{ code: 'FORBIDDEN', message: 'inventory.miloapis.com/nodes.delete is missing' }],
  });
  expect((await app.apply(bind('nick-old-2', 'takes-away', 'Rack', 'old'))).userErrors).toEqual([]);
  expect(await applyAs('nick', node('new'))).toEqual({ applied: true, userErrors: [] });
});
