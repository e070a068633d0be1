import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog } from '../../src/app.ts';
import { createAccess } from '../../src/catalog/access/create-access.ts';
import { createHoldings, type HeldRole } from '../../src/catalog/access/holdings.ts';
import { loadHoldings } from '../../src/catalog/access/load-holdings.ts';
import { permissionName } from '../../src/catalog/access/permissions.ts';
import { rightsOf } from '../../src/catalog/history/visible.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { overEvents } from '../kit/streams.ts';
import { random } from '../mutations/random.ts';
import { aRack, plant } from './documents.ts';

let app: TestApp;
const iam = (kind: string, metadata: object, spec: object): string =>
  `---\n${JSON.stringify({ apiVersion: 'iam.miloapis.com/v1alpha1', kind, metadata, spec })}\n`;
const role = (name: string, ...includedPermissions: readonly string[]): string =>
  iam('Role', { name, namespace: 'milo-system' }, { launchStage: 'Beta', includedPermissions });
const racks = (...verbs: readonly string[]): string[] => verbs.map((verb) => `inventory.miloapis.com/racks.${verb}`);

beforeAll(async () => {
  app = await startApp();
  const { userErrors } = await app.apply(
    plant +
      aRack('first') +
      iam('User', { name: 'eve' }, { email: 'eve@example.com' }) +
      role('rack-watcher', ...racks('get', 'list', 'watch')) +
      role('rack-auditor', 'catalog.miloapis.com/auditrecords.list'),
  );
  expect(userErrors).toEqual([]);
});
afterAll(() => app.close());

