import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Catalog, KindModel } from '../model.ts';
import { cascadeScopes } from './cascade-scopes.ts';

/** Kind of a scope that was made for one object of a kind that is no scope otherwise. */
export const PROMOTED = 'Resource';

/** Makes objects into scopes of their own, below the scopes that contain them. Objects inside them move along. */
export async function promote(
  catalog: Catalog,
  connection: Queryable,
  kind: KindModel,
  ids: readonly string[],
): Promise<void> {
  if (kind.isOwnScope || ids.length === 0) return;
  const table = sql.ident(kind.table);
  const made = await connection.rows<{ id: string }>(sql`
    insert into scope (id, kind, parent_id)
    select r.id, ${PROMOTED}, r.scope_id from ${table} r where r.id = any(${ids}::uuid[]) and r.scope_id <> r.id
    on conflict (id) do nothing returning id`);
  if (made.length === 0) return;
  const promoted = made.map(({ id }) => id);
  await connection.rows(sql`select scope_closure_rebuild(${promoted}::uuid[])`);
  await connection.execute(sql`update ${table} set scope_id = id where id = any(${promoted}::uuid[])`);
  await cascadeScopes(catalog, connection, new Map([[kind, promoted]]));
}

/** Puts promoted objects that have moved below the scopes that contain them now. */
export async function movePromoted(
  connection: Queryable,
  moved: readonly { readonly id: string; readonly parentId: string }[],
): Promise<void> {
  if (moved.length === 0) return;
  const changed = await connection.rows<{ id: string }>(sql`
    update scope s set parent_id = m.parent_id
    from unnest(${moved.map(({ id }) => id)}::uuid[], ${moved.map(({ parentId }) => parentId)}::uuid[]) m (id, parent_id)
    where s.id = m.id and s.parent_id is distinct from m.parent_id returning s.id`);
  if (changed.length > 0) {
    await connection.rows(sql`select scope_closure_rebuild(${changed.map(({ id }) => id)}::uuid[])`);
  }
}
