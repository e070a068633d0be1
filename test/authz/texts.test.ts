import { afterAll, beforeAll, expect, test } from 'vitest';
import { historyPruning } from '../../src/catalog/history/prunings.ts';
import { prune } from '../../src/platform/db/pruner.ts';
import { sql } from '../../src/platform/db/sql.ts';
import type { TestApp } from '../kit/app.ts';
import { applyAll, binding, doc, link, role, startWorld, userOf } from './world.ts';

/*
 * What is written as text passes the rights of the graph. In the world of world.ts:
 *
 *   dns     (dora)  ─► p1, of which dora knows nothing; ─► vault, of which neither
 *   node-11 (nils)  ─► fra1-r1, fra1: nils sees nothing but the node
 *   devs    (greta) in the namespace of acme, which greta may not get
 */

const ACME = { namespace: 'organization-acme' };
const LEFT_OUT = 'catalog.miloapis.com/left-out';

let app: TestApp;
beforeAll(async () => {
  app = await startWorld();
  await applyAll(
    app,
    [
      ...['dora', 'nils', 'greta', 'lars', 'lucy'].map((name) => doc('User', name, { email: `${name}@example.com` })),
      role('one-service', 'svc/services.get svc/services.update svc/services.delete'),
      role('one-node', 'inv/nodes.get inv/nodes.update inv/nodes.delete'),
      role('groups-of-one', 'iam/groups.get iam/policybindings.get iam/groupmemberships.get iam/groups.update'),
      role('log-of-one', 'catalog/auditrecords.list'),
      binding('dora', 'Service/dns', 'one-service', userOf('dora')),
      binding('nils', 'Node/node-11', 'one-node', userOf('nils')),
      binding('greta', 'Organization/acme', 'groups-of-one', userOf('greta')),
      role('read-services', 'svc/services.get'),
      binding('lars', 'Service/dns', 'log-of-one', userOf('lars')),
      binding('lucy', 'Service/dns', 'log-of-one', userOf('lucy')),
      binding('lucy-reads', 'Project/p1', 'read-services', userOf('lucy')),
      binding('acme-site', 'Site/fra1', 'inventory-viewer', userOf('olga'), ACME),
      doc('Service', 'dns', {
        serviceName: 'dns.example.com',
        phase: 'Published',
        displayName: 'dns',
        owner: { producerProjectRef: { name: 'p1' } },
        dependencies: [{ serviceRef: { name: 'vault.example.com' } }],
      }),
    ].join(''),
  );
});
afterAll(() => app.close());

const EXPLAIN = { 'x-catalog-explain': 'true' };
type Spec = Readonly<Record<string, unknown>>;

async function ask(who: string, document: string, variables: object = {}) {
  const { data, errors, extensions } = await app
    .as(who)
    .execute(document, variables as Readonly<Record<string, unknown>>, EXPLAIN);
  expect(errors, document).toBeUndefined();
  return { data, explain: extensions?.explain };
}

const manifestOf = async (who: string, field: string, name: string): Promise<Spec> => {
  const { data } = await ask(who, `{ one: ${field}(name: "${name}") { manifest(format: JSON, bare: true) } }`);
  return JSON.parse(data.one.manifest) as Spec;
};

