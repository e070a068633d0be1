import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog } from '../../src/app.ts';
import type { Caller } from '../../src/catalog/access/caller.ts';
import { kindScopeId } from '../../src/catalog/access/permissions.ts';
import type { Author } from '../../src/catalog/author.ts';
import { auditOrder, loadAuditRecords } from '../../src/catalog/history/audit-log.ts';
import { keyset } from '../../src/catalog/read/paged-list.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { tallied } from '../../src/platform/tally.ts';
import { accessBelow } from '../kit/access.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { aCable, aNode, aPort, aRack, aService, plant } from './documents.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  expect((await app.apply(plant)).userErrors).toEqual([]);
});
afterAll(() => app.close());

const person = (name: string, number: number): Caller => ({
  kind: 'User',
  name,
  principalId: `00000000-0000-7000-8000-00000000000${number}`,
  issuer: 'https://issuer.example',
  subject: name,
});
const [alice, bob] = [person('alice', 1), person('bob', 2)];
const by = (caller: Caller, requestId: string): Author => ({ caller, requestId, operation: 'Test' });
const apply = (author: Author, content: string, validateOnly = false) =>
  app.pipeline.apply([{ source: 'test.yaml', content }], { by: author, validateOnly });
const remove = (author: Author, ...names: readonly string[]) =>
  app.pipeline.remove(
    { objects: names.map((one) => ({ kind: one.split('/')[0] ?? '', name: one.split('/')[1] ?? '' })), manifests: [] },
    { by: author, validateOnly: false, allowMissing: false },
  );

const RECORDS = `query ($where: AuditRecordWhere, $first: Int, $after: String) {
  auditRecords(where: $where, first: $first, after: $after) { totalCount pageInfo { more: hasNextPage endCursor } nodes {
    outcome verb permission kind name generationBefore generationAfter errorCode operation requestId
    actor { kind name issuer subject } decision changes { path before after }
    before { spec } after { spec } } } }`;
const records = async (where: object, more: object = {}) =>
  (await app.execute(RECORDS, { where, ...more })).data.auditRecords;

test('who did what to an object, from what to what, newest first', async () => {
  await apply(by(alice, 'q1'), aRack('logged'));
  await apply(by(bob, 'q2'), aRack('logged', { heightU: 20 }));
  await remove(by(alice, 'q3'), 'Rack/logged');
  const { nodes, totalCount } = await records({ resource: { kind: 'racks', name: 'logged' } });
  expect(totalCount).toBe(3);
  expect(nodes).toEqual([
    expect.objectContaining({
      verb: 'delete',
      requestId: 'q3',
      before: { spec: expect.objectContaining({ heightU: 20 }) },
      after: null,
      generationBefore: 2,
      generationAfter: null,
    }),
    {
      outcome: 'SUCCESS',
      verb: 'update',
      permission: 'inventory.miloapis.com/racks.update',
      kind: 'Rack',
      name: 'logged',
      generationBefore: 1,
      generationAfter: 2,
      errorCode: null,
      operation: 'Test',
      requestId: 'q2',
      actor: { kind: 'User', name: 'bob', issuer: 'https://issuer.example', subject: 'bob' },
      decision: { decision: 'allow' },
      changes: [{ path: 'spec.heightU', before: '42', after: '20' }],
      before: { spec: expect.objectContaining({ heightU: 42 }) },
      after: { spec: expect.objectContaining({ heightU: 20 }) },
    },
    expect.objectContaining({
      verb: 'create',
      requestId: 'q1',
      before: null,
      changes: [],
      generationBefore: null,
      generationAfter: 1,
    }),
  ]);
});

test('a refusal is recorded although nothing was stored; a trial is not; a write with nothing to do leaves one record', async () => {
  await apply(by(alice, 'r1'), aRack('refused', { heightU: 0 }) + aRack('sound'));
  await apply(by(alice, 'r2'), aRack('tried'), true);
  await apply(by(alice, 'r3'), aRack('same'));
  await apply(by(alice, 'r4'), aRack('same'));
  await remove(by(alice, 'r5'), 'Rack/nowhere');
  const found = await app.database.rows(sql`
    select request_id as request, outcome, verb, resource_name as name, error_code as code from audit_record
    where request_id in ('r1', 'r2', 'r3', 'r4', 'r5') order by received_at, id`);
  expect(found).toEqual([
    { request: 'r1', outcome: 'INVALID', verb: 'create', name: 'refused', code: expect.stringMatching(/^[A-Z_]+$/) },
    { request: 'r3', outcome: 'SUCCESS', verb: 'create', name: 'same', code: null },
    { request: 'r4', outcome: 'SUCCESS', verb: 'apply', name: null, code: null },
    { request: 'r5', outcome: 'INVALID', verb: 'delete', name: 'nowhere', code: 'NOT_FOUND' },
  ]);
});

