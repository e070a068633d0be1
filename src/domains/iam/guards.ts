import { heldOn } from '../../catalog/access/held-on.ts';
import { CREATE_BINDINGS } from '../../catalog/access/permissions.ts';
import type { CatalogObject, Change, FinalState } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import { listed } from '../../catalog/values/listed.ts';
import { GROUPS_OF_EVERYONE, PLATFORM } from '../../catalog/well-known.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';

/** A role that a change gives on a scope. */
export interface Given {
  readonly change: Change;
  readonly roleId: string;
  readonly roleName: string;
  readonly scopeId: string;
  /** Path of the role in the manifest. */
  readonly path: string;
  /** On everything, or on every object of a kind. */
  readonly isWide: boolean;
  /** Permission to give roles there. */
  readonly permission: string;
}

export const USE_ROLES = 'iam.miloapis.com/roles.use';
const UPDATE_ROLES = 'iam.miloapis.com/roles.update';
const ADD_MEMBERS = 'iam.miloapis.com/groupmemberships.create';
/** Roles of the platform whose holders own an organization. */
export const OWNER_ROLES = ['owner', 'organization-owner'];
/** Most distinct roles on one scope: OpenFGA evaluates all of them for a denial (reference/iam.md 4.4). */
const MOST_ROLES = { platform: 20, elsewhere: 50 };

const namesText = (names: readonly string[]): string => listed(names, { most: 3 });

/** A caller can grant only permissions that they hold, and only where they may grant roles (reference/iam.md 4.7). */
export async function guardGiven(given: readonly Given[], state: FinalState): Promise<Violation[]> {
  const { rights } = state.by;
  if (rights === undefined || given.length === 0) return [];
  const held = await heldOn(state, rights.holdings, [PLATFORM, ...given.map(({ scopeId }) => scopeId)]);
  const effective = await effectivePermissions(
    state,
    given.map(({ roleId }) => roleId),
  );
  return given.flatMap(({ change, roleId, roleName, scopeId, path, isWide, permission }): Violation[] => {
    const here = (isWide ? held.get(PLATFORM) : held.get(scopeId)) ?? new Set();
    if (!here.has(permission)) {
      const where = isWide ? 'on the platform' : 'there';
      return [refuse(change, 'FORBIDDEN', 'spec.resourceSelector', `${permission} is missing ${where}`)];
    }
    if (here.has(USE_ROLES)) return [];
    const more = (effective.get(roleId) ?? []).filter((name) => !here.has(name));
    if (more.length === 0) return [];
    const message = `role ${roleName} holds more than you hold there: ${namesText(more)}`;
    return [refuse(change, 'ESCALATION', path, message, { accepted: `a role within your own, or ${USE_ROLES}` })];
  });
}

/** The permissions of roles, inherited ones included, by the uid of the role. */
export async function effectivePermissions(
  state: FinalState,
  roleIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await state.query<{ role_id: string; names: string[] }>(
    sql`select r.role_id, array_agg(p.name order by p.name) as names from role_permission r
     join permission p on p.id = r.permission_id where r.role_id = any(${[...new Set(roleIds)]}::uuid[]) group by r.role_id`,
  );
  return new Map(rows.map(({ role_id: id, names }) => [id, names]));
}

/** The scope that contains a role or group; a binding that targets it makes it a scope of its own inside that. */
export const homeOf = (row: Sql): Sql =>
  sql`coalesce((select s.parent_id from scope s where s.id = ${row}.id), ${row}.scope_id)`;

/** A role belongs to the platform or to the organization in which it is given. */
export async function guardRoleOrigin(given: readonly Given[], state: FinalState): Promise<Violation[]> {
  const rows = await state.query<{ index: number }>(
    sql`select g.place::int - 1 as index from unnest(${given.map(({ roleId }) => roleId)}::uuid[], ${given.map(({ scopeId }) => scopeId)}::uuid[]) with ordinality g (role_id, scope_id, place)
     join role r on r.id = g.role_id
     where ${homeOf(sql`r`)} <> ${PLATFORM}::uuid and not exists (
       select from scope_closure c where c.descendant_id = g.scope_id and c.ancestor_id = ${homeOf(sql`r`)})`,
  );
  return rows.flatMap(({ index }) => {
    const one = given[index];
    if (one === undefined) return [];
    const message = `role ${one.roleName} belongs to another organization`;
    return [
      refuse(one.change, 'ROLE_OF_OTHER_ORGANIZATION', one.path, message, {
        accepted: 'a role of the platform or of this organization',
      }),
    ];
  });
}

