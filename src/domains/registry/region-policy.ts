import { ref, refs } from '../../catalog/fields.ts';
import { type Change, defineKind } from '../../catalog/kind.ts';
import { refuse, uniqueIn } from '../../catalog/rules.ts';
import type { Violation } from '../../platform/errors.ts';
import { syncExclusions } from './fields.ts';

type Named = { readonly name: string };

/** The region that takes what belongs to none is one of those that are enabled. */
function checkDefault(change: Change): Violation[] {
  const { enabledRegionRefs: enabled, defaultControlRegionRef: chosen } = change.spec as unknown as {
    readonly enabledRegionRefs: readonly Named[];
    readonly defaultControlRegionRef: Named;
  };
  if (enabled.some(({ name }) => name === chosen.name)) return [];
  const message = `${chosen.name} is not among the regions that are enabled.`;
  const evidence = { value: chosen.name, accepted: enabled.map(({ name }) => name).join(' or ') };
  return [refuse(change, 'DEFAULT_REGION_NOT_ENABLED', 'spec.defaultControlRegionRef', message, evidence)];
}

export const regionPolicy = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'RegionPolicy',
  plural: 'regionpolicies',
  description:
    'States in which regions a project keeps its objects. Of a service that the project uses and that is not deployed in all of them, a warning is given.',
  scope: { home: ['projectRef'] },
  spec: {
    projectRef: ref('Project', {
      owned: true,
      description: 'The project. It has at most one policy; without one, it may use every region.',
      required: true,
      immutable: 'always',
      inverse: {
        name: 'regionPolicy',
        description: 'In which regions the project keeps its objects; null where it does not say.',
        one: true,
      },
    }),
    enabledRegionRefs: refs('Region', {
      description: 'The regions in which objects of the project may be.',
      required: true,
      table: 'region_policy_region',
      min: 1,
      unique: true,
      inverse: { name: 'enabledByPolicies', description: 'The policies of projects that enable the region.' },
    }),
    defaultControlRegionRef: ref('Region', {
      description: 'The region, one of those enabled, that takes writes of objects that do not belong to a region.',
      required: true,
      inverse: {
        name: 'defaultOfPolicies',
        description: 'The policies of projects whose writes go to the region by default.',
      },
    }),
    exclusions: syncExclusions,
  },
  printer: [
    { name: 'PROJECT', path: 'spec.projectRef.name' },
    { name: 'REGIONS', path: 'spec.enabledRegionRefs' },
    { name: 'DEFAULT', path: 'spec.defaultControlRegionRef.name' },
  ],
  check: checkDefault,
  checkAll: uniqueIn('region_policy', [
    {
      columns: ['project_id'],
      rule: 'DUPLICATE_REGION_POLICY',
      path: 'spec.projectRef',
      message: 'The project has a policy already',
    },
  ]),
});
