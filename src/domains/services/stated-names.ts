import type { CatalogObject } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import type { Violation } from '../../platform/errors.ts';
import { aggregationOf, type ConfigurationSpec } from './configuration-spec.ts';

/** What a meter means to those who bill it. */
export interface MeterMeaning {
  readonly unit: string;
  /** Of a metric; null for a meter, which says its aggregation itself. */
  readonly kind: string | null;
  readonly aggregation: string;
  readonly consumedUnit: string;
  readonly pricingUnit: string;
  readonly isBillable: boolean;
  /** Undefined where the document has no place for them: the meter keeps those it has. */
  readonly dimensions: readonly string[] | undefined;
}

/** What a resource type means: a Kind, and the labels that its events may or must carry. */
export interface TypeMeaning {
  readonly group: string;
  readonly kind: string;
  /** Whether each label is required. */
  readonly labels: Readonly<Record<string, boolean>>;
}

/** A name that a document states, with its meaning. */
export interface Stated<Meaning> {
  readonly name: string;
  readonly meaning: Meaning;
  /** Where the document says the name, and each member of its meaning. */
  readonly path: string;
  readonly at: Readonly<Record<keyof Meaning, string>>;
}

export type StatedMeter = Stated<MeterMeaning>;
export type StatedType = Stated<TypeMeaning>;

/** The meters that a configuration states, in whichever of its two notations. */
export function statedMeters(spec: ConfigurationSpec): StatedMeter[] {
  const routed = new Set(spec.destinations.flatMap(({ metrics }) => metrics));
  const metrics = spec.metrics.map(({ name, kind, unit, dimensions }, index): StatedMeter => {
    const entry = `spec.metrics[${index}]`;
    const isBillable = routed.has(name);
    const units = { unit, consumedUnit: unit, pricingUnit: unit };
    const [unitPath, kindPath] = [`${entry}.unit`, `${entry}.kind`];
    return {
      name,
      meaning: { ...units, kind, aggregation: aggregationOf(kind), isBillable, dimensions: dimensions ?? [] },
      path: `${entry}.name`,
      at: {
        unit: unitPath,
        kind: kindPath,
        aggregation: kindPath,
        consumedUnit: unitPath,
        pricingUnit: unitPath,
        isBillable: 'spec.billing.consumerDestinations',
        dimensions: `${entry}.dimensions`,
      },
    };
  });
  const meters = spec.meters.map(({ name, measurement, billing }, index): StatedMeter => {
    const entry = `spec.meters[${index}]`;
    return {
      name,
      meaning: { ...measurement, ...billing, kind: null, isBillable: true, dimensions: undefined },
      path: `${entry}.name`,
      at: {
        unit: `${entry}.measurement.unit`,
        kind: entry,
        aggregation: `${entry}.measurement.aggregation`,
        consumedUnit: `${entry}.billing.consumedUnit`,
        pricingUnit: `${entry}.billing.pricingUnit`,
        isBillable: entry,
        dimensions: entry,
      },
    };
  });
  return [...metrics, ...meters];
}

/** The resource types that a configuration states. */
export const statedTypes = (spec: ConfigurationSpec): StatedType[] =>
  spec.monitoredResourceTypes.map(({ type, gvk, labels }, index) => {
    const entry = `spec.monitoredResourceTypes[${index}]`;
    return {
      name: type,
      meaning: { ...gvk, labels: Object.fromEntries((labels ?? []).map((label) => [label.name, false])) },
      path: `${entry}.type`,
      at: { group: `${entry}.gvk.group`, kind: `${entry}.gvk.kind`, labels: `${entry}.labels` },
    };
  });

const versioned = /^(.+)\/v(\d{1,9})$/;

/** `a.example.com/m` of `a.example.com/m/v2`. */
export const stemOf = (name: string): string => versioned.exec(name)?.[1] ?? name;

/** `a.example.com/m` → `a.example.com/m/v2` → `a.example.com/m/v3`. */
export function nextName(name: string): string {
  const version = versioned.exec(name)?.[2] ?? '1';
  return `${stemOf(name)}/v${Number(version) + 1}`;
}