test('the log has the paths that history has, also inside a list', async () => {
  const before = aService('paths', ['a', 'b']);
  await apply(by(alice, 'l1'), before);
  const after = before
    .replace('"displayName":"paths.example.com/b"', '"displayName":"B"')
    .replace('"displayName":"Thing"', '"displayName":"A thing"')
    .replace('"displayName":"paths"', '"displayName":"Paths"');
  expect((await apply(by(bob, 'l2'), after)).violations).toEqual([]);
  const told: string[] = [];
  for (const [kind, changed] of [
    ['Service', ['spec.displayName']],
    [
      'ServiceConfiguration',
      [
        'spec.monitoredResourceTypes[type=paths.example.com/Thing].displayName',
        'spec.metrics[name=paths.example.com/b].displayName',
      ],
    ],
  ] as const) {
    const { data } = await app.execute(
      'query ($kind: String!) { history(kind: $kind, name: "paths", first: 1) { nodes { changes { path before after } } } }',
      { kind },
    );
    const { nodes } = await records({ requestId: 'l2', resource: { kind, name: 'paths' } });
    const inOrder = (list: readonly { readonly path: string }[]) => list.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const ofSpec = data.history.nodes[0].changes.filter(({ path }: { path: string }) => path.startsWith('spec.'));
    expect(ofSpec.map(({ path }: { path: string }) => path).sort()).toEqual([...changed].sort());
    expect(inOrder(nodes[0].changes.filter(({ path }: { path: string }) => path.startsWith('spec.')))).toEqual(
      inOrder(ofSpec),
    );
    told.push(...nodes.map(({ verb }: { verb: string }) => verb));
  }
  expect(told).toEqual(['update', 'update']);
});

test('every object of a random sequence of writes has exactly one record, with the state it was left in', async () => {
  const names = ['aa', 'bb', 'cc', 'dd'];
  let seed = 5;
  const next = (limit: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % limit;
  };
  const expected: string[] = [];
  for (let round = 0; round < 60; round++) {
    const request = `random-${round}`;
    const chosen = names.filter(() => next(2) === 0);
    if (chosen.length === 0) continue;
    if (next(4) === 0) {
      const { isApplied } = await remove(by(alice, request), ...chosen.map((name) => `Rack/${name}`));
      const missing = await app.database.rows<{ name: string }>(sql`select name from rack where name = any(${chosen})`);
      if (isApplied) expected.push(...chosen.map((name) => `${request} delete ${name}`));
      else {
        const there = missing.map(({ name }) => name);
        expected.push(...chosen.filter((name) => !there.includes(name)).map((name) => `${request} refused ${name}`));
      }
      continue;
    }
    const { results } = await apply(
      by(bob, request),
      chosen.map((name) => aRack(name, { heightU: 40 + next(3) })).join(''),
    );
    const done = results.filter(({ outcome }) => outcome !== 'UNCHANGED');
    expected.push(
      ...done.map(({ outcome, name }) => `${request} ${outcome === 'CREATED' ? 'create' : 'update'} ${name}`),
    );
    if (done.length === 0) expected.push(`${request} apply null`);
  }
  const found = await app.database.rows<{ line: string }>(sql`
    select request_id || ' ' || case when outcome = 'SUCCESS' then verb else 'refused' end || ' ' || coalesce(resource_name, 'null') as line
    from audit_record where request_id like 'random-%'`);
  expect(found.map(({ line }) => line).sort()).toEqual(expected.sort());
  const wrong = await app.database.rows(sql`
    select a.id from audit_record a join change c on c.position = a.position
    where a.verb <> 'delete' and (a.after is distinct from c.state or a.resource_id <> c.object_id)`);
  expect(wrong).toEqual([]);
});

test('the log is paged and filtered by actor, scope, time, verb and request', async () => {
  const { data } = await app.execute('{ site(name: "here") { uid } organization(name: "org") { uid } }');
  await apply(by(alice, 'p1'), aRack('paged1') + aRack('paged2') + aRack('paged3'));
  const where = { requestId: 'p1' };
  const first = await records(where, { first: 2 });
  expect(first).toMatchObject({ totalCount: 3, pageInfo: { more: true } });
  const second = await records(where, { first: 2, after: first.pageInfo.endCursor });
  expect(second.pageInfo.more).toBe(false);
  expect([...first.nodes, ...second.nodes].map(({ name }: { name: string }) => name).sort()).toEqual([
    'paged1',
    'paged2',
    'paged3',
  ]);
  const count = async (more: object): Promise<number> => (await records({ ...where, ...more })).totalCount;
  expect(await count({ scope: data.site.uid })).toBe(3);
  expect(await count({ scope: data.organization.uid })).toBe(0);
  expect(await count({ actor: { name: 'alice' }, verbs: ['create'], outcomes: ['SUCCESS'] })).toBe(3);
  expect(await count({ actor: { id: bob.principalId } })).toBe(0);
  expect(await count({ to: '2020-01-01T00:00:00Z' })).toBe(0);
});

