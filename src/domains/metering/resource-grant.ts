import { bigint, group, objects, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { outputStatus } from '../services/index.ts';

export const resourceGrant = defineKind({
  domain: 'metering',
  group: 'quota.miloapis.com',
  kind: 'ResourceGrant',
  plural: 'resourcegrants',
  description:
    'Grants quota to a project. Each limit of a service gives one of its default amount to every project whose entitlement to the service is Active; others stand on their own and add to it.',
  namespaced: true,
  inProject: true,
  scope: { home: 'project' },
  ownedBy: 'configuration_id',
  spec: {
    consumerRef: group(
      'GrantConsumer',
      {
        apiGroup: text({ description: 'API group of the consumer.', required: true, max: 253 }),
        kind: text({ description: 'Kind of the consumer.', required: true, min: 1, max: 63 }),
        name: text({
          description: 'Name of the consumer.',
          required: true,
          min: 1,
          max: 253,
          names: [{ kind: 'Project' }, { kind: 'Organization' }],
        }),
      },
      { description: 'Who receives the quota.', required: true },
    ),
    allowances: objects(
      'QuotaAllowance',
      {
        resourceType: text({
          description: 'Resource type of the registration that quota is granted of.',
          required: true,
          min: 1,
          max: 253,
        }),
        buckets: objects(
          'QuotaBucket',
          { amount: bigint({ description: 'Amount in base units of the registration.', required: true, min: 0 }) },
          { description: 'An amount. The amounts of all buckets are added up.', required: true, min: 1 },
        ),
      },
      { description: 'How much of one resource is granted.', required: true, min: 1, max: 20 },
    ),
  },
  status: outputStatus({
    name: 'resourceGrants',
    description: 'What projects are granted by the limits of the configuration.',
  }),
  printer: [
    { name: 'CONSUMER', path: 'spec.consumerRef.name' },
    { name: 'RESOURCE', path: 'spec.allowances[*].resourceType' },
    { name: 'AMOUNT', path: 'spec.allowances[*].buckets[0].amount' },
  ],
});
