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
    'The provider’s side of a service entitlement: which project consumes the service, and whether the provider agreed. ' +
    'It lives in the project that produces the service.',
  inProject: true,
  scope: { home: 'project' },
  spec: {
    serviceRef: ref('Service', {
      description: 'The service consumed, by its canonical name; its object name is taken as well.',
      required: true,
      immutable: 'always',
      by: 'serviceName',
      inverse: {
        name: 'consumerRecords',
        description: 'The provider’s records of the projects that consume the service.',
      },
    }),
    consumerProjectRef: ref('Project', {
      description: 'The project that consumes the service.',
      required: true,
      immutable: 'always',
      inverse: {
        name: 'consumerRecords',
        description: 'What providers recorded about services this project consumes.',
      },
    }),
    approval: group(
      'ProviderApproval',
      {
        decision: choice('ApprovalDecision', ['Approved', 'Denied'], {
          description: 'Whether the project may use the service.',
          meanings: { Approved: 'It may.', Denied: 'It may not; this is final.' },
          required: true,
        }),
        message: text({ description: 'Reason, for people to read.', max: 1024 }),
      },
      { description: 'The provider’s decision, for services that need one.' },
    ),
    suspended: bool({ description: 'The consumer’s use is suspended.', default: false }),
  },
  status: {
    phase: choice('ConsumerPhase', ['PendingApproval', 'Active', 'Denied'], {
      description: 'Phase of the record.',
      meanings: {
        PendingApproval: 'The provider has not decided yet.',
        Active: 'The project may use the service.',
        Denied: 'The provider denied the request.',
      },
      column: 'status_phase',
    }),
    entitledAt: time({ description: 'When the consumer first became active.' }),
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
