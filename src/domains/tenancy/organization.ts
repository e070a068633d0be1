import { choice, group, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';

export const organization = defineKind({
  domain: 'tenancy',
  group: 'resourcemanager.miloapis.com',
  kind: 'Organization',
  plural: 'organizations',
  shortNames: ['org'],
  description: 'A tenant of the platform: the top of a hierarchy of folders and projects.',
  scope: { own: true, parent: [] },
  verbs: ['use'],
  listedByGet: true,
  name: { max: 50 },
  spec: {
    type: choice('OrganizationType', ['Personal', 'Standard'], {
      immutable: 'always',
      description: 'Whether it belongs to one person.',
    }),
    contactInfo: group(
      'ContactInfo',
      {
        email: text({ required: true, min: 1, max: 256, description: 'Address for mail from the platform.' }),
        name: text({ required: true, min: 1, max: 256, description: 'Whom to write to.' }),
        businessName: text({ max: 256, description: 'Name of the business.' }),
        address: group(
          'PostalAddress',
          {
            country: text({
              required: true,
              pattern: /^[A-Z]{2}$/,
              accepts: 'a two-letter country code',
              description: 'Country code.',
            }),
            line1: text({ max: 256, description: 'First line.' }),
            line2: text({ max: 256, description: 'Second line.' }),
            city: text({ max: 128, description: 'City.' }),
            region: text({ max: 128, description: 'State or province.' }),
            postalCode: text({ max: 32, description: 'Postal code.' }),
          },
          { description: 'Postal address.' },
        ),
      },
      { description: 'Whom to contact.' },
    ),
  },
  printer: [
    { name: 'DISPLAY', path: 'metadata.annotations.kubernetes\\.io/display-name' },
    { name: 'TYPE', path: 'spec.type' },
  ],
});
