import { choice, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';

const iam = { domain: 'iam', group: 'iam.miloapis.com' } as const;

export const user = defineKind({
  ...iam,
  kind: 'User',
  plural: 'users',
  table: 'user_account',
  description: 'A person; the name is the identity provider’s id of the person.',
  scope: { home: 'platform' },
  name: { max: 253, pattern: /^[a-zA-Z0-9]([-a-zA-Z0-9._]*[a-zA-Z0-9])?$/, accepts: 'letters, digits, - _ .' },
  spec: {
    email: text({
      required: true,
      min: 1,
      pattern: /^[^@\s]+@[^@\s]+$/,
      accepts: 'an email address',
      description: 'Email address.',
    }),
    givenName: text({ description: 'Given name.' }),
    familyName: text({ description: 'Family name.' }),
  },
  printer: [
    { name: 'EMAIL', path: 'spec.email' },
    { name: 'GIVEN', path: 'spec.givenName', wide: true },
    { name: 'FAMILY', path: 'spec.familyName', wide: true },
  ],
});

export const serviceAccount = defineKind({
  ...iam,
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  description: 'An identity for software, living in a project.',
  inProject: true,
  scope: { home: 'project' },
  spec: {
    state: choice('PrincipalState', ['Active', 'Inactive'], { default: 'Active', description: 'Whether it may act.' }),
  },
  printer: [{ name: 'STATE', path: 'spec.state' }],
});

export const userGroup = defineKind({
  ...iam,
  kind: 'Group',
  plural: 'groups',
  table: 'user_group',
  description: 'A group of principals.',
  namespaced: true,
  scope: { home: 'namespace' },
  spec: {},
  printer: [],
});

export const groupMembership = defineKind({
  ...iam,
  kind: 'GroupMembership',
  plural: 'groupmemberships',
  description: 'Makes a user a member of a group.',
  namespaced: true,
  scope: { home: 'namespace' },
  spec: {
    userRef: ref('User', {
      required: true,
      description: 'The member.',
      inverse: { name: 'groupMemberships', description: 'The user’s memberships in groups.' },
    }),
    groupRef: ref('Group', {
      form: 'namespaced',
      required: true,
      description: 'The group.',
      inverse: { name: 'memberships', description: 'The memberships of users in the group.' },
    }),
  },
  printer: [
    { name: 'USER', path: 'spec.userRef.name' },
    { name: 'GROUP', path: 'spec.groupRef.name' },
  ],
});

/** Ours: upstream's memberships hold users only. */
export const groupNesting = defineKind({
  domain: 'iam',
  group: 'catalog.miloapis.com',
  kind: 'GroupNesting',
  plural: 'groupnestings',
  description: 'Makes a group or a service account a member of a group.',
  namespaced: true,
  scope: { home: 'namespace' },
  spec: {
    groupRef: ref('Group', {
      form: 'namespaced',
      required: true,
      description: 'The group that gains a member.',
      inverse: { name: 'nestings', description: 'The groups and service accounts that are members of the group.' },
    }),
    memberRef: ref(['Group', 'ServiceAccount'], {
      form: 'subject',
      required: true,
      abstract: 'Principal',
      description: 'The member.',
      inverse: { name: 'nestedIn', description: 'What makes it a member of other groups.' },
    }),
  },
  printer: [
    { name: 'GROUP', path: 'spec.groupRef.name' },
    { name: 'MEMBER', path: 'spec.memberRef.name' },
  ],
});
