import type { ExtraField } from '../../catalog/extra-field.ts';
import { objects, ref, refs, text } from '../../catalog/fields.ts';
import { type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import { refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
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
  makesAccess: true,
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
      showsName: true,
      description:
        'The user who is a member; null if you may not read that user. `member` has the name and email address all the same.',
      inverse: { name: 'memberships', description: 'The user’s memberships in organizations.' },
    }),
    roles: refs('Role', {
      table: 'organization_membership_role',
      form: 'namespaced',
      unique: true,
      showsName: true,
      description:
        'The roles that the user holds on the organization and everything inside it, as far as you may read them. `roleNames` has all of them.',
      inverse: { name: 'memberships', description: 'The organization memberships that grant the role.' },
    }),
  },
  checkAll: givesWhatItMay,
  checkGone: guardLastOwner,
  printer: [
    { name: 'ORGANIZATION', path: 'spec.organizationRef.name' },
    { name: 'USER', path: 'spec.userRef.name' },
    { name: 'ROLES', path: 'spec.roles[*].name' },
  ],
});

/**
 * Whoever may read a membership knows whom it makes a member, and with which roles: they could not manage the members of
 * their organization otherwise. The User and the Roles themselves stay as hidden as they are.
 */
export const membershipFields: readonly ExtraField[] = [
  {
    on: 'OrganizationMembership',
    name: 'member',
    gives: 'objects',
    description: 'Who the member is, for whoever may read the membership, whether or not they may read the user.',
    objects: objects(
      'OrganizationMember',
      {
        name: text({ required: true, description: 'Name of the user.' }),
        displayName: text({
          required: true,
          description:
            'Name for people: the annotation `kubernetes.io/display-name`, else given and family name, else the name of the user.',
        }),
        email: text({ required: true, description: 'Email address of the user.' }),
        givenName: text({ description: 'Given name of the user.' }),
        familyName: text({ description: 'Family name of the user.' }),
      },
      { single: true, description: 'A member of an organization, as the organization knows them.' },
    ),
    value: (row) => sql`(
      select jsonb_build_object('name', member.name, 'email', member.email,
        'givenName', member.given_name, 'familyName', member.family_name,
        'displayName', coalesce(member.annotations ->> 'kubernetes.io/display-name',
          nullif(concat_ws(' ', member.given_name, member.family_name), ''), member.name))
      from user_account member where member.id = ${row}.user_id)`,
  },
  {
    on: 'OrganizationMembership',
    name: 'roleNames',
    gives: 'objects',
    description:
      'The roles that the user holds on the organization, for whoever may read the membership, whether or not they may read the roles.',
    objects: objects(
      'MembershipRole',
      {
        name: text({ required: true, description: 'Name of the role.' }),
        namespace: text({
          description: 'Namespace of the role; null when it is that of an organization that you may not see.',
        }),
      },
      { description: 'A role that a member of an organization holds.' },
    ),
    value: (row, see) => sql`(
      select jsonb_agg(jsonb_build_object('name', given.name, 'namespace', case when not exists (
          select from organization owner where given.namespace = 'organization-' || owner.name and not ${see('Organization', sql`owner`)}
        ) then given.namespace end) order by listed.position)
      from organization_membership_role listed join role given on given.id = listed.role_id
      where listed.organization_membership_id = ${row}.id)`,
  },
];

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
  const byId = new Map(changes.map((change) => [change.id, change]));
  const given = rows.flatMap(({ id, position, roleId, roleName, scopeId }): Given[] => {
    const change = byId.get(id);
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
