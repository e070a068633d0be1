import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { sql } from '../../src/platform/db/sql.ts';
import type { TestApp } from '../kit/app.ts';
import { overEvents } from '../kit/streams.ts';
import { undeclaredNames } from '../kit/undeclared-names.ts';
import { applyAll, binding, doc, groupNamed, groupOf, permissions, role, SYSTEM, startWorld, userOf } from './world.ts';

const ACME = { namespace: 'organization-acme' };
const GLOBEX = { namespace: 'organization-globex' };

let app: TestApp;
beforeAll(async () => {
  app = await startWorld();
  await applyAll(
    app,
    [
      role(
        'boss',
        `iam/policybindings.get iam/policybindings.create iam/policybindings.update iam/policybindings.delete
         iam/roles.get iam/roles.create iam/roles.update iam/groups.get iam/groups.create
         iam/groupmemberships.get iam/groupmemberships.create iam/groupmemberships.delete catalog/groupnestings.create
         rm/organizationmemberships.get rm/organizationmemberships.create rm/organizationmemberships.update
         rm/organizationmemberships.delete rm/projectsuspensions.get rm/projectsuspensions.create rm/projectsuspensions.delete
         rm/projects.update catalog/folders.get catalog/folders.create catalog/projectplacements.get
         svc/services.create svc/services.update svc/services.delete catalog/projectplacements.update`,
      ),
      role('reader', 'iam/users.get iam/roles.get iam/groups.get'),
      role('user-of-roles', 'iam/roles.use'),
      role('owner', 'rm/organizations.get'),
      binding('boss', 'Organization/acme', 'boss', userOf('olga')),
      binding('reader', 'Platform/root', 'reader', [userOf('olga'), userOf('dave')]),
      binding('looks', 'Site/fra1', 'inventory-viewer', userOf('olga')),
      doc('Group', 'aliens', {}, GLOBEX),
      role('aliens', 'rm/projects.get', GLOBEX),
      doc('User', 'gone', { email: 'gone@example.com' }),
      doc('UserDeactivation', 'gone', { userRef: { name: 'gone' }, reason: 'left', deactivatedBy: 'x' }),
    ].join(''),
  );
});
afterAll(() => app.close());

/** What is wrong with manifests when somebody applies them; nothing is written unless `keep`. */
async function tried(who: string, content: string, keep = false): Promise<string[]> {
  const { data, errors } = await app
    .as(who)
    .execute('mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { code message } } }', {
      input: { manifests: [{ source: 'a.yaml', content }], validateOnly: !keep },
    });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.apply.userErrors.map(({ code, message }: { code: string; message: string }) => `${code}: ${message}`);
}

const removed = async (who: string, kind: string, name: string, place: object = {}): Promise<string[]> => {
  const { data, errors } = await app
    .as(who)
    .execute('mutation ($input: DeleteInput!) { delete(input: $input) { userErrors { code message } } }', {
      input: { objects: [{ kind, name, ...place }], validateOnly: true },
    });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.delete.userErrors.map(({ code, message }: { code: string; message: string }) => `${code}: ${message}`);
};

const give = (on: string, roleName: string, to = userOf('dave'), place = ACME, roleNamespace = 'milo-system'): string =>
  binding('new', on, roleName, to, place, roleNamespace);

