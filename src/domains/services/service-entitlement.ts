import { choice, ref, text, time } from '../../catalog/fields.ts';
import { type DerivedStore, defineKind, newRevision } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';

/** New requests are accepted for Published services only; existing entitlements stay when a service is deprecated. */
const checkPublished = rowRule(
  (ids) =>
    tables
      .selectFrom('service_entitlement as e')
      .innerJoin('service as s', 's.id', 'e.service_id')
      .select(['e.id', 's.name as service', 's.phase'])
      .where('e.id', '=', among(ids))
      .where('s.phase', '<>', 'Published'),
  (change, { service, phase }) => {
    if (change.before !== undefined) return [];
    const message = `The service ${service} is ${phase}; it can be enabled only while it is Published.`;
    const evidence = { value: service, accepted: 'a Published service' };
    return refuse(change, 'SERVICE_NOT_PUBLISHED', 'spec.serviceRef', message, evidence);
  },
);

/**
 * Phase of requests: self-service ones are active at once, gated ones wait for the provider's decision on the consumer
 * record. A decision is not changed afterwards.
 */
export async function decideEntitlements(store: DerivedStore, entitlementIds: readonly string[]): Promise<void> {
  await store.execute(
    sql`update service_entitlement e set
       status_phase = d.phase,
       entitled_at = coalesce(e.entitled_at, case when d.phase = 'Active' then now() end),
       ${newRevision}
     from (
       select x.id, case
         when x.status_phase in ('Active', 'Rejected') then x.status_phase
         when c.approval_decision = 'Denied' then 'Rejected'
         when c.approval_decision = 'Approved' or s.enablement_policy_mode is distinct from 'GatedByProvider' then 'Active'
         else 'PendingApproval' end as phase
       from service_entitlement x
       join service s on s.id = x.service_id
       left join service_consumer c on c.service_id = x.service_id and c.consumer_project_id = x.project_id
       where x.id = any(${entitlementIds}::uuid[])) d
     where e.id = d.id and e.status_phase is distinct from d.phase`,
  );
}

export const serviceEntitlement = defineKind({
  domain: 'services',
  group: 'services.miloapis.com',
  kind: 'ServiceEntitlement',
  plural: 'serviceentitlements',
  description:
    'The request of a project to use a service, and the state of that request. It lives in the project that uses the service. A project has at most one for each service.',
  inProject: true,
  scope: { home: 'project' },
  spec: {
    serviceRef: ref('Service', {
      description:
        'The service that the project wants to use, by its object name or its canonical name. It must be Published.',
      required: true,
      immutable: 'always',
      by: 'serviceName',
      exportName: true,
      inverse: {
        name: 'consumers',
        description: 'The entitlements to the service: requests of projects to use it, in every phase.',
      },
    }),
    requestMessage: text({ description: 'Message to the provider who decides on the request.', max: 1024 }),
  },
  status: {
    phase: choice(
      'EntitlementPhase',
      {
        PendingApproval: 'The provider has not decided yet.',
        Active: 'The project may use the service.',
        Rejected: 'The provider has denied the request. To ask again, delete the entitlement and create a new one.',
      },
      {
        description: 'State of the request.',
        column: 'status_phase',
      },
    ),
    origin: choice(
      'EntitlementOrigin',
      {
        Direct: 'The project asked for the service.',
        Dependency: 'The project asked for another service that depends on this one.',
      },
      {
        description: 'Why the entitlement exists.',
        required: true,
        default: 'Direct',
      },
    ),
    dependencyOf: ref('ServiceEntitlement', {
      description:
        'The entitlement that this one was created for, because its service depends on this one’s; null for a direct request.',
      inverse: {
        name: 'broughtAlong',
        description:
          'The entitlements that were created together with this one, because its service depends on theirs.',
      },
    }),
    entitledAt: time({ description: 'Time at which the entitlement first became active; null if it never was.' }),
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'PHASE', path: 'status.phase' },
    { name: 'ORIGIN', path: 'status.origin' },
  ],
  checkAll: allOf(
    checkPublished,
    uniqueIn('service_entitlement', [
      {
        columns: ['project_id', 'service_id'],
        rule: 'DUPLICATE_ENTITLEMENT',
        path: 'spec.serviceRef',
        message: 'The project has an entitlement to this service already',
      },
    ]),
  ),
  derive: (changes, store) =>
    decideEntitlements(
      store,
      changes.map((change) => change.id),
    ),
});
