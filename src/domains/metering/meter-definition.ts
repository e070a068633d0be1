import { bool, group, ref, refs, text, texts } from '../../catalog/fields.ts';
import { type Change, type DerivedStore, defineKind, newRevision, type Spec } from '../../catalog/kind.ts';
import { allOf, type RowRule, refuse } from '../../catalog/rules.ts';
import { conversionFactor, conversionOf } from '../../catalog/values/unit.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import {
  aggregation,
  checkMeanings,
  checkNamePrefix,
  checkPhaseStep,
  checkUnits,
  keepMeters,
  lifecycleStatus,
  linkMeters,
  metricKind,
  phaseField,
  plainName,
  remarkOnUnits,
  type StatedMeter,
  settleInForce,
  type WrittenUnit,
} from '../services/index.ts';
import { billingGroup, ownerField, readOwner, servicesOf, shapes, writeOwner } from './owning-service.ts';
import { replacedBy, revisionNumber, unitConversion } from './published-fields.ts';
import { checkOutOfForce, oneOfAName, type StandAlone } from './stand-alone.ts';
import { remarkOnEndingTypes, typesOffered } from './types-of-meter.ts';

interface Meter extends Spec {
  readonly meterName: string;
  readonly owner: { readonly service: string };
  readonly measurement: {
    readonly aggregation: string;
    readonly unit: string;
    readonly dimensions?: readonly string[];
  };
  readonly billing: { readonly consumedUnit: string; readonly pricingUnit: string };
  readonly monitoredResourceTypes?: readonly string[];
}
const meterOf = (spec: Change['spec']): Meter => spec as Meter;

/** Dimensions may be added. In the services group the order counts as well, in billing's it does not. */
export function checkDimensions(change: Change): Violation[] {
  if (change.before === undefined) return [];
  const before = meterOf(change.before.spec).measurement.dimensions ?? [];
  const after = meterOf(change.spec).measurement.dimensions ?? [];
  const path = 'spec.measurement.dimensions';
  const evidence = { value: after, accepted: `${before.join(', ')} and further ones behind them` };
  if (change.group === billingGroup) {
    const gone = before.filter((dimension) => !after.includes(dimension));
    if (gone.length === 0) return [];
    return [
      refuse(
        change,
        'DIMENSIONS_ADDITIVE',
        path,
        `Dimensions can be added but not removed: ${gone.join(', ')}.`,
        evidence,
      ),
    ];
  }
  const moved = before.findIndex((dimension, index) => after[index] !== dimension);
  if (moved === -1) return [];
  const message = `Dimensions can only be appended: ${before[moved]} has to stay at place ${moved + 1}.`;
  return [refuse(change, 'DIMENSIONS_ADDITIVE', path, message, evidence)];
}

const unitsOf = ({ spec }: Change): WrittenUnit[] => {
  const { measurement, billing } = meterOf(spec);
  return [
    { path: 'spec.measurement.unit', unit: measurement.unit },
    { path: 'spec.billing.consumedUnit', unit: billing.consumedUnit },
    { path: 'spec.billing.pricingUnit', unit: billing.pricingUnit },
  ];
};

/** Rules that differ between the two groups. */
function checkGroup(change: Change): Violation[] {
  const { billing, monitoredResourceTypes = [] } = meterOf(change.spec);
  if (change.group === billingGroup) {
    const before = change.before === undefined ? undefined : meterOf(change.before.spec).billing;
    const frozen = (['consumedUnit', 'pricingUnit'] as const).flatMap((member): Violation[] => {
      if (before === undefined || before[member] === billing[member]) return [];
      const message = `${member} cannot change after creation.`;
      const evidence = { value: billing[member], accepted: before[member] };
      return [refuse(change, 'IMMUTABLE', `spec.billing.${member}`, message, evidence)];
    });
    if (monitoredResourceTypes.length > 0) return frozen;
    const message = 'A billing meter names at least one monitored resource type.';
    const evidence = { accepted: 'canonical resource type names' };
    return [...frozen, refuse(change, 'REQUIRED', 'spec.monitoredResourceTypes', message, evidence)];
  }
  if (monitoredResourceTypes.length === 0) return [];
  const message = `Only meters of ${billingGroup} name their resource types.`;
  return [refuse(change, 'UNKNOWN_FIELD', 'spec.monitoredResourceTypes', message)];
}

