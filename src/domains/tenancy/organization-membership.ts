import { ref, refs } from '../../catalog/fields.ts';
import { type CatalogObject, type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import { refuse, rowRule } from '../../catalog/rules.ts';
import { among, tables } from '../../platform/db/tables.ts';
import type { Violation } from '../../platform/errors.ts';
import { type Given, guardGiven, guardLastOwner, guardRoleCount, guardRoleOrigin } from '../iam/index.ts';

export const organizationMembership = defineKind({
  domain: 'tenancy',
  group: 'resourcemanager.miloapis.com',
  kind: 'OrganizationMembership',
  plural: 'organizationmemberships',
  description: 'Makes a user a member of an organization, and grants the user roles in it.',
  namespaced: true,
  readsAreRecorded: true,
  scope: { home: ['organizationRef'] },
  spec: {
    organizationRef: ref('Organization', {
      owned: true,
      required: true,
      immutable: 'always',
      description: 'The organization that the user is a member of.',
      inverse: { name: 'memberships', description: 'The memberships of the organization.' },
    }),
    userRef: ref('User', {
      owned: true,
      required: true,
      immutable: 'always',
      description: 'The user who is a member.',
      inverse: { name: 'memberships', description: 'The user’s memberships in organizations.' },
    }),
    roles: refs('Role', {
      table: 'organization_membership_role',
      form: 'namespaced',
      unique: true,
      description: 'The roles that the user holds on the organization and everything inside it.',
      inverse: { name: 'memberships', description: 'The organization memberships that grant the role.' },
    }),
  },
  checkAll: givesWhatItMay,
  checkGone: keepsAnOwner,
  printer: [
    { name: 'ORGANIZATION', path: 'spec.organizationRef.name' },
    { name: 'USER', path: 'spec.userRef.name' },
  ],
});

/** The rule does not apply to memberships of users that are deleted in the same batch (reference/iam.md 1.4). */
async function keepsAnOwner(objects: readonly CatalogObject[], state: FinalState): Promise<Violation[]> {
  const userOf = ({ spec }: CatalogObject): string => (spec.userRef as { name: string }).name;
  const rows = await state.query(
    tables
      .selectFrom('user_account')
      .select('name')
      .where('name', '=', among(objects.map(userOf))),
  );
  const there = new Set(rows.map(({ name }) => name));
  return guardLastOwner(
    objects.filter((one) => there.has(userOf(one))),
    state,
  );
}

/** A membership gives its roles on the organization, as a binding would. */
async function givesWhatItMay(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const rows = await state.query(
    tables
      .selectFrom('organization_membership as m')
      .innerJoin('organization_membership_role as k', 'k.organization_membership_id', 'm.id')
      .innerJoin('role as r', 'r.id', 'k.role_id')
      .select(['m.id', 'k.position', 'k.role_id as roleId', 'r.name as roleName', 'm.organization_id as scopeId'])
      .where('m.id', '=', among(changes.map(({ id }) => id))),
  );
  const given = rows.flatMap(({ id, position, roleId, roleName, scopeId }): Given[] => {
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

/** A user who is not active cannot be made a member. */
const refuseInactive = rowRule(
  (ids) =>
    tables
      .selectFrom('organization_membership as m')
      .innerJoin('user_account as u', 'u.id', 'm.user_id')
      .select(['m.id', 'u.name'])
      .where('m.id', '=', among(ids))
      .where('u.state', '=', 'Inactive'),
  (change, { name }) =>
    change.before === undefined
      ? refuse(change, 'SUBJECT_INACTIVE', 'spec.userRef.name', `User ${name} is deactivated`)
      : [],
);
