import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { isStaff } from '../access/rights.ts';
import type { Author } from '../author.ts';
import type { Catalog } from '../model.ts';
import type { FoundDraft, ReadDraft } from './draft.ts';
import { refuseTakenName } from './taken-name.ts';

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

/**
 * Moves objects that already live in the namespace of a new organization below its scope; gives back the organizations
 * that got any.
 */
export async function adoptNamespaces(
  catalog: Catalog,
  connection: Queryable,
  drafts: readonly FoundDraft[],
): Promise<FoundDraft[]> {
  const created = drafts.filter(({ kind, stored }) => kind.kind === 'Organization' && stored === undefined);
  if (created.length === 0) return [];
  const names = created.map(({ manifest }) => ORGANIZATION_NAMESPACE + manifest.name);
  const ids = created.map(({ id }) => id);
  const adopting = new Set<string>();
  for (const { scope, table } of catalog.kinds) {
    if (!('home' in scope) || scope.home !== 'namespace') continue;
    const rows = await connection.cells(
      sql`update ${sql.ident(table)} t set scope_id = o.id from unnest(${names}::text[], ${ids}::uuid[]) as o (namespace, id)
        where t.namespace = o.namespace and t.scope_id <> o.id returning o.id`,
    );
    for (const [id] of rows) adopting.add(String(id));
  }
  return created.filter(({ id }) => adopting.has(id));
}

/**
 * What the platform has put into a namespace beforehand, groups and bindings with rights of their own, would be in the
 * hands of whoever makes an organization of that name. So only its staff makes that one.
 */
export function refuseAdoption(adopting: readonly FoundDraft[], { rights }: Author): void {
  if (rights === undefined || isStaff(rights)) return;
  for (const draft of adopting) refuseTakenName(draft);
}
