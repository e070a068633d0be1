import { bigint, choice, group, objects, text } from '../../catalog/fields.ts';
import { type Change, defineKind } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import type { Violation } from '../../platform/errors.ts';
import { apiGroupName, outputStatus } from '../services/index.ts';

interface Claiming {
  readonly apiGroup?: string;
  readonly kind: string;
}

/** A Kind appears in the list of claiming resources once. */
export function checkClaimingResources(change: Change): Violation[] {
  const claiming = (change.spec.claimingResources ?? []) as readonly Claiming[];
  const keys = claiming.map(({ apiGroup = '', kind }) => `${apiGroup}/${kind}`);
  return keys.flatMap((key, index): Violation[] => {
    if (keys.indexOf(key) === index) return [];
    const path = `spec.claimingResources[${index}]`;
    const message = `${key} stands in the list already.`;
    return [refuse(change, 'DUPLICATE_ENTRY', path, message, { value: key })];
  });
}

export const resourceRegistration = defineKind({
  domain: 'metering',
  group: 'quota.miloapis.com',
  kind: 'ResourceRegistration',
  plural: 'resourceregistrations',
  description:
    'Registers a resource that quota counts: who receives quota for it, in which unit it is counted, and which Kinds of objects use it up. The configuration that counts for a service gives one for each of its limits, unless somebody states one of the same resource type.',
  scope: { home: 'platform' },
  keys: ['resourceType'],
  ownedBy: 'configuration_id',
  yields: true,
  spec: {
    consumerType: group(
      'RegistrationConsumer',
      {
        apiGroup: text({
          description: 'API group of the Kind.',
          required: true,
          ...apiGroupName,
        }),
        kind: text({ description: 'Name of the Kind.', required: true, min: 1 }),
      },
      {
        description: 'The Kind of object that quota is granted to, and whose usage is counted.',
        required: true,
        immutable: 'always',
      },
    ),
    type: choice(
      'QuotaMeasure',
      {
        Entity: 'Each object counts as one.',
        Allocation: 'Each object counts with the amount of capacity that it claims.',
        Feature: 'Nothing is counted: the resource can be used or not.',
      },
      {
        description: 'The way in which the resource is counted.',
        required: true,
        immutable: 'always',
      },
    ),
    resourceType: text({
      description:
        'Unique identifier of what is counted: an API group and plural (`dns.example.com/zones`), or the canonical name of a metric.',
      required: true,
      immutable: 'always',
      min: 1,
      max: 253,
    }),
    description: text({ description: 'What is counted, in plain language.', min: 1, max: 500 }),
    baseUnit: text({ description: 'Unit in which amounts are stored, as free text.', required: true, min: 1, max: 50 }),
    displayUnit: text({
      description: 'Unit in which amounts are shown to people, as free text.',
      required: true,
      min: 1,
      max: 50,
    }),
    unitConversionFactor: bigint({
      description: 'Number of base units in one display unit.',
      required: true,
      min: 1,
    }),
    claimingResources: objects(
      'ClaimingResource',
      {
        apiGroup: text({
          description: 'API group of the Kind; empty for the core group.',
          pattern: new RegExp(`^$|${apiGroupName.pattern.source}`),
          accepts: 'an API group in lower case, or nothing for the core group',
        }),
        kind: text({ description: 'Name of the Kind.', required: true, min: 1, max: 63 }),
      },
      { description: 'A Kind whose objects use up quota of the resource.', required: true, min: 1, max: 20 },
    ),
  },
  status: outputStatus({
    name: 'resourceRegistrations',
    description: 'The registrations that follow from the limits of the configuration.',
  }),
  printer: [
    { name: 'TYPE', path: 'spec.type' },
    { name: 'RESOURCE', path: 'spec.resourceType' },
    { name: 'CONSUMER', path: 'spec.consumerType.kind', wide: true },
  ],
  check: checkClaimingResources,
});