test('one sees what one did oneself, and what was done in scopes whose log one may read, also of scopes that are gone', async () => {
  await apply(by(alice, 's1'), aRack('near') + aRack('far') + aNode('inside', 'near'));
  const [{ id } = { id: '' }] = await app.database.rows<{ id: string }>(sql`select id from rack where name = 'near'`);
  const [{ site } = { site: '' }] = await app.database.rows<{ site: string }>(sql`select id as site from site`);
  const seen = async (caller: Caller, scope: string, requestId = 's1'): Promise<string[]> => {
    const reader = { caller, access: accessBelow([scope]) };
    const wanted = { requestId, reads: 'EXCLUDED' } as const;
    const found = await loadAuditRecords(catalog(), app.database, reader, wanted, keyset(auditOrder, undefined, 100));
    return found.map(({ name }) => name ?? '').sort();
  };
  expect(await seen(bob, id)).toEqual(['inside', 'near']);
  expect(await seen(alice, id)).toEqual(['far', 'inside', 'near']);
  await remove(by(alice, 's2'), 'Rack/near', 'Node/inside');
  expect(await seen(bob, id)).toEqual([]);
  expect(await seen(bob, site)).toEqual(['far', 'inside', 'near']);
  expect(await seen(bob, site, 's2')).toEqual(['inside', 'near']); // Recorded when their scope was gone already.
});

test('the record of a cable has each scope above any of its ends once, in however many racks they are, also when these are gone', async () => {
  const racks = [0, 1, 2, 3];
  const ports = (cable: number, ends: readonly number[]) => ends.map((rack) => `span-${cable}-${rack}`);
  const cables = [
    [0, 0],
    [0, 1],
    [1, 0],
    [2, 3],
    [0, 1, 2],
    [3, 1, 0, 2],
  ];
  const inRack = (rack: number): string =>
    aRack(`span-${rack}`) +
    aNode(`span-n${rack}`, `span-${rack}`) +
    cables.map((ends, at) => (ends.includes(rack) ? aPort(`span-${at}-${rack}`, `span-n${rack}`) : '')).join('');
  const twice = aPort('span-0-0b', 'span-n0');
  const ends = (at: number): string[] => (at === 0 ? ['span-0-0', 'span-0-0b'] : ports(at, cables[at] ?? []));
  const made = cables.map((_, at) => aCable(`span-c${at}`, ends(at)[0] ?? '', ...ends(at).slice(1)));
  expect((await apply(by(alice, 'span'), racks.map(inRack).join('') + twice + made.join(''))).violations).toEqual([]);
  const above = await app.database.rows<{ name: string; id: string }>(
    sql`select r.name, c.ancestor_id as id from rack r join scope_closure c on c.descendant_id = r.id`,
  );
  const expected = cables.map((own, at) => {
    const all = own.flatMap((rack) => above.filter(({ name }) => name === `span-${rack}`).map(({ id }) => id));
    return { resource_name: `span-c${at}`, scope_ids: [...new Set(all)].sort() };
  });
  const recorded = (requestId: string) =>
    app.database.rows(sql`
      select resource_name, array(select id::text from unnest(scope_ids) id order by 1) as scope_ids from audit_record
      where request_id = ${requestId} and resource_kind = 'Cable' order by resource_name`);
  expect(await recorded('span')).toEqual(expected);
  await remove(
    by(alice, 'unspan'),
    ...cables.flatMap((_, at) => [`Cable/span-c${at}`, ...ends(at).map((port) => `Port/${port}`)]),
    ...racks.flatMap((rack) => [`Node/span-n${rack}`, `Rack/span-${rack}`]),
  );
  // A rack that is gone is in the scope of all racks no more.
  const ofRacks = kindScopeId('Rack');
  const left = expected.map((one) => ({ ...one, scope_ids: one.scope_ids.filter((id) => id !== ofRacks) }));
  expect(await recorded('unspan')).toEqual(left);
});

test('what the catalog derives from an object leaves no record of its own', async () => {
  await apply(by(alice, 'd1'), aService('audited', ['x', 'y']));
  expect((await records({ requestId: 'd1' })).nodes.map(({ kind }: { kind: string }) => kind).sort()).toEqual([
    'Service',
    'ServiceConfiguration',
  ]);
});

test('the statements of a write do not grow with its objects', async () => {
  const documents = (prefix: string, count: number): string =>
    Array.from({ length: count }, (_, index) => aRack(`${prefix}${index}`)).join('');
  const count = async (content: string): Promise<number> => {
    const { statements } = await tallied(() => apply(by(alice, 'c'), content));
    return statements.length;
  };
  expect(await count(documents('many', 100))).toBe(await count(documents('one', 1)));
});

test('a named action is recorded under its own name', async () => {
  await apply(by(alice, 'v0'), aService('verbs', ['z']));
  const { errors, data } = await app.execute(
    'mutation { deprecateService(input: { service: { name: "verbs" } }) { userErrors { message } } }',
  );
  expect([errors, data?.deprecateService.userErrors]).toEqual([undefined, []]);
  const found = await records({ resource: { kind: 'service', name: 'verbs' } });
  expect(found.nodes.map(({ verb, permission }: Record<string, string>) => [verb, permission])).toEqual([
    ['deprecateService', 'services.miloapis.com/services.update'],
    ['create', 'services.miloapis.com/services.create'],
  ]);
});
