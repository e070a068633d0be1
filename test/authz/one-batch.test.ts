import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { applyAll, binding, doc, groupNamed, link, role, type Subject, SYSTEM, startWorld, userOf } from './world.ts';

const ACME = { namespace: 'organization-acme' };
const account = (name: string): Subject => ({ kind: 'ServiceAccount', name });
const serviceAccount = (name: string): string => doc('ServiceAccount', name, { state: 'Active' }, { project: 'p1' });
const group = (name: string): string => doc('Group', name, {}, ACME);
const within = (outer: string, member: Subject): string =>
  doc('GroupNesting', `${member.name}-in-${outer}`, { groupRef: { name: outer, ...ACME }, memberRef: member }, ACME);
const folder = (name: string, parent?: string): string =>
  doc('Folder', name, {
    organizationRef: { name: 'acme' },
    displayName: name,
    ...(parent !== undefined && { parentRef: { name: parent } }),
  });
const ofAcme = (name: string): Subject => groupNamed(name, ACME.namespace);
/** What the batch gives to somebody, on the project p1. */
const gives = (roleName: string, to: Subject): string => binding('given', 'Project/p1', roleName, to, ACME);
const isMember = (name: string, roleName: string): string =>
  doc(
    'OrganizationMembership',
    name,
    { organizationRef: { name: 'acme' }, userRef: { name }, roles: [{ name: roleName, ...SYSTEM }] },
    ACME,
  );

let app: TestApp;
/**
 * Olga may do in acme what making accounts, groups, roles, bindings and links takes, and herself view projects; Rolf
 * the same, and edit every role of the platform; Nora has Olga's rights in the folder emea alone, and moves folders
 * anywhere in acme; Clara makes users and links everywhere, and gives nothing.
 *
 *   acme ─┬─ emea ── emea-lab ── p1        apart: bound to `outer`; emea-lab: bound to `inner`
 *         └─ apart
 */
beforeAll(async () => {
  app = await startWorld();
  const held = (permissions: string): string => role('held', permissions, ACME);
  await applyAll(
    app,
    [
      role(
        'maker',
        `catalog/identitylinks.get catalog/identitylinks.create iam/serviceaccounts.get iam/serviceaccounts.create
         iam/groups.get iam/groups.create iam/groupmemberships.create catalog/groupnestings.create
         iam/roles.get iam/roles.create iam/roles.update iam/policybindings.create catalog/folders.get
         rm/organizationmemberships.create rm/projects.get svc/services.get`,
      ),
      role('mover', 'catalog/folders.get catalog/folders.create catalog/folders.update catalog/folders.delete'),
      role('looks', 'iam/users.get iam/roles.get rm/organizations.get'),
      role('role-editor', 'iam/roles.update'),
      role('user-maker', 'iam/users.create catalog/identitylinks.create rm/organizationmemberships.create'),
      doc('User', 'rolf', { email: 'r@example.com' }) + doc('User', 'clara', { email: 'c@example.com' }),
      binding('makers', 'Organization/acme', 'maker', [userOf('olga'), userOf('rolf')]),
      binding('maker-emea', 'Folder/emea', 'maker', userOf('nora')),
      binding('mover', 'Organization/acme', 'mover', userOf('nora')),
      binding('looks', 'Platform/root', 'looks', ['olga', 'rolf', 'nora', 'clara'].map(userOf)),
      binding('role-editor', 'Platform/root', 'role-editor', userOf('rolf')),
      binding('user-maker', 'Platform/root', 'user-maker', userOf('clara')),
      ...['blank', 'holder', 'heir', 'outer', 'inner'].map(serviceAccount),
      group('mighty') + binding('mighty', 'Project/p1', 'project-admin', ofAcme('mighty'), ACME),
      held('rm/projects.get') + role('inherits', '', ACME, [{ name: 'held', ...ACME }]),
      binding('holder', 'Project/p1', 'held', account('holder'), ACME, ACME.namespace),
      binding('heir', 'Project/p1', 'inherits', account('heir'), ACME, ACME.namespace),
      folder('apart'),
      binding('outer', 'Folder/apart', 'project-viewer', account('outer'), ACME),
      binding('inner', 'Folder/emea-lab', 'project-viewer', account('inner'), ACME),
    ].join(''),
  );
});
afterAll(() => app.close());

/** What is wrong with a batch, in whatever order its documents come; nothing is stored. */
async function refusals(as: string, documents: readonly string[]): Promise<string[]> {
  const orders = [documents, documents.toReversed(), [...documents.slice(1), ...documents.slice(0, 1)]];
  const found = new Set<string>();
  for (const order of orders) {
    const { data, errors } = await app
      .as(as)
      .execute('mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { code field } } }', {
        input: { manifests: [{ content: order.join('') }], validateOnly: true },
      });
    expect(errors).toBeUndefined();
    const codes = (data.apply.userErrors as { code: string; field: string }[]).map(
      ({ code, field }) => `${code} ${field}`,
    );
    found.add(codes.sort().join(', '));
  }
  expect([...found]).toHaveLength(1);
  return [...found].filter((one) => one !== '');
}

const x = (to: Subject): string => link('x', to);
const TOO_STRONG = 'ESCALATION spec.principalRef';
const GIVES_MORE = 'ESCALATION spec.roleRef.name';
const ADDS_MORE = 'ESCALATION spec.includedPermissions';