const words = {
  unit: 'the unit',
  kind: 'the kind',
  aggregation: 'the aggregation',
  consumedUnit: 'the consumed unit',
  pricingUnit: 'the pricing unit',
  group: 'the API group',
} as const;

type About = Pick<CatalogObject, 'kind' | 'name' | 'id'>;

/** The refusal of a value that a name had otherwise when it was published. */
function changed(about: About, name: string, path: string, what: string, was: string, is: string): Violation {
  const next = nextName(name);
  const message = `${name} was published with ${what} ${was} and keeps it; with ${is} it needs a new name, such as ${next}.`;
  return refuse(about, 'FROZEN', path, message, { value: is, accepted: `${was}, or a new name` });
}

/** How what a document states of a meter differs from what was published under the name. */
export function meterRefusals(about: About, was: MeterMeaning, { name, meaning: is, at }: StatedMeter): Violation[] {
  const found = new Map<string, Violation>();
  for (const member of ['unit', 'kind', 'aggregation', 'consumedUnit', 'pricingUnit'] as const) {
    const [before, after] = [was[member], is[member]];
    if (before === null || after === null || before === after || found.has(at[member])) continue;
    found.set(at[member], changed(about, name, at[member], words[member], before, after));
  }
  if (was.isBillable && !is.isBillable) {
    const message = `${name} was published as a meter that is billed, and cannot only count for quota; what only counts needs a new name, such as ${nextName(name)}.`;
    found.set(at.isBillable, refuse(about, 'FROZEN', at.isBillable, message, { accepted: `a destination of ${name}` }));
  }
  const gone = is.dimensions === undefined ? [] : (was.dimensions ?? []).filter((one) => !is.dimensions?.includes(one));
  if (gone.length > 0) {
    const message = `${name} was published with the dimensions ${(was.dimensions ?? []).join(', ')}, to which others can be added; without ${gone.join(', ')} it needs a new name, such as ${nextName(name)}.`;
    const evidence = { value: is.dimensions, accepted: `${was.dimensions?.join(', ')}, and others` };
    found.set(at.dimensions, refuse(about, 'DIMENSIONS_ADDITIVE', at.dimensions, message, evidence));
  }
  return [...found.values()];
}

/** The same for a resource type. */
export function typeRefusals(about: About, was: TypeMeaning, { name, meaning: is, at }: StatedType): Violation[] {
  const frozen = (['group', 'kind'] as const)
    .filter((member) => was[member] !== is[member])
    .map((member) => {
      const what = member === 'kind' ? 'the Kind' : words.group;
      return changed(about, name, at[member], what, was[member], is[member]);
    });
  const gone = Object.keys(was.labels).filter((label) => !(label in is.labels));
  const demanded = Object.keys(is.labels).filter((label) => is.labels[label] === true && was.labels[label] !== true);
  const refused = (message: string): Violation => {
    const evidence = { value: Object.keys(is.labels), accepted: 'the labels it has, and optional others' };
    return refuse(about, 'LABELS_ADDITIVE', at.labels, message, evidence);
  };
  return [
    ...frozen,
    ...(gone.length > 0 ? [refused(`Labels of ${name} can be added but not removed: ${gone.join(', ')}.`)] : []),
    ...(demanded.length > 0
      ? [refused(`${name} is published: a label that events must carry cannot be added: ${demanded.join(', ')}.`)]
      : []),
  ];
}

/** A meaning without what can grow. */
export const ungrownMeter = (meaning: MeterMeaning): MeterMeaning => ({
  ...meaning,
  isBillable: false,
  dimensions: [],
});
export const ungrownType = (meaning: TypeMeaning): TypeMeaning => ({ ...meaning, labels: {} });

/** What a name means once both have been published. */
export const grownMeter = (was: MeterMeaning, is: MeterMeaning): MeterMeaning => ({
  ...was,
  kind: was.kind ?? is.kind,
  isBillable: was.isBillable || is.isBillable,
  dimensions: [...new Set([...(was.dimensions ?? []), ...(is.dimensions ?? [])])],
});

export const grownType = (was: TypeMeaning, is: TypeMeaning): TypeMeaning => ({
  ...was,
  labels: { ...was.labels, ...is.labels },
});
