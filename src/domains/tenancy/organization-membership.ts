import { ref, refs } from '../../catalog/fields.ts';
import { type CatalogObject, type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import { refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { type Given, guardGiven, guardLastOwner, guardRoleCount, guardRoleOrigin } from '../iam/index.ts';

export const organizationMembership = defineKind({
  domain: 'tenancy',
  group: 'resourcemanager.miloapis.com',
  kind: 'OrganizationMembership',
  plural: 'organizationmemberships',
  description: 'Makes a user a member of an organization, with roles.',
  namespaced: true,
  readsAreRecorded: true,
  scope: { home: ['organizationRef'] },
  spec: {
    organizationRef: ref('Organization', {
      owned: true,
      required: true,
      immutable: 'always',
      description: 'The organization.',
      inverse: { name: 'memberships', description: 'The memberships of the organization.' },
    }),
    userRef: ref('User', {
      owned: true,
      required: true,
      immutable: 'always',
      description: 'The member.',
      inverse: { name: 'memberships', description: 'The user’s memberships in organizations.' },
    }),
    roles: refs('Role', {
      table: 'organization_membership_role',
      form: 'namespaced',
      unique: true,
      description: 'The roles the member holds in the organization.',
      inverse: { name: 'memberships', description: 'The memberships that carry the role.' },
    }),
  },
  checkAll: givesWhatItMay,
  checkGone: keepsAnOwner,
  printer: [
    { name: 'ORGANIZATION', path: 'spec.organizationRef.name' },
    { name: 'USER', path: 'spec.userRef.name' },
  ],
});

/** Of memberships whose users go as well nothing is asked (reference/iam.md 1.4). */
async function keepsAnOwner(objects: readonly CatalogObject[], state: FinalState): Promise<Violation[]> {
  const userOf = ({ spec }: CatalogObject): string => (spec.userRef as { name: string }).name;
  const rows = await state.query<{ name: string }>(
    sql`select name from user_account where name = any(${objects.map(userOf)})`,
  );
  const there = new Set(rows.map(({ name }) => name));
  return guardLastOwner(
    objects.filter((one) => there.has(userOf(one))),
    state,
  );
}

/** A membership gives its roles on the organization, as a binding would. */
async function givesWhatItMay(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const rows = await state.query<{ id: string; position: number; role_id: string; name: string; scope_id: string }>(
    sql`select m.id, k.position, k.role_id, r.name, m.organization_id as scope_id from organization_membership m
     join organization_membership_role k on k.organization_membership_id = m.id join role r on r.id = k.role_id
     where m.id = any(${changes.map(({ id }) => id)}::uuid[])`,
  );
  const given = rows.flatMap(({ id, position, role_id: roleId, name: roleName, scope_id: scopeId }): Given[] => {
    const change = changes.find((one) => one.id === id);
    if (change === undefined) return [];
    const permission = 'resourcemanager.miloapis.com/organizationmemberships.create';
    return [{ change, roleId, roleName, scopeId, path: `spec.roles[${position}]`, isWide: false, permission }];
  });
  return [
    ...(await guardGiven(given, state)),
    ...(await guardRoleOrigin(given, state)),
    ...(await guardRoleCount(given, state)),
    ...(await refuseInactive(changes, state)),
    ...(await guardLastOwner(changes, state)),
  ];
}

/** Whoever cannot act is not made a member. */
const refuseInactive = rowRule<{ name: string }>(
  (ids) => sql`select m.id, u.name from organization_membership m join user_account u on u.id = m.user_id
   where m.id = any(${ids}::uuid[]) and u.state = 'Inactive'`,
  (change, { name }) =>
    change.before === undefined
      ? refuse(change, 'SUBJECT_INACTIVE', 'spec.userRef.name', `User ${name} is deactivated`)
      : [],
);