test('nobody gives away more than they hold, nor where they may not give anything', async () => {
  expect(await tried('olga', give('Organization/acme', 'project-viewer'))).toEqual([]);
  expect(await tried('olga', give('Folder/emea-lab', 'project-viewer'))).toEqual([]);
  expect(await tried('olga', give('Organization/acme', 'inventory-viewer'))).toEqual([
    'ESCALATION: role inventory-viewer holds more than you hold there: inventory.miloapis.com/ports.get, inventory.miloapis.com/ports.list, inventory.miloapis.com/ports.watch and 3 more',
  ]);
  expect(await tried('olga', give('Rack/fra1-r1', 'inventory-viewer'))).toEqual([
    'FORBIDDEN: iam.miloapis.com/policybindings.create is missing there',
  ]);
  expect(await tried('olga', give('Rack/dfw1-r1', 'inventory-viewer'))).toEqual([
    'REFERENCE_NOT_FOUND: there is no Rack dfw1-r1',
  ]);
  expect(await tried('olga', give('Organization/globex', 'project-viewer'))).toEqual([
    'REFERENCE_NOT_FOUND: there is no Organization globex',
  ]);
  for (const wide of ['Project/*', 'Platform/root']) {
    expect(await tried('olga', give(wide, 'project-viewer'))).toEqual([
      'FORBIDDEN: iam.miloapis.com/policybindings.create is missing on the platform',
    ]);
  }
  expect(await tried('dave', give('Project/p1', 'project-viewer'))).toEqual([
    'FORBIDDEN: iam.miloapis.com/policybindings.create is missing',
  ]);
  // A membership gives roles as a binding does.
  const membership = (roleName: string): string =>
    doc(
      'OrganizationMembership',
      'dave',
      { organizationRef: { name: 'acme' }, userRef: { name: 'dave' }, roles: [{ name: roleName, ...SYSTEM }] },
      ACME,
    );
  expect(await tried('olga', membership('project-viewer'))).toEqual([]);
  expect((await tried('olga', membership('inventory-admin')))[0]).toMatch(/^ESCALATION: role inventory-admin/);
  // A subject more is a grant more.
  await applyAll(app, binding('stays', 'Organization/acme', 'inventory-viewer', userOf('tech'), ACME));
  const more = binding('stays', 'Organization/acme', 'inventory-viewer', [userOf('tech'), userOf('olga')], ACME);
  expect((await tried('olga', more))[0]).toMatch(/^ESCALATION: /);
  // Whoever may use roles gives also those that are beyond them.
  await applyAll(app, binding('uses', 'Organization/acme', 'user-of-roles', userOf('olga'), ACME));
  expect(await tried('olga', give('Organization/acme', 'inventory-viewer'))).toEqual([]);
  const gone = await app.execute(
    'mutation { delete(input: {objects: [{kind: "PolicyBinding", name: "uses", namespace: "organization-acme"}]}) { userErrors { message } } }',
  );
  expect(gone.data.delete.userErrors).toEqual([]);
  expect((await tried('olga', give('Organization/acme', 'inventory-viewer')))[0]).toMatch(/^ESCALATION: /);
});

test('an edit of a role gives nothing beyond the editor where the role is bound, by permission or by inheritance', async () => {
  await applyAll(app, role('own', 'rm/projects.get', ACME) + role('heir', '', ACME, [{ name: 'own', ...ACME }]));
  const bound = binding('own', 'Project/p2', 'heir', userOf('dave'), ACME, ACME.namespace);
  expect(await tried('olga', role('own', 'rm/projects.get inv/racks.get', ACME))).toEqual([]);
  await applyAll(app, bound);
  expect(await tried('olga', role('own', 'rm/projects.get rm/organizations.get', ACME))).toEqual([]);
  expect(await tried('olga', role('own', 'rm/projects.get inv/racks.get', ACME))).toEqual([
    'ESCALATION: the role is bound where you do not hold inventory.miloapis.com/racks.get, inventory.miloapis.com/racks.list, inventory.miloapis.com/racks.watch yourself',
  ]);
  const inherits = role('heir', '', ACME, [
    { name: 'own', ...ACME },
    { name: 'inventory-admin', ...SYSTEM },
  ]);
  expect((await tried('olga', inherits))[0]).toMatch(/^ESCALATION: the role is bound where you do not hold/);
  // Both at once are no way around either.
  const both = role('fresh', 'inv/racks.get', ACME) + give('Project/p2', 'fresh', userOf('dave'), ACME, ACME.namespace);
  expect((await tried('olga', both))[0]).toMatch(/^ESCALATION: /);
  expect(await tried('olga', role('project-viewer', 'rm/projects.get inv/racks.get'))).toEqual([
    'FORBIDDEN: iam.miloapis.com/roles.update is missing',
  ]);
});

test('roles and groups are the platform’s or the organization’s own; everyone is only the platform’s to name', async () => {
  expect(
    await tried('test-admin', give('Organization/acme', 'aliens', userOf('dave'), ACME, GLOBEX.namespace)),
  ).toEqual(['ROLE_OF_OTHER_ORGANIZATION: role aliens belongs to another organization']);
  const aliens = groupNamed('aliens', GLOBEX.namespace);
  expect(await tried('test-admin', give('Project/p1', 'project-viewer', aliens))).toEqual([
    'GROUP_OF_OTHER_ORGANIZATION: Group aliens belongs to another organization',
  ]);
  expect(await tried('olga', give('Project/p1', 'project-viewer', groupNamed('noc')))).toEqual([]);
  for (const name of ['system:authenticated', 'system:authenticated-users']) {
    const everyone = give('Project/p1', 'project-viewer', groupNamed(name));
    expect(await tried('olga', everyone)).toEqual([`PLATFORM_ONLY: only the platform gives roles to ${name}`]);
    expect(await tried('test-admin', everyone)).toEqual([]);
  }
  expect(await tried('olga', give('Project/p1', 'project-viewer', userOf('gone')))).toEqual([
    'SUBJECT_INACTIVE: User gone is deactivated',
  ]);
  const membership = doc(
    'OrganizationMembership',
    'gone',
    { organizationRef: { name: 'acme' }, userRef: { name: 'gone' }, roles: [{ name: 'project-viewer', ...SYSTEM }] },
    ACME,
  );
  expect(await tried('olga', membership)).toEqual(['SUBJECT_INACTIVE: User gone is deactivated']);
});