test.each<[what: string, as: string, documents: string[], refused: string[]]>([
  ['a role within their own', 'olga', [x(account('blank')), gives('project-viewer', account('blank'))], []],
  ['a role beyond it', 'olga', [x(account('blank')), gives('project-admin', account('blank'))], [GIVES_MORE]],
  [
    'a role, to an account that is new',
    'olga',
    [x(account('new')), serviceAccount('new'), gives('project-admin', account('new'))],
    [GIVES_MORE],
  ],
  [
    'a role, to a new group around it',
    'olga',
    [x(account('blank')), group('way'), within('way', account('blank')), gives('project-admin', ofAcme('way'))],
    [GIVES_MORE],
  ],
  ['the roles of a group, by nesting', 'olga', [x(account('blank')), within('mighty', account('blank'))], [TOO_STRONG]],
  [
    'the roles of a group around a new one',
    'olga',
    [
      x(account('new')),
      serviceAccount('new'),
      group('way'),
      within('way', account('new')),
      within('mighty', ofAcme('way')),
    ],
    [TOO_STRONG],
  ],
  [
    'a new role',
    'olga',
    [
      x(account('blank')),
      role('new', 'svc/services.update', ACME),
      binding('given', 'Project/p1', 'new', account('blank'), ACME, ACME.namespace),
    ],
    [GIVES_MORE],
  ],
  [
    'permissions of a role it has',
    'olga',
    [x(account('holder')), role('held', 'rm/projects.get svc/services.update', ACME)],
    [`${ADDS_MORE}, ${TOO_STRONG}`],
  ],
  [
    'permissions of a role that its role inherits',
    'olga',
    [x(account('heir')), role('held', 'rm/projects.get svc/services.update', ACME)],
    [`${ADDS_MORE}, ${TOO_STRONG}`],
  ],
  [
    'a role that its role is to inherit',
    'olga',
    [x(account('holder')), role('held', 'rm/projects.get', ACME, [{ name: 'project-admin', ...SYSTEM }])],
    [`${ADDS_MORE}, ${TOO_STRONG}`],
  ],
  [
    'permissions of a role, as one who may edit all roles',
    'rolf',
    [x(account('holder')), role('held', 'rm/projects.get svc/services.update', ACME)],
    [TOO_STRONG],
  ],
  [
    'permissions of a role that comes to hold what they hold',
    'olga',
    [x(account('holder')), role('held', 'rm/projects.get svc/services.get', ACME)],
    [],
  ],
  [
    'a membership, to a user who is new',
    'clara',
    [link('x', userOf('fresh')), doc('User', 'fresh', { email: 'f@example.com' }), isMember('fresh', 'project-viewer')],
    ['ESCALATION spec.principalRef, ESCALATION spec.roles[0]'],
  ],
  [
    'nothing, to a user who is new',
    'clara',
    [link('x', userOf('fresh')), doc('User', 'fresh', { email: 'f@e.com' })],
    [],
  ],
  ['nothing, where it has what they may give', 'nora', [x(account('inner'))], []],
  ['a folder that leaves what is theirs', 'nora', [x(account('inner')), folder('emea-lab')], [TOO_STRONG]],
  ['nothing, where it has what they may not give', 'nora', [x(account('outer'))], [TOO_STRONG]],
  // A folder that comes into theirs is theirs, as it would be if it came there first.
  ['a folder that comes into what is theirs', 'nora', [x(account('outer')), folder('apart', 'emea')], []],
])('a link to an account, and in the same batch %s', async (_, as, documents, refused) => {
  expect(await refusals(as, documents)).toEqual(refused);
});

test('a permission that goes from a role into one that it inherits is none more', async () => {
  const held = role('beyond', 'svc/services.update', ACME);
  const inherited = role('beyond-inherited', 'svc/services.update', ACME);
  await applyAll(
    app,
    held + inherited + binding('beyond', 'Project/p1', 'beyond', account('blank'), ACME, ACME.namespace),
  );
  const passed = role('beyond', '', ACME, [{ name: 'beyond-inherited', ...ACME }]);
  expect(await refusals('olga', [passed])).toEqual([]);
  expect(
    await refusals('olga', [passed, role('beyond-inherited', 'svc/services.update svc/services.delete', ACME)]),
  ).toEqual([`${ADDS_MORE}, ${ADDS_MORE}`]);
});

test('what a batch gives to its author does not count for what else they do in it', async () => {
  // Olga adds to the role by which she holds everything here; Rolf, who may, comes no further with it.
  const maker = async (more: string): Promise<string> => {
    const { data } = await app.execute('{ role(name: "maker", namespace: "milo-system") { includedPermissions } }');
    const permissions = [...data.role.includedPermissions, more];
    return doc('Role', 'maker', { launchStage: 'Stable', includedPermissions: permissions }, SYSTEM);
  };
  const more = await maker('iam.miloapis.com/roles.use');
  expect(await refusals('rolf', [more])).toEqual([]);
  expect(await refusals('rolf', [more, gives('project-admin', userOf('rolf'))])).toEqual([GIVES_MORE]);
  expect(await refusals('rolf', [more, x(account('blank')), within('mighty', account('blank'))])).toEqual([TOO_STRONG]);
});
