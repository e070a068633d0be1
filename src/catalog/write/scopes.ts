import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Catalog, KindModel, Reference } from '../model.ts';
import type { Draft } from './draft.ts';

/** The scope at the top of the permission hierarchy; made by the first migration. */
export const PLATFORM = '00000000-0000-7000-8000-000000000000';
const ORGANIZATION_NAMESPACE = 'organization-';

const referenceAt = (kind: KindModel, path: string): Reference => {
  const found = kind.references.find(({ leaf }) => leaf.path === path);
  if (found === undefined) throw new Error(`${kind.kind}.${path} is no reference`);
  return found;
};

/** Works out where a draft stands; its references are resolved and stand earlier in load order. */
export function placeInScopes(draft: Draft, organizations: ReadonlyMap<string, string>): void {
  const { kind, links, manifest } = draft;
  const { scope } = kind;
  if ('own' in scope) {
    draft.scopeId = draft.id;
    return;
  }
  const linked = (paths: readonly string[]) => paths.map((path) => links.get(referenceAt(kind, path)) ?? []);
  if (scope.home === 'namespace') {
    const name =
      manifest.namespace?.startsWith(ORGANIZATION_NAMESPACE) === true
        ? manifest.namespace.slice(ORGANIZATION_NAMESPACE.length)
        : '';
    draft.scopeId = organizations.get(name) ?? PLATFORM;
  } else if (scope.home === 'platform') {
    draft.scopeId = PLATFORM;
  } else if (scope.home !== 'project') {
    const [first] = linked(scope.home).flatMap((found) => found.slice(0, 1));
    draft.scopeId = first?.scopeId ?? PLATFORM;
  }
  const homes = Array.isArray(scope.home) ? scope.home : [];
  const also = linked(scope.also ?? []).flatMap((found, index) =>
    found.slice(homes.includes(scope.also?.[index] ?? '') ? 1 : 0),
  );
  draft.otherScopeIds = [...new Set(also.map(({ scopeId }) => scopeId))].filter((id) => id !== draft.scopeId).sort();
}

/** Scope of what a scope object stands under. */
export function parentScope(draft: Draft): string {
  const { kind, links } = draft;
  if (!('own' in kind.scope)) throw new Error(`${kind.kind} is no scope`);
  for (const path of kind.scope.parent) {
    const [first] = links.get(referenceAt(kind, path)) ?? [];
    if (first !== undefined) return first.scopeId;
  }
  return PLATFORM;
}

