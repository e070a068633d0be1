import type { Domain } from '../../catalog/domain.ts';
import type { ExtraField } from '../../catalog/extra-field.ts';
import { texts } from '../../catalog/fields.ts';
import type { RootQuery } from '../../catalog/root-query.ts';
import { sql } from '../../platform/db/sql.ts';
import { tenancyActions } from './actions.ts';
import { folder } from './folder.ts';
import { organization } from './organization.ts';
import { membershipFields, organizationMembership } from './organization-membership.ts';
import { project, projectPlacement, projectSuspension } from './project.ts';
import { refuseInSuspended } from './suspended.ts';

const displayName = (on: string): ExtraField => ({
  on,
  name: 'displayName',
  gives: 'value',
  type: 'String',
  description:
    'Name for people: the annotation `kubernetes.io/display-name`, or the name of the object if there is none.',
  value: (row) => sql`coalesce(${row}.annotations ->> 'kubernetes.io/display-name', ${row}.name)`,
});

/** Events of usage name projects, many at once. */
const projectsByName: RootQuery = {
  name: 'projectsByName',
  gives: 'each',
  to: 'Project',
  sizedBy: 'names',
  description:
    'Projects by name, in the order of the argument: null in place of one that does not exist or that you may not see.',
  args: {
    names: texts({
      description:
        'The names, at most as many as a page of a list may hold. One that is given twice is answered twice.',
      required: true,
    }),
  },
  where: (row, key) => sql`${row}.name = ${key}`,
};

/** Organizations, folders, projects and who belongs to them. */
export const tenancy: Domain = {
  actions: tenancyActions,
  guards: [refuseInSuspended],
  kinds: [organization, folder, project, projectPlacement, organizationMembership, projectSuspension],
  queries: [projectsByName],
  fields: [
    ...membershipFields,
    displayName('Organization'),
    displayName('Project'),
    {
      on: 'Project',
      name: 'folder',
      gives: 'one',
      to: 'Folder',
      description: 'The folder that the project is in; null if it is directly below the organization.',
      link: {
        hops: [{ table: 'project_placement', on: (from, hop) => sql`${hop}.project_id = ${from}.id` }],
        on: (hop, to) => sql`${to}.id = ${hop}.folder_id`,
      },
    },
    {
      on: 'Folder',
      name: 'projects',
      gives: 'many',
      to: 'Project',
      description: 'The projects directly inside the folder.',
      link: {
        hops: [{ table: 'project_placement', on: (from, hop) => sql`${hop}.folder_id = ${from}.id` }],
        on: (hop, to) => sql`${to}.id = ${hop}.project_id`,
      },
    },
    {
      on: 'Project',
      name: 'isSuspended',
      gives: 'value',
      type: 'Boolean',
      description: 'Whether the project is suspended: nothing in it can be created or changed.',
      value: (row) => sql`exists (select from project_suspension s where s.project_id = ${row}.id)`,
    },
    {
      on: 'User',
      name: 'organizations',
      gives: 'many',
      to: 'Organization',
      description: 'The organizations that the user is a member of.',
      link: {
        hops: [{ table: 'organization_membership', on: (from, hop) => sql`${hop}.user_id = ${from}.id` }],
        on: (hop, to) => sql`${to}.id = ${hop}.organization_id`,
      },
    },
  ],
};