/** Each role on a scope makes every denial there slower. */
export async function guardRoleCount(given: readonly Given[], state: FinalState): Promise<Violation[]> {
  const rows = await state.query<{ scope_id: string; count: number }>(
    sql`select scope_id, count(distinct role_id)::int as count from (
       select scope_id, role_id from role_assignment where scope_id = any(${given.map(({ scopeId }) => scopeId)}::uuid[])
       union select * from unnest(${given.map(({ scopeId }) => scopeId)}::uuid[], ${given.map(({ roleId }) => roleId)}::uuid[])) a (scope_id, role_id) group by scope_id`,
  );
  const counts = new Map(rows.map(({ scope_id: id, count }) => [id, count]));
  return given.flatMap(({ change, scopeId, path }) => {
    const count = counts.get(scopeId) ?? 0;
    const most = scopeId === PLATFORM ? MOST_ROLES.platform : MOST_ROLES.elsewhere;
    if (count <= most) return [];
    const message = `${count} different roles would be bound there`;
    return [refuse(change, 'TOO_MANY_ROLES', path, message, { accepted: `at most ${most}` })];
  });
}

interface Subject {
  readonly id: string;
  readonly position: number;
  readonly kind: string;
  readonly name: string;
  readonly is_inactive: boolean;
  readonly is_everyone: boolean;
  readonly is_foreign: boolean;
}

/**
 * Subjects are active; groups belong to the platform or the organization; only the platform can bind the group of
 * everyone.
 */
export async function guardSubjects(
  bindings: readonly { readonly change: Change; readonly scopeId: string }[],
  state: FinalState,
): Promise<Violation[]> {
  const rows = await state.query<Subject>(
    sql`select b.id, s.position, coalesce(u.name, a.name, g.name) as name,
       case when u.id is not null then 'User' when a.id is not null then 'ServiceAccount' else 'Group' end as kind,
       coalesce(u.state, a.state) is not distinct from 'Inactive' as is_inactive,
       g.id is not null and g.id = any(${GROUPS_OF_EVERYONE}::uuid[]) as is_everyone,
       g.id is not null and ${homeOf(sql`g`)} <> ${PLATFORM}::uuid and not exists (
         select from scope_closure c where c.descendant_id = b.scope_id and c.ancestor_id = ${homeOf(sql`g`)}) as is_foreign
     from unnest(${bindings.map(({ change }) => change.id)}::uuid[], ${bindings.map(({ scopeId }) => scopeId)}::uuid[]) b (id, scope_id) join policy_binding_subject s on s.policy_binding_id = b.id
     left join user_account u on u.id = s.user_account_id left join service_account a on a.id = s.service_account_id
     left join user_group g on g.id = s.user_group_id`,
  );
  const { rights } = state.by;
  const held = rights && (await heldOn(state, rights.holdings, [PLATFORM]));
  const isPlatform = held === undefined || held.get(PLATFORM)?.has(CREATE_BINDINGS) === true;
  const byId = new Map(bindings.map(({ change }) => [change.id, change]));
  return rows.flatMap(({ id, position, kind, name, is_inactive, is_everyone, is_foreign }): Violation[] => {
    const change = byId.get(id);
    if (change === undefined) return [];
    const path = `spec.subjects[${position}]`;
    if (is_inactive) return [refuse(change, 'SUBJECT_INACTIVE', path, `${kind} ${name} is deactivated`)];
    if (is_everyone && !isPlatform) {
      return [refuse(change, 'PLATFORM_ONLY', path, `only the platform gives roles to ${name}`)];
    }
    if (!is_foreign) return [];
    const message = `Group ${name} belongs to another organization`;
    return [
      refuse(change, 'GROUP_OF_OTHER_ORGANIZATION', path, message, {
        accepted: 'a group of the platform or of this organization',
      }),
    ];
  });
}

