import { heldOn } from '../../catalog/access/held-on.ts';
import { CREATE_BINDINGS } from '../../catalog/access/permissions.ts';
import type { Change, FinalState } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import { GROUPS_OF_EVERYONE, PLATFORM } from '../../catalog/well-known.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { effectivePermissions, USE_ROLES } from './guards.ts';

/** A role that an account holds, itself or through groups. */
interface HeldByAccount {
  /** Uid of the link. */
  readonly id: string;
  readonly scope_id: string;
  readonly role_id: string;
  /** On every object of a kind: it can be given by the platform alone. */
  readonly is_wide: boolean;
}

/**
 * Whoever links an identity to an account gives it all that the account may do. So they must be able to give each role
 * of the account where it has it, as with a binding: may give roles there, and hold what the role holds, or may use any
 * role. What is missing is counted, not named: they need not see what the account may do.
 */
export async function guardLinks(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const { rights } = state.by;
  if (rights === undefined || changes.length === 0) return [];
  const rows = await state.query<HeldByAccount>(
    sql`with recursive holder (link_id, id) as (
       select l.id, coalesce(l.principal_user_account_id, l.principal_service_account_id) from identity_link l
       where l.id = any(${changes.map(({ id }) => id)}::uuid[])
       union
       select h.link_id, m.group_id from holder h cross join lateral (
         select group_id from group_membership where user_id = h.id
         union all select group_id from group_nesting where member_service_account_id = h.id
         union all select group_id from group_nesting where member_user_group_id = h.id) m
     )
     select distinct h.link_id as id, e.scope_id, e.role_id, s.kind = 'Kind' as is_wide
     from holder h join grant_assignee a on a.principal_id = h.id join grant_edge e on e.id = a.grant_id
     join scope s on s.id = e.scope_id where h.id <> all(${GROUPS_OF_EVERYONE}::uuid[])`,
  );
  const held = await heldOn(state, rights.holdings, [PLATFORM, ...rows.map(({ scope_id: id }) => id)]);
  const effective = await effectivePermissions(
    state,
    rows.map(({ role_id: id }) => id),
  );
  const lacking = rows.flatMap(({ id, scope_id: scopeId, role_id: roleId, is_wide: isWide }) => {
    const here = held.get(isWide ? PLATFORM : scopeId) ?? new Set();
    const needed = here.has(USE_ROLES) ? [] : (effective.get(roleId) ?? []);
    const names = [CREATE_BINDINGS, ...needed].filter((name) => !here.has(name));
    return names.length === 0 ? [] : [{ id, scopeId, names }];
  });
  return [...Map.groupBy(lacking, ({ id }) => id)].flatMap(([id, found]) => {
    const change = changes.find((one) => one.id === id);
    if (change === undefined) return [];
    const permissions = new Set(found.flatMap(({ names }) => names)).size;
    const places = new Set(found.map(({ scopeId }) => scopeId)).size;
    const message = `the account may do more than you could give: you lack ${counted(permissions, 'permission')} on ${counted(places, 'object')}`;
    const accepted = `an account whose roles you can give where it holds them (${CREATE_BINDINGS} and what the roles hold)`;
    return [refuse(change, 'ESCALATION', 'spec.principalRef', message, { accepted })];
  });
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
