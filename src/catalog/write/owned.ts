import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import type { Catalog, KindModel } from '../model.ts';
import type { LoadedObject } from './loaded-object.ts';
import { hasId, loadStored } from './store.ts';

/** An object that goes because its owner goes. */
export interface Owned {
  readonly kind: KindModel;
  readonly stored: LoadedObject;
  /** Uid of the object whose deletion takes it along: the one asked for, not the one in between. */
  readonly root: string;
  /** It is part of the object: no permission of its own is needed to delete it. */
  readonly isPart: boolean;
}

/** What of that goes besides its parts, which every deletion takes along. */
export interface OwnedExtent {
  /** All that it owns: the deletion asks to cascade. */
  readonly isAll: boolean;
  /** What is plugged in there, as far as the author may see it: the deletion asks to disconnect. */
  readonly isUnplugged: boolean;
}

/**
 * What the given objects own, and what that owns: one statement per level, and one per kind to load and lock it.
 *
 *     node ◄─ port ◄─ pass-through port        the reference on the left of an arrow's tail says `owned`
 *               ◄─ port mapping
 *               ◄─ cable                       or `isPluggedIn`
 */
export async function loadOwned(
  catalog: Catalog,
  connection: Queryable,
  going: ReadonlyMap<KindModel, readonly string[]>,
  extent: OwnedExtent,
  access: Access | undefined,
): Promise<Owned[]> {
  const parts = new Set<string>();
  const rootOf = new Map([...going.values()].flat().map((id) => [id, id]));
  const kindOf = new Map<string, KindModel>();
  for (let level = going; level.size > 0; ) {
    const selects = [...level].flatMap(([kind, ids]) => [
      ...ownedBy(kind, ids, extent.isAll),
      ...(extent.isUnplugged ? pluggedInto(kind, ids, access) : []),
    ]);
    if (selects.length === 0) break;
    const rows = await connection.rows<OwnedRow>(sql.join(selects, ' union all '));
    const fresh = rows.filter(({ id, owner }) => {
      if (rootOf.has(id)) return false;
      rootOf.set(id, rootOf.get(owner) ?? owner);
      return true;
    });
    const next = new Map<KindModel, string[]>();
    for (const { kind: name, id, is_part: isPart } of fresh) {
      if (isPart) parts.add(id);
      const kind = catalog.get(name);
      kindOf.set(id, kind);
      const ids = next.get(kind);
      if (ids === undefined) next.set(kind, [id]);
      else ids.push(id);
    }
    level = next;
  }
  const owned: Owned[] = [];
  for (const [kind, ids] of Map.groupBy(kindOf.keys(), (id) => kindOf.get(id))) {
    if (kind === undefined) continue;
    for (const stored of await loadStored(connection, kind, hasId(ids), access)) {
      owned.push({ kind, stored, root: rootOf.get(stored.id) ?? '', isPart: parts.has(stored.id) });
    }
  }
  return owned;
}

interface OwnedRow {
  readonly owner: string;
  readonly kind: string;
  readonly id: string;
  readonly is_part: boolean;
}

const ownedBy = (kind: KindModel, ids: readonly string[], isAll: boolean): Sql[] =>
  kind.referrers.flatMap(({ from, reference: { field }, column }): Sql[] => {
    const isPart = field.type === 'ref' && field.owned === 'always';
    if (field.type !== 'ref' || !(isPart || (isAll && field.owned === true))) return [];
    const owner = sql`r.${sql.ident(column)}`;
    return [
      sql`select ${owner} as owner, ${from.kind}::text as kind, r.id, ${isPart}::boolean as is_part from ${sql.ident(from.table)} r where ${owner} = any(${ids}::uuid[])`,
    ];
  });

/** What is hidden stays, and is in the way of the deletion. */
const pluggedInto = (kind: KindModel, ids: readonly string[], access: Access | undefined): Sql[] =>
  kind.referrers.flatMap(({ from, reference: { field }, column }): Sql[] => {
    if (field.type !== 'refs' || field.isPluggedIn !== true) return [];
    const end = sql`k.${sql.ident(column)}`;
    const by = sql.ident(field.ownerColumn ?? `${from.table}_id`);
    return [
      sql`select min(${end}::text)::uuid as owner, ${from.kind}::text as kind, r.id, false as is_part
        from ${sql.ident(field.table)} k join ${sql.ident(from.table)} r on r.id = k.${by}
        where ${end} = any(${ids}::uuid[]) and ${access?.condition(from, sql`r`, 'get') ?? sql`true`} group by r.id`,
    ];
  });
