import { bigint, bool, group, map, objects, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { outputStatus } from '../services/index.ts';

const request = objects(
  'ClaimRequest',
  {
    resourceType: text({
      description: 'Resource type of the registration that is claimed from.',
      required: true,
      min: 1,
      max: 253,
    }),
    amount: bigint({ description: 'Amount claimed for each object that is created.', required: true, min: 0 }),
  },
  { description: 'An amount of one resource that is claimed.', required: true, min: 1, max: 256 },
);

const consumerRef = objects(
  'ClaimConsumer',
  {
    apiGroup: text({ description: 'API group of the consumer.', max: 253 }),
    kind: text({ description: 'Kind of the consumer.', required: true, min: 1, max: 63 }),
    name: text({ description: 'Name of the consumer, or an expression that gives it.', required: true, min: 1 }),
    namespace: text({ description: 'Namespace of the consumer.' }),
  },
  { description: 'Who claims; by default the project or organization in which the object is created.', single: true },
);

const template = objects(
  'ResourceClaimTemplate',
  {
    metadata: objects(
      'ResourceClaimMetadata',
      {
        name: text({ description: 'Name of the claim: text with expressions such as `{{ trigger.metadata.name }}`.' }),
        generateName: text({ description: 'Beginning of a name that is completed at random.' }),
        namespace: text({ description: 'Namespace of the claim: text with expressions.' }),
        labels: map({ description: 'Labels of the claim.', values: 'text' }),
        annotations: map({ description: 'Annotations of the claim.', values: 'text' }),
      },
      { description: 'What the claim is called.', single: true },
    ),
    spec: objects(
      'ResourceClaimSpec',
      { requests: request, consumerRef },
      { description: 'What is claimed.', single: true, required: true },
    ),
  },
  { description: 'The claim that is made for each object.', single: true, required: true },
);

export const claimCreationPolicy = defineKind({
  domain: 'metering',
  group: 'quota.miloapis.com',
  kind: 'ClaimCreationPolicy',
  plural: 'claimcreationpolicies',
  description:
    'Makes quota claim resources whenever an object of a Kind is created. The configuration that counts for a service gives one for each of its metric rules; others stand on their own.',
  scope: { home: 'platform' },
  ownedBy: 'configuration_id',
  spec: {
    trigger: group(
      'ClaimTrigger',
      {
        resource: group(
          'ClaimTriggerResource',
          {
            apiVersion: text({
              description:
                'API group and version of the Kind, such as `apps/v1`. What follows from a configuration applies to all versions: `apps/*`.',
              required: true,
              min: 1,
              max: 317,
            }),
            kind: text({ description: 'Name of the Kind.', required: true, min: 1, max: 63 }),
          },
          { description: 'The Kind of object whose creation claims.', required: true },
        ),
        constraints: objects(
          'ClaimConstraint',
          {
            expression: text({ description: 'CEL expression over the object.', required: true, min: 1, max: 1024 }),
            message: text({ description: 'What it means, for people.', max: 256 }),
          },
          { description: 'A condition that has to hold for a claim to be made.', max: 10 },
        ),
      },
      { description: 'What a claim is made for.', required: true },
    ),
    target: group(
      'ClaimTarget',
      { resourceClaimTemplate: template },
      { description: 'The claim that is made.', required: true },
    ),
    disabled: bool({ description: 'Whether the policy is switched off.' }),
  },
  status: outputStatus({
    name: 'claimCreationPolicies',
    description: 'The claim policies that follow from the metric rules of the configuration.',
  }),
  printer: [
    { name: 'API VERSION', path: 'spec.trigger.resource.apiVersion' },
    { name: 'KIND', path: 'spec.trigger.resource.kind' },
    { name: 'PHASE', path: 'status.phase', wide: true },
  ],
});
