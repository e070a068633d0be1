import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/db/sql.ts';
import { applyAll, binding, doc, role, startWorld, userOf } from '../authz/world.ts';
import type { TestApp } from '../kit/app.ts';
import { overEvents, overWebSocket } from '../kit/streams.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startWorld();
  await applyAll(
    app,
    [
      role('keeper', 'inv/racks.get inv/racks.create inv/racks.update inv/racks.delete inv/sites.get'),
      role('log', 'catalog/auditrecords.list'),
      binding('keeper', 'Site/fra1', 'keeper', userOf('tech')),
      binding('log', 'Site/fra1', 'log', userOf('nora')),
    ].join(''),
  );
});
afterAll(() => app.close());

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const request = {
  traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
  'x-request-id': 'r-1',
  'user-agent': 'portal/1.2',
  'x-forwarded-for': '203.0.113.9',
};
const CREATE = `mutation MakeRack($name: String!, $site: String!, $height: Int!) {
  createRack(input: { name: $name, site: { name: $site }, heightU: $height }) { userErrors { code message } } }`;
const RECORDS = `query ($where: AuditRecordWhere) { auditRecords(where: $where) { nodes {
  outcome verb permission name requestId operation field documentHash traceId isRead asked decision
  source { address userAgent } scope { kind name uid } actor { name clientId delegatedBy } } } }`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function recordsOf(name: string) {
  const { data, errors } = await app.execute(RECORDS, { where: { resource: { kind: 'Rack', name } } });
  expect(errors).toBeUndefined();
  return data.auditRecords.nodes;
}
const idOf = async (kind: string, name: string): Promise<string> => {
  const { data } = await app.execute(`{ ${kind}(name: "${name}") { uid } }`);
  return data[kind].uid;
};

test('a record says in which request, document and trace something was done, from where, by which program', async () => {
  const token = await app.token('tech', { azp: 'portal', act: { sub: 'deputy', act: { sub: 'before' } } });
  const variables = { name: 'seen', site: 'fra1', height: 42 };
  const { data } = await app.execute(CREATE, variables, { ...request, authorization: `Bearer ${token}` });
  expect(data.createRack.userErrors).toEqual([]);
  const [record, another] = await recordsOf('seen');
  expect(another).toBeUndefined();
  expect(record).toEqual({
    outcome: 'SUCCESS',
    verb: 'create',
    permission: 'inventory.miloapis.com/racks.create',
    name: 'seen',
    requestId: 'r-1',
    operation: 'MakeRack',
    field: 'createRack',
    documentHash: sha256(CREATE),
    traceId: TRACE,
    isRead: false,
    asked: null,
    source: { address: null, userAgent: 'portal/1.2' }, // On the same machine, which says nothing.
    scope: { kind: 'Rack', name: 'seen', uid: expect.any(String) },
    actor: { name: 'tech', clientId: 'portal', delegatedBy: 'deputy' },
    decision: {
      decision: 'allow',
      checks: [
        {
          permission: 'inventory.miloapis.com/racks.create',
          relation: expect.stringContaining('racks'),
          scope: await idOf('site', 'fra1'),
          heldOn: await idOf('site', 'fra1'),
        },
      ],
      modelId: expect.stringMatching(/^[0-9A-Z]{26}$/),
      consistency: 'HIGHER_CONSISTENCY',
    },
  });
});

test('each token speaks for itself, also of one person at the same time', async () => {
  for (const [name, claims] of [
    ['by-app', { azp: 'app' }],
    ['by-hand', {}],
    ['by-malformed', { act: 'somebody', azp: 7 }],
  ] as const) {
    const authorization = `Bearer ${await app.token('tech', claims)}`;
    await app.execute(CREATE, { name, site: 'fra1', height: 42 }, { authorization });
    const [{ actor }] = await recordsOf(name);
    expect(actor).toEqual({
      name: 'tech',
      clientId: 'azp' in claims ? (claims.azp === 'app' ? 'app' : null) : null,
      delegatedBy: null,
    });
  }
});

test('behind a proxy that is trusted the address is the one that it was asked from', async () => {
  const behind = await app.replica({ trustedProxies: 1 });
  const answer = await fetch(`${behind.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await app.token('tech')}`,
      ...request,
      'x-forwarded-for': '192.0.2.66, 203.0.113.9',
    },
    body: JSON.stringify({ query: CREATE, variables: { name: 'proxied', site: 'fra1', height: 42 } }),
  });
  expect(answer.status).toBe(200);
  await behind.close();
  const [{ source }] = await recordsOf('proxied');
  expect(source).toEqual({ address: '203.0.113.9', userAgent: 'portal/1.2' });
});

