import { choice, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';

export const site = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Site',
  plural: 'sites',
  description: 'A facility: a data centre, an availability zone of a cloud, or an edge location.',
  scope: { own: true, parent: ['regionRef'] },
  topology: { paths: { region: 'regionRef', site: 'name', 'site-type': 'type' } },
  spec: {
    displayName: text({ required: true, min: 1, description: 'Name of the facility for people.' }),
    regionRef: ref('Region', {
      required: true,
      immutable: 'always',
      description: 'The region that the facility is in.',
      inverse: { name: 'sites', description: 'The facilities in the region.' },
    }),
    type: choice(
      'SiteType',
      {
        Datacenter: 'A data centre.',
        AvailabilityZone: 'An availability zone of a cloud.',
        Edge: 'An edge location (point of presence).',
        Virtual: 'A facility that is not one physical place.',
      },
      {
        required: true,
        description: 'The kind of facility.',
      },
    ),
    address: text({ description: 'Postal address, as free text.' }),
    providerRef: ref('Provider', {
      description: 'The provider that runs the facility.',
      inverse: { name: 'sites', description: 'The facilities that the provider runs.' },
    }),
  },
  printer: [
    { name: 'REGION', path: 'spec.regionRef.name' },
    { name: 'PROVIDER', path: 'spec.providerRef.name' },
    { name: 'TYPE', path: 'spec.type' },
    { name: 'DISPLAY', path: 'spec.displayName', wide: true },
    { name: 'ADDRESS', path: 'spec.address', wide: true },
  ],
});
