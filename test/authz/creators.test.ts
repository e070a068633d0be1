import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { applyAll, binding, doc, role, startWorld, userOf } from './world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startWorld();
  await applyAll(
    app,
    [
      role('organization-creator', 'rm/organizations.create'),
      role(
        'organization-owner',
        'rm/organizations.get rm/organizations.update rm/organizations.delete rm/projects.create rm/projects.get rm/organizationmemberships.get',
      ),
      binding('creators', 'Organization/*', 'organization-creator', [userOf('dave'), userOf('tech')]),
    ].join(''),
  );
});
afterAll(() => app.close());

const create = async (who: string, name: string) => {
  const { data, errors } = await app
    .as(who)
    .execute(
      'mutation ($input: CreateOrganizationInput!) { createOrganization(input: $input) { organization { name } authorization { state } userErrors { code message } } }',
      { input: { name } },
    );
  expect(errors).toBeUndefined();
  return data.createOrganization;
};
const MEMBERS =
  'query ($name: String!) { organization(name: $name) { memberships { nodes { name user { name } roles { nodes { name } } } } } }';

test('whoever makes an organization owns it from the next request on, and nobody else’s', async () => {
  expect(await create('dave', 'dave-inc')).toEqual({
    organization: { name: 'dave-inc' },
    authorization: { state: 'IN_FORCE' },
    userErrors: [],
  });
  const own = await app.as('dave').execute(MEMBERS, { name: 'dave-inc' });
  expect(own.data.organization.memberships.nodes).toMatchObject([{ name: 'member-dave' }]);
  const { data } = await app.execute(MEMBERS, { name: 'dave-inc' });
  expect(data.organization.memberships.nodes).toEqual([
    { name: 'member-dave', user: { name: 'dave' }, roles: { nodes: [{ name: 'organization-owner' }] } },
  ]);
  const content = doc('Project', 'dave-web', { ownerRef: { kind: 'Organization', name: 'dave-inc' } });
  const made = await app
    .as('dave')
    .execute('mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { message } } }', {
      input: { manifests: [{ content }] },
    });
  expect(made.data.apply.userErrors).toEqual([]);
  expect((await app.as('dave').execute(MEMBERS, { name: 'acme' })).data.organization).toBeNull();
  expect((await app.as('tech').execute(MEMBERS, { name: 'dave-inc' })).data.organization).toBeNull();
});

test('staff who make an organization for others own none', async () => {
  expect((await create('test-admin', 'others')).userErrors).toEqual([]);
  const { data } = await app.execute(MEMBERS, { name: 'others' });
  expect(data.organization.memberships.nodes).toEqual([]);
});

test('what the platform has put into a namespace beforehand comes into no hands but those that its staff gives it to', async () => {
  const helpers = { namespace: 'organization-ready' };
  await applyAll(
    app,
    doc('Group', 'helpers', {}, helpers) +
      role('racks', 'inv/racks.get') +
      binding('helpers', 'Rack/fra1-r1', 'racks', { kind: 'Group', name: 'helpers', ...helpers }),
  );
  const taken = { code: 'NAME_TAKEN', message: 'the name ready is not free' };
  expect(await create('dave', 'ready')).toMatchObject({ organization: null, userErrors: [taken] });
  expect((await create('test-admin', 'ready')).userErrors).toEqual([]);
});

test('E22: that a name is taken is all that is told of a hidden one, and only to whoever may give the name', async () => {
  await applyAll(app, doc('Project', 'secret-web', { ownerRef: { kind: 'Organization', name: 'acme' } }));
  await create('dave', 'dave-two');
  await create('tech', 'tech-two');
  const project = async (who: string, name: string, organization: string) => {
    const input = { name, organization: { name: organization } };
    const { data } = await app
      .as(who)
      .execute(
        'mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { name } userErrors { code message subject } } }',
        { input },
      );
    return data.createProject;
  };
  for (const name of ['secret-web', 'acme-web'])
    expect((await app.as('dave').execute(`{ project(name: "${name}") { name } }`)).data.project).toBeNull();
  const taken = await project('dave', 'secret-web', 'dave-two');
  expect(taken).toEqual({
    project: null,
    userErrors: [
      expect.objectContaining({
        code: 'NAME_TAKEN',
        message: 'the name secret-web is not free',
        subject: 'Project/secret-web',
      }),
    ],
  });
  expect(JSON.stringify(taken)).not.toContain('acme');
  // Whoever may not create there is told the same of a taken and of a free name.
  const [refused, alike] = [
    await project('dave', 'secret-web', 'tech-two'),
    await project('dave', 'free-web00', 'tech-two'),
  ];
  expect(refused.userErrors).toHaveLength(1);
  expect(JSON.stringify(refused).replaceAll('secret-web', 'NAME')).toBe(
    JSON.stringify(alike).replaceAll('free-web00', 'NAME'),
  );
  expect(refused.userErrors[0].code).not.toBe('NAME_TAKEN');
});

test('one who is no longer its owner is not made one again by a change', async () => {
  expect((await create('tech', 'tech-inc')).userErrors).toEqual([]);
  const gone = await app.execute(
    'mutation { delete(input: {objects: [{kind: "OrganizationMembership", name: "member-tech", namespace: "organization-tech-inc"}]}) { userErrors { code } } }',
  );
  expect(gone.data.delete.userErrors).toEqual([{ code: 'LAST_OWNER' }]);
  await applyAll(app, binding('second', 'Organization/tech-inc', 'organization-owner', userOf('dave')));
  const second = await app.execute(
    'mutation { delete(input: {objects: [{kind: "OrganizationMembership", name: "member-tech", namespace: "organization-tech-inc"}]}) { userErrors { code } } }',
  );
  expect(second.data.delete.userErrors).toEqual([]);
  await app
    .as('dave')
    .execute(
      'mutation { updateOrganization(input: {name: "tech-inc", changes: {labels: [{key: "a", value: "b"}]}}) { userErrors { code } } }',
    );
  const { data } = await app.execute(MEMBERS, { name: 'tech-inc' });
  expect(data.organization.memberships.nodes).toEqual([]);
});
