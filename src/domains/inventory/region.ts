import { float, group, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';

export const region = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Region',
  plural: 'regions',
  description: 'A geographic region: the top of the physical hierarchy, and where services can be deployed.',
  scope: { own: true, parent: [] },
  topology: { paths: { region: 'name' } },
  spec: {
    displayName: text({ required: true, min: 1, description: 'Name for people.' }),
    coordinates: group(
      'Coordinates',
      {
        latitude: float({ required: true, min: -90, max: 90, description: 'Degrees north.' }),
        longitude: float({ required: true, min: -180, max: 180, description: 'Degrees east.' }),
      },
      { description: 'A representative point; descriptive, not for routing.' },
    ),
  },
  printer: [{ name: 'DISPLAY', path: 'spec.displayName' }],
});
