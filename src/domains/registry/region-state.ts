import { choice, ref } from '../../catalog/fields.ts';
import { type Change, defineKind } from '../../catalog/kind.ts';
import { refuse, uniqueIn } from '../../catalog/rules.ts';
import type { Violation } from '../../platform/errors.ts';
import { checkRegionName } from './grammar.ts';

/** To which states a region goes from each: it opens once it is planned, and what has been closed is planned anew. */
const next: Readonly<Record<string, readonly string[]>> = {
  Planned: ['Open', 'Closed'],
  Open: ['Closing', 'Closed'],
  Closing: ['Open', 'Closed'],
  Closed: ['Planned'],
};

function checkState(change: Change): Violation[] {
  const found = checkRegionName(change);
  const [before, after] = [change.before?.spec.state, change.spec.state].map(String);
  if (change.before === undefined || before === undefined || after === undefined || before === after) return found;
  const allowed = next[before] ?? [];
  if (allowed.includes(after)) return found;
  const message = `A region that is ${before} does not become ${after}.`;
  const evidence = { value: after, accepted: allowed.join(' or ') };
  return [...found, refuse(change, 'G4_STATE_STEP', 'spec.state', message, evidence)];
}

export const regionState = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'RegionState',
  plural: 'regionstates',
  description: 'States whether services can be deployed in a region. In a region without such an object, they cannot.',
  scope: { home: ['regionRef'] },
  publicReading: 'everywhere',
  spec: {
    regionRef: ref('Region', {
      owned: true,
      description: 'The region that the state is about. A region has at most one.',
      required: true,
      immutable: 'always',
      inverse: {
        name: 'registryState',
        description: 'The state of the region for deployments of services; null if no services can be deployed there.',
        one: true,
      },
    }),
    state: choice(
      'RegionPhase',
      {
        Planned: 'The region is being prepared. Only core services can be deployed in it.',
        Open: 'Services can be deployed in the region. All core services are there.',
        Closing: 'Services are leaving the region. None can be deployed in it any more.',
        Closed: 'The region is closed, and no services are there.',
      },
      {
        description: 'Phase of the region in its lifecycle.',
        required: true,
        default: 'Planned',
      },
    ),
  },
  printer: [
    { name: 'REGION', path: 'spec.regionRef.name' },
    { name: 'STATE', path: 'spec.state' },
  ],
  check: checkState,
  checkAll: uniqueIn('region_state', [
    {
      columns: ['region_id'],
      rule: 'DUPLICATE_REGION_STATE',
      path: 'spec.regionRef',
      message: 'The region has a state already',
    },
  ]),
});
