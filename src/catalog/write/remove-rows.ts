import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { KindModel } from '../model.ts';
import { dropOwners } from './field-owners.ts';

/** Deletes objects that followed from others, with what is kept about them: list members, field owners, own scopes. */
export async function removeRows(connection: Queryable, kind: KindModel, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await deleteLinks(connection, kind, ids);
  const rows = await connection.rows<{ id: string; scope_id: string }>(
    sql`delete from ${sql.ident(kind.table)} where id = any(${ids}::uuid[]) returning id, scope_id`,
  );
  const scopes = rows.filter((row) => row.scope_id === row.id).map(({ id }) => id);
  if (scopes.length > 0) await connection.execute(sql`delete from scope where id = any(${scopes}::uuid[])`);
  await dropOwners(connection, ids);
}

/** Deleted explicitly: a cascade would come too late for list members that are deleted in the same statement. */
export async function deleteLinks(connection: Queryable, kind: KindModel, ids: readonly string[]): Promise<void> {
  for (const { field } of kind.references) {
    if (field.type !== 'refs') continue;
    const owner = sql.ident(field.ownerColumn ?? `${kind.table}_id`);
    await connection.execute(sql`delete from ${sql.ident(field.table)} where ${owner} = any(${ids}::uuid[])`);
  }
}
