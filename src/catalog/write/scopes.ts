import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Catalog, KindModel, Reference } from '../model.ts';
import { PLATFORM } from '../well-known.ts';
import { type Draft, isSound, refuse } from './draft.ts';

const ORGANIZATION_NAMESPACE = 'organization-';

export const referenceAt = (kind: KindModel, path: string): Reference => {
  const found = kind.references.find(({ leaf }) => leaf.path === path);
  if (found === undefined) throw new Error(`${kind.kind}.${path} is no reference`);
  return found;
};

/** Works out where a draft stands; its references are resolved and stand earlier in load order. */
export function placeInScopes(draft: Draft, organizations: ReadonlyMap<string, string>): void {
  const { kind, links } = draft;
  const { scope } = kind;
  if ('own' in scope) {
    draft.scopeId = draft.id;
    return;
  }
  const linked = (path: string) => links.get(referenceAt(kind, path)) ?? [];
  if (scope.home === 'namespace') {
    draft.scopeId = organizations.get(organizationOf(draft) ?? '') ?? PLATFORM;
  } else if (scope.home === 'platform') {
    draft.scopeId = PLATFORM;
  } else if (scope.home !== 'project') {
    const [first] = scope.home.flatMap((path) => linked(path).slice(0, 1));
    draft.scopeId = first?.scopeId ?? PLATFORM;
  }
  if (draft.stored?.scopeId === draft.id) {
    draft.standsIn = draft.scopeId;
    draft.scopeId = draft.id;
  }
  const homes = typeof scope.home === 'string' ? [] : scope.home;
  const also = (scope.also ?? []).flatMap((path) => linked(path).slice(homes.includes(path) ? 1 : 0));
  const others = new Set(also.map(({ scopeId }) => scopeId));
  others.delete(draft.scopeId);
  draft.otherScopeIds = [...others].sort();
}

/** Reference paths that say what a scope object stands under. */
const parentPaths = ({ kind, scope }: KindModel): readonly string[] => {
  if (!('own' in scope)) throw new Error(`${kind} is no scope`);
  return scope.parent;
};

/** Scope of what a scope object stands under. */
export function parentScope({ kind, links }: Draft): string {
  const [first] = parentPaths(kind).flatMap((path) => (links.get(referenceAt(kind, path)) ?? []).slice(0, 1));
  return first?.scopeId ?? PLATFORM;
}

/** Name of the organization in whose namespace a draft lives, when its kind takes its scope from there. */
function organizationOf({ kind, manifest }: Draft): string | undefined {
  const isByNamespace = 'home' in kind.scope && kind.scope.home === 'namespace';
  if (!isByNamespace || manifest.namespace?.startsWith(ORGANIZATION_NAMESPACE) !== true) return undefined;
  return manifest.namespace.slice(ORGANIZATION_NAMESPACE.length);
}

/** Organizations by name, for kinds that live in an organization's namespace. */
export async function organizationScopes(
  catalog: Catalog,
  connection: Queryable,
  drafts: readonly Draft[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Set(drafts.flatMap((draft) => organizationOf(draft) ?? []));
  if (names.size === 0) return new Map();
  const { table } = catalog.get('Organization');
  const rows = await connection.cells(sql`select name, id from ${sql.ident(table)} where name = any(${[...names]})`);
  const stored = rows.map(([name, id]) => [String(name), String(id)] as const);
  const inBatch = drafts
    .filter(({ kind }) => kind.kind === 'Organization')
    .map(({ manifest, id }) => [manifest.name, id] as const);
  return new Map([...stored, ...inBatch]);
}

/** What already lives in the namespace of a new organization comes to stand under it. */
export async function adoptNamespaces(
  catalog: Catalog,
  connection: Queryable,
  drafts: readonly Draft[],
): Promise<void> {
  const created = drafts.filter(({ kind, stored }) => kind.kind === 'Organization' && stored === undefined);
  if (created.length === 0) return;
  const names = created.map(({ manifest }) => ORGANIZATION_NAMESPACE + manifest.name);
  const ids = created.map(({ id }) => id);
  for (const { scope, table } of catalog.kinds) {
    if (!('home' in scope) || scope.home !== 'namespace') continue;
    await connection.execute(
      sql`update ${sql.ident(table)} t set scope_id = o.id from unnest(${names}::text[], ${ids}::uuid[]) as o (namespace, id)
        where t.namespace = o.namespace and t.scope_id <> o.id`,
    );
  }
}

/**
 * Rows of `scope` for new scope objects, before the objects themselves, and new parents for those that move. An
 * object that goes on standing where it did keeps its parent, which a placement may have chosen. Gives back those
 * that would stand inside themselves; then no closure is worked out, and the batch has to be refused.
 */
export async function storeScopes(connection: Queryable, drafts: readonly Draft[]): Promise<Draft[]> {
  const isMoved = ({ kind, stored, changes }: Draft): boolean =>
    stored === undefined ||
    parentPaths(kind).some((path) => changes.some((change) => `${change.path}.`.startsWith(`spec.${path}.`)));
  const rows = drafts
    .filter(isMoved)
    .map((draft) => ({ id: draft.id, kind: draft.kind.kind, parent_id: parentScope(draft) }));
  if (rows.length === 0) return [];
  const changed = await connection.rows<{ id: string }>(sql`
    insert into scope (id, kind, parent_id)
    select id, kind, parent_id from jsonb_populate_recordset(null::scope, ${JSON.stringify(rows)}::jsonb)
    on conflict (id) do update set parent_id = excluded.parent_id where scope.parent_id is distinct from excluded.parent_id
    returning id`);
  const ids = changed.map(({ id }) => id);
  if (ids.length === 0) return [];
  const circling = await connection.rows<{ id: string }>(sql`
    with recursive up (start, id) as (
      select id, parent_id from scope where id = any(${ids}::uuid[])
      union
      select u.start, s.parent_id from up u join scope s on s.id = u.id
    ) select start as id from up where start = id`);
  if (circling.length > 0) {
    const inside = new Set(circling.map(({ id }) => id));
    return drafts.filter(({ id }) => inside.has(id));
  }
  await connection.rows(sql`select scope_closure_rebuild(${ids}::uuid[])`);
  return [];
}

/** The generic refusal, for kinds whose own rules have not said it better. */
export function refuseCircles(circling: readonly Draft[]): void {
  for (const draft of circling.filter(isSound)) {
    const path = parentPaths(draft.kind).find((one) => draft.links.has(referenceAt(draft.kind, one))) ?? '';
    const message = `${draft.subject} would stand inside itself`;
    refuse(draft, { rule: 'SCOPE_CYCLE', message, path: `spec.${path}` });
  }
}
