import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReadLog } from '../../src/catalog/history/read-log.ts';
import { createDatabase } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { applyAll, binding, doc, role, startWorld, userOf } from '../authz/world.ts';
import type { TestApp } from '../kit/app.ts';
import { overEvents, overWebSocket } from '../kit/streams.ts';

const ACME = { namespace: 'organization-acme' };

let app: TestApp;
beforeAll(async () => {
  app = await startWorld();
  await applyAll(
    app,
    [
      role('iam-looks', 'iam/users.get iam/groups.get iam/policybindings.get iam/roles.get iam/groupmemberships.get'),
      role('log-reader', 'catalog/auditrecords.list rm/organizations.get rm/organizationmemberships.get'),
      binding('olga-iam', 'Organization/acme', 'iam-looks', userOf('olga'), ACME),
      binding('dave-log', 'Organization/acme', 'log-reader', userOf('dave'), ACME),
      binding('stranger-log', 'Organization/globex', 'log-reader', userOf('stranger')),
    ].join(''),
  );
});
afterAll(() => app.close());

const READS = `query ($where: AuditRecordWhere) { auditRecords(where: $where) { nodes {
  verb outcome permission kind name uid errorCode operation field isRead asked decision
  scope { kind name } actor { name } } } }`;

let number = 0;
/** Asks as somebody, and gives what the log has of it, oldest field first. */
async function noted(who: string, document: string, variables: object = {}) {
  const requestId = `read-${number++}`;
  const answer = await app
    .as(who)
    .execute(document, variables as Record<string, unknown>, { 'x-request-id': requestId });
  await app.readLog.flush();
  const { data, errors } = await app.execute(READS, { where: { requestId, reads: 'ONLY' } });
  expect(errors).toBeUndefined();
  return { answer, records: data.auditRecords.nodes.reverse(), requestId };
}
const uidOf = async (kind: string, name: string): Promise<string> => {
  const { data } = await app.execute(`{ ${kind}(name: "${name}") { uid id } }`);
  return data[kind].uid;
};

test('a list and a single read of IAM leave a record each: who, what was asked for, what came of it, and no answer', async () => {
  const document =
    'query Look { policyBindings { totalCount } one: policyBinding(name: "olga-iam") { name spec: manifest } }';
  const { records } = await noted('olga', document);
  const common = {
    outcome: 'SUCCESS',
    errorCode: null,
    operation: 'Look',
    isRead: true,
    decision: null,
    actor: { name: 'olga' },
  };
  expect(records).toHaveLength(2);
  expect(records).toEqual(
    expect.arrayContaining([
      {
        ...common,
        verb: 'list',
        permission: 'iam.miloapis.com/policybindings.list',
        kind: 'PolicyBinding',
        name: null,
        uid: null,
        field: 'policyBindings',
        asked: { kinds: ['PolicyBinding'] },
        scope: null,
      },
      {
        ...common,
        verb: 'get',
        permission: 'iam.miloapis.com/policybindings.get',
        kind: 'PolicyBinding',
        name: 'olga-iam',
        uid: await uidOf('policyBinding', 'olga-iam'),
        field: 'policyBinding',
        asked: { kinds: ['PolicyBinding'] },
        scope: { kind: 'Organization', name: 'acme' },
      },
    ]),
  );
  expect(JSON.stringify(records)).not.toContain('roleRef');
});

test.each([
  ['{ object(kind: "user", name: "dave") { name } }', 'get', ['User']],
  ['{ objects(kinds: ["users", "rack"]) { totalCount } }', 'list', ['User']],
  ['{ history(kind: "roles", name: "iam-looks") { totalCount } }', 'get', ['Role']],
  ['{ changes(where: { kinds: ["groups"] }) { cursor } }', 'watch', ['Group']],
  ['{ catalogAsOf(at: { position: 1 }) { objects(kind: "users") { totalCount } } }', 'list', ['User']],
  [
    '{ organization(name: "acme") { memberships { nodes { user { name } } } } }',
    'get',
    ['OrganizationMembership', 'User'],
  ],
  [
    'query A { organization(name: "acme") { ...O } } fragment O on Organization { memberships { totalCount } }',
    'get',
    ['OrganizationMembership'],
  ],
  [
    'query A($no: Boolean = true) { organization(name: "acme") { memberships @include(if: $no) { totalCount } } }',
    'get',
    ['OrganizationMembership'],
  ],
])('%s is a read of IAM', async (document, verb, kinds) => {
  const { answer, records } = await noted('test-admin', document);
  expect(answer.errors).toBeUndefined();
  expect(records).toMatchObject([{ verb, outcome: 'SUCCESS', asked: { kinds } }]);
});

