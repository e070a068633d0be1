import { bool, choice, group, ref, text, time } from '../../catalog/fields.ts';
import { type Change, type DerivedStore, defineKind } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { among, tables } from '../../platform/db/tables.ts';
import { conditionsField } from './enablement/conditions.ts';
import { checkDeciders, checkDecision, checkEntitled } from './enablement/record-rules.ts';
import { settleEnablement } from './enablement/settle.ts';

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

const projectsOf = async (changes: readonly Change[], store: DerivedStore): Promise<string[]> => {
  const rows = await store.query(
    tables
      .selectFrom('service_consumer')
      .select('consumer_project_id')
      .where('id', '=', among(changes.map(({ id }) => id))),
  );
  return rows.map((row) => row.consumer_project_id);
};

export const serviceConsumer = defineKind({
  domain: 'services',
  group: 'services.miloapis.com',
  kind: 'ServiceConsumer',
  plural: 'serviceconsumers',
  description:
    'The record that the producer of a service keeps about a project that uses it or asks to: whether the project is approved, and whether it is suspended. It lives in the project that produces the service; its counterpart in the other project is a ServiceEntitlement, with which the catalog makes and deletes it.',
  inProject: true,
  scope: { home: 'project' },
  verbs: ['manage', 'approve'],
  spec: {
    serviceRef: ref('Service', {
      description: 'The service that is used, by its canonical name or its object name.',
      required: true,
      immutable: 'always',
      owned: 'always',
      by: 'serviceName',
      inverse: {
        name: 'consumerRecords',
        description: 'The records that the producer keeps about the projects that use the service.',
      },
    }),
    consumerProjectRef: ref('Project', {
      description:
        'The project that uses the service; null if you may not read that project. The status says what the producer may know of it.',
      required: true,
      immutable: 'always',
      owned: 'always',
      showsName: true,
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
        Denied: 'The provider has denied the request, or the service is not offered any more.',
      },
      {
        description:
          'Whether the project may use the service at present; null for a project that was suspended and has not asked again.',
        column: 'status_phase',
      },
    ),
    entitledAt: time({ description: 'Time at which the project could first use the service; null if it never could.' }),
    requestMessage: text({ description: 'What the project wrote to the provider with its request.' }),
    consumerProjectName: text({ description: 'Name of the project that uses the service.' }),
    consumerProjectDisplayName: text({
      description: 'Name for people of that project: its annotation `kubernetes.io/display-name`, else its name.',
    }),
    consumerOrganizationName: text({ description: 'Name of the organization of that project.' }),
    consumerOrganizationDisplayName: text({
      description: 'Name for people of the organization: its annotation `kubernetes.io/display-name`, else its name.',
    }),
    conditions: conditionsField('`Ready` and `Suspended`'),
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'CONSUMER', path: 'spec.consumerProjectRef.name' },
    { name: 'ORGANIZATION', path: 'status.consumerOrganizationName' },
    { name: 'PHASE', path: 'status.phase' },
    { name: 'MESSAGE', path: 'status.requestMessage', wide: true },
  ],
  check: checkDecision,
  checkAll: allOf(
    checkProvider,
    checkDeciders,
    uniqueIn('service_consumer', [
      {
        columns: ['project_id', 'service_id', 'consumer_project_id'],
        rule: 'DUPLICATE_CONSUMER',
        path: 'spec.consumerProjectRef',
        message: 'There is a record of this project consuming the service already',
      },
    ]),
  ),
  checkGone: checkEntitled,
  derive: async (changes, store) => settleEnablement(store, await projectsOf(changes, store)),
});
