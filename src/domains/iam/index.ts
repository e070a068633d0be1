import type { Domain } from '../../catalog/domain.ts';
import { sql } from '../../platform/db/sql.ts';
import { iamActions } from './actions.ts';
import { identityLink } from './identity-link.ts';
import { groupMembership, groupNesting, serviceAccount, user, userDeactivation, userGroup } from './principals.ts';
import { policyBinding, protectedResource, role } from './roles.ts';

export { createFindPrincipal } from './find-principal.ts';
export {
  type Given,
  guardGiven,
  guardLastOwner,
  guardRoleCount,
  guardRoleOrigin,
  homeOf,
  OWNER_ROLES,
} from './guards.ts';
export { endedIdentityPruning } from './identities.ts';
export { setUpAdministration } from './platform-admin.ts';
export { principalByText } from './principals.ts';

/** Principals, groups, roles and bindings. */
export const iam: Domain = {
  actions: iamActions,
  kinds: [
    user,
    userDeactivation,
    serviceAccount,
    identityLink,
    userGroup,
    groupMembership,
    groupNesting,
    protectedResource,
    role,
    policyBinding,
  ],
  abstracts: [
    {
      name: 'Principal',
      description: 'A principal: a user, service account or group, which roles can be granted to.',
      kinds: ['User', 'Group', 'ServiceAccount'],
    },
  ],
  fields: [
    {
      on: 'User',
      name: 'displayName',
      gives: 'value',
      type: 'String',
      description: 'Name for people: given and family name, else the e-mail address.',
      value: (row) =>
        sql`coalesce(nullif(trim(concat_ws(' ', ${row}.given_name, ${row}.family_name)), ''), ${row}.email)`,
    },
    {
      on: 'Group',
      name: 'users',
      gives: 'many',
      to: 'User',
      description: 'The users who are direct members of the group; members of nested groups are not included.',
      link: {
        hops: [{ table: 'group_membership', on: (from, hop) => sql`${hop}.group_id = ${from}.id` }],
        on: (hop, to) => sql`${to}.id = ${hop}.user_id`,
      },
    },
    {
      on: 'User',
      name: 'groups',
      gives: 'many',
      to: 'Group',
      description: 'The groups that the user is a direct member of.',
      link: {
        hops: [{ table: 'group_membership', on: (from, hop) => sql`${hop}.user_id = ${from}.id` }],
        on: (hop, to) => sql`${to}.id = ${hop}.group_id`,
      },
    },
    {
      on: 'Role',
      name: 'effectivePermissions',
      gives: 'value',
      type: 'String',
      list: true,
      description:
        'All permissions that the role grants: its own and those of all roles that it inherits from, sorted.',
      value: (row) => sql`array(
        with recursive up(id) as (select ${row}.id union select i.role_id from up join role_inheritance i on i.heir_id = up.id)
        select distinct p from up join role r on r.id = up.id cross join lateral unnest(r.included_permissions) p order by p)`,
    },
  ],
};
