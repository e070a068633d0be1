import type { Database } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Catalog } from '../model.ts';
import { beginWriting } from '../transaction.ts';
import { EVERYONE, PUBLIC_AUDIENCE, PUBLIC_ROLE } from '../well-known.ts';
import { allPermissions, kindScopeId, permissionName } from './permissions.ts';

/** Brings permissions, scopes of kinds and the public audience in step with the kinds of this version. */
export async function synchroniseAccess(catalog: Catalog, database: Database): Promise<void> {
  const names = allPermissions(catalog.kinds);
  const kindScopes = catalog.kinds.map(({ kind }) => kindScopeId(kind));
  const publicReads = catalog.kinds
    .filter(({ isPublicWithScope }) => isPublicWithScope === true)
    .flatMap((kind) =>
      kind.groups.flatMap((group) => ['get', 'list', 'watch'].map((verb) => permissionName(kind, verb, group))),
    );
  await database.transaction(async (connection) => {
    await beginWriting(connection);
    const [known] = await connection.cells(sql`
      select (select count(*) from permission where name = any(${names})) = ${names.length}
        and (select count(*) from scope where id = any(${kindScopes}::uuid[])) = ${kindScopes.length}
        and array(select p.name from role_permission r join permission p on p.id = r.permission_id where r.role_id = ${PUBLIC_ROLE}::uuid order by p.name)
          = array(select n from unnest(${publicReads}::text[]) n order by n)
        and exists (select from grant_edge where scope_id = ${PUBLIC_AUDIENCE}::uuid)`);
    if (known?.[0] === true) return;
    await connection.rows(sql`select permission_register(${names}::text[])`);
    await connection.rows(sql`
      select role_permission_refresh(array(select id from role where included_permissions && ${names}::text[]))`);
    const made = await connection.execute(sql`
      insert into scope (id, kind) select id, 'Kind' from unnest(${kindScopes}::uuid[]) as id on conflict (id) do nothing`);
    if (made > 0) {
      await connection.rows(sql`select scope_closure_rebuild(array(select id from scope where parent_id is null))`);
    }
    await connection.execute(sql`
      insert into role_permission (role_id, permission_id)
      select ${PUBLIC_ROLE}::uuid, id from permission where name = any(${publicReads}) on conflict do nothing`);
    await connection.execute(sql`
      delete from role_permission r using permission p
      where r.role_id = ${PUBLIC_ROLE}::uuid and p.id = r.permission_id and p.name <> all(${publicReads})`);
    await connection.execute(sql`
      insert into grant_edge (id, scope_id, role_id) values (gen_random_uuid(), ${PUBLIC_AUDIENCE}, ${PUBLIC_ROLE})
      on conflict (scope_id, role_id) do nothing`);
    await connection.execute(sql`
      insert into grant_assignee (grant_id, principal_kind, principal_id)
      select id, 'Group', ${EVERYONE}::uuid from grant_edge where scope_id = ${PUBLIC_AUDIENCE}::uuid on conflict do nothing`);
    await connection.rows(sql`select access_version_follow()`);
  });
}