test('a member more is a grant of all roles of the group, and of all groups around it', async () => {
  const joins = (name: string, group: object, place = ACME): string =>
    doc('GroupMembership', name, { userRef: { name: 'olga' }, groupRef: group }, place);
  expect(await tried('olga', joins('j1', { name: 'emea-devs', ...ACME }))).toEqual([]);
  expect(await tried('olga', joins('j1', { name: 'aliens', ...GLOBEX }))).toEqual([
    'FORBIDDEN: iam.miloapis.com/groupmemberships.create is missing where group aliens lives',
  ]);
  expect(await tried('olga', joins('j1', { name: 'noc-emea', ...SYSTEM }))).toEqual([
    'FORBIDDEN: iam.miloapis.com/groupmemberships.create is missing on the platform, where group noc-emea holds roles',
  ]);
  // A group of the organization inside one that holds a role on everything is edited by the platform alone.
  await applyAll(
    app,
    doc('Group', 'helpers', {}, ACME) +
      doc(
        'GroupNesting',
        'helpers-in-noc',
        { groupRef: { name: 'noc', ...SYSTEM }, memberRef: { kind: 'Group', name: 'helpers', ...ACME } },
        SYSTEM,
      ),
  );
  expect(await tried('olga', joins('j1', { name: 'helpers', ...ACME }))).toEqual([
    'FORBIDDEN: iam.miloapis.com/groupmemberships.create is missing on the platform, where group helpers holds roles',
  ]);
  const nests = doc(
    'GroupNesting',
    'n1',
    { groupRef: { name: 'noc', ...SYSTEM }, memberRef: { kind: 'Group', name: 'emea-devs', ...ACME } },
    ACME,
  );
  expect((await tried('olga', nests))[0]).toMatch(
    /^FORBIDDEN: iam.miloapis.com\/groupmemberships.create is missing on the platform/,
  );
});

test('an organization keeps an owner: by deletion, by update, by unbinding, whatever roles of its own are called', async () => {
  const membership = (roles: object[]): string =>
    doc(
      'OrganizationMembership',
      'first',
      { organizationRef: { name: 'globex' }, userRef: { name: 'stranger' }, roles },
      GLOBEX,
    );
  const owner = [{ name: 'owner', ...SYSTEM }];
  await applyAll(app, membership(owner));
  const last = ['LAST_OWNER: organization globex would be left without an owner'];
  expect(await removed('test-admin', 'OrganizationMembership', 'first')).toEqual(last);
  expect(await tried('test-admin', membership([]))).toEqual(last);
  // A role that the organization itself calls so owns nothing.
  await applyAll(
    app,
    role('owner', 'rm/organizations.get', GLOBEX) +
      binding('sham', 'Organization/globex', 'owner', userOf('dave'), GLOBEX, GLOBEX.namespace),
  );
  expect(await removed('test-admin', 'OrganizationMembership', 'first')).toEqual(last);
  await applyAll(app, binding('second', 'Organization/globex', 'owner', userOf('dave'), GLOBEX));
  expect(await removed('test-admin', 'OrganizationMembership', 'first')).toEqual([]);
  expect(await removed('test-admin', 'PolicyBinding', 'second')).toEqual([]);
  await applyAll(app, membership([]));
  expect(await removed('test-admin', 'PolicyBinding', 'second')).toEqual(last);
  const unbound = await app.execute(
    'mutation { unbindRole(input: {role: {name: "owner", namespace: "milo-system"}, subject: {user: {name: "dave"}}, resource: {organization: {name: "globex"}}}) { userErrors { code } } }',
  );
  expect(unbound.data.unbindRole.userErrors).toEqual([{ code: 'LAST_OWNER' }]);
  // Nor does the user who goes take the last ownership along, in whatever way they are deleted.
  await applyAll(app, membership(owner));
  await applyAll(
    app,
    binding('second', 'Organization/globex', 'project-viewer', userOf('dave'), GLOBEX).replace('"second"', '"third"'),
  );
  const shrink = await app.execute(
    'mutation { delete(input: {objects: [{kind: "PolicyBinding", name: "second", namespace: "organization-globex"}]}) { userErrors { code message } } }',
  );
  expect(shrink.data.delete.userErrors).toEqual([]);
  expect(await removed('test-admin', 'OrganizationMembership', 'first')).toEqual(last);
  const gone = async (): Promise<unknown[]> => {
    const { data } = await app.execute(
      `mutation { delete(input: {objects: [{kind: "User", name: "stranger"}], cascade: true, validateOnly: true}) { userErrors { code } }
         deleteUser(input: {name: "stranger", cascade: true, validateOnly: true}) { userErrors { code } } }`,
    );
    return [data.delete.userErrors, data.deleteUser.userErrors];
  };
  expect(await gone()).toEqual([[{ code: 'LAST_OWNER' }], [{ code: 'LAST_OWNER' }]]);
  await applyAll(app, binding('second', 'Organization/globex', 'owner', userOf('dave'), GLOBEX));
  expect(await gone()).toEqual([[], []]);
});

