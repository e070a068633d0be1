import type { Field, JsonField } from '../../../catalog/fields.ts';
import { isObject } from '../../../catalog/values/is-object.ts';
import { configurationSections } from '../configuration-fields.ts';
import { isSame } from '../configuration-freeze.ts';

/** One difference between two configurations. */
export interface DocumentChange {
  /** Where, by keys: `metrics["a.example.com/sent"].unit`. */
  readonly path: string;
  /** Where in the manifest of the later one, as refusals say it: `spec.metrics[3].unit`. */
  readonly at: string;
  /** Everything that contains it, outermost first, in the same notation; lists apart. */
  readonly inside: readonly string[];
  readonly lists: readonly string[];
  /** The outermost list that contains it: `metrics`, `quota.limits`; else its own path. */
  readonly section: string;
  /** Name of the section's entry; null outside lists. */
  readonly key: string | null;
  /** Name of what was added or removed in a list. */
  readonly element: string | undefined;
  readonly kind: 'Added' | 'Removed' | 'Modified';
  readonly before: unknown;
  readonly after: unknown;
}

type Described = Readonly<Record<string, Field | JsonField>>;
type Members = Readonly<Record<string, unknown>>;
type Place = Pick<DocumentChange, 'path' | 'at' | 'inside' | 'lists' | 'key' | 'element'> & {
  readonly section: string | undefined;
};

const order = { Removed: 0, Added: 1, Modified: 2 } as const;
const membersOf = (value: unknown): Members => (isObject(value) ? (value as Members) : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

/**
 * Everything in which two configurations differ: what was removed, then added, then modified. Entries of lists are compared
 * by their keys, in whichever order they stand; a list whose entries have none is one value.
 */
export function documentChanges(before: Members, after: Members): DocumentChange[] {
  const root: Place = {
    path: '',
    at: 'spec',
    inside: [],
    lists: [],
    section: undefined,
    key: null,
    element: undefined,
  };
  return membersChanges(before, after, root, configurationSections).sort((a, b) => order[a.kind] - order[b.kind]);
}

const membersChanges = (before: Members, after: Members, place: Place, fields: Described): DocumentChange[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    if (before[name] === after[name]) return [];
    const path = place.path === '' ? name : `${place.path}.${name}`;
    const inner = {
      ...place,
      path,
      at: `${place.at}.${name}`,
      inside: [...place.inside, place.at],
      element: undefined,
    };
    return valueChanges(before[name], after[name], inner, Object.hasOwn(fields, name) ? fields[name] : undefined);
  });

function valueChanges(before: unknown, after: unknown, place: Place, field?: Field | JsonField): DocumentChange[] {
  if (field?.type === 'group') return membersChanges(membersOf(before), membersOf(after), place, field.fields);
  if (field?.type === 'texts') return listChanges(byText(before), byText(after), place, {});
  if (field?.type === 'objects' && field.key !== undefined) {
    const { key, fields } = field;
    return listChanges(byKey(before, key), byKey(after, key), place, fields);
  }
  if (isObject(before) && isObject(after)) {
    const fields = field !== undefined && 'fields' in field ? field.fields : {};
    return membersChanges(before as Members, after as Members, place, fields);
  }
  return wholeChange(before, after, place);
}

interface Entry {
  readonly index: number;
  readonly value: unknown;
}
const byText = (list: unknown): Map<string, Entry> =>
  new Map(listOf(list).map((value, index) => [String(value), { index, value }]));
const byKey = (list: unknown, key: string): Map<string, Entry> =>
  new Map(listOf(list).map((value, index) => [String(membersOf(value)[key]), { index, value }]));

const listChanges = (
  before: ReadonlyMap<string, Entry>,
  after: ReadonlyMap<string, Entry>,
  place: Place,
  fields: Described,
): DocumentChange[] =>
  [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    // What a text says is its name: one that both have does not differ.
    if (was !== undefined && is !== undefined && !isObject(was.value)) return [];
    const entry: Place = {
      path: `${place.path}[${JSON.stringify(name)}]`,
      at: `${place.at}[${is === undefined ? JSON.stringify(name) : is.index}]`,
      inside: place.inside,
      lists: [...place.lists, place.at],
      section: place.section ?? place.path,
      key: place.key ?? name,
      element: name,
    };
    if (was === undefined || is === undefined) return wholeChange(was?.value, is?.value, entry);
    return membersChanges(membersOf(was.value), membersOf(is.value), entry, fields);
  });

function wholeChange(before: unknown, after: unknown, place: Place): DocumentChange[] {
  if ((isAbsent(before) && isAbsent(after)) || isSame(before, after)) return [];
  const kind = isAbsent(before) ? 'Added' : isAbsent(after) ? 'Removed' : 'Modified';
  return [{ ...place, section: place.section ?? place.path, kind, before, after }];
}
