import { isDeepStrictEqual } from 'node:util';
import type { CatalogObject } from '../../catalog/kind.ts';
import type { Evidence } from '../../catalog/rules.ts';
import type { Violation } from '../../platform/errors.ts';
import type { ConfigurationSpec } from './configuration-spec.ts';
import { isFrozen } from './lifecycle.ts';
import { meterRefusals, type Stated, statedMeters, statedTypes, typeRefusals } from './stated-names.ts';

/** A change that is not allowed after publication. */
export interface FrozenChange extends Evidence {
  readonly path: string;
  readonly message: string;
}

const since = 'since the configuration was published';

/** An object without its absent members, so that `{a: 1}` equals `{a: 1, b: null}`. */
function present(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(present);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, present(member)]));
}
/** Whether two values of a document say the same. */
export const isSame = (left: unknown, right: unknown): boolean => isDeepStrictEqual(present(left), present(right));

interface Section<Entry> {
  readonly path: string;
  readonly noun: string;
  readonly key: (entry: Entry) => string;
  readonly before: readonly Entry[];
  readonly after: readonly Entry[];
  /** Members that keep their value, by path inside the entry; an empty path is the whole entry. */
  readonly frozen: Readonly<Record<string, (entry: Entry) => unknown>>;
  readonly mayLeave?: boolean;
}

function frozenEntries<Entry>(section: Section<Entry>): FrozenChange[] {
  const { path, noun, key, before, after, frozen, mayLeave = false } = section;
  return before.flatMap((old): FrozenChange[] => {
    const name = key(old);
    const index = after.findIndex((entry) => key(entry) === name);
    const entry = after[index];
    if (entry === undefined) {
      if (mayLeave) return [];
      return [{ path, message: `The ${noun} ${name} cannot be removed or renamed ${since}.`, accepted: name }];
    }
    return Object.entries(frozen).flatMap(([member, value]): FrozenChange[] => {
      if (isSame(value(old), value(entry))) return [];
      const at = `${path}[${index}]${member === '' ? '' : `.${member}`}`;
      const what = member === '' ? `The ${noun} ${name}` : `${member} of the ${noun} ${name}`;
      const accepted = typeof value(old) === 'string' ? String(value(old)) : JSON.stringify(value(old));
      return [{ path: at, message: `${what} cannot change ${since}.`, value: value(entry), accepted }];
    });
  });
}

const currency = (charge: object): object => ({ currency: 'USD', ...(present(charge) as object) });

/**
 * What an update of a configuration changes although it is frozen, from Published onward: entries leave, or what
 * identifies them changes. What its meters and resource types mean is `changedMeanings`.
 */
export function frozenChanges(before: ConfigurationSpec, after: ConfigurationSpec): FrozenChange[] {
  if (!isFrozen(before.phase)) return [];
  const types = statedTypes(after).map(({ name }) => name);
  const meters = statedMeters(after).map(({ name }) => name);
  return [
    ...goneNames('spec.monitoredResourceTypes', 'resource type', before.monitoredResourceTypes, types, 'type'),
    ...goneNames('spec.metrics', 'metric', before.metrics, meters, 'name'),
    ...goneNames('spec.meters', 'meter', before.meters, meters, 'name'),
    ...frozenTerms(before, after),
    ...unroutedMetrics(before, after),
    ...frozenValues(before, after),
  ];
}

/** Names that are stated no longer. A meter may move from `meters` to `metrics` as long as it stays the same meter. */
const goneNames = <Key extends string>(
  path: string,
  noun: string,
  before: readonly Readonly<Record<Key, string>>[],
  after: readonly string[],
  key: Key,
): FrozenChange[] => {
  const there = new Set(after);
  return before
    .map((entry) => entry[key])
    .filter((name) => !there.has(name))
    .map((name) => ({
      path,
      message: `The ${noun} ${name} cannot be removed or renamed ${since}; a revision of another name can leave it out.`,
      accepted: name,
    }));
};

