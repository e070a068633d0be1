import type { ConfigurationSpec } from '../configuration-spec.ts';
import type { DocumentChange } from './document-changes.ts';

/** What of the earlier configuration a change touches, by name. */
export interface Impact {
  readonly meters: readonly string[];
  readonly quotaLimits: readonly string[];
  readonly charges: readonly string[];
}

/** Finds what changes of a configuration touch; looked up for each change, computed once. */
export function createImpact(from: ConfigurationSpec): (change: DocumentChange) => Impact {
  const meters = new Set([...from.metrics, ...from.meters].map(({ name }) => name));
  const metersOfType = grouped([
    ...from.destinations.flatMap(({ monitoredResourceType, metrics }) =>
      metrics.map((metric) => [monitoredResourceType, metric] as const),
    ),
    ...from.meters.flatMap(({ name, monitoredResourceTypes }) =>
      monitoredResourceTypes.map((type) => [type, name] as const),
    ),
  ]);
  const limits = new Map(from.limits.map(({ name, metric }) => [name, metric]));
  const priced = from.charges.map(({ name, usage }) => [name, usage?.metricRef] as const);
  const charges = new Map(priced);
  const limitsOf = grouped(from.limits.map(({ name, metric }) => [metric, name] as const));
  const chargesOf = grouped(
    priced.flatMap(([name, metric]) => (metric === undefined ? [] : [[metric, name] as const])),
  );

  /** The entries of its section that a change is about, as meters, quota limits and charges. */
  const own: Readonly<Record<string, (key: string, change: DocumentChange) => Partial<Impact>>> = {
    metrics: (key) => ({ meters: [key] }),
    meters: (key) => ({ meters: [key] }),
    monitoredResourceTypes: (key) => ({ meters: metersOfType.get(key) ?? [] }),
    'billing.consumerDestinations': (key, { element = key }) => ({
      meters: element === key ? (metersOfType.get(key) ?? []) : [element],
    }),
    'quota.limits': (key) => ({ meters: [limits.get(key) ?? ''], quotaLimits: limits.has(key) ? [key] : [] }),
    charges: (key) => ({ meters: [charges.get(key) ?? ''], charges: charges.has(key) ? [key] : [] }),
  };
  return (change) => {
    const found = change.key === null ? {} : (own[change.section]?.(change.key, change) ?? {});
    const touched = (found.meters ?? []).filter((name) => meters.has(name));
    return {
      meters: touched,
      quotaLimits: found.quotaLimits ?? [...new Set(touched.flatMap((name) => limitsOf.get(name) ?? []))],
      charges: found.charges ?? [...new Set(touched.flatMap((name) => chargesOf.get(name) ?? []))],
    };
  };
}

const grouped = (pairs: readonly (readonly [string, string])[]): Map<string, string[]> =>
  new Map([...Map.groupBy(pairs, ([key]) => key)].map(([key, own]) => [key, own.map(([, value]) => value)]));