test('a manifest leaves out what its reader may not see, says where, and is not applied unchanged', async () => {
  const whole = await manifestOf('test-admin', 'service', 'dns');
  expect(whole).toMatchObject({
    metadata: { name: 'dns' },
    spec: {
      owner: { producerProjectRef: { name: 'p1' } },
      dependencies: [{ serviceRef: { name: 'vault' } }],
    },
  });
  expect((whole.metadata as Spec).annotations).toBeUndefined();
  const partial = await manifestOf('dora', 'service', 'dns');
  expect(partial).toEqual({
    ...whole,
    metadata: {
      ...(whole.metadata as Spec),
      annotations: { [LEFT_OUT]: 'spec.dependencies[0],spec.owner.producerProjectRef' },
    },
    spec: {
      serviceName: 'dns.example.com',
      phase: 'Published',
      displayName: 'dns',
      enablementPolicy: { mode: 'SelfService' },
    },
  });

  const REFUSED = [
    {
      code: 'INCOMPLETE_MANIFEST',
      field: `metadata.annotations.${LEFT_OUT}`,
      message:
        'the manifest is incomplete: whoever exported it may not see the objects at spec.dependencies[0], spec.owner.producerProjectRef, so they were left out',
      accepted:
        'the whole manifest: say what stands at these paths, and remove the annotation; or change single fields with an update',
    },
  ];
  const userErrors = 'userErrors { code field message accepted }';
  for (const validateOnly of [true, false]) {
    const input = { manifests: [{ content: JSON.stringify(partial) }], validateOnly };
    const { data } = await ask(
      'test-admin',
      `mutation ($input: ApplyInput!) { apply(input: $input) { ${userErrors} } }`,
      {
        input,
      },
    );
    const own = data.apply.userErrors.filter(({ code }: { code: string }) => code === 'INCOMPLETE_MANIFEST');
    expect(own).toEqual(REFUSED);
  }
  const { data } = await ask(
    'test-admin',
    `mutation ($input: UpdateServiceInput!) { updateService(input: $input) { ${userErrors} } }`,
    { input: { name: 'dns', changes: { annotations: [{ key: LEFT_OUT, value: 'spec.owner' }] } } },
  );
  expect(data.updateService.userErrors).toMatchObject([{ code: 'INCOMPLETE_MANIFEST' }]);
});

test('with everything in sight a text takes the statements it takes anyway, and so does one with something left out', async () => {
  const document = `{ services { nodes { manifest } } nodes: computeNodes { nodes { manifest history { nodes { after { spec } } } } } }`;
  const people = ['test-admin', 'dora', 'nils'];
  // The first statement of a caller after a change renews what is known of their rights.
  for (const who of people) await ask(who, '{ services { totalCount } }');
  const counts = [];
  for (const who of people) {
    const { explain } = await ask(who, document);
    counts.push([explain?.statements, explain?.openfgaCalls]);
    const text = explain?.sql.join('\n') ?? '';
    // Nothing is asked for whoever may see everything.
    expect(text.includes('row_number() over (order by linked.position)'), who).toBe(who !== 'test-admin');
  }
  expect(new Set(counts.map(([statements]) => statements)).size).toBe(1);
  expect(counts.map(([, calls]) => calls)).toEqual([0, 0, 0]);
});

const states = (kind: string, name: string): string => `{
  history(kind: "${kind}", name: "${name}") { nodes { type changes { path before after } before { spec leftOut } after { spec leftOut manifest } } }
  changes(where: { kinds: ["${kind}"], names: ["${name}"] }) { events { object { spec status leftOut manifest } changedFields } }
  catalogAsOf(at: { time: "${new Date().toISOString()}" }) {
    object(kind: "${kind}", name: "${name}") { spec leftOut manifest }
    objects(kind: "${kind}") { nodes { spec leftOut manifest } } }
  catalogDifference(from: { position: 0 }, kinds: ["${kind}"]) { nodes { after { spec leftOut } changes { path } } } }`;

test('history, feed, as-of and differences leave out the same', async () => {
  const admin = JSON.stringify((await ask('test-admin', states('service', 'dns'))).data);
  expect(admin).toContain('"p1"');
  expect(admin).toContain('"vault"');
  expect(admin).not.toContain('spec.owner.producerProjectRef');
  const { data } = await ask('dora', states('service', 'dns'));
  const text = JSON.stringify(data);
  expect(text).not.toMatch(/p1|vault/);
  const spec = { serviceName: 'dns.example.com', phase: 'Published', displayName: 'dns' };
  const leftOut = ['spec.dependencies[0]', 'spec.owner.producerProjectRef'];
  expect(data.catalogAsOf.object).toMatchObject({ spec, leftOut });
  expect(data.catalogAsOf.objects.nodes).toMatchObject([{ spec, leftOut }]);
  expect(data.changes.events[0].object).toMatchObject({ spec, leftOut });
  expect(data.history.nodes[0]).toMatchObject({
    type: 'MODIFIED',
    // The dependency came with this change: of it there is nothing to tell.
    changes: [],
    before: { spec, leftOut: ['spec.owner.producerProjectRef'] },
    after: { spec, leftOut },
  });
  expect(data.catalogDifference.nodes).toMatchObject([{ after: { spec, leftOut } }]);
  expect(JSON.stringify((await ask('nils', states('node', 'node-11'))).data)).not.toMatch(/fra1/);
});

