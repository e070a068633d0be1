import { entryMembers } from '../entry-members.ts';
import type { Field, Fields, JsonField, JsonFields } from '../fields.ts';

/** Members of a written reference, as spec-schema.ts accepts them. */
export const formMembers = {
  string: [],
  name: ['name'],
  namespaced: ['name', 'namespace'],
  kind: ['kind', 'name'],
  subject: ['kind', 'name', 'namespace', 'uid', 'apiGroup'],
  object: ['apiGroup', 'kind', 'name', 'namespace', 'uid'],
} as const;

/** Members known at a path, for "did you mean". */
export function membersAt(fields: Fields | JsonFields, path: readonly PropertyKey[]): string[] {
  const [first, ...rest] = path.filter((step) => typeof step === 'string');
  if (first === undefined) return Object.keys(fields);
  const field = (fields as Record<string, Field | JsonField>)[first];
  if (field === undefined) return [];
  if ('fields' in field) return membersAt(field.fields, rest);
  if (field.type === 'refs' && field.wrap !== undefined && rest.length === 0) return [field.wrap];
  if (field.type !== 'ref' && field.type !== 'refs') return [];
  return [...formMembers[field.form], ...entryMembers(field)];
}
