import { choice, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';

export const site = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Site',
  plural: 'sites',
  description: 'A facility: a data centre, an availability zone, an edge location.',
  scope: { own: true, parent: ['regionRef'] },
  topology: { paths: { region: 'regionRef', site: 'name', 'site-type': 'type' } },
  spec: {
    displayName: text({ required: true, min: 1, description: 'Name for people.' }),
    regionRef: ref('Region', {
      required: true,
      immutable: 'always',
      description: 'The region it is in.',
      inverse: { name: 'sites', description: 'The facilities in the region.' },
    }),
    type: choice('SiteType', ['Datacenter', 'AvailabilityZone', 'Edge', 'Virtual'], {
      required: true,
      description: 'What kind of facility it is.',
      meanings: {
        AvailabilityZone: 'A cloud’s failure domain.',
        Edge: 'A point of presence.',
        Virtual: 'No single place.',
      },
    }),
    address: text({ description: 'Postal address, in free form.' }),
    providerRef: ref('Provider', {
      description: 'Who runs the facility; may change.',
      inverse: { name: 'sites', description: 'The facilities the provider runs.' },
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