/** The meters and resource types that an update of a published configuration gives another meaning. */
export function changedMeanings(
  about: Pick<CatalogObject, 'kind' | 'name' | 'id'>,
  before: ConfigurationSpec,
  after: ConfigurationSpec,
): Violation[] {
  if (!isFrozen(before.phase)) return [];
  return [
    ...paired(statedTypes(before), statedTypes(after), (was, is) => typeRefusals(about, was.meaning, is)),
    ...paired(statedMeters(before), statedMeters(after), (was, is) => {
      // That a metric stays in its destinations is a rule of its own.
      const isBillable = was.meaning.kind === null && was.meaning.isBillable;
      return meterRefusals(about, { ...was.meaning, isBillable }, is);
    }),
  ];
}

function paired<One extends Stated<object>>(
  before: readonly One[],
  after: readonly One[],
  compare: (was: One, is: One) => Violation[],
): Violation[] {
  const byName = new Map(before.map((one) => [one.name, one]));
  return after.flatMap((is) => {
    const was = byName.get(is.name);
    return was === undefined ? [] : compare(was, is);
  });
}

/** Billing destinations, quota limits, charges and provisioned resources. */
const frozenTerms = (before: ConfigurationSpec, after: ConfigurationSpec): FrozenChange[] => [
  ...frozenEntries({
    path: 'spec.billing.consumerDestinations',
    noun: 'billing destination',
    key: (entry) => entry.monitoredResourceType,
    before: before.destinations,
    after: after.destinations,
    frozen: {},
  }),
  ...frozenEntries({
    path: 'spec.quota.limits',
    noun: 'quota limit',
    key: (entry) => entry.name,
    before: before.limits,
    after: after.limits,
    frozen: {
      metric: (entry) => entry.metric,
      unit: (entry) => entry.unit,
      'consumerType.apiGroup': (entry) => entry.consumerType.apiGroup,
      'consumerType.kind': (entry) => entry.consumerType.kind,
    },
  }),
  ...frozenEntries({
    path: 'spec.charges',
    noun: 'charge',
    key: (entry) => entry.name,
    before: before.charges,
    after: after.charges,
    frozen: { '': currency },
  }),
  ...frozenEntries({
    path: 'spec.provisioning.resources',
    noun: 'provisioned resource',
    key: (entry) => entry.name,
    before: before.provisioned,
    after: after.provisioned,
    frozen: {
      'projection.kind': (entry) => entry.projection.kind,
      'projection.sourceProject': (entry) => entry.projection.sourceProject,
    },
    mayLeave: true,
  }),
];

function frozenValues(before: ConfigurationSpec, after: ConfigurationSpec): FrozenChange[] {
  const changes: FrozenChange[] = [];
  if (before.quotaGating !== after.quotaGating) {
    const message = `quotaGating cannot change ${since}.`;
    const path = 'spec.billing.quotaGating';
    changes.push({ path, message, value: after.quotaGating, accepted: before.quotaGating });
  }
  if (before.defaultOffer !== after.defaultOffer) {
    const message = `defaultOffer cannot change ${since}.`;
    const accepted = before.defaultOffer ?? 'no default offer';
    changes.push({ path: 'spec.defaultOffer', message, value: after.defaultOffer ?? null, accepted });
  }
  return changes;
}

/** Metrics that were removed from a destination which itself stays. */
const unroutedMetrics = (before: ConfigurationSpec, after: ConfigurationSpec): FrozenChange[] =>
  before.destinations.flatMap(({ monitoredResourceType, metrics }) => {
    const index = after.destinations.findIndex((entry) => entry.monitoredResourceType === monitoredResourceType);
    const kept = after.destinations[index]?.metrics;
    if (kept === undefined) return [];
    const path = `spec.billing.consumerDestinations[${index}].metrics`;
    return metrics
      .filter((metric) => !kept.includes(metric))
      .map((metric) => ({
        path,
        message: `The metric ${metric} cannot leave the billing destination ${monitoredResourceType} ${since}.`,
        accepted: metric,
      }));
  });
