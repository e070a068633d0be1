import { bool, group, objects, ref, text, texts } from '../../catalog/fields.ts';
import { type Change, type DerivedStore, defineKind, type Spec } from '../../catalog/kind.ts';
import { allOf, type RowRule, refuse } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import {
  checkMeanings,
  checkNamePrefix,
  checkPhaseStep,
  keepTypes,
  lifecycleStatus,
  linkMeters,
  phaseField,
  plainName,
  requiredByName,
  type StatedType,
  settleInForce,
  typeClaims,
} from '../services/index.ts';
import { billingGroup, ownerField, readOwner, servicesOf, shapes, writeOwner } from './owning-service.ts';
import { replacedBy, revisionNumber } from './published-fields.ts';
import { checkOutOfForce, oneOfAName, type StandAlone } from './stand-alone.ts';

interface ResourceType extends Spec {
  readonly resourceTypeName: string;
  readonly owner: { readonly service: string };
  readonly gvk: { readonly group: string; readonly kind: string };
  readonly labels?: readonly { readonly name: string; readonly required?: boolean | null }[];
}
const typeOf = (spec: Change['spec']): ResourceType => spec as ResourceType;

/** Billing's labels may be added, never removed. */
export function checkLabels(change: Change): Violation[] {
  if (change.before === undefined || change.group !== billingGroup) return [];
  const after = (typeOf(change.spec).labels ?? []).map((label) => label.name);
  const gone = (typeOf(change.before.spec).labels ?? [])
    .map((label) => label.name)
    .filter((name) => !after.includes(name));
  if (gone.length === 0) return [];
  const message = `Labels can be added but not removed: ${gone.join(', ')}.`;
  return [refuse(change, 'LABELS_ADDITIVE', 'spec.labels', message, { value: after, accepted: gone.join(', ') })];
}

function check(change: Change): Violation[] {
  const { resourceTypeName, owner } = typeOf(change.spec);
  return [
    ...checkPhaseStep(change),
    ...checkNamePrefix(change, 'spec.resourceTypeName', resourceTypeName, owner.service),
    ...checkLabels(change),
  ];
}

const standing: StandAlone = {
  kind: 'MonitoredResourceType',
  table: 'monitored_resource_type',
  column: 'resource_type_name',
  rule: 'DUPLICATE_RESOURCE_TYPE_NAME',
  path: 'spec.resourceTypeName',
  nameOf: ({ spec }) => typeOf(spec).resourceTypeName,
};

const stated = ({ spec }: Change): StatedType => {
  const { resourceTypeName, gvk, labels = [] } = typeOf(spec);
  return {
    name: resourceTypeName,
    meaning: { ...gvk, labels: Object.fromEntries(labels.map(({ name, required }) => [name, required === true])) },
    path: 'spec.resourceTypeName',
    at: { group: 'spec.gvk.group', kind: 'spec.gvk.kind', labels: 'spec.labels' },
  };
};

const keepsMeaning: RowRule = (changes, state) =>
  checkMeanings(
    changes.map((change) => ({ change, meters: [], types: [stated(change)], counts: true })),
    state,
  );

async function derive(changes: readonly Change[], store: DerivedStore): Promise<void> {
  const ids = changes.map((change) => change.id);
  await keepTypes(
    store,
    sql`select t.resource_type_name as canonical, t.id as type_id, t.gvk_group, t.gvk_kind, ${requiredByName(sql`t.declared_labels`)} as labels,
        true as counts from monitored_resource_type t where t.id = any(${ids}::uuid[]) and t.phase <> 'Draft'`,
  );
  await settleInForce(store, await servicesOf(store, 'monitored_resource_type', ids));
  await linkMeters(store, { typeNames: changes.map(standing.nameOf) });
}

export const declaredLabels = objects(
  'ResourceTypeLabel',
  {
    name: text({ description: 'Key of the label.', required: true, min: 1, max: 63 }),
    required: bool({ description: 'Whether every event must carry the label.' }),
    description: text({ description: 'What the label means.', max: 512 }),
    allowedValues: texts({
      description: 'The values that the label may have. When empty, any value is allowed.',
      max: 64,
    }),
  },
  {
    description: 'A label that usage events of the resource type may carry.',
    as: 'declaredLabels',
    column: 'declared_labels',
    key: 'name',
    max: 64,
  },
);

export const monitoredResourceType = defineKind({
  domain: 'metering',
  group: 'services.miloapis.com',
  alsoGroups: [billingGroup],
  kind: 'MonitoredResourceType',
  plural: 'monitoredresourcetypes',
  description:
    'A resource type that is metered: a Kubernetes Kind, in all its versions, under a canonical name. A resource type is an object of its own, or is stated by a service configuration. There is one of each canonical name: its uid and its meaning last over all revisions.',
  scope: { home: ['owner.service'] },
  publicReading: 'where its scope is public',
  keys: ['resourceTypeName'],
  ownedBy: 'configuration_id',
  phase: 'phase',
  spec: {
    resourceTypeName: text({
      description:
        'Canonical name, `<serviceName>/<Kind>`. It can differ from the group and name of the Kind, because a service can meter Kinds of other API groups.',
      required: true,
      immutable: 'always',
      min: 1,
      max: 253,
      ...plainName,
    }),
    phase: phaseField,
    displayName: text({ description: 'Name of the resource type for people.', required: true, min: 1, max: 128 }),
    description: text({ description: 'What the resource type represents, in plain language.', max: 1024 }),
    owner: ownerField('ResourceTypeOwner', 'resource type', {
      name: 'resourceTypes',
      description:
        'All resource types of the service, in every phase; `where: {inForce: {eq: true}}` leaves those that are in force.',
    }),
    gvk: group(
      'KindReference',
      {
        group: text({ description: 'API group of the Kind.', required: true, immutable: 'always', min: 1, max: 253 }),
        kind: text({ description: 'Name of the Kind.', required: true, immutable: 'always', min: 1, max: 63 }),
      },
      { description: 'The Kubernetes Kind that is metered, in all its versions.', required: true },
    ),
    labels: declaredLabels,
  },
  status: {
    inForce: bool({
      description:
        'Whether the resource type is in force, so that usage of it is accepted: it and its service are Published or Deprecated.',
      required: true,
      default: false,
    }),
    revisionNumber,
    replacedBy,
    configuration: ref('ServiceConfiguration', {
      description:
        'The configuration that states the resource type, or was the last to state it; null for a type that is an object of its own.',
      inverse: {
        name: 'resourceTypes',
        description:
          'The resource types that the configuration was the last to state: all of its own while it is the active one, later those that no other has stated since.',
      },
    }),
    ...lifecycleStatus,
  },
  printer: [
    { name: 'TYPE', path: 'spec.resourceTypeName' },
    { name: 'PHASE', path: 'spec.phase' },
    { name: 'GROUP', path: 'spec.gvk.group' },
    { name: 'KIND', path: 'spec.gvk.kind' },
  ],
  shapes,
  read: (spec, head) => readOwner(spec, head, spec.resourceTypeName),
  write: writeOwner,
  check,
  checkAll: allOf(oneOfAName(standing), typeClaims, keepsMeaning),
  checkGone: checkOutOfForce(standing),
  derive,
});
