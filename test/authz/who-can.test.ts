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
