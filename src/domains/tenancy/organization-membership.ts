import { ref, refs } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';

export const organizationMembership = defineKind({
  domain: 'tenancy',
  group: 'resourcemanager.miloapis.com',
  kind: 'OrganizationMembership',
  plural: 'organizationmemberships',
  description: 'Makes a user a member of an organization, with roles.',
  namespaced: true,
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
  printer: [
    { name: 'ORGANIZATION', path: 'spec.organizationRef.name' },
    { name: 'USER', path: 'spec.userRef.name' },
  ],
});
