import type { Database, Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Kind } from '../kind.ts';
import type { Catalog } from '../model.ts';
import { writeTransaction } from '../transaction.ts';
import { EVERYONE, PUBLIC_AUDIENCE, PUBLIC_KINDS_ROLE, PUBLIC_ROLE } from '../well-known.ts';
import { allPermissions, kindScopeId, permissionName } from './permissions.ts';

/** A role of everyone who is signed in: what it lets them read, and on which scopes. */
interface PublicRole {
  readonly id: string;
  readonly permissions: readonly string[];
  readonly scopeIds: readonly string[];
}

const readsOf = (kinds: readonly Kind[]): string[] =>
  kinds.flatMap((kind) =>
    kind.ownGroups.flatMap((group) => ['get', 'list', 'watch'].map((verb) => permissionName(kind, verb, group))),
  );

function publicRoles({ kinds }: Catalog): PublicRole[] {
  const onAudience = kinds.filter(({ publicReading }) => publicReading === 'where its scope is public');
  const everywhere = kinds.filter(({ publicReading }) => publicReading === 'everywhere');
  return [
    { id: PUBLIC_ROLE, permissions: readsOf(onAudience), scopeIds: [PUBLIC_AUDIENCE] },
    {
      id: PUBLIC_KINDS_ROLE,
      permissions: readsOf(everywhere),
      scopeIds: everywhere.map(({ kind }) => kindScopeId(kind)),
    },
  ];
}

/** Brings permissions, scopes of kinds and what is public in step with the kinds of this version. */
export async function synchroniseAccess(catalog: Catalog, database: Database): Promise<void> {
  const names = allPermissions(catalog.kinds);
  const kindScopes = catalog.kinds.map(({ kind }) => kindScopeId(kind));
  const roles = publicRoles(catalog);
  await writeTransaction(database, 'many', async (connection) => {
    if (await isInStep(connection, names, kindScopes, roles)) return;
    await connection.rows(sql`select permission_register(${names}::text[])`);
    await connection.rows(sql`
      select role_permission_refresh(array(select id from role where included_permissions && ${names}::text[]))`);
    const made = await connection.execute(sql`
      insert into scope (id, kind) select id, 'Kind' from unnest(${kindScopes}::uuid[]) as id on conflict (id) do nothing`);
    if (made > 0) {
      await connection.rows(sql`select scope_closure_rebuild(array(select id from scope where parent_id is null))`);
    }
    for (const role of roles) await giveToEveryone(connection, role);
    await connection.rows(sql`select access_version_follow()`);
  });
}

async function isInStep(
  connection: Queryable,
  names: readonly string[],
  kindScopes: readonly string[],
  roles: readonly PublicRole[],
): Promise<boolean> {
  const [known] = await connection.cells(sql`
    select (select count(*) from permission where name = any(${names})) = ${names.length}
      and (select count(*) from scope where id = any(${kindScopes}::uuid[])) = ${kindScopes.length}`);
  if (known?.[0] !== true) return false;
  for (const { id, permissions, scopeIds } of roles) {
    const [row] = await connection.cells(sql`
      select array(select p.name from role_permission r join permission p on p.id = r.permission_id where r.role_id = ${id}::uuid order by p.name)
          = array(select n from unnest(${permissions}::text[]) n order by n)
        and array(select scope_id from grant_edge where role_id = ${id}::uuid order by scope_id)
          = array(select s from unnest(${scopeIds}::uuid[]) s order by s)`);
    if (row?.[0] !== true) return false;
  }
  return true;
}

async function giveToEveryone(connection: Queryable, { id, permissions, scopeIds }: PublicRole): Promise<void> {
  await connection.execute(sql`
    insert into role_permission (role_id, permission_id)
    select ${id}::uuid, id from permission where name = any(${permissions}) on conflict do nothing`);
  await connection.execute(sql`
    delete from role_permission r using permission p
    where r.role_id = ${id}::uuid and p.id = r.permission_id and p.name <> all(${permissions})`);
  await connection.execute(
    sql`delete from grant_edge where role_id = ${id}::uuid and scope_id <> all(${scopeIds}::uuid[])`,
  );
  await connection.execute(sql`
    insert into grant_edge (id, scope_id, role_id) select gen_random_uuid(), s, ${id}::uuid from unnest(${scopeIds}::uuid[]) s
    on conflict (scope_id, role_id) do nothing`);
  await connection.execute(sql`
    insert into grant_assignee (grant_id, principal_kind, principal_id)
    select id, 'Group', ${EVERYONE}::uuid from grant_edge where role_id = ${id}::uuid on conflict do nothing`);
}