/**
 * Permissions that this batch adds to roles must be held by the editor on every scope where the roles are bound, unless
 * they may edit roles on the platform. The added permissions are the tuples that this transaction wrote to the outbox, more
 * often than it took them away: a role is worked out anew with each of its rows.
 */
export async function guardRoleEdits(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const { rights } = state.by;
  if (rights === undefined) return [];
  const platform = await heldOn(state, rights.holdings, [PLATFORM]);
  if (platform.get(PLATFORM)?.has(UPDATE_ROLES) === true) return [];
  const rows = await state.query<{ role_id: string; scope_id: string; names: string[] }>(
    sql`with recursive gained as (
       select r.id as role_id, p.name from authz_outbox o join role r on o.tuple ->> 'object' = 'role:' || r.id
       join permission p on p.relation = o.tuple ->> 'relation'
       where o.applied_at is null and o.xmin = pg_current_xact_id()::xid
       group by r.id, p.name having sum(case o.operation when 'write' then 1 else -1 end) > 0
     ), heir (changed_id, id) as (
       select unnest(${changes.map(({ id }) => id)}::uuid[]), unnest(${changes.map(({ id }) => id)}::uuid[])
       union select h.changed_id, i.heir_id from heir h join role_inheritance i on i.role_id = h.id
     )
     select h.changed_id as role_id, g.scope_id, array_agg(distinct own.name) as names
     from heir h join gained own on own.role_id = h.changed_id join gained there on there.role_id = h.id and there.name = own.name
     join grant_edge g on g.role_id = h.id
     group by h.changed_id, g.scope_id`,
  );
  const held = await heldOn(
    state,
    rights.holdings,
    rows.map(({ scope_id: id }) => id),
  );
  const more = rows.flatMap(({ role_id: roleId, scope_id: scopeId, names }) => {
    const missing = names.filter((name) => held.get(scopeId)?.has(name) !== true);
    return missing.length === 0 ? [] : [{ roleId, missing }];
  });
  return [...Map.groupBy(more, ({ roleId }) => roleId)].flatMap(([roleId, found]) => {
    const change = changes.find(({ id }) => id === roleId);
    if (change === undefined) return [];
    const names = [...new Set(found.flatMap(({ missing }) => missing))].sort();
    const message = `the role is bound where you do not hold ${namesText(names)} yourself`;
    return [
      refuse(change, 'ESCALATION', 'spec.includedPermissions', message, {
        accepted: `permissions you hold there, or ${UPDATE_ROLES} on the platform`,
      }),
    ];
  });
}

/**
 * Adding a member gives them all roles of the group: it needs the permission where the group is located, and on the
 * platform when the group has a role on the platform or on a kind.
 */
export async function guardMembers(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const { rights } = state.by;
  if (rights === undefined) return [];
  const rows = await state.query<{ id: string; name: string; scope_id: string; is_wide: boolean }>(
    sql`with recursive change (id, group_id) as (
       select id, group_id from group_membership where id = any(${changes.map(({ id }) => id)}::uuid[])
       union select id, group_id from group_nesting where id = any(${changes.map(({ id }) => id)}::uuid[])
     ), up (id, group_id) as (
       select id, group_id from change union select u.id, n.group_id from up u join group_nesting n on n.member_user_group_id = u.group_id
     )
     select c.id, g.name, g.scope_id, exists (
       select from up u join grant_assignee a on a.principal_id = u.group_id join grant_edge e on e.id = a.grant_id
       join scope s on s.id = e.scope_id where u.id = c.id and s.kind in ('Platform', 'Kind')) as is_wide
     from change c join user_group g on g.id = c.group_id`,
  );
  const held = await heldOn(state, rights.holdings, [PLATFORM, ...rows.map(({ scope_id: id }) => id)]);
  const byId = new Map(changes.map((change) => [change.id, change]));
  return rows.flatMap(({ id, name, scope_id: scopeId, is_wide: isWide }) => {
    const change = byId.get(id);
    if (change === undefined || held.get(isWide ? PLATFORM : scopeId)?.has(ADD_MEMBERS) === true) return [];
    const where = isWide ? `on the platform, where group ${name} holds roles` : `where group ${name} lives`;
    return [refuse(change, 'FORBIDDEN', 'spec.groupRef', `${ADD_MEMBERS} is missing ${where}`)];
  });
}