function check(change: Change): Violation[] {
  const { meterName, owner } = meterOf(change.spec);
  return [
    ...checkPhaseStep(change),
    ...checkNamePrefix(change, 'spec.meterName', meterName, owner.service),
    ...checkDimensions(change),
    ...checkGroup(change),
    ...checkUnits(unitsOf(change)).map(({ rule, path, message, ...evidence }) =>
      refuse(change, rule, path, message, evidence),
    ),
  ];
}

const standing: StandAlone = {
  kind: 'MeterDefinition',
  table: 'meter_definition',
  column: 'meter_name',
  rule: 'DUPLICATE_METER_NAME',
  path: 'spec.meterName',
  nameOf: ({ spec }) => meterOf(spec).meterName,
};

const stated = ({ spec }: Change): StatedMeter => {
  const { meterName, measurement, billing } = meterOf(spec);
  const { unit, aggregation, dimensions = [] } = measurement;
  return {
    name: meterName,
    meaning: { unit, aggregation, ...billing, kind: null, isBillable: true, dimensions },
    path: 'spec.meterName',
    at: {
      unit: 'spec.measurement.unit',
      kind: 'spec.meterName',
      aggregation: 'spec.measurement.aggregation',
      consumedUnit: 'spec.billing.consumedUnit',
      pricingUnit: 'spec.billing.pricingUnit',
      isBillable: 'spec.meterName',
      dimensions: 'spec.measurement.dimensions',
    },
  };
};

const keepsMeaning: RowRule = (changes, state) =>
  checkMeanings(
    changes.map((change) => ({ change, meters: [stated(change)], types: [], counts: true })),
    state,
  );

async function derive(changes: readonly Change[], store: DerivedStore): Promise<void> {
  const ids = changes.map((change) => change.id);
  const factors = changes.map((change) => {
    const { billing } = meterOf(change.spec);
    return conversionFactor(billing.consumedUnit, billing.pricingUnit) ?? null;
  });
  const conversions = changes.map((change) => {
    const { billing } = meterOf(change.spec);
    return conversionOf(billing.consumedUnit, billing.pricingUnit);
  });
  await store.execute(
    sql`update meter_definition m set is_billable = true, pricing_factor = w.factor, conversion = w.conversion, ${newRevision}
     from unnest(${ids}::uuid[], ${factors}::text[], ${conversions}::unit_conversion[]) as w(id, factor, conversion)
     where m.id = w.id and (m.is_billable, m.pricing_factor, m.conversion) is distinct from (true, w.factor, w.conversion)`,
  );
  await keepMeters(
    store,
    sql`select m.meter_name as canonical, m.id as meter_id, m.aggregation, m.metric_kind, m.unit, m.consumed_unit, m.pricing_unit,
      m.dimensions, m.is_billable, true as counts from meter_definition m where m.id = any(${ids}::uuid[]) and m.phase <> 'Draft'`,
  );
  await settleInForce(store, await servicesOf(store, 'meter_definition', ids));
  await linkMeters(store, { meterIds: ids });
}

