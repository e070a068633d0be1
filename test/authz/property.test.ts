import { afterEach, expect, test } from 'vitest';
import type { Access } from '../../src/catalog/access/access.ts';
import { storeHoldings } from '../../src/catalog/access/access-sets.ts';
import { createAccess } from '../../src/catalog/access/create-access.ts';
import { listGrants } from '../../src/catalog/access/grants.ts';
import { loadHoldings } from '../../src/catalog/access/load-holdings.ts';
import { kindScopeId } from '../../src/catalog/access/permissions.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { UnavailableError } from '../../src/platform/errors.ts';
import type { Tuple } from '../../src/platform/openfga/client.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { catalog, type Generated, generate, permissionOf, type Thing, type World } from './random-world.ts';
import { applyAll } from './world.ts';

const SEEDS = (process.env.AUTHZ_SEEDS ?? '1,2').split(',').map(Number);
/** Of how many lines OpenFGA itself is asked after each change, those that are new first; at the beginning of six times as many. */
const CHECKS = Number(process.env.AUTHZ_CHECKS ?? 12);
const verbs = ['get', 'list', 'watch'] as const;

let app: TestApp;
afterEach(() => app.close());

interface Row {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

interface Asked {
  readonly line: string;
  readonly permission: string;
  readonly scopes: readonly string[];
  readonly principalId: string;
}

/** `u1 get Rack/rack2`, of everybody and everything, in one order. */
type Sight = readonly string[];

async function rowsOf(kind: string): Promise<Row[]> {
  const model = catalog.get(kind);
  const others = 'also' in model.scope ? sql`other_scope_ids` : sql`'{}'::uuid[]`;
  return app.database.rows<Row>(
    sql`select id, name, scope_id || ${others} as scopes from ${sql.ident(model.table)} order by name`,
  );
}

async function accessOf(user: string): Promise<{ principalId: string; access: Access }> {
  const [row] = await app.database.rows<{ id: string; version: bigint }>(
    sql`select id, (select version from access_version) from user_account where name = ${user}`,
  );
  if (row === undefined) throw new Error(`no user ${user}`);
  const grants = await listGrants(app.authorization.openfga(), app.database, row.id);
  const holdings = await loadHoldings(app.database, grants);
  const setId = await storeHoldings(app.database, row.id, row.version, holdings);
  return { principalId: row.id, access: createAccess(catalog, row.version, holdings, setId) };
}

/** In pieces that a busy machine manages in time. */
async function checkAll(tuples: readonly Tuple[]): Promise<boolean[]> {
  const distinct = [...new Map(tuples.map((one) => [JSON.stringify(one), one])).values()];
  const answers = new Map<string, boolean>();
  for (let at = 0, size = 100, tried = 0; at < distinct.length; ) {
    const piece = distinct.slice(at, at + size);
    try {
      const allowed = await app.authorization.openfga().check(piece);
      for (const [index, one] of piece.entries()) answers.set(JSON.stringify(one), allowed[index] === true);
      at += size;
    } catch (error) {
      if (!(error instanceof UnavailableError) || ++tried > 20) throw error;
      size = 20;
    }
  }
  return tuples.map((one) => answers.get(JSON.stringify(one)) === true);
}

/** Ids of the kinds of what a thing stands in that is no scope itself: part of its check set (iam.md 4.5). */
function kindsAround(world: World, thing: Thing): string[] {
  const { scope } = catalog.get(thing.kind);
  if ('own' in scope || typeof scope.home === 'string') return [];
  const parent = world.parent(thing);
  const others = (scope.also ?? []).flatMap((path) => world.at(thing, path));
  return [...(parent === undefined ? [] : [parent]), ...others].flatMap((one) =>
    catalog.get(one.kind).isOwnScope ? [] : [kindScopeId(one.kind), ...kindsAround(world, one)],
  );
}

/**
 * What each user may read: as the conditions in SQL have it and as the manifests say; and of at most so many lines,
 * those first that are new, what OpenFGA's own Check says otherwise. (A denied Check takes tens of milliseconds.)
 */
async function sights(
  { world, users, next }: Generated,
  before: Sight,
  most: number,
): Promise<{ bySql: Sight; byManifests: Sight; differently: Sight }> {
  const bySql: string[] = [];
  const all: Asked[] = [];
  const byManifests: string[] = [];
  const kinds = [...new Set([...world.things.values()].map(({ kind }) => kind))].sort();
  const relations = new Map(
    (await app.database.cells(sql`select name, relation from permission`)).map(([name, relation]) => [
      String(name),
      String(relation),
    ]),
  );
  const tables = await Promise.all(kinds.map(async (kind) => [kind, await rowsOf(kind)] as const));
  const entitled = await app.database.rows<{ id: string; service_id: string; scope_id: string }>(
    sql`select id, service_id, scope_id from service_entitlement where status_phase = 'Active'`,
  );
  for (const user of users) {
    const { access, principalId } = await accessOf(user);
    const held = world.held(user);
    const asked: Omit<Asked, 'principalId'>[] = [];
    for (const [kind, rows] of tables) {
      const model = catalog.get(kind);
      for (const verb of verbs) {
        const condition = access.condition(model, sql`r`, verb) ?? sql`true`;
        const seen = await app.database.cells(
          sql`select name from ${sql.ident(model.table)} r where ${condition} order by name`,
        );
        bySql.push(...seen.map(([name]) => `${user} ${verb} ${kind}/${String(name)}`));
        for (const { name, scopes, id } of rows) {
          const line = `${user} ${verb} ${kind}/${name}`;
          const thing = world.get(kind, name);
          if (world.may(user, verb, thing, held)) byManifests.push(line);
          // What is public but a draft is left out by the statements; to OpenFGA it is as public as the rest.
          if (world.isDraft(thing)) continue;
          const around = kindsAround(world, thing);
          const set = [...scopes, kindScopeId(kind), ...around];
          asked.push({ line, permission: permissionOf(kind, verb), scopes: set });
          if (verb === 'list' && model.listedByGet === true) {
            asked.push({ line, permission: permissionOf(kind, 'get'), scopes: set });
          }
          if (kind !== 'Service') continue;
          for (const { service_id, scope_id } of entitled) {
            if (service_id !== id) continue;
            const scopesOf = [scope_id, kindScopeId('ServiceEntitlement')];
            asked.push({ line, permission: permissionOf('ServiceEntitlement', 'get'), scopes: scopesOf });
          }
        }
      }
    }
    all.push(...asked.map((one) => ({ ...one, principalId })));
  }
  // What is seen now and was not, or the other way round, comes first; then a sample of the rest.
  const seen = new Set(bySql);
  const seenBefore = new Set(before);
  const isNew = ({ line }: { line: string }): boolean => seen.has(line) !== seenBefore.has(line);
  const weigh = (one: { line: string }): number => (isNew(one) ? 2 : 0) + (seen.has(one.line) ? 0.3 : 0) + next();
  const lines = new Map(all.map((one) => [one.line, weigh(one)]));
  const chosen = new Set(
    [...lines]
      .sort(([, a], [, b]) => b - a)
      .map(([line]) => line)
      .slice(0, most),
  );
  const checked = all.filter(({ line }) => chosen.has(line));
  const tuples = checked.flatMap(({ permission, scopes, principalId }) =>
    scopes.map((scope) => ({
      user: `principal:${principalId}`,
      relation: relations.get(permission) ?? '',
      object: `scope:${scope}`,
    })),
  );
  const allowed = await checkAll(tuples);
  const byOpenFga = new Set<string>();
  let place = 0;
  for (const { line, scopes } of checked) {
    if (scopes.some((_, index) => allowed[place + index])) byOpenFga.add(line);
    place += scopes.length;
  }
  const differently = [...chosen].filter((line) => byOpenFga.has(line) !== seen.has(line));
  return { bySql: bySql.sort(), byManifests: byManifests.sort(), differently };
}

let last: Sight = [];

async function agree(generated: Generated, step: string, most = CHECKS): Promise<Sight> {
  const { bySql, byManifests, differently } = await sights(generated, last, most);
  last = bySql;
  expect(bySql, `${step}: SQL beside the manifests`).toEqual(byManifests);
  expect(differently, `${step}: OpenFGA says otherwise`).toEqual([]);
  const { missing, foreign, failed } = await app.authorization.verify();
  expect({ missing, foreign, failed }, step).toEqual({ missing: [], foreign: [], failed: [] });
  return bySql;
}

const without = <T>(list: readonly T[], one: T): T[] => list.filter((other) => other !== one);

test.each(SEEDS)(
  'random world %i: SQL, OpenFGA and the manifests agree on who sees what, whatever changes',
  async (seed) => {
    app = await startApp();
    last = [];
    const generated = generate(seed);
    const { world, next } = generated;
    const pick = <T>(list: readonly T[]): T => {
      const found = list[Math.floor(next() * list.length)];
      if (found === undefined) throw new Error('nothing to pick from');
      return found;
    };
    await applyAll(app, world.manifests());
    const first = await agree(generated, 'at first', CHECKS * 6);
    expect(first.length).toBeGreaterThan(50);

    /** Changes a thing, looks, changes it back, and everything is as before. */
    const thereAndBack = async (thing: Thing, spec: object, step: string): Promise<void> => {
      const before = thing.spec;
      thing.spec = { ...before, ...spec };
      await applyAll(app, world.manifest(thing));
      await agree(generated, step);
      thing.spec = before;
      await applyAll(app, world.manifest(thing));
      expect(await agree(generated, `${step}, and back`), `${step}, and back`).toEqual(first);
    };

    const placement = world.of('ProjectPlacement')[0];
    if (placement !== undefined) {
      const organization = world.at(placement, 'projectRef')[0]?.spec.ownerRef.name;
      const folders = world.of('Folder').filter(({ spec }) => spec.organizationRef.name === organization);
      await thereAndBack(placement, { folderRef: { name: pick(folders).name } }, 'a project moves to another folder');
    }
    const nested = world.of('Folder').find(({ spec }) => spec.parentRef !== undefined);
    if (nested !== undefined) await thereAndBack(nested, { parentRef: undefined }, 'a folder moves up');
    const node = world.of('Node').find(({ spec }) => spec.placement !== undefined);
    if (node !== undefined) await thereAndBack(node, { placement: undefined }, 'a server leaves its rack');
    // The producer of a service that somebody uses stays.
    const used = world.of('ServiceEntitlement').map(({ spec }) => spec.serviceRef.name);
    const unused = world.of('Service').filter(({ name }) => !used.includes(name));
    const owner = { producerProjectRef: { name: pick(world.of('Project')).name } };
    if (unused.length > 0) await thereAndBack(pick(unused), { owner }, 'a service is produced elsewhere');
    const runtime = world.of('ServiceRuntime')[0];
    if (runtime !== undefined) {
      const visibility = runtime.spec.visibility === 'Public' ? 'Private' : 'Public';
      await thereAndBack(runtime, { visibility }, 'a service becomes public or private');
    }
    const role = pick(world.of('Role').filter(({ name }) => name !== 'platform-admin'));
    await thereAndBack(
      role,
      {
        includedPermissions: [
          ...role.spec.includedPermissions.slice(2),
          ...['get', 'list']
            .map((verb) => permissionOf('Rack', verb))
            .filter((one) => !role.spec.includedPermissions.includes(one)),
        ],
        inheritedRoles: undefined,
      },
      'a role is edited',
    );

    // A subject that goes takes exactly its own rights along.
    const binding = world
      .of('PolicyBinding')
      .find(({ name, spec }) => name.startsWith('b') && spec.subjects.length > 1);
    if (binding !== undefined) {
      const subject = pick(binding.spec.subjects as { kind: string; name: string }[]);
      const lost = await (async () => {
        const before = binding.spec;
        binding.spec = { ...before, subjects: without(before.subjects, subject) };
        await applyAll(app, world.manifest(binding));
        const after = await agree(generated, 'a subject goes');
        binding.spec = before;
        await applyAll(app, world.manifest(binding));
        expect(await agree(generated, 'a subject comes back')).toEqual(first);
        return first.filter((line) => !after.includes(line));
      })();
      if (subject.kind === 'User') expect(lost.filter((line) => !line.startsWith(`${subject.name} `))).toEqual([]);
    }

    const remove = async (thing: Thing): Promise<void> => {
      const { data, errors } = await app.execute(
        'mutation ($input: DeleteInput!) { delete(input: $input) { userErrors { message } } }',
        { input: { manifests: [{ content: world.manifest(thing) }] } },
      );
      expect([errors, data?.delete.userErrors]).toEqual([undefined, []]);
      world.things.delete(`${thing.kind}/${thing.name}`);
    };
    for (const kind of [
      'GroupMembership',
      'GroupNesting',
      'PolicyBinding',
      'ServiceEntitlement',
      'OrganizationMembership',
    ]) {
      const own = world.of(kind).filter(({ name }) => name !== 'platform-admin');
      if (own.length > 0) await remove(pick(own));
    }
    await agree(generated, 'memberships, bindings and entitlements are deleted');
  },
  180_000,
);