test('the same is known of what comes over server-sent events and over WebSocket', async () => {
  const headers = { ...request, authorization: `Bearer ${await app.token('tech')}` };
  for await (const { data } of overEvents(app.url, CREATE, { name: 'sse', site: 'fra1', height: 42 }, headers)) {
    expect(data.createRack.userErrors).toEqual([]);
  }
  const parameters = { authorization: headers.authorization };
  for await (const { data } of overWebSocket(app.url, CREATE, { name: 'ws', site: 'fra1', height: 42 }, parameters)) {
    expect(data.createRack.userErrors).toEqual([]);
  }
  const [sse] = await recordsOf('sse');
  expect(sse).toMatchObject({
    requestId: 'r-1',
    traceId: TRACE,
    operation: 'MakeRack',
    field: 'createRack',
    documentHash: sha256(CREATE),
    source: { userAgent: 'portal/1.2' },
  });
  const [ws] = await recordsOf('ws');
  expect(ws).toMatchObject({ field: 'createRack', documentHash: sha256(CREATE), traceId: null, source: null });
});

test('a refusal has all of it, too; a denial says which permission was missing, and nothing of where', async () => {
  const headers = { ...request, authorization: `Bearer ${await app.token('tech')}` };
  await app.execute(CREATE, { name: 'wrong', site: 'fra1', height: 0 }, headers);
  expect((await recordsOf('wrong'))[0]).toMatchObject({
    outcome: 'INVALID',
    traceId: TRACE,
    documentHash: sha256(CREATE),
    source: { userAgent: 'portal/1.2' },
    decision: { decision: 'allow', violations: [{ rule: expect.any(String) }] },
  });
  // Nora is in a group that holds the right on the platform; Olga only sees the rack.
  await applyAll(app, binding('olga-sees', 'Site/fra1', 'inventory-viewer', userOf('olga')));
  const update = (who: string, heightU: number) =>
    app
      .as(who)
      .execute(
        `mutation { updateRack(input: { name: "fra1-r1", changes: { heightU: ${heightU} } }) { userErrors { code } } }`,
      );
  expect((await update('nora', 30)).data.updateRack.userErrors).toEqual([]);
  expect((await update('olga', 31)).data.updateRack.userErrors).toEqual([{ code: 'FORBIDDEN' }]);
  const [denied, allowed] = await recordsOf('fra1-r1');
  const permission = 'inventory.miloapis.com/racks.update';
  expect(denied).toMatchObject({
    outcome: 'DENIED',
    actor: { name: 'olga' },
    scope: { kind: 'Rack', name: 'fra1-r1' },
    decision: { decision: 'deny', checks: [{ permission }], violations: [{ rule: 'FORBIDDEN' }] },
  });
  expect(denied.decision.checks).toEqual([{ permission }]);
  expect(allowed).toMatchObject({
    outcome: 'SUCCESS',
    actor: { name: 'nora' },
    decision: { decision: 'allow', checks: [{ permission, scope: await idOf('rack', 'fra1-r1') }] },
  });
});

test('of one’s own records one learns the name of a scope while one may see it, or read its log', async () => {
  const own = (who: string) => app.as(who).execute(RECORDS, { where: { resource: { kind: 'Rack', name: 'seen' } } });
  const scopeOf = async (who: string) => (await own(who)).data.auditRecords.nodes[0].scope;
  expect(await scopeOf('tech')).toEqual({ kind: 'Rack', name: 'seen', uid: expect.any(String) });
  const { data } = await app.execute(
    'mutation ($objects: [ObjectReferenceInput!]!) { delete(input: {objects: $objects}) { userErrors { message } } }',
    { objects: ['keeper', 'fra1-viewer'].map((name) => ({ kind: 'PolicyBinding', name, namespace: 'milo-system' })) },
  );
  expect(data.delete.userErrors).toEqual([]);
  expect(await scopeOf('tech')).toEqual({ kind: 'Rack', name: null, uid: expect.any(String) });
  const again = ['keeper', 'fra1-viewer'].map((name) =>
    binding(name, 'Site/fra1', name === 'keeper' ? 'keeper' : 'inventory-viewer', userOf('tech')),
  );
  await applyAll(app, again.join(''));
  expect((await own('nora')).data.auditRecords.nodes[0].scope.name).toBe('seen');
});

