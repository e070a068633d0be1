import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { binding, doc, role, SYSTEM, userOf } from '../authz/world.ts';
import { type GraphqlAnswer, startApp, type TestApp } from '../kit/app.ts';
import { beginning } from './writer.ts';

const REQUESTS = 64;

let app: TestApp;
let other: App;
beforeAll(async () => {
  app = await startApp();
  other = await app.replica();
  const owners = ['una', 'ugo'].map((name) =>
    doc(
      'OrganizationMembership',
      name,
      { organizationRef: { name: 'org' }, userRef: { name }, roles: [{ name: 'organization-owner', ...SYSTEM }] },
      { namespace: 'organization-org' },
    ),
  );
  const ports = Array.from({ length: REQUESTS + 1 }, (_, index) =>
    doc('Port', `port${index}`, { deviceRef: { kind: 'Rack', name: 'race' }, type: 'PatchPanel', name: `${index}` }),
  );
  const content =
    beginning +
    role('organization-owner', 'rm/organizations.get') +
    role('viewer', 'inv/sites.get') +
    doc('Organization', 'org', { type: 'Standard' }) +
    owners.join('') +
    doc('Rack', 'race', { siteRef: { name: 'here' }, row: 'A', name: 'race', heightU: 42 }) +
    ports.join('');
  expect((await app.apply(content)).userErrors).toEqual([]);
});
afterAll(async () => {
  await other.close();
  await app.close();
});

/** Asks one of the two. */
async function ask(
  index: number,
  query: string,
  variables: object = {},
  subject = 'test-admin',
): Promise<GraphqlAnswer> {
  const { url } = index % 2 === 0 ? app : other;
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token(subject)}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlAnswer;
}

async function apply(index: number, content: string): Promise<string> {
  const { data, errors } = await ask(
    index,
    'mutation ($input: ApplyInput!) { apply(input: $input) { counts { created } authorization { state } userErrors { code } } }',
    { input: { manifests: [{ content }] } },
  );
  if (errors !== undefined) return JSON.stringify(errors);
  const codes = data.apply.userErrors.map(({ code }: { code: string }) => code);
  return codes.length > 0 ? [...new Set(codes)].join(' ') : (data.apply.authorization?.state ?? 'nothing');
}

async function remove(index: number, object: object): Promise<string> {
  const { data, errors } = await ask(
    index,
    'mutation ($input: DeleteInput!) { delete(input: $input) { authorization { state } userErrors { code } } }',
    { input: { objects: [object] } },
  );
  if (errors !== undefined) return JSON.stringify(errors);
  const [error] = data.delete.userErrors;
  return error === undefined ? data.delete.authorization.state : error.code;
}

const sites = async (index: number): Promise<number> =>
  (await ask(index, '{ sites { totalCount } }', {}, 'uma')).data.sites.totalCount;
const viewer = binding('uma-here', 'Site/here', 'viewer', userOf('uma'));

test('what is given or taken through one replica is in force on the next request to the other', async () => {
  for (let round = 0; round < 10; round++) {
    expect([await sites(0), await sites(1)]).toEqual([0, 0]);
    expect(await apply(round, viewer)).toBe('IN_FORCE');
    expect(await sites(round + 1)).toBe(1);
    expect(await sites(round)).toBe(1);
    expect(await remove(round, { kind: 'PolicyBinding', name: 'uma-here', ...SYSTEM })).toBe('IN_FORCE');
    expect(await sites(round + 1)).toBe(0);
  }
});

test('what a replica wrote and did not live to apply, the other one applies', async () => {
  expect(await apply(0, viewer)).toBe('IN_FORCE');
  expect(await sites(1)).toBe(1);
  // As a replica leaves it that is killed between its commit and OpenFGA.
  await app.database.transaction(async (connection) => {
    await connection.execute(
      sql`delete from grant_assignee where principal_id = (select id from user_account where name = 'uma')`,
    );
    await connection.rows(sql`select access_version_follow()`);
  });
  await expect.poll(() => sites(1)).toBe(0);
  expect(await other.authorization.verify()).toMatchObject({ missing: [], foreign: [], failed: [] });
});

/** All at once, half of them through each replica; how they fared. */
async function race(send: (index: number) => Promise<string>): Promise<Record<string, number>> {
  const outcomes = await Promise.all(Array.from({ length: REQUESTS }, (_, index) => send(index)));
  return Object.fromEntries([...new Set(outcomes)].map((one) => [one, outcomes.filter((it) => it === one).length]));
}

test('of 64 requests for one port through two replicas one succeeds', async () => {
  const cable = (index: number): string =>
    doc('Cable', `cable${index}`, { endpoints: [{ name: 'port64' }, { name: `port${index}` }], media: 'Copper' });
  expect(await race((index) => apply(index, cable(index)))).toEqual({ IN_FORCE: 1, PORT_TAKEN: REQUESTS - 1 });
});

test('of 64 requests for one rack unit through two replicas one succeeds', async () => {
  const node = (index: number): string =>
    doc('Node', `node${index}`, {
      siteRef: { name: 'here' },
      hardware: { cpuCores: 4, cpuArchitecture: 'amd64', memoryBytes: 1024 },
      placement: { rackRef: { name: 'race' }, startUnit: 10, unitHeight: 1 + (index % 3) },
    });
  expect(await race((index) => apply(index, node(index)))).toEqual({ IN_FORCE: 1, UNITS_TAKEN: REQUESTS - 1 });
});

test('of 64 requests for one name through two replicas one succeeds', async () => {
  const create = async (index: number): Promise<string> => {
    const { data, errors } = await ask(
      index,
      'mutation ($input: CreateRackInput!) { createRack(input: $input) { authorization { state } userErrors { code } } }',
      { input: { name: 'contested', site: { name: 'here' }, heightU: 1 + index } },
    );
    if (errors !== undefined) return JSON.stringify(errors);
    return data.createRack.userErrors[0]?.code ?? data.createRack.authorization.state;
  };
  expect(await race(create)).toEqual({ IN_FORCE: 1, NAME_TAKEN: REQUESTS - 1 });
});

test('of 64 removals of two owners through two replicas one succeeds, and an owner stays', async () => {
  const owners = ['una', 'ugo'];
  const outcomes = await race((index) =>
    remove(index, {
      kind: 'OrganizationMembership',
      name: owners[index % 3 === 0 ? 0 : 1],
      namespace: 'organization-org',
    }),
  );
  expect(Object.keys(outcomes).sort()).toEqual(['IN_FORCE', 'LAST_OWNER', 'NOT_FOUND']);
  expect(outcomes.IN_FORCE).toBe(1);
  const { data } = await ask(0, '{ organizationMemberships { totalCount } }');
  expect(data.organizationMemberships.totalCount).toBe(1);
});

test('of many who change rights at once through two replicas none is turned away', async () => {
  const bind = (index: number): string =>
    binding(
      `many${index}`,
      index % 4 < 2 ? 'Site/here' : 'Site/there',
      'viewer',
      userOf(index % 3 === 0 ? 'una' : 'ugo'),
    );
  expect(await race((index) => apply(index, bind(index)))).toEqual({ IN_FORCE: REQUESTS });
  expect(await app.authorization.verify()).toMatchObject({ missing: [], foreign: [], failed: [] });
});