test.each([
  '{ me { name permissions principal { name } } }',
  '{ organization(name: "acme") { name myPermissions } }',
  '{ racks { nodes { name } } objects(kinds: ["Rack"]) { nodes { name ... on User { email } } } }',
  '{ kinds { kind } }',
  '{ __schema { types { name } } __type(name: "User") { name } __typename }',
  'query A($no: Boolean = false) { organization(name: "acme") { memberships @include(if: $no) { totalCount } } }',
  'mutation { updateUser(input: { name: "tech", changes: { givenName: "T" } }) { user { name email } } }',
])('%s is none', async (document) => {
  const { answer, records } = await noted('test-admin', document);
  expect([answer.errors, records]).toEqual([undefined, []]);
});

test('who can do what, ids, and the log itself are recorded with what was asked', async () => {
  const uid = await uidOf('user', 'dave');
  const id = Buffer.from(`User:${uid}`).toString('base64url');
  const scope = await uidOf('organization', 'acme');
  const access = await noted('olga', '{ access(kind: "project", name: "p1", permission: "get") { holders { name } } }');
  expect(access.records).toMatchObject([
    {
      verb: 'get',
      kind: 'Project',
      name: 'p1',
      scope: { kind: 'Project', name: 'p1' },
      asked: { permission: 'resourcemanager.miloapis.com/projects.get' },
    },
  ]);
  const several = 'accesses(kind: "project", name: "p1", permissions: ["get", "update"])';
  expect((await noted('olga', `{ ${several} { allowed } }`)).records).toMatchObject([
    {
      verb: 'get',
      kind: 'Project',
      name: 'p1',
      scope: { kind: 'Project', name: 'p1' },
      asked: {
        permissions: ['resourcemanager.miloapis.com/projects.get', 'resourcemanager.miloapis.com/projects.update'],
      },
    },
  ]);
  const node = await noted('test-admin', 'query ($id: ID!) { node(id: $id) { id } }', { id });
  expect(node.records).toMatchObject([{ kind: 'User', name: 'dave', uid, scope: { kind: 'Platform', name: 'root' } }]);
  const nodes = await noted('test-admin', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: [id, id] });
  expect(nodes.records).toMatchObject([{ verb: 'get', kind: null, name: null, asked: { kinds: ['User'] } }]);
  const where = { scope, actor: { name: 'olga' } };
  const log = await noted('dave', 'query ($w: AuditRecordWhere) { auditRecords(where: $w) { totalCount } }', {
    w: where,
  });
  expect(log.records).toMatchObject([
    {
      verb: 'list',
      permission: 'catalog.miloapis.com/auditrecords.list',
      kind: 'AuditRecord',
      asked: { kinds: ['AuditRecord'], where },
    },
  ]);
});

test('what is hidden or absent is recorded as it was asked for, and the record tells no more than the read did', async () => {
  await applyAll(app, doc('Group', 'hidden', {}, { namespace: 'organization-globex' }));
  // Namesakes, of which one is seen; the other one is the newer.
  await applyAll(app, doc('Group', 'twin', {}, ACME));
  await applyAll(app, doc('Group', 'twin', {}, { namespace: 'organization-globex' }));
  const twin = await noted(
    'olga',
    '{ group(name: "twin") { name } object(kind: "group", name: "twin") { name } history(kind: "group", name: "twin") { totalCount } }',
  );
  expect(twin.answer.data.history.totalCount).toBe(1);
  expect(twin.records).toHaveLength(3);
  for (const { scope } of twin.records) expect(scope).toEqual({ kind: 'Organization', name: 'acme' });
  const uid = await uidOf('group', 'hidden');
  const byName = await noted(
    'olga',
    '{ group(name: "hidden") { name } access(kind: "group", name: "hidden", permission: "get") { allowed } }',
  );
  expect(byName.answer.data).toEqual({ group: null, access: null });
  for (const record of byName.records) expect(record).toMatchObject({ name: 'hidden', uid: null, scope: null });
  const byId = await noted('olga', `{ group(id: "${uid}") { name } }`);
  expect(byId.records).toMatchObject([{ name: null, uid, scope: null, outcome: 'SUCCESS' }]);
  expect((await noted('olga', '{ group(name: "never-was") { name } }')).records).toMatchObject([
    { name: 'never-was', uid: null },
  ]);
  const globex = await uidOf('organization', 'globex');
  const log = await noted('olga', `{ auditRecords(where: { scope: "${globex}" }) { nodes { id } } }`);
  expect(log.records).toMatchObject([{ scope: null }]);
});