/** Gives eve a role on the site or another scope, or takes it. */
async function change(verb: 'bindRole' | 'unbindRole', name: string, on = 'site: { name: "here" }'): Promise<void> {
  const { data, errors } = await app.execute(
    `mutation { ${verb}(input: { role: { name: "${name}", namespace: "milo-system" }, subject: { user: { name: "eve" } }, resource: { ${on} } }) { userErrors { message } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data[verb].userErrors).toEqual([]);
}

const AUDIT =
  '{ auditRecords(where: {resource: {kind: "rack"}}) { totalCount nodes { outcome verb name permission } } }';

test('a role that is given or taken is a reset with what is in sight by then; who did it, only an auditor hears', async () => {
  const authorization = `Bearer ${await app.token('eve')}`;
  const stream = overEvents(
    app.url,
    'subscription { changes(where: { kinds: ["Rack"] }) { type reason initialComplete name actor { name } } }',
    {},
    { authorization },
  );
  const take = async (count: number): Promise<string[]> => {
    const texts: string[] = [];
    while (texts.length < count) {
      const { value } = await stream.next();
      const { type, reason, name, initialComplete, actor } = value.data.changes;
      if (type === 'BOOKMARK' && !initialComplete) continue;
      texts.push([type, name, reason, actor?.name].filter(Boolean).join(' '));
    }
    return texts;
  };
  expect(await take(1)).toEqual(['BOOKMARK']);
  await change('bindRole', 'rack-watcher');
  expect(await take(3)).toEqual(['RESET RIGHTS_CHANGED', 'ADDED first', 'BOOKMARK']);
  await app.apply(aRack('second'));
  expect(await take(1)).toEqual(['ADDED second']);
  // Another right than to watch: nothing comes into sight, and nothing is said anew.
  await change('bindRole', 'rack-auditor');
  await app.apply(aRack('third'));
  expect(await take(1)).toEqual(['ADDED third test-admin']);
  await change('unbindRole', 'rack-watcher');
  expect(await take(2)).toEqual(['RESET RIGHTS_CHANGED', 'BOOKMARK']);
  await stream.return(undefined);
  await change('unbindRole', 'rack-auditor');
});

test('a poller whose rights have changed is told to begin anew', async () => {
  const eve = app.as('eve');
  const POLL = 'query ($after: String) { changes(after: $after) { cursor events { type name } } }';
  const { data } = await eve.execute(POLL);
  await change('bindRole', 'rack-watcher');
  const refused = await eve.execute(POLL, { after: data.changes.cursor });
  expect(refused.errors?.[0]?.extensions).toMatchObject({ violations: [{ rule: 'CURSOR_EXPIRED', path: 'after' }] });
  await change('unbindRole', 'rack-watcher');
});

test('past states, differences and histories hold what one may get now, and nothing else', async () => {
  const eve = app.as('eve');
  const read = async (): Promise<unknown> => {
    const { data, errors } = await eve.execute(
      `{ history(kind: "rack", name: "first") { totalCount nodes { type actor { name } } }
         catalogAsOf(at: {time: "${new Date().toISOString()}"}) { objects(kind: "rack", where: { names: ["first"] }) { totalCount nodes { name } } object(kind: "rack", name: "first") { name } }
         catalogDifference(from: {position: 0}, kinds: ["rack", "site"]) { totalCount nodes { kind } } }`,
    );
    expect(errors).toBeUndefined();
    return data;
  };
  expect(await read()).toEqual({
    history: { totalCount: 0, nodes: [] },
    catalogAsOf: { objects: { totalCount: 0, nodes: [] }, object: null },
    catalogDifference: { totalCount: 0, nodes: [] },
  });
  await change('bindRole', 'rack-watcher');
  expect(await read()).toEqual({
    history: { totalCount: 1, nodes: [{ type: 'ADDED', actor: null }] },
    catalogAsOf: { objects: { totalCount: 1, nodes: [{ name: 'first' }] }, object: { name: 'first' } },
    catalogDifference: { totalCount: 3, nodes: [{ kind: 'Rack' }, { kind: 'Rack' }, { kind: 'Rack' }] },
  });
  const list = await eve.execute(
    '{ racks(where: {name: {eq: "first"}}) { nodes { history { nodes { type actor { name } } } } } }',
  );
  expect(list.data.racks.nodes).toEqual([{ history: { nodes: [{ type: 'ADDED', actor: null }] } }]);
  await change('unbindRole', 'rack-watcher');
});

test('what is denied is recorded; one sees one’s own attempts, and with the right to it those of others', async () => {
  const eve = app.as('eve');
  await change('bindRole', 'rack-watcher');
  const { data } = await eve.execute(
    'mutation ($input: ApplyInput!) { apply(input: $input) { applied userErrors { code } } }',
    { input: { manifests: [{ content: aRack('first', { heightU: 3 }) }] } },
  );
  expect(data.apply).toMatchObject({ applied: false, userErrors: [{ code: 'FORBIDDEN' }] });
  const own = { outcome: 'DENIED', verb: 'update', name: 'first', permission: 'inventory.miloapis.com/racks.update' };
  expect((await eve.execute(AUDIT)).data.auditRecords).toEqual({ totalCount: 1, nodes: [own] });
  await change('bindRole', 'rack-auditor');
  expect((await eve.execute(AUDIT)).data.auditRecords.nodes).toEqual([
    own,
    ...['third', 'second', 'first'].map((name) =>
      expect.objectContaining({ outcome: 'SUCCESS', verb: 'create', name }),
    ),
  ]);
  expect((await app.as('nobody').execute(AUDIT)).data.auditRecords).toEqual({ totalCount: 0, nodes: [] });
});

test('a place in the feed is bound to what its reader may watch: not to the roles that say so, nor to the order in which they are listed', async () => {
  const { database } = app;
  const { next, upTo } = random(Number(process.env.RIGHTS_SEED ?? 1));
  const model = catalog();
  const kinds = ['Rack', 'Site', 'Node', 'Project'].map((kind) => model.get(kind));
  const watch = kinds.map((kind) => permissionName(kind, 'watch'));
  const scopes = await database.rows<{ id: string }>(
    sql`select id from scope where kind in ('Region', 'Site', 'Rack', 'Organization', 'Project')`,
  );
  const pairs = await database.rows<{ above: string; below: string }>(
    sql`select ancestor_id as above, descendant_id as below from scope_closure where depth > 0`,
  );
  const some = <T>(list: readonly T[]): T[] => list.filter(() => next() < 0.5);
  const shuffled = <T>(list: readonly T[]): T[] =>
    list
      .map((one) => [next(), one] as const)
      .sort(([a], [b]) => a - b)
      .map(([, one]) => one);
  const held = (names: readonly string[]): HeldRole[] =>
    names.map((roleId) => ({
      roleId,
      permissions: new Set(some(watch)),
      scopeIds: some(scopes).map(({ id }) => id),
      kindScopeIds: [],
    }));
  const otherwise = (roles: readonly HeldRole[]): HeldRole[] => {
    const names = shuffled(roles.map(({ roleId }) => roleId));
    return shuffled(
      roles.map((role, index) => ({ ...role, roleId: names[index] ?? '', scopeIds: shuffled(role.scopeIds) })),
    );
  };
  const accessOf = (roles: readonly HeldRole[]) => createAccess(model, undefined, createHoldings(roles), undefined);
  const told = (roles: readonly HeldRole[]): Promise<string> => rightsOf(database, kinds, accessOf(roles));
  /** Of each kind, the highest scopes in which it may be watched. */
  const watched = (roles: readonly HeldRole[]): string =>
    watch
      .map((permission) => {
        const given = new Set(
          roles.filter((role) => role.permissions.has(permission)).flatMap((role) => role.scopeIds),
        );
        const inside = pairs.filter(({ above }) => given.has(above)).map(({ below }) => below);
        return [...given]
          .filter((id) => !inside.includes(id))
          .sort()
          .join();
      })
      .join(' ');
  const known = new Map<string, string>();
  for (let round = 0; round < 150; round++) {
    const roles = held(['a', 'b', 'c'].slice(0, 1 + upTo(3)));
    const place = await told(roles);
    expect(await told(otherwise(roles))).toBe(place);
    // Nor is what is kept for the caller worked out anew.
    expect(accessOf(shuffled(roles)).key).toBe(accessOf(roles).key);
    const what = watched(roles);
    expect(known.get(what) ?? place, what).toBe(place);
    known.set(what, place);
  }
  expect(known.size).toBeGreaterThan(50);
  expect(new Set(known.values()).size).toBe(known.size);
});

test('what a caller holds is loaded in the same order, however it has come about', async () => {
  const load = async () => {
    const { rows } = await app.database.pool.query<{ id: string }>('select id from grant_edge');
    const { roles } = await loadHoldings(
      app.database,
      rows.map(({ id }) => id),
    );
    return roles.map(({ permissions, ...role }) => ({ ...role, permissions: [...permissions] }));
  };
  const places = ['region: { name: "reg" }', 'site: { name: "here" }', 'rack: { name: "first" }'];
  for (const place of places) await change('bindRole', 'rack-watcher', place);
  const before = await load();
  expect(before.map(({ scopeIds }) => scopeIds.length)).toContain(3);
  for (const place of places) await change('unbindRole', 'rack-watcher', place);
  for (const place of places.toReversed()) await change('bindRole', 'rack-watcher', place);
  const { rows } = await app.database.pool.query<{ ctid: string }>('select ctid from role_permission order by 1 desc');
  for (const { ctid } of rows)
    await app.database.pool.query('update role_permission set role_id = role_id where ctid = $1', [ctid]);
  expect(await load()).toEqual(before);
});