test('what goes with a device has its decision as well, and the scope keeps the name it had', async () => {
  await applyAll(
    app,
    [
      doc('Rack', 'short-lived', { siteRef: { name: 'fra1' }, heightU: 42 }),
      doc('Node', 'short-lived', {
        siteRef: { name: 'fra1' },
        hardware: { cpuCores: 8, cpuArchitecture: 'amd64', memoryBytes: 1024 },
        placement: { rackRef: { name: 'short-lived' }, startUnit: 1, unitHeight: 1 },
      }),
      ...['a', 'b'].map((port) =>
        doc('Port', `short-${port}`, {
          deviceRef: { kind: 'Node', name: 'short-lived' },
          type: 'Ethernet',
          name: port,
        }),
      ),
    ].join(''),
  );
  const { data } = await app.execute(
    `mutation { delete(input: { objects: [{ kind: "Node", name: "short-lived" }, { kind: "Rack", name: "short-lived" }], cascade: true }) {
      userErrors { message } } }`,
    {},
    { 'x-request-id': 'cascade' },
  );
  expect(data.delete.userErrors).toEqual([]);
  const { data: found } = await app.execute(RECORDS, { where: { requestId: 'cascade' } });
  const told = found.auditRecords.nodes.map(({ verb, name, scope, decision }: Record<string, never>) => ({
    verb,
    name,
    scope,
    decision,
  }));
  const checked = (kind: string) => ({
    decision: 'allow',
    checks: [
      expect.objectContaining({ permission: `inventory.miloapis.com/${kind}.delete`, heldOn: expect.any(String) }),
    ],
    modelId: expect.any(String),
    consistency: 'HIGHER_CONSISTENCY',
  });
  const scope = { kind: 'Rack', name: 'short-lived', uid: expect.any(String) };
  expect(told).toHaveLength(4);
  expect(told).toEqual(
    expect.arrayContaining([
      { verb: 'delete', name: 'short-a', scope, decision: checked('ports') },
      { verb: 'delete', name: 'short-b', scope, decision: checked('ports') },
      { verb: 'delete', name: 'short-lived', scope, decision: checked('nodes') },
      { verb: 'delete', name: 'short-lived', scope, decision: checked('racks') },
    ]),
  );
});

test('what the service does by itself comes from nowhere', async () => {
  const found = await app.database.rows(sql`
    select distinct source, trace_id, document_hash, field from audit_record where actor_name = 'system'`);
  expect(found).toEqual([{ source: null, trace_id: null, document_hash: null, field: null }]);
});

test('a mutation that never reaches the write pipeline leaves its one record; a trial none', async () => {
  const headers = { 'x-request-id': 'unread' };
  const unread = (more: string) =>
    app.execute(`mutation { apply(input: { manifests: [], force: true ${more} }) { applied } }`, {}, headers);
  expect((await unread('')).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect((await unread('validateOnly: true')).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  const staff = await app.as('tech').execute('mutation { rebuildAuthorization { tuples } }', {}, headers);
  expect(staff.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect((await app.execute('mutation { rebuildAuthorization { differences } }', {}, headers)).data).toEqual({
    rebuildAuthorization: { differences: 0 },
  });
  await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'unread' },
    body: JSON.stringify({ query: CREATE, variables: { name: 'nobody', site: 'fra1', height: 1 } }),
  });
  const { data } = await app.execute(RECORDS, { where: { requestId: 'unread' } });
  expect(data.auditRecords.nodes.map((one: Record<string, unknown>) => [one.verb, one.outcome])).toEqual([
    ['create', 'DENIED'],
    ['rebuildAuthorization', 'SUCCESS'],
    ['rebuildAuthorization', 'DENIED'],
    ['apply', 'INVALID'],
  ]);
});

test('history leads to the record of each change, in one statement, for those who may read the log', async () => {
  const HISTORY =
    '{ racks(where: {name: {startsWith: "by-"}}) { nodes { name history { nodes { auditRecord { requestId actor { name } } } } } } }';
  const { data, extensions } = await app.execute(HISTORY, {}, { 'x-catalog-explain': 'true' });
  expect(data.racks.nodes).toHaveLength(3);
  for (const { history } of data.racks.nodes) {
    expect(history.nodes).toEqual([{ auditRecord: { requestId: expect.any(String), actor: { name: 'tech' } } }]);
  }
  const plain = await app.execute(
    HISTORY.replace(/auditRecord \{.*\} \} \} \} \} \}$/, 'at } } } } }'),
    {},
    { 'x-catalog-explain': 'true' },
  );
  const [with_, without] = [extensions?.explain.statements ?? 0, plain.extensions?.explain.statements ?? 0];
  expect(with_ - without).toBe(2); // The records, and whether the rights still hold.
  await applyAll(app, binding('dave-sees', 'Site/fra1', 'inventory-viewer', userOf('dave')));
  const seen = await app.as('dave').execute(HISTORY);
  for (const { history } of seen.data.racks.nodes) expect(history.nodes).toEqual([{ auditRecord: null }]);
});

test('the address of a person is in the audit log, and nowhere else in history', async () => {
  const count = async (table: string): Promise<unknown> => {
    const [row] = await app.database.cells(sql`select count(*)::int from ${sql.ident(table)} where actor ? 'email'`);
    return row?.[0];
  };
  expect(await count('audit_record')).toBeGreaterThan(0);
  expect(await count('change_set')).toBe(0);
});
