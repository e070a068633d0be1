import { choice, ref } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { uniqueIn } from '../../catalog/rules.ts';
import { checkRegionName } from './grammar.ts';

export const regionState = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'RegionState',
  plural: 'regionstates',
  description: 'Whether services can be deployed in a region. A region without one is not open for services.',
  scope: { home: ['regionRef'] },
  spec: {
    regionRef: ref('Region', {
      owned: true,
      description: 'The region; it has at most one state.',
      required: true,
      immutable: 'always',
      inverse: { name: 'registryState', description: 'Whether services can be deployed in the region.', one: true },
    }),
    state: choice('RegionPhase', ['Planned', 'Open', 'Closing', 'Closed'], {
      description: 'How far the region is.',
      meanings: {
        Planned: 'Being prepared: core services may be deployed already.',
        Open: 'Services can be deployed; all core services are.',
        Closing: 'Services leave; none can be deployed any more.',
        Closed: 'No services are there.',
      },
      required: true,
      default: 'Planned',
    }),
  },
  printer: [
    { name: 'REGION', path: 'spec.regionRef.name' },
    { name: 'STATE', path: 'spec.state' },
  ],
  check: checkRegionName,
  checkAll: uniqueIn('region_state', [
    {
      columns: ['region_id'],
      rule: 'DUPLICATE_REGION_STATE',
      path: 'spec.regionRef',
      message: 'The region has a state already',
    },
  ]),
});