export const meterDefinition = defineKind({
  domain: 'metering',
  group: 'services.miloapis.com',
  alsoGroups: [billingGroup],
  kind: 'MeterDefinition',
  plural: 'meterdefinitions',
  description:
    'A meter of a service: what is counted, in which unit, and how the values of a billing period are combined. A meter is an object of its own, or is stated by a service configuration. There is one of each canonical name: its uid and its meaning last over all revisions.',
  scope: { home: ['owner.service'] },
  publicReading: 'where its scope is public',
  keys: ['meterName'],
  ownedBy: 'configuration_id',
  phase: 'phase',
  spec: {
    meterName: text({
      description: 'Canonical name, `<serviceName>/<path>`: the key that events, invoices and price lists carry.',
      required: true,
      immutable: 'always',
      min: 1,
      max: 253,
      ...plainName,
    }),
    phase: phaseField,
    displayName: text({ description: 'Name shown in portals and on invoices.', required: true, min: 1, max: 128 }),
    description: text({ description: 'What the meter measures, in plain language.', max: 1024 }),
    owner: ownerField('MeterOwner', 'meter', {
      name: 'meters',
      description:
        'All meters of the service, in every phase; `where: {inForce: {eq: true}}` leaves those that are in force. Metrics that only count for quota are no meters.',
    }),
    measurement: group(
      'MeterMeasurement',
      {
        aggregation: { ...aggregation, immutable: 'always', column: 'aggregation' },
        unit: text({
          description: 'Unit of what is measured, in UCUM notation, as it was written: `s`, `By`.',
          required: true,
          immutable: 'always',
          min: 1,
          max: 64,
          column: 'unit',
        }),
        dimensions: texts({
          description:
            'Keys by which an event of the meter may be broken down, in order. Keys can be added but not removed.',
          max: 32,
          item: { min: 1 },
          column: 'dimensions',
        }),
      },
      { description: 'The unit of what is measured, and how its values are aggregated.', required: true },
    ),
    billing: group(
      'MeterBilling',
      {
        consumedUnit: text({
          description: 'Unit in which usage is reported, in UCUM notation, as it was written.',
          required: true,
          min: 1,
          max: 64,
          column: 'consumed_unit',
          frozenByRule: 'published',
        }),
        pricingUnit: text({
          description: 'Unit that prices are stated for, in UCUM notation, as it was written.',
          required: true,
          min: 1,
          max: 64,
          column: 'pricing_unit',
          frozenByRule: 'published',
        }),
      },
      { description: 'The units in which the meter is billed.', required: true },
    ),
    monitoredResourceTypes: texts({
      description:
        'Canonical names of the resource types that emit the meter. Only meters of the API group `billing.miloapis.com` have them.',
      as: 'resourceTypeNames',
      unique: true,
      names: [{ kind: 'MonitoredResourceType', by: 'resourceTypeName' }],
    }),
  },
  status: {
    inForce: bool({
      description:
        'Whether the meter is in force, so that usage of it is accepted and billed: it and its service are Published or Deprecated.',
      required: true,
      default: false,
    }),
    isBillable: bool({
      description:
        'Whether the meter is billed, which all are: a metric that no billing destination lists only counts for quota and is no meter.',
      required: true,
      default: true,
    }),
    metricKind: { ...metricKind, required: false },
    conversionFactor: text({
      description:
        'Number of consumed units in one pricing unit: an exact whole number (`3600` from `s` to `h`) or a fraction (`1/3600` from `h` to `s`). It is null if no exact number is known: `conversion` says why.',
      column: 'pricing_factor',
    }),
    conversion: unitConversion,
    revisionNumber,
    replacedBy,
    configuration: ref('ServiceConfiguration', {
      description:
        'The configuration that states the meter, or was the last to state it; null for a meter that is an object of its own.',
      inverse: {
        name: 'meters',
        description:
          'The meters that the configuration was the last to state: all of its own while it is the active one, later those that no other has stated since.',
      },
    }),
    resourceTypes: refs('MonitoredResourceType', {
      description: 'The resource types that emit the meter.',
      table: 'meter_resource_type',
      inverse: { name: 'meters', description: 'The meters that resources of this type emit.' },
    }),
    ...lifecycleStatus,
  },
  printer: [
    { name: 'METER', path: 'spec.meterName' },
    { name: 'PHASE', path: 'spec.phase' },
    { name: 'AGGREGATION', path: 'spec.measurement.aggregation' },
    { name: 'UNIT', path: 'spec.measurement.unit' },
    { name: 'PRICING UNIT', path: 'spec.billing.pricingUnit', wide: true },
  ],
  shapes,
  read: (spec, head) => readOwner(spec, head, spec.meterName),
  write: writeOwner,
  check,
  checkAll: allOf(typesOffered, oneOfAName(standing), keepsMeaning),
  checkGone: checkOutOfForce(standing),
  remark: async (changes, state) => [
    ...changes.flatMap((change) => remarkOnUnits(unitsOf(change)).map((one) => ({ objectId: change.id, ...one }))),
    ...(await remarkOnEndingTypes(changes, state)),
  ],
  derive,
});
