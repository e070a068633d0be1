import { isStaff } from '../../catalog/access/rights.ts';
import { choice, group, text } from '../../catalog/fields.ts';
import { type Change, type DerivedStore, defineKind } from '../../catalog/kind.ts';
import { PLATFORM } from '../../catalog/well-known.ts';
import { sql } from '../../platform/db/sql.ts';
import { homeOf, OWNER_ROLES } from '../iam/index.ts';

export const organization = defineKind({
  domain: 'tenancy',
  group: 'resourcemanager.miloapis.com',
  kind: 'Organization',
  plural: 'organizations',
  shortNames: ['org'],
  description: 'A tenant of the platform. It contains folders and projects.',
  scope: { own: true, parent: [] },
  verbs: ['use'],
  listedByGet: true,
  name: { max: 50 },
  spec: {
    type: choice(
      'OrganizationType',
      { Personal: 'The organization of one person.', Standard: 'The organization of a company or a team.' },
      {
        immutable: 'always',
        description: 'Whether the organization belongs to one person or to several.',
      },
    ),
    contactInfo: group(
      'ContactInfo',
      {
        email: text({ required: true, min: 1, max: 256, description: 'Email address for messages from the platform.' }),
        name: text({ required: true, min: 1, max: 256, description: 'Name of the person or department to contact.' }),
        businessName: text({ max: 256, description: 'Name of the business.' }),
        address: group(
          'PostalAddress',
          {
            country: text({
              required: true,
              pattern: /^[A-Z]{2}$/,
              accepts: 'a two-letter country code',
              description: 'ISO 3166 code of the country, two letters.',
            }),
            line1: text({ max: 256, description: 'First line of the address.' }),
            line2: text({ max: 256, description: 'Second line of the address.' }),
            city: text({ max: 128, description: 'City.' }),
            region: text({ max: 128, description: 'State or province.' }),
            postalCode: text({ max: 32, description: 'Postal code.' }),
          },
          { description: 'Postal address of the organization.' },
        ),
      },
      { description: 'Whom the platform contacts about the organization.' },
    ),
  },
  derive: makeOwner,
  printer: [
    { name: 'DISPLAY', path: 'metadata.annotations.kubernetes\\.io/display-name' },
    { name: 'TYPE', path: 'spec.type' },
  ],
});

/**
 * The creator of an organization becomes its member and owner (reference/iam.md 1.1), except platform staff. The role is
 * the platform's own; when there is none, no membership is created.
 */
async function makeOwner(changes: readonly Change[], { by, execute }: DerivedStore): Promise<void> {
  const made = changes.filter(({ before }) => before === undefined).map(({ id }) => id);
  if (made.length === 0 || by.caller.kind !== 'User' || by.rights === undefined || isStaff(by.rights)) return;
  await execute(
    sql`with owner_role as (
       select r.id from role r where r.name = any(${OWNER_ROLES}) and ${homeOf(sql`r`)} = ${PLATFORM}::uuid order by array_position(${OWNER_ROLES}, r.name) limit 1
     ), made as (
       insert into organization_membership (id, name, namespace, revision, scope_id, organization_id, user_id)
       select uuidv7(), 'member-' || u.name, 'organization-' || o.name, nextval('catalog_revision'), o.id, o.id, u.id
       from organization o join user_account u on u.id = ${by.caller.principalId}::uuid
       where o.id = any(${made}::uuid[]) and exists (select from owner_role) and not exists (
         select from organization_membership m where m.organization_id = o.id and m.user_id = u.id)
       on conflict (namespace, name) do nothing
       returning id
     )
     insert into organization_membership_role (organization_membership_id, position, role_id)
     select made.id, 0, owner_role.id from made, owner_role`,
  );
}
