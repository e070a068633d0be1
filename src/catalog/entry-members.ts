import type { Field, JsonField, RefsField } from './fields.ts';
import { isObject } from './values/is-object.ts';

/** Names of what each entry of a list of references says besides what it refers to; of other fields none. */
export const entryMembers = (field: Field | JsonField): readonly string[] =>
  field.type === 'refs' ? Object.keys(field.entry?.fields ?? {}) : [];

/** A reference in another form, with what its entry says besides. */
export function withEntryMembers(field: RefsField, entry: unknown, reference: unknown): unknown {
  if (!isObject(entry) || !isObject(reference)) return reference;
  const given = entryMembers(field).filter((name) => entry[name] !== undefined && entry[name] !== null);
  return { ...reference, ...Object.fromEntries(given.map((name) => [name, entry[name]])) };
}
