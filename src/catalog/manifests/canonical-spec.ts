import type { Field, Fields } from '../fields.ts';
import type { KindModel } from '../model.ts';
import { instant } from '../values/instant.ts';

/**
 * The form in which a spec is compared and read back: an optional list or group with nothing in it is as good as
 * absent (their columns cannot tell), and instants are in UTC.
 */
export const canonicalSpec = (kind: KindModel, spec: Record<string, unknown>): Record<string, unknown> =>
  canonicalMembers(kind.spec, spec, true);

function canonicalMembers(fields: Fields, given: Record<string, unknown>, required: boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]): [string, unknown][] => {
      const value = given[name];
      if (value === undefined) return [];
      const isRequired = required && field.required === true;
      const canonical = canonicalValue(field, value, isRequired);
      return canonical === undefined ? [] : [[name, canonical]];
    }),
  );
}

function canonicalValue(field: Field, value: unknown, isRequired: boolean): unknown {
  switch (field.type) {
    case 'group': {
      const members = canonicalMembers(field.fields, value as Record<string, unknown>, isRequired);
      return Object.keys(members).length > 0 || isRequired ? members : undefined;
    }
    case 'refs': {
      const entries = value as Record<string, unknown>[];
      return entries.length > 0 || isRequired ? (field.entry?.complete(entries) ?? entries) : undefined;
    }
    case 'texts':
      return (value as unknown[]).length > 0 || isRequired ? value : undefined;
    case 'time':
      return instant(String(value));
    default:
      return value;
  }
}