/** Organizations by name, for kinds that live in an organization's namespace. */
export async function organizationScopes(
  catalog: Catalog,
  connection: Queryable,
  drafts: readonly Draft[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Set(
    drafts.flatMap(({ kind, manifest }) =>
      'home' in kind.scope &&
      kind.scope.home === 'namespace' &&
      manifest.namespace?.startsWith(ORGANIZATION_NAMESPACE) === true
        ? [manifest.namespace.slice(ORGANIZATION_NAMESPACE.length)]
        : [],
    ),
  );
  if (names.size === 0) return new Map();
  const { table } = catalog.get('Organization');
  const rows = await connection.cells(sql`select name, id from ${sql.ident(table)} where name = any(${[...names]})`);
  const inBatch = drafts
    .filter(({ kind }) => kind.kind === 'Organization')
    .map(({ manifest, id }) => [manifest.name, id] as const);
  return new Map([...rows.map(([name, id]) => [String(name), String(id)] as const), ...inBatch]);
}

/** Rows of `scope` for new scope objects, before the objects themselves; moved ones get their new parent. */
export async function storeScopes(connection: Queryable, drafts: readonly Draft[]): Promise<void> {
  const rows = drafts.map((draft) => ({ id: draft.id, kind: draft.kind.kind, parent_id: parentScope(draft) }));
  if (rows.length === 0) return;
  const changed = await connection.rows<{ id: string }>(sql`
    insert into scope (id, kind, parent_id)
    select id, kind, parent_id from jsonb_populate_recordset(null::scope, ${JSON.stringify(rows)}::jsonb)
    on conflict (id) do update set parent_id = excluded.parent_id where scope.parent_id is distinct from excluded.parent_id
    returning id`);
  if (changed.length > 0)
    await connection.rows(sql`select scope_closure_rebuild(${changed.map(({ id }) => id)}::uuid[])`);
}

/** The home scope of a row, from its references as they stand in the store. */
function homeSql(kind: KindModel, paths: readonly string[], row: Sql): Sql {
  const alternatives = paths.flatMap((path) => {
    const reference = referenceAt(kind, path);
    const { field } = reference;
    return reference.targets.map(({ kind: target, column }) => {
      const table = sql.ident(target.table);
      if (field.type === 'ref')
        return sql`(select x.scope_id from ${table} x where x.id = ${row}.${sql.ident(column)})`;
      const owner = sql.ident(field.ownerColumn ?? `${kind.table}_id`);
      return sql`(select x.scope_id from ${sql.ident(field.table)} k join ${table} x on x.id = k.${sql.ident(column)} where k.${owner} = ${row}.id and k.position = 0)`;
    });
  });
  return sql`coalesce(${sql.join(alternatives, ', ')}, ${PLATFORM}::uuid)`;
}

function othersSql(kind: KindModel, homes: readonly string[], paths: readonly string[], row: Sql): Sql {
  const parts = paths.flatMap((path) => {
    const reference = referenceAt(kind, path);
    const { field } = reference;
    return reference.targets.map(({ kind: target, column }) => {
      const table = sql.ident(target.table);
      if (field.type === 'ref') return sql`select x.scope_id from ${table} x where x.id = ${row}.${sql.ident(column)}`;
      const owner = sql.ident(field.ownerColumn ?? `${kind.table}_id`);
      const from = homes.includes(path) ? 1 : 0;
      return sql`select x.scope_id from ${sql.ident(field.table)} k join ${table} x on x.id = k.${sql.ident(column)} where k.${owner} = ${row}.id and k.position >= ${from}::int`;
    });
  });
  return sql`array(select distinct scope_id from (${sql.join(parts, ' union all ')}) s order by scope_id)`;
}

/**
 * Brings the scopes of everything that stands in a moved leaf in step (a device moved to another rack takes its
 * ports, machines and cables along): one statement per kind that refers to a moved one, in load order.
 */
export async function cascadeScopes(
  catalog: Catalog,
  connection: Queryable,
  moved: ReadonlyMap<KindModel, readonly string[]>,
): Promise<void> {
  const changed = new Map(moved);
  for (const kind of catalog.kinds) {
    const { scope } = kind;
    if ('own' in scope || !Array.isArray(scope.home)) continue;
    const paths = [...new Set([...scope.home, ...(scope.also ?? [])])];
    const affected = paths.flatMap((path) => {
      const reference = referenceAt(kind, path);
      const { field } = reference;
      return reference.targets.flatMap(({ kind: target, column }) => {
        const ids = changed.get(target);
        if (ids === undefined || ids.length === 0) return [];
        if (field.type === 'ref') return [sql`r.${sql.ident(column)} = any(${ids}::uuid[])`];
        const owner = sql.ident(field.ownerColumn ?? `${kind.table}_id`);
        return [
          sql`r.id in (select k.${owner} from ${sql.ident(field.table)} k where k.${sql.ident(column)} = any(${ids}::uuid[]))`,
        ];
      });
    });
    if (affected.length === 0) continue;
    const home = homeSql(kind, scope.home, sql`r`);
    const also = scope.also;
    const others = also === undefined ? sql`` : sql`, other_scope_ids = ${othersSql(kind, scope.home, also, sql`r`)}`;
    const rows = await connection.rows<{ id: string }>(
      sql`update ${sql.ident(kind.table)} r set scope_id = ${home}${others} where ${sql.join(affected, ' or ')} returning r.id`,
    );
    changed.set(kind, [...(changed.get(kind) ?? []), ...rows.map(({ id }) => id)]);
  }
}
