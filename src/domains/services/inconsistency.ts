import type { Evidence } from '../../catalog/rules.ts';
import { listed } from '../../catalog/values/listed.ts';

/** A rule that a configuration breaks by itself. */
export interface Inconsistency extends Evidence {
  readonly rule: string;
  readonly path: string;
  readonly message: string;
}

type Known = readonly string[];

/** What would be accepted of what `where` declares: the metric, or a list of the spec. */
export const declaredBy = (where: string, known: Known): string =>
  known.length === 0 ? `one that ${where} declares, which declares none` : listed(known);

/** `where`: the list of the spec in which such things are declared. */
const unknown =
  (rule: string, what: string, where: string) =>
  (path: string, value: string, known: Known): Inconsistency[] => {
    if (known.includes(value)) return [];
    const message = `This configuration declares no ${what} ${value}.`;
    return [{ rule, path, message, value, accepted: declaredBy(where, known) }];
  };

export const unknownType = unknown('UNKNOWN_RESOURCE_TYPE', 'resource type', 'spec.monitoredResourceTypes');
export const unknownMetric = unknown('UNKNOWN_METRIC', 'metric', 'spec.metrics');
