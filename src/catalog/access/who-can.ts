import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Catalog, KindModel } from '../model.ts';
import { GROUPS_OF_EVERYONE } from '../well-known.ts';
import type { Access } from './access.ts';
import { kindScopeId } from './permissions.ts';

/** Somebody who holds a permission on an object, and by which way; ids are uids. */
export interface Holder {
  readonly principal: { readonly kind: string; readonly id: string; readonly name: string };
  /** The binding or the membership that gives the role. */
  readonly via: { readonly kind: string; readonly id: string };
  readonly roleId: string;
  /** Null when the caller may not know it. */
  readonly roleName: string | null;
  /** The group that the role is given to; undefined when it is given to the principal itself. Its name as that of the role. */
  readonly group: { readonly id: string; readonly name: string | null } | undefined;
  /** The scope that the role is given on, at or above the object. */
  readonly scope: { readonly id: string; readonly kind: string };
}

/** Of each permission. */
const MOST = 10_000;

interface HolderRow {
  readonly permission: string;
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly source_kind: string;
  readonly source_id: string;
  readonly role_id: string;
  readonly role_name: string | null;
  readonly group_id: string | null;
  readonly group_name: string | null;
  readonly scope_id: string;
  readonly scope_kind: string;
}

/**
 * Everyone whom the caller may see and who holds each of these permissions on an object, by bindings and memberships that the
 * caller may see. Whoever may read the membership of an organization knows its member and its roles; a binding names neither its
 * subjects nor its role to those who may not see them.
 */
export async function whoCan(
  connection: Queryable,
  catalog: Catalog,
  access: Access,
  { kind, id, permissions }: { readonly kind: KindModel; readonly id: string; readonly permissions: readonly string[] },
): Promise<ReadonlyMap<string, readonly Holder[]>> {
  const others = 'also' in kind.scope ? sql`r.other_scope_ids` : sql`'{}'::uuid[]`;
  const seen = (source: string) => {
    const of = catalog.get(source);
    const visible = access.condition(of, sql`b`, 'list') ?? sql`true`;
    return sql`(h.source_kind = ${source} and exists (select from ${sql.ident(of.table)} b where b.id = h.source_id and ${visible}))`;
  };
  const isSeen = (of: string, row: Sql): Sql =>
    sql`coalesce(${access.condition(catalog.get(of), row, 'get') ?? sql`true`}, false)`;
  const isMember = sql`m.source_kind = 'OrganizationMembership'`;
  const rows = await connection.rows<HolderRow>(sql`
    with recursive above (id) as (
      select c.ancestor_id from ${sql.ident(kind.table)} r
      cross join lateral unnest(array[r.scope_id] || ${others}) s (id) join scope_closure c on c.descendant_id = s.id
      where r.id = ${id}::uuid
      union select ${kindScopeId(kind.kind)}::uuid
    ), holding as (
      select h.*, p.name as permission from role_assignment h join above a on a.id = h.scope_id
      join role_permission rp on rp.role_id = h.role_id join permission p on p.id = rp.permission_id
      where p.name = any(${permissions}::text[]) and (${seen('PolicyBinding')} or ${seen('OrganizationMembership')})
    ), member (permission, scope_id, role_id, source_kind, source_id, group_id, kind, id) as (
      select permission, scope_id, role_id, source_kind, source_id, null::uuid, principal_kind, principal_id from holding
      union
      select m.permission, m.scope_id, m.role_id, m.source_kind, m.source_id, coalesce(m.group_id, m.id), x.kind, x.id
      from member m cross join lateral (
        select 'User' as kind, g.user_id as id from group_membership g where g.group_id = m.id
        union all
        select case when n.member_user_group_id is not null then 'Group' else 'ServiceAccount' end,
          coalesce(n.member_user_group_id, n.member_service_account_id) from group_nesting n where n.group_id = m.id) x
      where m.kind = 'Group'
    )
    select m.permission, m.kind, m.id, coalesce(u.name, a.name, g.name) as name, m.source_kind, m.source_id, m.role_id,
      case when ${isMember} or ${isSeen('Role', sql`r`)} then r.name end as role_name,
      m.group_id, case when ${isSeen('Group', sql`via`)} then via.name end as group_name, m.scope_id, s.kind as scope_kind
    from member m join role r on r.id = m.role_id join scope s on s.id = m.scope_id
    left join user_account u on m.kind = 'User' and u.id = m.id
    left join service_account a on m.kind = 'ServiceAccount' and a.id = m.id
    left join user_group g on m.kind = 'Group' and g.id = m.id
    left join user_group via on via.id = m.group_id
    where case m.kind when 'User' then ${isMember} or ${isSeen('User', sql`u`)}
      when 'ServiceAccount' then ${isMember} or ${isSeen('ServiceAccount', sql`a`)}
      else m.id = any(${GROUPS_OF_EVERYONE}::uuid[]) end
    order by name, role_name limit ${MOST * permissions.length}`);
  const holders = Map.groupBy(rows, ({ permission }) => permission);
  return new Map([...holders].map(([permission, own]) => [permission, own.slice(0, MOST).map(holderOf)]));
}

const holderOf = (row: HolderRow): Holder => ({
  principal: { kind: row.kind, id: row.id, name: row.name },
  via: { kind: row.source_kind, id: row.source_id },
  roleId: row.role_id,
  roleName: row.role_name,
  group: row.group_id === null ? undefined : { id: row.group_id, name: row.group_name },
  scope: { id: row.scope_id, kind: row.scope_kind },
});