/** A role that an object gave on an organization, before the batch. */
interface GaveOnOrganization {
  readonly object: CatalogObject;
  readonly organization: string;
  readonly role: { readonly name: string; readonly namespace?: string };
}

/** What memberships and bindings gave on organizations, as they were stored. */
const gaveOnOrganizations = (objects: readonly (CatalogObject | Change)[]): GaveOnOrganization[] =>
  objects.flatMap((object): GaveOnOrganization[] => {
    const spec = ('before' in object ? object.before?.spec : object.spec) as
      | {
          readonly organizationRef?: { readonly name: string };
          readonly roles?: readonly GaveOnOrganization['role'][];
          readonly roleRef?: GaveOnOrganization['role'];
          readonly resourceSelector?: { readonly resourceRef?: { readonly kind: string; readonly name: string } };
        }
      | undefined;
    const { organizationRef, roles = [], roleRef, resourceSelector } = spec ?? {};
    const bound = resourceSelector?.resourceRef;
    if (organizationRef !== undefined)
      return roles.map((role) => ({ object, organization: organizationRef.name, role }));
    return roleRef === undefined || bound?.kind !== 'Organization'
      ? []
      : [{ object, organization: bound.name, role: roleRef }];
  });

/**
 * An organization that had an owner keeps one. The tuples that the transaction wrote to the outbox show which role is
 * no longer held; the object that granted it before is the one to refuse.
 */
export async function guardLastOwner(
  objects: readonly (CatalogObject | Change)[],
  state: FinalState,
): Promise<Violation[]> {
  const gave = gaveOnOrganizations(objects);
  if (gave.length === 0) return [];
  const rows = await state.query<{ id: string; organization_id: string; organization: string }>(
    sql`select distinct w.id, o.id as organization_id, o.name as organization from authz_outbox x
     join organization o on x.tuple ->> 'object' = 'scope:' || o.id and x.tuple ->> 'relation' = 'grant'
     join authz_outbox y on y.tuple ->> 'object' = x.tuple ->> 'user' and y.tuple ->> 'relation' = 'role'
     join role r on y.tuple ->> 'user' = 'role:' || r.id and r.name = any(${OWNER_ROLES}) and ${homeOf(sql`r`)} = ${PLATFORM}::uuid
     join unnest(${gave.map(({ object }) => object.id)}::uuid[], ${gave.map(({ organization }) => organization)}::text[], ${gave.map(({ role }) => role.name)}::text[], ${gave.map(({ role }) => role.namespace ?? '')}::text[]) w (id, organization, role, namespace)
       on w.organization = o.name and w.role = r.name and w.namespace = r.namespace
     where x.operation = 'delete' and x.applied_at is null and x.xmin = pg_current_xact_id()::xid
       and y.operation = 'delete' and y.applied_at is null and y.xmin = pg_current_xact_id()::xid
       and not exists (
         select from grant_edge g join role h on h.id = g.role_id where g.scope_id = o.id and h.name = any(${OWNER_ROLES}) and ${homeOf(sql`h`)} = ${PLATFORM}::uuid)`,
  );
  const byId = new Map(objects.map((object) => [object.id, object]));
  return rows.flatMap(({ id, organization_id, organization }) => {
    const object = byId.get(id);
    if (object === undefined) return [];
    const message = `organization ${organization} would be left without an owner`;
    const mentions = [{ kind: 'Organization', id: organization_id, name: organization }];
    return [refuse(object, 'LAST_OWNER', 'metadata.name', message, { accepted: 'another owner first', mentions })];
  });
}