test('of what went out of sight between two moments their difference tells when it did, and nothing of what became of it', async () => {
  const roamer = (rack: string, labels: Readonly<Record<string, string>> = {}): string =>
    doc(
      'Node',
      'roamer',
      {
        siteRef: { name: 'fra1' },
        hardware: { cpuCores: 8, cpuArchitecture: 'amd64', memoryBytes: 1024 },
        placement: { rackRef: { name: rack }, startUnit: 9, unitHeight: 1 },
      },
      { labels },
    );
  await applyAll(
    app,
    roamer('fra1-r1') +
      doc('User', 'reva', { email: 'reva@example.com' }) +
      role('nodes-of-a-rack', 'inv/nodes.get catalog/auditrecords.list') +
      binding('reva', 'Rack/fra1-r1', 'nodes-of-a-rack', userOf('reva')),
  );
  const { data: head } = await ask('test-admin', '{ namesInForce(first: 0) { position } }');
  await applyAll(app, roamer('fra1-r2'));
  await applyAll(app, roamer('fra1-r2', { seen: 'never' }));
  const { data: history } = await ask(
    'test-admin',
    '{ history(kind: "node", name: "roamer", first: 2) { nodes { at } } }',
  );
  const [last, moved] = history.history.nodes.map(({ at }: { at: string }) => at);
  const DIFFERENCE = `query ($position: BigInt!) { catalogDifference(from: { position: $position }, kinds: ["Node"], first: 10) {
    totalCount nodes { type name at actor { name } before { spec } after { spec } } } }`;
  const difference = async (who: string) =>
    (await ask(who, DIFFERENCE, { position: head.namesInForce.position })).data.catalogDifference;
  expect(await difference('test-admin')).toMatchObject({ nodes: [{ type: 'MODIFIED', at: last }] });
  expect(await difference('reva')).toMatchObject({
    totalCount: 1,
    nodes: [{ type: 'DELETED', name: 'roamer', at: moved, after: null }],
  });
});

test('what was deleted is named to whoever could see where it stood', async () => {
  await applyAll(
    app,
    [
      doc('Provider', 'gone-carrier', { displayName: 'Carrier', type: 'Transit' }),
      doc('Site', 'fra9', {
        displayName: 'F',
        regionRef: { name: 'eu' },
        type: 'Datacenter',
        providerRef: { name: 'gone-carrier' },
      }),
      role('sites', 'inv/sites.get'),
      binding('lars-sites', 'Region/eu', 'sites', userOf('lars')),
    ].join(''),
  );
  const { userErrors } = await app.apply(
    doc('Site', 'fra9', { displayName: 'F', regionRef: { name: 'eu' }, type: 'Datacenter' }),
  );
  expect(userErrors).toEqual([]);
  const { data: gone } = await ask(
    'test-admin',
    'mutation { deleteProvider(input: { name: "gone-carrier" }) { userErrors { message } } }',
  );
  expect(gone.deleteProvider.userErrors).toEqual([]);
  const HISTORY =
    '{ history(kind: "site", name: "fra9") { nodes { changes { path before } before { spec leftOut } } } }';
  const [change] = (await ask('test-admin', HISTORY)).data.history.nodes;
  expect(change.changes).toEqual([{ path: 'spec.providerRef', before: '{"name":"gone-carrier"}' }]);
  const [seen] = (await ask('lars', HISTORY)).data.history.nodes;
  expect(seen.changes).toEqual([]);
  expect(seen.before.leftOut).toEqual(['spec.providerRef']);
  expect(JSON.stringify(seen)).not.toContain('gone-carrier');
});

