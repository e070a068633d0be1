import { bool, choice, int, objects, ref, text } from '../../catalog/fields.ts';
import { type Change, defineKind } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { among, tables } from '../../platform/db/tables.ts';
import type { Violation } from '../../platform/errors.ts';
import { fixedServiceRef, labelledDomains, registryGeneration } from './fields.ts';
import { domain } from './grammar.ts';

/** A domain is either the global one of a service or the one of a deployment (rule E2). */
const checkDomain = rowRule(
  (ids) =>
    tables
      .selectFrom('service_runtime as r')
      .innerJoin('deployment as d', 'd.public_domain', 'r.global_domain')
      .select(['r.id', 'r.global_domain as domain', 'd.name as other', 'd.id as otherId'])
      .where('r.id', '=', among(ids)),
  (change, { domain: taken, other, otherId: id }) => {
    const message = `${taken} is the public domain of Deployment/${other}.`;
    return [
      refuse(change, 'E2_DOMAIN_TAKEN', 'spec.globalDomain', message, {
        value: taken,
        accepted: 'a domain of its own',
        mentions: [{ kind: 'Deployment', id, name: other }],
      }),
    ];
  },
);

/** A service that leads a group does not belong to another group (rule C6). */
function checkLeader(change: Change): Violation[] {
  const { serviceRef, leadingServiceRef } = change.spec as {
    readonly serviceRef: { readonly name: string };
    readonly leadingServiceRef?: { readonly name: string };
  };
  if (leadingServiceRef?.name !== serviceRef.name) return [];
  const message = 'A service does not lead itself.';
  return [
    refuse(change, 'C6_LEADER', 'spec.leadingServiceRef', message, {
      value: serviceRef.name,
      accepted: 'another service',
    }),
  ];
}

export const serviceRuntime = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'ServiceRuntime',
  plural: 'serviceruntimes',
  description:
    'How a service runs as a multi-region API: its global address, its primary region, who may see it. A service has ' +
    'at most one.',
  scope: { home: ['serviceRef'] },
  spec: {
    serviceRef: fixedServiceRef(
      'The service',
      {
        name: 'runtime',
        description: 'How the service runs; null for one that is not a multi-region API.',
        one: true,
      },
      { owned: true },
    ),
    core: bool({
      description: 'The service belongs to the platform itself and is there in every open region.',
      default: false,
    }),
    visibility: choice('ServiceVisibility', ['Public', 'Private'], {
      description: 'Who may see and import the service.',
      meanings: { Public: 'Every authenticated caller.', Private: 'Its own project, and those it is shared with.' },
      required: true,
      default: 'Private',
    }),
    leadingServiceRef: ref('Service', {
      description: 'The service that leads the group this one belongs to.',
      by: 'serviceName',
      exportName: true,
      inverse: { name: 'ledRuntimes', description: 'Runtime records of the services that this one leads.' },
    }),
    globalDomain: domain({ description: 'Address that is routed to the nearest healthy region.', required: true }),
    labelledDomains,
    primaryRegionRef: ref('Region', {
      description: 'The region that accepts writes of objects that belong to no region.',
      required: true,
      inverse: {
        name: 'primaryRuntimes',
        description: 'Runtime records of the services whose primary region this is.',
      },
    }),
    syncExclusions: objects(
      'SyncExclusion',
      {
        resourceType: text({ description: 'Type of the objects; any, when absent.', min: 1 }),
        sourceRegion: text({ description: 'Source region; any region when absent.', min: 1 }),
        destRegion: text({ description: 'Region they would go to; any, when absent.', min: 1 }),
      },
      { description: 'Objects that are not copied between regions.' },
    ),
    automaticVersionSwitch: bool({
      description: 'Deployments switch to a newer version as soon as their data is upgraded; else an operator does it.',
      default: false,
    }),
    maxSkewDays: int({
      description: 'How many days a deployment may stay behind the newest version before it is reported.',
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
    checkDomain,
    uniqueIn('service_runtime', [
      {
        columns: ['service_id'],
        rule: 'DUPLICATE_RUNTIME',
        path: 'spec.serviceRef',
        message: 'The service has a runtime record already',
      },
      {
        columns: ['global_domain'],
        rule: 'E2_DOMAIN_TAKEN',
        path: 'spec.globalDomain',
        message: 'Another service has this global domain',
      },
    ]),
  ),
});
