import { heldOn } from '../../catalog/access/held-on.ts';
import { bool, choice, int, ref } from '../../catalog/fields.ts';
import { type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import { allOf, refuse, uniqueIn } from '../../catalog/rules.ts';
import { PLATFORM } from '../../catalog/well-known.ts';
import type { Violation } from '../../platform/errors.ts';
import { fixedServiceRef } from '../services/index.ts';
import { labelledDomains, registryGeneration, syncExclusions } from './fields.ts';
import { domain } from './grammar.ts';

/** A service that leads a group does not belong to another group (rule C6); what leads itself is not even stored. */
function checkLeader(change: Change): Violation[] {
  const { serviceRef, leadingServiceRef } = change.spec as {
    readonly serviceRef: { readonly name: string };
    readonly leadingServiceRef?: { readonly name: string };
  };
  if (leadingServiceRef?.name !== serviceRef.name) return [];
  const evidence = { value: serviceRef.name, accepted: 'another service' };
  return [refuse(change, 'C6_LEADER', 'spec.leadingServiceRef', 'A service does not lead itself.', evidence)];
}

const CHANGE = 'catalog.miloapis.com/serviceruntimes.update';

/** Core services are the platform's: seen by everyone, deployed everywhere, used by every other (rule C5). */
async function checkCore(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const { rights } = state.by;
  const claiming = changes.filter(({ before, spec }) => (before?.spec.core === true) !== (spec.core === true));
  if (rights === undefined || claiming.length === 0) return [];
  const held = await heldOn(state, rights.holdings, [PLATFORM]);
  if (held.get(PLATFORM)?.has(CHANGE) === true) return [];
  return claiming.map((change) => {
    const message = 'Whether a service is a core service is decided by the platform.';
    const evidence = { value: change.spec.core, accepted: `a role on the platform that holds ${CHANGE}` };
    return refuse(change, 'C5_CORE', 'spec.core', message, evidence);
  });
}

export const serviceRuntime = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'ServiceRuntime',
  plural: 'serviceruntimes',
  description:
    'States how a service runs as a multi-region API: its global address, its primary region, and who may see it. A service has at most one.',
  scope: { home: ['serviceRef'] },
  makesAccess: true,
  publicReading: 'where its scope is public',
  // It belongs to its own service, whatever becomes of the one that leads it.
  draftThrough: [],
  spec: {
    serviceRef: fixedServiceRef(
      'The service',
      {
        name: 'runtime',
        description: 'How the service runs; null for a service that is not a multi-region API.',
        one: true,
      },
      { owned: true },
    ),
    core: bool({
      description:
        'Whether the service is a core service: it belongs to the platform itself and is deployed in every open region.',
      default: false,
    }),
    visibility: choice(
      'ServiceVisibility',
      {
        Public:
          'Every caller who is signed in may see and import the service, as they may a service without runtime settings.',
        Private:
          'Only the service’s own project, and those that it is shared with, may see the service; others import it only with the right `import` on it.',
      },
      {
        description: 'Who may see and import the service.',
        required: true,
        default: 'Private',
      },
    ),
    leadingServiceRef: ref('Service', {
      description: 'The service that leads the group of services that this one belongs to; null if it belongs to none.',
      by: 'serviceName',
      exportName: true,
      inverse: { name: 'ledRuntimes', description: 'The runtime settings of the services that this service leads.' },
    }),
    globalDomain: domain({ description: 'Host name that leads to the nearest healthy region.', required: true }),
    labelledDomains,
    primaryRegionRef: ref('Region', {
      description: 'The region that accepts writes of objects that do not belong to a region.',
      required: true,
      inverse: {
        name: 'primaryRuntimes',
        description: 'The runtime settings of the services that have this as their primary region.',
      },
    }),
    syncExclusions,
    automaticVersionSwitch: bool({
      description:
        'Whether deployments switch to a newer version as soon as their data is upgraded. Otherwise an operator switches them.',
      default: false,
    }),
    maxSkewDays: int({
      description: 'Number of days that a deployment may serve an older version before this is reported.',
      min: 0,
    }),
    registryGeneration,
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'DOMAIN', path: 'spec.globalDomain' },
    { name: 'PRIMARY', path: 'spec.primaryRegionRef.name' },
    { name: 'VISIBILITY', path: 'spec.visibility' },
    { name: 'CORE', path: 'spec.core', wide: true },
  ],
  check: checkLeader,
  checkAll: allOf(
    checkCore,
    uniqueIn('service_runtime', [
      {
        columns: ['service_id'],
        rule: 'DUPLICATE_RUNTIME',
        path: 'spec.serviceRef',
        message: 'The service has a runtime record already',
      },
    ]),
  ),
});