test('the namespace of a hidden organization and the target of a binding are left out, in the graph as in texts', async () => {
  const { data } = await ask(
    'greta',
    `{ groups { nodes { name namespace manifest } }
       none: groups(where: { namespace: { startsWith: "organization" } }) { totalCount }
       policyBindings(where: { name: { eq: "acme-site" } }) { nodes { namespace resourceSelector { resourceRef { kind name } } subjects { totalCount } manifest } }
       byTarget: policyBindings(where: { resourceSelector: { resourceRef: { name: { eq: "fra1" } } } }) { totalCount }
       history(kind: "policybinding", name: "acme-site") { nodes { after { namespace spec leftOut manifest } } } }`,
  );
  expect(JSON.stringify(data)).not.toMatch(/acme"|organization-|fra1|olga|inventory-viewer/);
  expect(data.groups.nodes).toMatchObject([{ name: 'emea-devs', namespace: null }]);
  expect(data.none.totalCount).toBe(0);
  expect(data.byTarget.totalCount).toBe(0);
  expect(data.policyBindings.nodes).toMatchObject([
    { namespace: null, resourceSelector: { resourceRef: null }, subjects: { totalCount: 0 } },
  ]);
  expect(data.history.nodes[0].after).toMatchObject({
    namespace: null,
    spec: {},
    leftOut: ['metadata.namespace', 'spec.resourceSelector.resourceRef', 'spec.roleRef', 'spec.subjects[0]'],
  });
  // Without its namespace a manifest might name another object.
  const group = JSON.parse(
    (await ask('greta', '{ group(name: "emea-devs") { manifest(format: JSON) } }')).data.group.manifest,
  );
  const { data: deletion } = await ask(
    'test-admin',
    'mutation ($input: DeleteInput!) { delete(input: $input) { userErrors { code } } }',
    { input: { manifests: [{ content: JSON.stringify(group) }], validateOnly: true } },
  );
  expect(deletion.delete.userErrors).toEqual([{ code: 'INCOMPLETE_MANIFEST' }]);
  // Nor is it told to whoever looks for the group elsewhere.
  await applyAll(
    app,
    role('adds-members', 'iam/groupmemberships.create iam/groupmemberships.get rm/organizations.get') +
      binding('greta-adds', 'Organization/globex', 'adds-members', userOf('greta')),
  );
  const globex = { namespace: 'organization-globex' };
  const member = { userRef: { name: 'greta' }, groupRef: { name: 'emea-devs', ...globex } };
  const { data: adding } = await ask(
    'greta',
    'mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { code message } } }',
    { input: { manifests: [{ content: doc('GroupMembership', 'more', member, globex) }] } },
  );
  expect(adding.apply.userErrors).toContainEqual({
    code: 'REFERENCE_NOT_FOUND',
    message:
      "there is no Group organization-globex/emea-devs; did you mean 'something that you may not see/emea-devs'?",
  });
  expect(JSON.stringify(adding)).not.toContain('acme');

  // Who may do something is told as far as the binding tells it.
  await applyAll(
    app,
    role('reads-site', 'inv/sites.get') +
      role('lists-bindings', 'iam/policybindings.list') +
      role('reads-user', 'iam/users.get') +
      binding('greta-site', 'Site/fra1', 'reads-site', userOf('greta')) +
      binding('greta-lists', 'Organization/acme', 'lists-bindings', userOf('greta')),
  );
  const WHO =
    '{ access(kind: "site", name: "fra1", permission: "inventory.miloapis.com/racks.get") { holders { name roleName via { name } } } }';
  // Rights count from the next request on, also for whoever asks for nothing else.
  await expect.poll(async () => (await ask('greta', WHO)).data.access).not.toBeNull();
  const holders = async (who: string) =>
    (await ask(who, WHO)).data.access.holders.filter(
      ({ via }: { via: { name: string } | null }) => via?.name === 'acme-site',
    );
  const olga = { name: 'olga', roleName: 'inventory-viewer', via: { name: 'acme-site' } };
  expect(await holders('test-admin')).toEqual([olga]);
  expect(await holders('greta')).toEqual([]);
  await applyAll(app, binding('greta-olga', 'User/olga', 'reads-user', userOf('greta')));
  await expect.poll(() => holders('greta')).toEqual([{ ...olga, roleName: null }]);
  const { data: gone } = await app.execute(
    'mutation { delete(input: {objects: [{kind: "policybinding", name: "greta-site", namespace: "milo-system"}]}) { userErrors { message } } }',
  );
  expect(gone.delete.userErrors).toEqual([]);
  await expect.poll(async () => (await ask('greta', WHO)).data.access).toBeNull();
});

test('a write keeps what its author may not see, and tells nothing of it', async () => {
  const UPDATE = `mutation ($input: UpdateServiceInput!) { updateService(input: $input) {
    service { displayName manifest } changes { path before after } userErrors { code message value accepted } } }`;
  const update = async (changes: object) =>
    (await ask('dora', UPDATE, { input: { name: 'dns', changes, validateOnly: true } })).data.updateService;
  const renamed = await update({ displayName: 'DNS' });
  expect(renamed.userErrors).toEqual([]);
  expect(renamed.changes).toEqual([{ path: 'spec.displayName', before: '"dns"', after: '"DNS"' }]);
  expect(JSON.stringify(renamed)).not.toMatch(/p1|vault/);
  // Clearing them by an explicit change is allowed where the kind allows it; what stood there is not told.
  const cleared = await update({ dependencies: [] });
  expect(cleared).toMatchObject({ userErrors: [], changes: [] });
  const content = doc('Service', 'dns', { serviceName: 'dns.example.com', phase: 'Published', displayName: 'dns' });
  const { data } = await ask(
    'dora',
    `mutation ($input: ApplyInput!) { apply(input: $input) { results { changes { path before after } } userErrors { code message value accepted } } }`,
    { input: { manifests: [{ content }] } },
  );
  expect(data.apply.userErrors.length).toBeGreaterThan(0);
  expect(JSON.stringify(data)).not.toMatch(/p1|vault/);
});

test('the audit log names what one may see, or read the log of, and nothing else', async () => {
  const LOG = `{ auditRecords(where: { resource: { kind: "service", name: "dns" } }) { nodes {
    verb scope { name } before { spec leftOut } after { spec leftOut } changes { path before after } decision reason } } }`;
  const admin = (await ask('test-admin', LOG)).data.auditRecords.nodes;
  expect(JSON.stringify(admin)).toMatch(/p1.*vault|vault.*p1/);
  const records = (await ask('lars', LOG)).data.auditRecords.nodes;
  const record = records.find(({ after }: { after: unknown }) => after !== null);
  expect(record).toMatchObject({
    verb: 'update',
    changes: [],
    after: { leftOut: expect.arrayContaining(['spec.dependencies[0]']) },
  });
  expect(JSON.stringify((await ask('lars', LOG)).data)).not.toMatch(/p1|vault/);

  // What a refusal named is told as the reader may know it, not as its author could.
  const needing = doc('Service', 'needs-dns', {
    serviceName: 'needs-dns.example.com',
    phase: 'Draft',
    displayName: 'needs dns',
    owner: { producerProjectRef: { name: 'p1' } },
    dependencies: [{ serviceRef: { name: 'dns.example.com' } }],
  });
  await applyAll(app, needing);
  const { data } = await ask(
    'test-admin',
    'mutation { deleteService(input: { name: "dns" }) { userErrors { message } } }',
  );
  expect(JSON.stringify(data)).toContain('needs-dns');
  expect(JSON.stringify((await ask('test-admin', LOG)).data)).toContain('needs-dns');
  const told = (await ask('lars', LOG)).data.auditRecords.nodes;
  expect(told.find(({ verb }: { verb: string }) => verb === 'delete')).toMatchObject({
    decision: { violations: [{}] },
  });
  expect(JSON.stringify(told)).not.toContain('needs-dns');

  // What is gone is named to whoever could see where it stood, for as long as that is known.
  const isToldLucy = async (): Promise<boolean> =>
    JSON.stringify((await ask('lucy', LOG)).data.auditRecords.nodes).includes('needs-dns');
  expect(await isToldLucy()).toBe(true);
  const gone = await ask(
    'test-admin',
    'mutation { deleteService(input: { name: "needs-dns" }) { userErrors { code } } }',
  );
  expect(gone.data.deleteService.userErrors).toEqual([]);
  expect(await isToldLucy()).toBe(true);
  await app.database.execute(sql`update change_set set at = at - interval '40 days'`);
  expect(await prune(app.database, historyPruning(30))).toBeGreaterThan(0);
  expect(await isToldLucy()).toBe(false);
});

test('labels that the platform derives follow from the references, whatever is given', async () => {
  const ORGANIZATION = 'resourcemanager.miloapis.com/organization-name';
  const forged = (name: string): string =>
    doc(
      'Project',
      name,
      { ownerRef: { kind: 'Organization', name: 'acme' } },
      { labels: { [ORGANIZATION]: 'globex' } },
    );
  const WARNED =
    'userErrors { message } results { warnings { code field message } object { labelValue(key: "KEY") } }'.replace(
      'KEY',
      ORGANIZATION,
    );
  const warnings = [
    {
      code: 'LABEL_DERIVED',
      field: `metadata.labels.${ORGANIZATION}`,
      message: `the label ${ORGANIZATION} is derived from what the object refers to; the text "globex" is ignored`,
    },
  ];
  const owned = { warnings, object: { labelValue: 'acme' } };
  const apply = async (more: object): Promise<unknown> => {
    const input = { manifests: [{ content: forged('p2') }], ...more };
    return (await ask('test-admin', `mutation ($input: ApplyInput!) { apply(input: $input) { ${WARNED} } }`, { input }))
      .data.apply;
  };
  expect(await apply({})).toEqual({ userErrors: [], results: [owned] });
  expect(await apply({ manager: 'gitops' })).toEqual({ userErrors: [], results: [owned] });
  const labels = [{ key: ORGANIZATION, value: 'globex' }];
  const { data } = await ask(
    'test-admin',
    `mutation ($create: CreateProjectInput!, $update: UpdateProjectInput!, $batch: BatchInput!) {
       createProject(input: $create) { project { labelValue(key: "${ORGANIZATION}") } warnings { code } userErrors { message } }
       updateProject(input: $update) { project { labelValue(key: "${ORGANIZATION}") } warnings { code } userErrors { message } }
       batch(input: $batch) { ${WARNED} } }`,
    {
      create: { name: 'p3', organization: { name: 'acme' }, labels },
      update: { name: 'p2', changes: { labels } },
      batch: { operations: [{ updateProject: { name: 'p2', changes: { labels } } }] },
    },
  );
  const project = { labelValue: 'acme' };
  const warned = [{ code: 'LABEL_DERIVED' }];
  expect(data.createProject).toEqual({ project, warnings: warned, userErrors: [] });
  expect(data.updateProject).toEqual({ project, warnings: warned, userErrors: [] });
  expect(data.batch).toEqual({ userErrors: [], results: [owned] });
  const selected = async (who: string, organization: string): Promise<string[]> =>
    (
      await ask(who, `{ projects(labelSelector: "${ORGANIZATION}=${organization}") { nodes { name } } }`)
    ).data.projects.nodes.map(({ name }: { name: string }) => name);
  expect(await selected('test-admin', 'globex')).toEqual(['p9']);
  expect(await selected('test-admin', 'acme')).toEqual(['p1', 'p2', 'p3']);
  // The auditor sees every project and no organization.
  expect(await selected('auditor', 'acme')).toEqual([]);
  const text = JSON.stringify((await ask('auditor', '{ projects { nodes { labels { key value } manifest } } }')).data);
  expect(text).not.toMatch(/acme|globex/);
});

test('whoever may read the memberships of an organization knows its members and their roles, and no more of either', async () => {
  await applyAll(
    app,
    [
      doc(
        'OrganizationMembership',
        'dave',
        {
          organizationRef: { name: 'acme' },
          userRef: { name: 'dave' },
          roles: [{ name: 'project-viewer', namespace: 'milo-system' }],
        },
        ACME,
      ),
      doc('Role', 'greeter', { launchStage: 'Stable' }, ACME),
      doc(
        'OrganizationMembership',
        'nora',
        {
          organizationRef: { name: 'acme' },
          userRef: { name: 'nora' },
          roles: [{ name: 'greeter', namespace: 'organization-acme' }],
        },
        ACME,
      ),
      doc(
        'OrganizationMembership',
        'dave',
        { organizationRef: { name: 'globex' }, userRef: { name: 'dave' } },
        { namespace: 'organization-globex' },
      ),
      doc('User', 'nora', { email: 'nora@example.com', givenName: 'Nora', familyName: 'N.' }),
      role('members', 'rm/organizationmemberships.get'),
      ...['olga', 'nils'].map((user) => binding(`${user}-members`, 'Organization/acme', 'members', userOf(user))),
    ].join(''),
  );
  const MEMBERS = `{ organization(name: "acme") { memberships { nodes {
    member { name displayName email givenName familyName } roleNames { name namespace }
    user { name } roles { totalCount } manifest(format: JSON) } } }
    organizationMemberships { totalCount } users { totalCount }
    history(kind: "organizationmembership", name: "dave") { nodes { after { leftOut spec } } } }`;
  const { data } = await ask('olga', MEMBERS);
  const [dave, nora] = data.organization.memberships.nodes;
  const roles = [{ name: 'project-viewer', namespace: 'milo-system' }];
  expect(dave).toMatchObject({
    member: { name: 'dave', displayName: 'dave', email: 'dave@example.com', givenName: null, familyName: null },
    roleNames: roles,
    user: null,
    roles: { totalCount: 0 },
  });
  expect(nora).toMatchObject({
    member: { name: 'nora', displayName: 'Nora N.', email: 'nora@example.com', givenName: 'Nora', familyName: 'N.' },
    roleNames: [{ name: 'greeter', namespace: 'organization-acme' }],
  });
  // Of a reader who may not see the organization, its name is kept in what a role is called as well.
  const ROLES =
    '{ organizationMemberships(where: { name: { eq: "nora" } }) { nodes { namespace roleNames { name namespace } } } }';
  expect((await ask('nils', ROLES)).data.organizationMemberships.nodes).toEqual([
    { namespace: null, roleNames: [{ name: 'greeter', namespace: null }] },
  ]);
  const manifest = JSON.parse(dave.manifest);
  expect(manifest.metadata.annotations).toBeUndefined();
  expect(manifest.spec).toEqual({ organizationRef: { name: 'acme' }, userRef: { name: 'dave' }, roles });
  expect(data.history.nodes).toEqual([{ after: { leftOut: [], spec: manifest.spec } }]);
  expect(data).toMatchObject({ organizationMemberships: { totalCount: 2 }, users: { totalCount: 0 } });
  const { data: all } = await ask('test-admin', '{ user(name: "dave") { id } }');
  expect((await ask('olga', `{ node(id: "${all.user.id}") { id } }`)).data).toEqual({ node: null });
});

test('who published what counts is named to whoever may read them, deleted ones to whoever may read everybody, not to a later User of the name; the entry stays', async () => {
  const all = (plural: string): string =>
    ['get', 'create', 'update'].map((verb) => `services.miloapis.com/${plural}.${verb}`).join(' ');
  await applyAll(
    app,
    [
      doc('User', 'petra', { email: 'petra@example.com' }),
      doc(
        'Role',
        'publishes',
        {
          launchStage: 'Stable',
          includedPermissions: `${all('serviceconfigurations')} ${all('services')}`.split(' '),
        },
        { namespace: 'milo-system' },
      ),
      role('sees-activations', 'catalog/configurationactivations.get'),
      binding('petra', 'Service/vault', 'publishes', userOf('petra')),
      binding('dora-activations', 'Service/vault', 'sees-activations', userOf('dora')),
    ].join(''),
  );
  const content = doc('ServiceConfiguration', 'vault-1', { serviceRef: { name: 'vault' }, phase: 'Published' });
  const published = await app
    .as('petra')
    .execute('mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { code message } } }', {
      input: { manifests: [{ content }] },
    });
  expect(published.data.apply.userErrors).toEqual([]);
  /** The entry as somebody reads it: who published, what manifest and history say of it. */
  const read = async (who: string) => {
    const { data } = await ask(
      who,
      `{ configurationActivations(where: { name: { eq: "vault-1" } }) {
      nodes { name revisionNumber activatedBy manifest(format: JSON) } }
      history(kind: "ConfigurationActivation", name: "vault-1") { nodes { after { status leftOut } } } }`,
    );
    const [{ manifest, ...entry }] = data.configurationActivations.nodes;
    const { status } = JSON.parse(manifest);
    const { after } = data.history.nodes[0];
    return {
      ...entry,
      manifest: status.activatedBy,
      history: [after.status.activatedBy, after.leftOut.includes('status.activatedBy')],
    };
  };
  const filtered = (who: string) =>
    ask(who, '{ configurationActivations(where: { activatedBy: { eq: "User/petra" } }) { totalCount } }');
  const entry = { name: 'vault-1', revisionNumber: 1 };
  const named = {
    ...entry,
    activatedBy: 'User/petra',
    manifest: 'User/petra',
    history: ['User/petra', false],
  };
  const hidden = {
    ...entry,
    activatedBy: null,
    manifest: undefined,
    history: [undefined, true],
  };
  expect(await read('test-admin')).toEqual(named);
  expect(await read('dora')).toEqual(hidden);
  const { data } = await ask(
    'test-admin',
    `mutation { delete(input: { objects: [{ kind: "PolicyBinding", name: "petra", namespace: "milo-system" },
      { kind: "User", name: "petra" }], cascade: true }) { userErrors { message } } }`,
  );
  expect(data.delete.userErrors).toEqual([]);
  // As with all that was deleted: whoever may read everybody still does.
  expect(await read('test-admin')).toEqual(named);
  expect(await read('dora')).toEqual(hidden);
  // A later User of that name is somebody else: what they may see of themselves is not what the earlier one did.
  const later = [
    doc('User', 'petra', { email: 'another-petra@example.com' }),
    link('petra-two', userOf('petra')),
    binding('later-petra', 'Service/vault', 'sees-activations', userOf('petra')),
    role('sees-one-user', 'iam/users.get'),
    binding('petra-herself', 'User/petra', 'sees-one-user', userOf('petra')),
  ].join('');
  await applyAll(app, later);
  const { data: me } = await ask('petra-two', '{ me { name } users { nodes { name } } }');
  expect(me).toEqual({ me: { name: 'petra' }, users: { nodes: [{ name: 'petra' }] } });
  expect(await read('petra-two')).toEqual(hidden);
  expect((await filtered('petra-two')).data.configurationActivations.totalCount).toBe(0);
  // By each operator, of the value that is shown: where it is hidden there is none.
  const fitting: readonly (readonly [string, (value: string | null) => boolean])[] = [
    ['{ eq: "User/petra" }', (value) => value === 'User/petra'],
    ['{ eq: "User/nobody" }', (value) => value === 'User/nobody'],
    ['{ eq: null }', (value) => value === null],
    ['null', (value) => value === null],
    ['{ ne: "User/petra" }', (value) => value !== 'User/petra'],
    ['{ ne: "User/nobody" }', () => true],
    ['{ ne: null }', (value) => value !== null],
    ['{ in: ["User/petra", "User/nobody"] }', (value) => value === 'User/petra'],
    ['{ notIn: ["User/petra"] }', (value) => value !== 'User/petra'],
    ['{ notIn: ["User/nobody"] }', () => true],
    ['{ startsWith: "User/p" }', (value) => value !== null],
    ['{ endsWith: "petra" }', (value) => value !== null],
    ['{ contains: "PETRA" }', (value) => value !== null],
    ['{ isNull: true }', (value) => value === null],
    ['{ isNull: false }', (value) => value !== null],
  ];
  for (const [who, shown] of [
    ['test-admin', 'User/petra'],
    ['dora', null],
  ] as const)
    for (const [condition, fits] of fitting) {
      const where = `{ name: { eq: "vault-1" }, activatedBy: ${condition} }`;
      const answer = await ask(
        who,
        `{ configurationActivations(where: ${where}) { totalCount nodes { activatedBy } } }`,
      );
      const nodes = fits(shown) ? [{ activatedBy: shown }] : [];
      expect(answer.data.configurationActivations, `${who}: ${condition}`).toEqual({ totalCount: nodes.length, nodes });
    }
  expect((await filtered('test-admin')).data.configurationActivations.totalCount).toBe(1);
  const log = '{ auditRecords(where: { resource: { kind: "ServiceConfiguration" } }) { nodes { verb } } }';
  const { data: own } = await ask('petra-two', log);
  expect(own.auditRecords.nodes).toEqual([]);
});
