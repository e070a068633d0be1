import type { Evidence } from '../../catalog/rules.ts';
import { listed } from '../../catalog/values/listed.ts';

/** A rule that a configuration breaks by itself. */
export interface Inconsistency extends Evidence {
  readonly rule: string;
  readonly path: string;
  readonly message: string;
}

type Known = readonly string[];

export const namesText = (known: Known): string =>
  known.length === 0 ? 'this configuration declares none' : listed(known);

const unknown =
  (rule: string, what: string) =>
  (path: string, value: string, known: Known): Inconsistency[] => {
    if (known.includes(value)) return [];
    return [
      { rule, path, message: `This configuration declares no ${what} ${value}.`, value, accepted: namesText(known) },
    ];
  };

export const unknownType = unknown('UNKNOWN_RESOURCE_TYPE', 'resource type');
export const unknownMetric = unknown('UNKNOWN_METRIC', 'metric');
