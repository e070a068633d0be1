import { float, group, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';

export const region = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Region',
  plural: 'regions',
  description: 'A geographic region. It is the top of the physical hierarchy, and services are deployed by region.',
  scope: { own: true, parent: [] },
  publicReading: 'everywhere',
  topology: { paths: { region: 'name' } },
  spec: {
    displayName: text({ required: true, min: 1, description: 'Name of the region for people.' }),
    coordinates: group(
      'Coordinates',
      {
        latitude: float({
          required: true,
          min: -90,
          max: 90,
          description: 'Latitude in degrees, positive in the north.',
        }),
        longitude: float({
          required: true,
          min: -180,
          max: 180,
          description: 'Longitude in degrees, positive in the east.',
        }),
      },
      { description: 'A point that represents the region on a map. Routing does not use it.' },
    ),
  },
  printer: [{ name: 'DISPLAY', path: 'spec.displayName' }],
});