test('more than 50 roles on one scope, or 20 on the platform, are refused', async () => {
  const many = (count: number, on: string): string =>
    Array.from({ length: count }, (_, n) =>
      [role(`many-${n}`, 'rm/projects.get'), binding(`many-${n}`, on, `many-${n}`, userOf('tech'))].join(''),
    ).join('');
  expect(await tried('test-admin', many(50, 'Project/p9'))).toEqual([]);
  expect(await tried('test-admin', many(51, 'Project/p9'))).toContain(
    'TOO_MANY_ROLES: 51 different roles would be bound there',
  );
  expect((await tried('test-admin', many(20, 'Platform/root')))[0]).toMatch(/^TOO_MANY_ROLES: /);
});

test('bad input is refused precisely, and nothing is written', async () => {
  const before = await app.database.cells(sql`select position from change_head`);
  const missing = (name: string) => `REFERENCE_NOT_FOUND: there is no ${name}`;
  expect(await tried('test-admin', give('Project/p1', 'project-viewr'), true)).toEqual([
    missing("Role milo-system/project-viewr; did you mean 'milo-system/project-viewer'?"),
  ]);
  expect(await tried('test-admin', give('Project/p77', 'project-viewer'), true)).toEqual([missing('Project p77')]);
  expect(await tried('test-admin', give('Project/p1', 'project-viewer', userOf('nobody')), true)).toEqual([
    missing('User nobody'),
  ]);
  expect((await tried('test-admin', give('Prjoect/p1', 'project-viewer'), true))[0]).toMatch(
    /^UNKNOWN_KIND: no kind Prjoect of catalog.miloapis.com is registered; did you mean 'Project'\?$/,
  );
  const stale = give('Project/p1', 'project-viewer').replace(
    '"kind":"User","name":"dave"',
    '"kind":"User","name":"dave","uid":"00000000-0000-7000-8000-00000000dead"',
  );
  expect((await tried('test-admin', stale, true))[0]).toMatch(/^UID_MISMATCH: User dave has another uid/);
  expect(await tried('test-admin', role('wrong', 'inv/rakcs.get').replace(/,"inventory[^\]]*/, ''), true)).toEqual([
    "UNKNOWN_PERMISSION: no permission is called inventory.miloapis.com/rakcs.get; did you mean 'inventory.miloapis.com/racks.get'?",
  ]);
  const circle =
    role('x1', '', SYSTEM, [{ name: 'x2', ...SYSTEM }]) + role('x2', '', SYSTEM, [{ name: 'x1', ...SYSTEM }]);
  const circling = await tried('test-admin', circle, true);
  expect(circling.length).toBeGreaterThan(0);
  expect(circling.every((one) => one.startsWith('ROLE_CYCLE: roles inherit each other: x'))).toBe(true);
  const group = (name: string): string => doc('Group', name, {}, SYSTEM);
  const nest = (inner: string, outer: string): string =>
    doc(
      'GroupNesting',
      `${inner}-in-${outer}`,
      { groupRef: { name: outer, ...SYSTEM }, memberRef: { kind: 'Group', name: inner, ...SYSTEM } },
      SYSTEM,
    );
  const round = await tried(
    'test-admin',
    [group('y1'), group('y2'), nest('y1', 'y2'), nest('y2', 'y1')].join(''),
    true,
  );
  expect(round.every((one) => one.startsWith('GROUP_CYCLE: groups contain each other: y'))).toBe(true);
  expect(round.length).toBeGreaterThan(0);
  const names = ['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6'];
  const chain = (count: number): string =>
    names
      .slice(0, count + 1)
      .map(group)
      .join('') +
    names
      .slice(0, count)
      .map((name, index) => nest(name, `d${index + 1}`))
      .join('');
  expect(await tried('test-admin', chain(5))).toEqual([]);
  expect((await tried('test-admin', chain(6), true))[0]).toBe('GROUP_TOO_DEEP: groups would nest 6 deep');
  expect(await app.database.cells(sql`select position from change_head`)).toEqual(before);
  expect(permissions('inv/racks.get')).toHaveLength(3);
  expect(groupOf('Prjoect')).toBe('catalog.miloapis.com');
});

test('nothing is made or changed in a suspended project, by anyone; reads and deletions go on; only operators lift what is theirs', async () => {
  const suspend = (reason: string, reinstateAuthority: string): string =>
    doc('ProjectSuspension', `p1-${reason.toLowerCase()}`, { projectRef: { name: 'p1' }, reason, reinstateAuthority });
  const service = (displayName: string, project = 'p1'): string =>
    doc('Service', 'vault', {
      serviceName: 'vault.example.com',
      phase: 'Published',
      displayName,
      owner: { producerProjectRef: { name: project } },
    });
  expect(await tried('olga', service('Safe'))).toEqual([]);
  expect(await tried('olga', suspend('Fraud', 'Operator') + suspend('Billing', 'Consumer'), true)).toEqual([]);
  const suspended = ['PROJECT_SUSPENDED: the project is suspended: Billing, Fraud'];
  for (const who of ['olga', 'test-admin']) {
    expect(await tried(who, service('Safe'))).toEqual(suspended);
    expect(await tried(who, service('Safe', 'p2'))).toEqual(suspended);
  }
  expect(await tried('olga', service('Safe').replaceAll('vault', 'chest'))).toEqual(suspended);
  expect(await tried('test-admin', doc('ServiceAccount', 'new', { state: 'Active' }, { project: 'p1' }))).toEqual(
    suspended,
  );
  // Of one batch those and no others: not what is in another project, nor a suspension more.
  const account = (name: string, project: string): string =>
    doc('ServiceAccount', name, { state: 'Active' }, { project });
  const several = account('s1', 'p1') + account('s2', 'p2') + account('s3', 'p1') + suspend('Abuse', 'Consumer');
  expect(await tried('test-admin', several)).toEqual([...suspended, ...suspended]);
  expect(
    await tried(
      'test-admin',
      doc('MeterDefinition', 'dns-more', {
        meterName: 'dns.example.com/more',
        displayName: 'M',
        phase: 'Published',
        owner: { service: 'dns.example.com' },
        measurement: { aggregation: 'Sum', unit: '1' },
        billing: { consumedUnit: '1', pricingUnit: '1' },
      }),
    ),
  ).toEqual(suspended);
  const machine = doc('VirtualMachine', 'vm3', {
    hostRef: { name: 'node-77' },
    projectRef: { apiGroup: groupOf('Project'), kind: 'Project', name: 'p1' },
    allocation: { vcpus: 1, memoryBytes: 1 },
  });
  expect(await tried('test-admin', machine)).toEqual(suspended);
  // Whoever may not write there is told so, and nothing of the suspension.
  expect(await tried('dave', service('Safe'))).toEqual(['FORBIDDEN: services.miloapis.com/services.update is missing']);
  // What is beside the project, and the project itself, go on.
  expect(await tried('test-admin', machine.replace('"p1"', '"p2"'))).toEqual([]);
  expect(
    await tried(
      'olga',
      doc('Project', 'p1', { ownerRef: { kind: 'Organization', name: 'acme' } }, { labels: { a: 'b' } }),
    ),
  ).toEqual([]);
  const read = await app.as('olga').execute('{ project(name: "p1") { isSuspended } service(name: "vault") { name } }');
  expect(read.data).toEqual({ project: { isSuspended: true }, service: { name: 'vault' } });
  expect(await removed('test-admin', 'VirtualMachine', 'vm1')).toEqual([]);
  expect(await tried('olga', suspend('Abuse', 'Consumer'))).toEqual([]);

  expect(await removed('olga', 'ProjectSuspension', 'p1-fraud')).toEqual([
    'FORBIDDEN: resourcemanager.miloapis.com/projectsuspensions.delete is missing on the platform',
  ]);
  expect(await removed('olga', 'ProjectSuspension', 'p1-billing')).toEqual([]);
  const resumed = await app
    .as('olga')
    .execute('mutation { resumeProject(input: {project: {name: "p1"}}) { userErrors { code } } }');
  expect(resumed.data.resumeProject.userErrors).toEqual([{ code: 'FORBIDDEN' }]);
  const one = await app
    .as('olga')
    .execute('mutation { resumeProject(input: {project: {name: "p1"}, reason: BILLING}) { userErrors { code } } }');
  expect(one.data.resumeProject.userErrors).toEqual([]);
  expect(await tried('olga', service('Safe'))).toEqual(['PROJECT_SUSPENDED: the project is suspended: Fraud']);
  const lifted = await app.execute(
    'mutation { resumeProject(input: {project: {name: "p1"}}) { userErrors { code } project { isSuspended } } }',
  );
  expect(lifted.data.resumeProject).toEqual({ userErrors: [], project: { isSuspended: false } });
  expect(await tried('olga', service('Safe'))).toEqual([]);
});

test('what moves takes the right to be made where it comes to stand: a leaf bound alone, a cable, a project in a folder', async () => {
  const all =
    'inv/nodes.get inv/nodes.create inv/nodes.update inv/nodes.delete inv/cables.get inv/cables.create inv/cables.update';
  await applyAll(
    app,
    [
      role('hands', `${all} inv/racks.get inv/sites.get inv/ports.get`),
      role('looks', 'inv/racks.get inv/sites.get inv/ports.get'),
      doc('User', 'hand', { email: 'h@example.com' }),
      binding('hand', 'Node/node-11', 'hands', userOf('hand')),
      binding('hand-1', 'Rack/fra1-r1', 'hands', userOf('hand')),
      binding('hand-2', 'Platform/root', 'looks', userOf('hand')),
      doc('Port', 'port-12', { deviceRef: { kind: 'Node', name: 'node-11' }, type: 'Ethernet', name: 'p12' }),
      doc('Cable', 'c1', { endpoints: [{ name: 'port-11' }, { name: 'port-12' }], media: 'Copper' }),
    ].join(''),
  );
  const node = (rack: string): string =>
    doc('Node', 'node-11', {
      siteRef: { name: 'fra1' },
      hardware: { cpuCores: 8, cpuArchitecture: 'amd64', memoryBytes: 1024 },
      placement: { rackRef: { name: rack }, startUnit: 5, unitHeight: 1 },
    });
  expect(await tried('hand', node('fra1-r1'))).toEqual([]);
  expect(await tried('hand', node('fra1-r2'))).toEqual(['FORBIDDEN: inventory.miloapis.com/nodes.create is missing']);
  const cable = (z: string): string =>
    doc('Cable', 'c1', { endpoints: [{ name: 'port-11' }, { name: z }], media: 'Copper' });
  expect(await tried('hand', cable('port-21'))).toEqual(['FORBIDDEN: inventory.miloapis.com/cables.create is missing']);

  // A folder in which they hold more is no place to put a project into by the right on the project alone.
  const places = 'catalog/projectplacements.get catalog/projectplacements.create catalog/projectplacements.update';
  await applyAll(
    app,
    [
      role('placer', `${places} rm/projects.get catalog/folders.get`),
      role('folder-looks', 'catalog/folders.get'),
      doc('User', 'placer', { email: 'p@example.com' }),
      doc('Folder', 'target', { organizationRef: { name: 'acme' }, displayName: 'T' }),
      binding('placer', 'Project/p1', 'placer', userOf('placer')),
      binding('placer-2', 'Folder/target', 'folder-looks', userOf('placer')),
    ].join(''),
  );
  const place = doc('ProjectPlacement', 'p1', { projectRef: { name: 'p1' }, folderRef: { name: 'target' } });
  expect(await tried('placer', place)).toEqual([
    'FORBIDDEN: resourcemanager.miloapis.com/projects.create is missing on target',
    'FORBIDDEN: resourcemanager.miloapis.com/projects.delete is missing on something that you may not see',
  ]);
  await applyAll(
    app,
    [
      role('mover', `${places} rm/projects.create rm/projects.delete`),
      binding('placer-3', 'Folder/target', 'mover', userOf('placer')),
      binding('placer-4', 'Folder/emea-lab', 'mover', userOf('placer')),
    ].join(''),
  );
  expect(await tried('placer', place)).toEqual([]);
});

test('a refusal names nothing that its reader may not see', async () => {
  const node = (name: string, startUnit: number): string =>
    doc('Node', name, {
      siteRef: { name: 'fra1' },
      hardware: { cpuCores: 8, cpuArchitecture: 'amd64', memoryBytes: 1024 },
      placement: { rackRef: { name: 'fra1-r2' }, startUnit, unitHeight: 1 },
    });
  const cable = (name: string, z: string): string =>
    doc('Cable', name, { endpoints: [{ name: 'port-21' }, { name: z }], media: 'Copper' });
  const sight = 'inv/sites.get inv/racks.get inv/ports.get';
  await applyAll(
    app,
    [
      doc('User', 'blind', { email: 'b@example.com' }),
      role(
        'blind',
        `${sight} inv/nodes.create inv/cables.create inv/racks.update catalog/folders.create catalog/folders.update`,
      ),
      binding('blind', 'Site/fra1', 'blind', userOf('blind')),
      node('secret-node', 40),
      doc('Port', 'port-22', { deviceRef: { kind: 'Node', name: 'secret-node' }, type: 'Ethernet', name: 'a' }),
      doc('Port', 'port-23', { deviceRef: { kind: 'Node', name: 'secret-node' }, type: 'Ethernet', name: 'b' }),
      cable('secret-cable', 'port-22'),
    ].join(''),
  );
  const shrunk = doc('Rack', 'fra1-r2', { siteRef: { name: 'fra1' }, heightU: 20 });
  const hidden = 'something that you may not see';
  const refused = async (who: string): Promise<string[]> => [
    ...(await tried(who, node('new-node', 40))),
    ...(await tried(who, cable('new-cable', 'port-23'))),
    ...(await tried(who, shrunk)),
  ];
  expect(await refused('blind')).toEqual([
    `UNITS_TAKEN: U40–U40 of rack fra1-r2 (Front) overlaps U40–U40 of ${hidden}`,
    `PORT_TAKEN: port port-21 carries ${hidden} already`,
    `RACK_TOO_LOW: ${hidden} reaches up to U40, beyond 20 units`,
  ]);
  expect(await refused('test-admin')).toEqual([
    'UNITS_TAKEN: U40–U40 of rack fra1-r2 (Front) overlaps U40–U40 of Node/secret-node',
    'PORT_TAKEN: port port-21 carries Cable/secret-cable already',
    'RACK_TOO_LOW: Node/secret-node reaches up to U40, beyond 20 units',
  ]);
  // The audit log says no more.
  const { data } = await app
    .as('blind')
    .execute('mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { message accepted value } } }', {
      input: { manifests: [{ content: shrunk }] },
    });
  expect(JSON.stringify(data)).not.toContain('secret');
  const records = await app.as('blind').execute('{ auditRecords { nodes { reason decision } } }');
  expect(records.data.auditRecords.nodes.length).toBeGreaterThan(0);
  expect(JSON.stringify(records.data)).not.toContain('secret');
});

test('a role on every server is none on ports of racks', async () => {
  await applyAll(
    app,
    [
      role('ports', 'inv/ports.get inv/ports.create inv/ports.update'),
      role('port-looks', 'inv/ports.get inv/racks.get inv/nodes.get'),
      doc('User', 'plugger', { email: 'x@example.com' }),
      binding('ports', 'Node/*', 'ports', userOf('plugger')),
      binding('ports-2', 'Platform/root', 'port-looks', userOf('plugger')),
    ].join(''),
  );
  const port = (kind: string, name: string): string =>
    doc('Port', `new-${kind.toLowerCase()}`, { deviceRef: { kind, name }, type: 'Ethernet', name: 'new' });
  expect(await tried('plugger', port('Node', 'node-77'))).toEqual([]);
  expect(await tried('plugger', port('Rack', 'fra1-r1'))).toEqual([
    'FORBIDDEN: inventory.miloapis.com/ports.create is missing',
  ]);
});

test('a deactivated person is refused at the next request, also on an open connection', async () => {
  await applyAll(
    app,
    doc('User', 'leaver', { email: 'l@example.com' }) +
      binding('leaver', 'Project/p9', 'project-viewer', userOf('leaver')),
  );
  const token = await app.token('leaver');
  const headers = { authorization: `Bearer ${token}` };
  expect((await app.execute('{ projects { totalCount } }', {}, headers)).data).toEqual({ projects: { totalCount: 1 } });
  const events = overEvents(app.url, 'subscription { changes { type } }', {}, headers);
  const heard: string[] = [];
  const listening = (async () => {
    for await (const { data, errors } of events) {
      heard.push(String(data?.changes.type ?? errors?.[0]?.extensions.code));
      if (errors !== undefined) break;
    }
  })();
  await expect.poll(() => heard.length).toBeGreaterThan(0);
  await app.execute(
    'mutation { deactivateUser(input: {user: {name: "leaver"}, reason: "left"}) { userErrors { code } } }',
  );
  const { errors } = await app.execute('{ projects { totalCount } }', {}, headers);
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'PRINCIPAL_INACTIVE' });
  await listening;
  expect(heard.at(-1)).toBe('UNAUTHENTICATED');
  await app.execute('mutation { reactivateUser(input: {user: {name: "leaver"}}) { userErrors { code } } }');
  expect((await app.execute('{ projects { totalCount } }', {}, headers)).data).toEqual({ projects: { totalCount: 1 } });
});