test('reads that are denied are recorded, whatever they are of; reads that fail as what they are', async () => {
  const denied = await noted('olga', '{ authorizationStatus { tuples } }');
  expect(denied.answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect(denied.records).toMatchObject([{ outcome: 'DENIED', errorCode: 'FORBIDDEN', decision: { decision: 'deny' } }]);
  const wrong = await noted(
    'olga',
    '{ users(first: 0, where: { name: { in: [] } }, after: "nonsense") { totalCount } }',
  );
  expect(wrong.answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect(wrong.records).toMatchObject([{ outcome: 'INVALID', errorCode: 'BAD_USER_INPUT', verb: 'list' }]);
  const unrecorded = await noted('olga', '{ racks(after: "nonsense") { totalCount } }');
  expect(unrecorded.answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect(unrecorded.records).toEqual([]);
});

test('reads over server-sent events and WebSocket, and subscriptions, are recorded alike', async () => {
  const headers = { authorization: `Bearer ${await app.token('olga')}`, 'x-request-id': 'streamed' };
  const query = 'query Streamed { users { totalCount } }';
  for await (const { data } of overEvents(app.url, query, {}, headers)) expect(data.users.totalCount).toBe(0);
  const subscription = 'subscription Streamed { changes(where: { kinds: ["Group"] }, initial: false) { type } }';
  for (const listening of [
    overEvents(app.url, subscription, {}, headers),
    overWebSocket(app.url, subscription, {}, headers),
    overEvents(app.url, subscription.replace('Group', 'Rack'), {}, headers),
  ]) {
    await listening.next();
    await listening.return(undefined);
  }
  await app.readLog.flush();
  const found = await app.database.rows(sql`
    select verb, field, request_id = 'streamed' as is_own, document_hash from audit_record where is_read and operation = 'Streamed'
    order by received_at`);
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(found).toEqual([
    { verb: 'list', field: 'users', is_own: true, document_hash: hash(query) },
    { verb: 'watch', field: 'changes', is_own: true, document_hash: hash(subscription) },
    { verb: 'watch', field: 'changes', is_own: false, document_hash: hash(subscription) },
  ]);
});

test('the log shows reads only when they are asked for, and each reader those that concern them', async () => {
  const { requestId } = await noted(
    'olga',
    '{ policyBinding(name: "dave-log") { name } policyBindings { totalCount } }',
  );
  const seen = async (who: string, where: object): Promise<string[]> => {
    const { data, errors } = await app.as(who).execute(READS, { where: { requestId, ...where } });
    expect(errors).toBeUndefined();
    return data.auditRecords.nodes.map(({ verb }: { verb: string }) => verb).sort();
  };
  for (const who of ['olga', 'dave', 'stranger', 'test-admin']) expect(await seen(who, {})).toEqual([]);
  expect(await seen('olga', { reads: 'INCLUDED' })).toEqual(['get', 'list']);
  // What stands in acme is for who reads acme's log; a list is of no one scope.
  expect(await seen('dave', { reads: 'ONLY' })).toEqual(['get']);
  expect(await seen('stranger', { reads: 'ONLY' })).toEqual([]);
  expect(await seen('test-admin', { reads: 'ONLY' })).toEqual(['get', 'list']);
  expect(await seen('test-admin', { verbs: ['list'] })).toEqual(['list']);
  expect(await seen('test-admin', { verbs: ['list'], reads: 'EXCLUDED' })).toEqual([]);
  expect(await seen('test-admin', { reads: 'ONLY', resource: { kind: 'PolicyBinding' } })).toEqual(['get', 'list']);
  expect(await seen('test-admin', { reads: 'ONLY', resource: { kind: 'User' } })).toEqual([]);
});

test('a read costs no statement and no time for its record', async () => {
  const document =
    '{ users { totalCount nodes { name } } auditRecords(first: 1) { nodes { verb } } roles { totalCount } }';
  const explain = async (): Promise<number | undefined> =>
    (await app.execute(document, {}, { 'x-catalog-explain': 'true' })).extensions?.explain.statements;
  const first = await explain();
  expect(await explain()).toBe(first);
  expect(first).toBe(4); // One per list, and one that asks whether the rights to the log still hold.
  await app.readLog.flush();
});

test('it is in the log by itself, a second later or at the end of the service', async () => {
  const count = async (operation: string): Promise<number> => {
    const [row] = await app.database.cells(
      sql`select count(*)::int from audit_record where is_read and operation = ${operation}`,
    );
    return Number(row?.[0]);
  };
  await app.execute('query Later { users { totalCount } }');
  await expect.poll(() => count('Later')).toBe(1);
  const other = await app.replica();
  const asked = await fetch(`${other.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token('olga')}` },
    body: JSON.stringify({ query: 'query AtTheEnd { users { totalCount } }' }),
  });
  expect(asked.status).toBe(200);
  await other.close();
  expect(await count('AtTheEnd')).toBe(1);
});

/** A read as somebody might have made it. */
const aRead = (operation: string, name = 'x') => ({
  asker: {
    request_id: 'q',
    actor: { kind: 'User', principalId: null, name: 'a' } as const,
    actor_id: null,
    actor_name: 'a',
    operation,
    field: null,
    document_hash: null,
    source: null,
    trace_id: null,
  },
  verb: 'get' as const,
  permission: undefined,
  kind: 'User',
  name,
  asked: {},
  outcome: 'SUCCESS' as const,
  beganAt: performance.now() - 60_000,
  endedAt: performance.now(),
});

test('while the database is away reads wait for it, up to a bound; how many were lost is reported', async () => {
  const reported: string[] = [];
  const report = (problem: unknown): void => void reported.push(String(problem));
  let isAway = true;
  const away = createDatabase('postgres://catalog@127.0.0.1:1/nothing', { poolSize: 1 });
  const database = new Proxy(app.database, { get: (there, name: 'execute') => (isAway ? away : there)[name] });
  const log = createReadLog({ database, report, most: 700 });
  for (let at = 0; at < 1_000; at++) log.note(aRead('Outage'));
  // As often as its timer may try meanwhile.
  for (let times = 0; times < 3; times++) await log.flush();
  expect(reported).toEqual([]);
  isAway = false;
  await log.flush();
  expect(reported).toEqual(['300 reads are missing from the audit log']);
  const [row] = await app.database.cells(sql`
    select count(*)::int, count(distinct id)::int, bool_and(completed_at - received_at between interval '59 s' and interval '61 s')
    from audit_record where operation = 'Outage'`);
  expect(row).toEqual([700, 700, true]);
  isAway = true;
  for (let at = 0; at < 3; at++) log.note(aRead('Lost'));
  await log.close();
  expect(reported.slice(1)).toEqual(['3 reads are missing from the audit log']);
  await away.close();
});

test('what cannot be stored takes nothing else with it, and nothing is recorded twice', async () => {
  const reported: string[] = [];
  const log = createReadLog({ database: app.database, report: (problem) => void reported.push(String(problem)) });
  log.note(aRead('Strange', 'nul \0 and half \ud800'));
  log.note({ ...aRead('Strange'), uid: 'no uuid' });
  log.note(aRead('Strange', 'last'));
  await Promise.all([log.flush(), log.flush()]);
  await log.close();
  const found = await app.database.rows(
    sql`select resource_name as name from audit_record where operation = 'Strange' order by 1`,
  );
  expect(found).toEqual([{ name: 'last' }, { name: 'nul � and half �' }]);
  expect(reported).toHaveLength(2);
  expect(reported[1]).toBe('1 reads are missing from the audit log');
});
