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
  /** What describes the members of both, where they have such. */
  readonly described: Described;
}

type Described = Readonly<Record<string, Field | JsonField>>;
type Members = Readonly<Record<string, unknown>>;
type Place = Pick<DocumentChange, 'path' | 'at' | 'inside' | 'lists' | 'key' | 'element'> & {
  readonly section: string | undefined;
};

const membersOf = (value: unknown): Members => (isObject(value) ? (value as Members) : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

const root: Place = {
  path: '',
  at: 'spec',
  inside: [],
  lists: [],
  section: undefined,
  key: null,
  element: undefined,
};

/**
 * Everything in which two configurations differ, a part of them at a time: a member, or an entry of an outermost list.
 * Entries of lists are compared by their keys, in whichever order they stand; a list whose entries have none is one value.
 */
export const changesInParts = (before: Members, after: Members): Generator<DocumentChange[]> =>
  memberParts(before, after, root, configurationSections);

function* memberParts(
  before: Members,
  after: Members,
  place: Place,
  fields: Described,
): Generator<DocumentChange[], void, undefined> {
  for (const { was, is, inner, field } of differentMembers(before, after, place, fields)) {
    if (field?.type === 'group') yield* memberParts(membersOf(was), membersOf(is), inner, field.fields);
    else if (field?.type === 'objects' && field.key !== undefined) {
      const lists = bothLists(was, is, inner, field.key);
      for (const name of lists.names) yield entryChanges(name, lists, field.fields);
    } else yield valueChanges(was, is, inner, field);
  }
}

function differentMembers(before: Members, after: Members, place: Place, fields: Described) {
  const names = Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name]);
  if (names.length === 0) return [];
  const inside = [...place.inside, place.at];
  return names.map((name) => ({
    was: before[name],
    is: after[name],
    inner: {
      ...place,
      path: place.path === '' ? name : `${place.path}.${name}`,
      at: `${place.at}.${name}`,
      inside,
      element: undefined,
    },
    field: Object.hasOwn(fields, name) ? fields[name] : undefined,
  }));
}

const membersChanges = (before: Members, after: Members, place: Place, fields: Described): DocumentChange[] =>
  differentMembers(before, after, place, fields).flatMap(({ was, is, inner, field }) =>
    valueChanges(was, is, inner, field),
  );

function valueChanges(before: unknown, after: unknown, place: Place, field?: Field | JsonField): DocumentChange[] {
  if (field?.type === 'group') return membersChanges(membersOf(before), membersOf(after), place, field.fields);
  if (field?.type === 'texts') return listChanges(bothLists(before, after, place, undefined), {});
  if (field?.type === 'objects' && field.key !== undefined) {
    return listChanges(bothLists(before, after, place, field.key), field.fields);
  }
  if (isObject(before) && isObject(after)) {
    const fields = field !== undefined && 'fields' in field ? field.fields : {};
    return membersChanges(before as Members, after as Members, place, fields);
  }
  return wholeChange(before, after, place, field?.type === 'objects' ? field.fields : {});
}

interface Entry {
  readonly index: number;
  readonly value: unknown;
}

/** The entries of two lists by their names, and where the lists stand. */
interface BothLists {
  readonly names: Iterable<string>;
  readonly before: ReadonlyMap<string, Entry>;
  readonly after: ReadonlyMap<string, Entry>;
  readonly place: Place;
}

const byName = (list: unknown, key: string | undefined): Map<string, Entry> =>
  new Map(
    listOf(list).map((value, index) => [String(key === undefined ? value : membersOf(value)[key]), { index, value }]),
  );

/** `key`: the member that names an entry; undefined where entries are texts, which name themselves. */
function bothLists(was: unknown, is: unknown, place: Place, key: string | undefined): BothLists {
  const [before, after] = [byName(was, key), byName(is, key)];
  const inner = { ...place, lists: [...place.lists, place.at], section: place.section ?? place.path };
  return { names: new Set([...before.keys(), ...after.keys()]), before, after, place: inner };
}

const listChanges = (lists: BothLists, fields: Described): DocumentChange[] =>
  [...lists.names].flatMap((name) => entryChanges(name, lists, fields));

function entryChanges(name: string, { before, after, place }: BothLists, fields: Described): DocumentChange[] {
  const [was, is] = [before.get(name), after.get(name)];
  // What a text says is its name: one that both have does not differ.
  if (was !== undefined && is !== undefined && !isObject(was.value)) return [];
  const quoted = JSON.stringify(name);
  const entry: Place = {
    ...place,
    path: `${place.path}[${quoted}]`,
    at: `${place.at}[${is === undefined ? quoted : is.index}]`,
    key: place.key ?? name,
    element: name,
  };
  if (was === undefined || is === undefined) return wholeChange(was?.value, is?.value, entry, fields);
  return membersChanges(membersOf(was.value), membersOf(is.value), entry, fields);
}

function wholeChange(before: unknown, after: unknown, place: Place, described: Described): DocumentChange[] {
  const [wasAbsent, isNowAbsent] = [isAbsent(before), isAbsent(after)];
  if (wasAbsent && isNowAbsent) return [];
  const kind = wasAbsent ? 'Added' : isNowAbsent ? 'Removed' : 'Modified';
  if (kind === 'Modified' && isSame(before, after)) return [];
  return [{ ...place, section: place.section ?? place.path, kind, before, after, described }];
}

/** A value with its members as they are described, however it was stored; those of no description by name. */
export function inOrder(value: unknown, described: Described): unknown {
  if (Array.isArray(value)) return value.map((entry) => inOrder(entry, described));
  if (!isObject(value)) return value;
  const members = membersOf(value);
  const names = new Set([...Object.keys(described), ...Object.keys(members).sort()]);
  const own = [...names].filter((name) => !isAbsent(members[name]));
  return Object.fromEntries(own.map((name) => [name, inOrder(members[name], membersDescribed(described[name]))]));
}

const membersDescribed = (field: Field | JsonField | undefined): Described =>
  field?.type === 'group' || field?.type === 'objects' ? field.fields : {};
