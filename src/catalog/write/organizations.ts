import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Catalog } from '../model.ts';
import type { FoundDraft, ReadDraft } from './draft.ts';

const ORGANIZATION_NAMESPACE = 'organization-';

/** Name of the organization in whose namespace a draft lives, when its kind takes its scope from there. */
export function organizationOf({ kind, manifest }: ReadDraft): string | undefined {
  const isByNamespace = 'home' in kind.scope && kind.scope.home === 'namespace';
  if (!isByNamespace || manifest.namespace?.startsWith(ORGANIZATION_NAMESPACE) !== true) return undefined;
  return manifest.namespace.slice(ORGANIZATION_NAMESPACE.length);
}

/** Scopes of organizations by name, for kinds that live in an organization's namespace. */
export async function organizationScopes(
  catalog: Catalog,
  connection: Queryable,
  drafts: readonly ReadDraft[],
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

/** Moves objects that already live in the namespace of a new organization below its scope. */
export async function adoptNamespaces(
  catalog: Catalog,
  connection: Queryable,
  drafts: readonly FoundDraft[],
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
