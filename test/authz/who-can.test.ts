import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
});
afterAll(() => app.close());

const asked = `query ($kind: String!, $name: String!, $permission: String!) {
  access(kind: $kind, name: $name, permission: $permission) {
    permission allowed holders { kind name roleName groupName scopeKind via { name } scope { __typename name } } } }`;

test('me says who one is', async () => {
  const me = '{ me { kind name email isStaff principal { __typename } } }';
  expect((await app.as('network-operator').execute(me)).data.me).toEqual({
    kind: 'User',
    name: 'network-operator',
    email: 'noc@milo.example',
    isStaff: false,
    principal: null,
  });
  expect((await app.execute(me)).data.me).toMatchObject({ isStaff: true, principal: { __typename: 'User' } });
  expect((await app.execute(me, {}, { authorization: '' })).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('an object says what one may do with it, in its own statement', async () => {
  const { data, extensions } = await app
    .as('network-operator')
    .execute('{ racks { nodes { name myPermissions } } }', {}, { 'x-catalog-explain': 'true' });
  expect(extensions?.explain.openfgaCalls).toBeLessThanOrEqual(1);
  for (const { myPermissions } of data.racks.nodes) {
    expect(myPermissions).toContain('inventory.miloapis.com/ports.update');
    expect(myPermissions).not.toContain('resourcemanager.miloapis.com/projects.get');
  }
  const mine = await app.as('org-owner').execute('{ project(name: "northwind-tracking") { myPermissions } }');
  expect(mine.data.project.myPermissions).toContain('resourcemanager.miloapis.com/projects.get');
  expect(mine.data.project.myPermissions).not.toContain('inventory.miloapis.com/racks.update');
});

test('of many permissions those that are asked for, or whether one is held: by its name, or by a verb of the object', async () => {
  const asked = `{ racks(first: 2) { nodes { myPermissions(of: ["delete", "inventory.miloapis.com/ports.update", "projects.get"])
    update: can(permission: "update") approve: can(permission: "approve")
    ports: can(permission: "inventory.miloapis.com/ports.update")
    projects: can(permission: "resourcemanager.miloapis.com/projects.get") } } }`;
  const wrong = await app.as('network-operator').execute(asked);
  expect(wrong.errors?.[0]).toMatchObject({
    message:
      "there is neither a permission nor a verb called projects.get; did you mean 'resourcemanager.miloapis.com/projects.get'?",
    extensions: { code: 'BAD_USER_INPUT', violations: [{ rule: 'UNKNOWN_PERMISSION', path: 'of[2]' }] },
  });
  const right = asked.replace(', "projects.get"', '');
  const { data, errors, extensions } = await app
    .as('network-operator')
    .execute(right, {}, { 'x-catalog-explain': 'true' });
  expect(errors).toBeUndefined();
  const racks = ['inventory.miloapis.com/racks.delete', 'inventory.miloapis.com/ports.update'].sort();
  const mine = { myPermissions: racks, update: true, approve: false, ports: true, projects: false };
  expect(data.racks.nodes).toEqual([mine, mine]);
  expect(extensions?.explain.statements).toBe(1);
  const asReader = '{ region(name: "eu-central") { get: can(permission: "get") update: can(permission: "update") } }';
  const reader = await app.as('network-operator').execute(asReader);
  expect(reader.data.region).toEqual({ get: true, update: false });
});

test('who holds a permission, through which binding, role, group and scope', async () => {
  const site = { kind: 'site', name: 'fra1', permission: 'update' };
  const { data } = await app.execute(asked, site);
  expect(data.access).toMatchObject({ permission: 'inventory.miloapis.com/sites.update', allowed: true });
  expect(data.access.holders).toContainEqual({
    kind: 'User',
    name: 'network-operator',
    roleName: 'plant-operator',
    groupName: 'network-operations',
    scopeKind: 'Site',
    via: { name: 'fra1-operators' },
    scope: { __typename: 'Site', name: 'fra1' },
  });
  expect(data.access.holders).toContainEqual(
    expect.objectContaining({
      name: 'test-admin',
      roleName: 'platform-admin',
      groupName: null,
      scopeKind: 'Platform',
      scope: null,
    }),
  );
  const operator = await app.as('network-operator').execute(asked, site);
  expect(operator.data.access).toEqual({
    permission: 'inventory.miloapis.com/sites.update',
    allowed: true,
    holders: [],
  });
  expect((await app.as('outsider').execute(asked, site)).data.access).toBeNull();
  expect((await app.execute(asked, { ...site, permission: 'updat' })).errors?.[0]?.message).toBe(
    "no permission is called inventory.miloapis.com/sites.updat; did you mean 'inventory.miloapis.com/sites.update'?",
  );
});

test('who holds several permissions is one question, answered as each would be', async () => {
  const holders =
    '{ permission allowed holders { kind name roleName groupName scopeKind via { name } scope { name } } }';
  const words = ['update', 'get', 'services.miloapis.com/services.get', 'update'];
  const each = words.map(
    (word, at) => `p${at}: access(kind: "rack", name: "fra1-a01", permission: "${word}") ${holders}`,
  );
  const together = `accesses(kind: "rack", name: "fra1-a01", permissions: ${JSON.stringify(words)}) ${holders}`;
  const cans = words.map((word, at) => `p${at}: can(permission: "${word}")`).join(' ');
  const told = new Set<boolean>();
  for (const who of ['staff', 'network-operator', 'auditor', 'org-owner']) {
    const { data: apart, errors } = await app.as(who).execute(`{ ${each.join(' ')} }`);
    const { data, extensions } = await app.as(who).execute(`{ ${together} }`, {}, { 'x-catalog-explain': 'true' });
    expect(errors, who).toBeUndefined();
    const answers = words.map((_, at) => apart[`p${at}`]);
    expect(data.accesses, who).toEqual(answers.includes(null) ? null : answers);
    if (data.accesses !== null) {
      const { data: own } = await app.as(who).execute(`{ rack(name: "fra1-a01") { ${cans} } }`);
      const allowed = data.accesses.map((one: { allowed: boolean }) => one.allowed);
      expect(allowed, who).toEqual(Object.values(own.rack));
      for (const one of allowed) told.add(one);
    }
    if (who !== 'staff') continue;
    expect(
      new Set(data.accesses.map(({ holders: { length } }: { holders: unknown[] }) => length)).size,
    ).toBeGreaterThan(1);
    const one = await app.as(who).execute(`{ ${each[0]} }`, {}, { 'x-catalog-explain': 'true' });
    expect(extensions?.explain.statements).toBe(one.extensions?.explain.statements);
  }
  expect([...told].sort()).toEqual([false, true]);
  const refusalOf = async (permissions: readonly string[]): Promise<unknown> => {
    const document = 'query ($p: [String!]!) { accesses(kind: "rack", name: "fra1-a01", permissions: $p) { allowed } }';
    return (await app.execute(document, { p: permissions })).errors?.[0];
  };
  expect(await refusalOf(['get', 'updat'])).toMatchObject({
    message: expect.stringContaining("did you mean 'inventory.miloapis.com/racks.update'?"),
    extensions: { violations: [{ rule: 'UNKNOWN_PERMISSION', path: 'permissions[1]' }] },
  });
  for (const wrong of [[], Array.from({ length: 11 }, () => 'get')])
    expect(await refusalOf(wrong)).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', violations: [{ rule: 'OUT_OF_RANGE', accepted: '1 to 10 permissions' }] },
    });
});

test('with what statements a request was answered is told to the staff alone, unless a service is its user’s own', async () => {
  const served = await app.replica({ explainsTo: 'staff' });
  const explained = async (url: string, who: string | undefined): Promise<unknown> => {
    const authorization = who === undefined ? {} : { authorization: `Bearer ${await app.token(who)}` };
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-catalog-explain': 'true', ...authorization },
      body: JSON.stringify({ query: '{ racks(first: 1) { totalCount } }' }),
    });
    return Object.keys(((await response.json()) as { readonly extensions?: object }).extensions ?? {});
  };
  try {
    for (const who of ['outsider', 'org-owner', 'auditor', 'network-operator', 'billing'])
      expect(await explained(served.url, who), who).toEqual([]);
    expect(await explained(served.url, undefined)).toEqual([]);
    expect(await explained(served.url, 'staff')).toEqual(['explain']);
    expect(await explained(app.url, 'outsider')).toEqual(['explain']);
  } finally {
    await served.close();
  }
});