/** A connection of the graphql-transport-ws protocol, message by message. */
async function connect(authorization: string) {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const heard: { type: string; id?: string; payload?: unknown }[] = [];
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString())));
  const closed = once(socket, 'close').then(([code, reason]) => [code as unknown, String(reason)]);
  await once(socket, 'open');
  const send = (message: object): void => socket.send(JSON.stringify(message));
  send({ type: 'connection_init', payload: { authorization } });
  return {
    heard,
    closed,
    subscribe: (id: string, query: string) => send({ type: 'subscribe', id, payload: { query } }),
    of: (id: string) => heard.filter((message) => message.id === id),
    isAcknowledged: () => heard.some(({ type }) => type === 'connection_ack'),
  };
}

test('a WebSocket of a deactivated person says so to its subscriptions, and is closed with 4403 as is a new one', async () => {
  await applyAll(
    app,
    doc('User', 'goer', { email: 'g@example.com' }) + binding('goer', 'Project/p9', 'project-viewer', userOf('goer')),
  );
  const authorization = `Bearer ${await app.token('goer')}`;
  const [listening, asking] = [await connect(authorization), await connect(authorization)];
  await expect.poll(() => listening.isAcknowledged() && asking.isAcknowledged()).toBe(true);
  listening.subscribe('s', 'subscription { changes(initial: false) { type } }');
  await expect.poll(() => listening.of('s').map(({ type }) => type)).toEqual(['next']);
  asking.subscribe('q1', '{ projects { totalCount } }');
  await expect.poll(() => asking.of('q1').map(({ type }) => type)).toEqual(['next', 'complete']);
  await app.execute(
    'mutation { deactivateUser(input: {user: {name: "goer"}, reason: "left"}) { userErrors { code } } }',
  );
  const gone = { extensions: { code: 'UNAUTHENTICATED', reason: 'PRINCIPAL_INACTIVE' } };
  expect(await listening.closed).toEqual([4403, 'Forbidden']);
  expect(listening.of('s').slice(1)).toMatchObject([{ type: 'error', payload: [gone] }]);
  // One that only asks now and then hears of it when it does.
  asking.subscribe('q2', '{ projects { totalCount } }');
  expect(await asking.closed).toEqual([4403, 'Forbidden']);
  const [answer] = asking.of('q2');
  const { errors } = (answer?.type === 'next' ? answer.payload : { errors: answer?.payload }) as { errors: unknown };
  expect(errors).toMatchObject([gone]);
  const again = await connect(authorization);
  expect(await again.closed).toEqual([4403, 'Forbidden']);
  expect(again.heard).toEqual([]);
});

