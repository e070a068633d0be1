import { bool, choice, group, ref, text, time } from '../../catalog/fields.ts';
import { type Change, type DerivedStore, defineKind, newRevision } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';
import type { Violation } from '../../platform/errors.ts';
import { decideEntitlements } from './service-entitlement.ts';

const decisionOf = (spec: Change['spec'] | undefined): unknown =>
  (spec?.approval as { readonly decision?: unknown } | null | undefined)?.decision;

/** A denial is final: the project has to create a new request. */
function checkDecision(change: Change): Violation[] {
  const decision = decisionOf(change.spec);
  if (decisionOf(change.before?.spec) !== 'Denied' || decision === 'Denied') return [];
  const message = 'A denial is final; the project has to ask again.';
  const evidence = { value: decision ?? null, accepted: 'Denied' };
  return [refuse(change, 'DENIAL_IS_FINAL', 'spec.approval.decision', message, evidence)];
}

/** Consumer records live with the project that produces the service. */
const checkProvider = rowRule(
  (ids) =>
    tables
      .selectFrom('service_consumer as c')
      .innerJoin('service as s', 's.id', 'c.service_id')
      .innerJoin('project as owner', 'owner.id', 's.owner_producer_project_id')
      .innerJoin('project as home', 'home.id', 'c.project_id')
      .select(['c.id', 's.name as service', 'owner.id as producerId', 'owner.name as producer', 'home.name as project'])
      .where('c.id', '=', among(ids))
      .whereRef('c.project_id', '<>', 's.owner_producer_project_id'),
  (change, { service, producerId: id, producer, project }) => {
    const message = `Consumers of ${service} are recorded in the project that produces it, ${producer}.`;
    return [
      refuse(change, 'NOT_THE_PRODUCER', 'metadata.labels', message, {
        value: project,
        accepted: producer,
        mentions: [{ kind: 'Project', id, name: producer }],
      }),
    ];
  },
);

async function decide(changes: readonly Change[], store: DerivedStore): Promise<void> {
  const ids = changes.map((change) => change.id);
  await store.execute(
    sql`update service_consumer c set
       status_phase = d.phase,
       entitled_at = coalesce(c.entitled_at, case when d.phase = 'Active' then now() end),
       ${newRevision}
     from (
       select x.id, (case
         when x.approval_decision = 'Denied' then 'Denied'
         when x.approval_decision = 'Approved' or s.enablement_policy_mode is distinct from 'GatedByProvider' then 'Active'
         else 'PendingApproval' end)::consumer_phase as phase
       from service_consumer x join service s on s.id = x.service_id
       where x.id = any(${ids}::uuid[])) d
     where c.id = d.id and c.status_phase is distinct from d.phase`,
  );
  const entitlements = await store.query(
    tables
      .selectFrom('service_entitlement as e')
      .innerJoin('service_consumer as c', (join) =>
        join.onRef('c.service_id', '=', 'e.service_id').onRef('c.consumer_project_id', '=', 'e.project_id'),
      )
      .select('e.id')
      .where('c.id', '=', among(ids)),
  );
  await decideEntitlements(
    store,
    entitlements.map((row) => row.id),
  );
}

export const serviceConsumer = defineKind({
  domain: 'services',
  group: 'services.miloapis.com',
  kind: 'ServiceConsumer',
  plural: 'serviceconsumers',
  description:
    'The record that the producer of a service keeps about a project that uses it: whether the project is approved, and whether it is suspended. It lives in the project that produces the service; its counterpart in the other project is a ServiceEntitlement.',
  inProject: true,
  scope: { home: 'project' },
  spec: {
    serviceRef: ref('Service', {
      description: 'The service that is used, by its canonical name or its object name.',
      required: true,
      immutable: 'always',
      by: 'serviceName',
      inverse: {
        name: 'consumerRecords',
        description: 'The records that the producer keeps about the projects that use the service.',
      },
    }),
    consumerProjectRef: ref('Project', {
      description: 'The project that uses the service.',
      required: true,
      immutable: 'always',
      inverse: {
        name: 'consumerRecords',
        description: 'The records that producers of services keep about this project as a user of their services.',
      },
    }),
    approval: group(
      'ProviderApproval',
      {
        decision: choice(
          'ApprovalDecision',
          {
            Approved: 'The project may use the service.',
            Denied: 'The project may not use the service. This decision is final.',
          },
          {
            description: 'Whether the project may use the service.',
            required: true,
          },
        ),
        message: text({ description: 'Reason for the decision, as free text.', max: 1024 }),
      },
      { description: 'The decision of the provider, for services that need approval; null as long as there is none.' },
    ),
    suspended: bool({ description: 'Whether the project is suspended from using the service.', default: false }),
  },
  status: {
    phase: choice(
      'ConsumerPhase',
      {
        PendingApproval: 'The provider has not decided yet.',
        Active: 'The project may use the service.',
        Denied: 'The provider has denied the request.',
      },
      {
        description: 'Whether the project may use the service at present.',
        column: 'status_phase',
      },
    ),
    entitledAt: time({ description: 'Time at which the project could first use the service; null if it never could.' }),
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'CONSUMER', path: 'spec.consumerProjectRef.name' },
    { name: 'PHASE', path: 'status.phase' },
  ],
  check: checkDecision,
  checkAll: allOf(
    checkProvider,
    uniqueIn('service_consumer', [
      {
        columns: ['project_id', 'service_id', 'consumer_project_id'],
        rule: 'DUPLICATE_CONSUMER',
        path: 'spec.consumerProjectRef',
        message: 'There is a record of this project consuming the service already',
      },
    ]),
  ),
  derive: decide,
});
