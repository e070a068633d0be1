import type { ExtraField } from '../../../catalog/extra-field.ts';
import type { Hop } from '../../../catalog/link.ts';
import { sql } from '../../../platform/db/sql.ts';
import { takesRequests } from '../lifecycle.ts';

/** Pairs of entitlements of one project: the service of `needing_id` depends on that of `needed_id`. */
const needs = (from: 'needing_id' | 'needed_id'): Hop => ({
  table: 'service_entitlement',
  rows: () => sql`
    select n.id as needing_id, h.id as needed_id from service_entitlement n
    join service_dependency d on d.dependent_service_id = n.service_id
    join service_entitlement h on h.project_id = n.project_id and h.service_id = d.service_id
    where n.status_phase = 'Active'`,
  on: (entitlement, hop) => sql`${hop}.${sql.ident(from)} = ${entitlement}.id`,
});

/** Who waits for whom, and who needs what. */
export const enablementFields: readonly ExtraField[] = [
  {
    on: 'Service',
    name: 'takesRequests',
    gives: 'value',
    type: 'Boolean',
    description:
      'Whether projects can ask for the service now: only while it is Published. Those who use it go on while it is Deprecated.',
    value: takesRequests,
  },
  {
    on: 'ServiceEntitlement',
    name: 'broughtAlong',
    gives: 'many',
    to: 'ServiceEntitlement',
    description:
      'The entitlements of the project to the services that this one’s service depends on; none as long as this one is not Active.',
    link: { hops: [needs('needing_id')], on: (hop, to) => sql`${to}.id = ${hop}.needed_id` },
  },
  {
    on: 'ServiceEntitlement',
    name: 'neededBy',
    gives: 'many',
    to: 'ServiceEntitlement',
    description:
      'The active entitlements of the project whose services depend on this one’s. The last of them takes along what the project has not asked for itself.',
    link: { hops: [needs('needed_id')], on: (hop, to) => sql`${to}.id = ${hop}.needing_id` },
  },
  {
    on: 'ServiceEntitlement',
    name: 'consumerRecord',
    gives: 'one',
    to: 'ServiceConsumer',
    description: 'The record that the producer of the service has of the project; null if you may not read it.',
    link: {
      on: (from, to) => sql`${to}.service_id = ${from}.service_id and ${to}.consumer_project_id = ${from}.project_id`,
    },
  },
  {
    on: 'ServiceConsumer',
    name: 'entitlement',
    gives: 'one',
    to: 'ServiceEntitlement',
    description: 'The request that the record is about; null if you may not read it, or before there is one.',
    link: {
      on: (from, to) => sql`${to}.service_id = ${from}.service_id and ${to}.project_id = ${from}.consumer_project_id`,
    },
  },
  {
    on: 'Service',
    name: 'pendingRequests',
    gives: 'many',
    to: 'ServiceConsumer',
    description: 'The records of projects that wait for the provider’s decision.',
    link: { on: (from, to) => sql`${to}.service_id = ${from}.id and ${to}.status_phase = 'PendingApproval'` },
  },
  {
    on: 'Project',
    name: 'pendingRequests',
    gives: 'many',
    to: 'ServiceConsumer',
    description: 'The records of projects that wait for the decision of this one, which produces the services.',
    link: { on: (from, to) => sql`${to}.project_id = ${from}.id and ${to}.status_phase = 'PendingApproval'` },
  },
];