test('a token that expires ends its WebSocket at the next operation with 4403; without a token a socket stays', async () => {
  const exp = Math.floor(Date.now() / 1_000) - 55; // Of the minute's leeway some seconds are left.
  const expiring = await connect(`Bearer ${await app.token('test-admin', { iat: exp - 60, exp })}`);
  await expect.poll(expiring.isAcknowledged).toBe(true);
  let last = 0;
  const ask = setInterval(() => expiring.subscribe(`q${++last}`, '{ __typename }'), 200);
  expect(await expiring.closed).toEqual([4403, 'Forbidden']);
  clearInterval(ask);
  expect(expiring.of('q1').map(({ type }) => type)).toEqual(['next', 'complete']);
  expect(expiring.heard.at(-1)).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_EXPIRED' } }],
  });
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const heard: { type: string; id?: string; payload?: unknown }[] = [];
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString())));
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await expect.poll(() => heard.length).toBe(1);
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: '{ projects { totalCount } }' } }));
  await expect.poll(() => heard.length).toBe(3);
  expect(heard[1]).toMatchObject({ payload: { errors: [{ extensions: { reason: 'TOKEN_REQUIRED' } }] } });
  socket.send(JSON.stringify({ type: 'subscribe', id: '2', payload: { query: '{ __typename }' } }));
  await expect.poll(() => heard.length).toBe(5);
  expect(heard[3]).toMatchObject({ payload: { data: { __typename: 'Query' } } });
  socket.terminate();
});

test('all that refusals name is said to be a name, to be left out for those who may not know it', async () => {
  expect(await undeclaredNames(app)).toEqual([]);
});
