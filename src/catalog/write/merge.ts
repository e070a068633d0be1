import type { Field, Fields, JsonField, JsonFields } from '../fields.ts';
import type { Spec } from '../kind.ts';
import type { Steps } from '../manifests/path.ts';
import { isObject } from '../values/is-object.ts';

type Members = Readonly<Record<string, unknown>>;

/** Whether a value of the field is merged member by member; any other is replaced as a whole. */
const isOpen = (field: Field | JsonField | undefined): field is Extract<Field, { type: 'group' | 'objects' }> =>
  field?.type === 'group' || (field?.type === 'objects' && field.single === true);

export interface Merged {
  readonly spec: Record<string, unknown>;
  /** Required fields that the change would clear; they keep their value. */
  readonly kept: readonly Steps[];
}

/** Lays a change over a stored spec: absent leaves, `null` clears, groups member by member, lists as a whole. */
export function merge(fields: Fields | JsonFields, stored: Spec, change: Members): Merged {
  const kept: Steps[] = [];
  const lay = (
    described: Fields | JsonFields,
    below: Members,
    above: Members,
    path: Steps,
  ): Record<string, unknown> => {
    const spec = new Map(Object.entries(below));
    for (const [name, value] of Object.entries(above)) {
      const field = Object.hasOwn(described, name)
        ? (described as Readonly<Record<string, Field | JsonField>>)[name]
        : undefined;
      const here = [...path, name];
      if (value === undefined) continue;
      if (value === null) {
        const falls = field !== undefined && 'default' in field && field.default !== undefined;
        if (field?.required === true && !falls) kept.push(here);
        else spec.delete(name);
      } else if (isOpen(field) && isObject(value)) {
        const inner = spec.get(name);
        spec.set(name, lay(field.fields, isObject(inner) ? inner : {}, value, here));
      } else {
        spec.set(name, value);
      }
    }
    return Object.fromEntries(spec);
  };
  return { spec: lay(fields, stored, change, ['spec']), kept };
}

/** The spec without the values at some paths; a group with nothing left in it is gone as well. */
export function without(spec: Spec, paths: readonly string[]): Spec {
  const drop = (members: Members, steps: readonly string[]): Members => {
    const [first = '', ...rest] = steps;
    const { [first]: value, ...others } = members;
    if (rest.length === 0 || !isObject(value)) return others;
    const inner = drop(value, rest);
    return Object.keys(inner).length === 0 ? others : { ...members, [first]: inner };
  };
  return paths.reduce<Spec>((rest, path) => drop(rest, path.split('.')), spec);
}

/** Texts by key with some of them changed: `null` clears one, and all of them in place of the map. */
export function mergeTexts(
  stored: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string | null>> | null | undefined,
): Record<string, string> {
  if (change === undefined) return { ...stored };
  if (change === null) return {};
  const merged = Object.entries({ ...stored, ...change });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== null));
}
