import type { Field, Fields, JsonField, JsonFields, RefField, RefsField } from '../fields.ts';
import type { KindModel } from '../model.ts';
import { formMembers } from './members-at.ts';

/** What a manifest may say at a path: what `explain` tells of it, from the same definition that checks it. */
export interface Member {
  /** `spec.meters.measurement.unit`, lists and maps without an index. */
  readonly path: string;
  /** For people: `text`, `list of objects`, `reference to a Site`. */
  readonly type: string;
  readonly description: string;
  readonly required: boolean;
  readonly immutable: 'always' | 'published' | undefined;
  /** What stands for a member that is left out, as JSON. */
  readonly fallback: string | undefined;
  /** What is accepted beyond the type. */
  readonly accepted: string | undefined;
  readonly values: readonly { readonly value: string; readonly meaning: string }[];
}

type AnyField = Field | JsonField;
type Told = Partial<Omit<Member, 'path' | 'type' | 'description'>>;

const member = (path: string, type: string, description: string, told: Told = {}): Member => ({
  path,
  type,
  description,
  required: false,
  immutable: undefined,
  fallback: undefined,
  accepted: undefined,
  values: [],
  ...told,
});

/** Everything that a manifest of a kind may say, in the order of its definition; a member before what is in it. */
export const manifestMembers = (kind: KindModel): Member[] => [
  ...metadataMembers(kind),
  member('spec', 'object', `What the ${kind.kind} is to be.`, {
    required: Object.values(kind.spec).some((field) => field.required === true && !('default' in field)),
  }),
  ...inside('spec', kind.spec, undefined),
];

const metadataMembers = ({ kind, name, namespaced, inProject }: KindModel): Member[] => [
  member('metadata', 'object', 'What tells the object from others, and what is noted on it.', { required: true }),
  member('metadata.name', 'text', `Name of the ${kind}.`, {
    required: true,
    immutable: 'always',
    accepted: `at most ${name.max} characters: ${name.accepts ?? 'lower-case letters, digits, - and ., beginning and ending with a letter or digit'}`,
  }),
  ...(namespaced
    ? [
        member('metadata.namespace', 'text', `Namespace of the ${kind}.`, {
          immutable: 'always',
          fallback: '"default"',
        }),
      ]
    : []),
  member(
    'metadata.labels',
    'map of texts',
    inProject
      ? 'Labels, by which objects are selected. resourcemanager.miloapis.com/project-name names the project that the object lives in.'
      : 'Labels, by which objects are selected.',
  ),
  member('metadata.annotations', 'map of texts', 'Notes of any form.'),
];

/** What a reference keeps of other control planes is written in the place of the reference. */
function inside(path: string, fields: Fields | JsonFields, frozen: Member['immutable']): Member[] {
  const entries: [string, AnyField][] = Object.entries(fields);
  const elsewhere = new Set(entries.map(([, field]) => ('elsewhere' in field ? field.elsewhere : undefined)));
  return entries.flatMap(([name, field]) => (elsewhere.has(name) ? [] : membersOf(`${path}.${name}`, field, frozen)));
}

/** What is in something frozen is frozen as well. */
function membersOf(path: string, field: AnyField, outer: Member['immutable']): Member[] {
  const immutable = outer ?? field.immutable ?? field.frozenByRule;
  const told = {
    required: field.required === true && !('default' in field && field.default !== undefined),
    immutable,
    fallback: 'default' in field && field.default !== undefined ? JSON.stringify(field.default) : undefined,
  };
  const own = (type: string, more: Told = {}): Member => member(path, type, field.description, { ...told, ...more });
  switch (field.type) {
    case 'text':
      return [own('text', { accepted: lengths(field, 'characters', field.accepts) })];
    case 'int':
    case 'bigint':
      return [own('whole number', { accepted: lengths(field) })];
    case 'float':
      return [own('number', { accepted: lengths(field) })];
    case 'bool':
      return [own('true or false')];
    case 'choice':
      return [own('choice', { values: meaningsOf(field) })];
    case 'quantity':
      return [own('quantity', { accepted: 'a quantity such as 100G, 250m or 3' })];
    case 'time':
      return [own('instant', { accepted: 'an instant such as 2026-01-31T12:00:00Z' })];
    case 'texts': {
      const values = (field.values ?? []).map((value) => ({ value, meaning: '' }));
      return [own('list of texts', { accepted: lengths(field, 'entries', field.item?.accepts), values })];
    }
    case 'map':
      return [own(field.values === 'int' ? 'map of whole numbers' : 'map of texts')];
    case 'group':
      return [own('object'), ...inside(path, field.fields, immutable)];
    case 'objects':
      return [
        own(field.single === true ? 'object' : 'list of objects', { accepted: lengths(field, 'entries') }),
        ...inside(path, field.fields, immutable),
      ];
    case 'ref':
    case 'refs':
      return referenceMembers(path, field, own);
  }
}

const meaningsOf = ({ values, meanings }: { values: readonly string[]; meanings: Readonly<Record<string, string>> }) =>
  values.map((value) => ({ value, meaning: meanings[value] ?? '' }));

const ones: Readonly<Record<string, string>> = { characters: 'character', entries: 'entry' };

/** `1 to 64 characters`, and what else is accepted. */
function lengths(
  { min, max }: { readonly min?: number; readonly max?: number },
  unit = '',
  accepts?: string,
): string | undefined {
  const range =
    min !== undefined && max !== undefined
      ? `${min} to ${max}`
      : min !== undefined
        ? `at least ${min}`
        : max !== undefined
          ? `at most ${max}`
          : undefined;
  const of = (max ?? min) === 1 ? (ones[unit] ?? unit) : unit;
  const parts = [accepts, range && `${range} ${of}`.trim()].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join('; ');
}

const optionalIn = { subject: ['namespace', 'uid', 'apiGroup'], object: ['namespace', 'uid'] } as const;

function referenceMembers(
  path: string,
  field: RefField | RefsField,
  own: (type: string, more?: Told) => Member,
): Member[] {
  const to = field.to.join(', ');
  const isList = field.type === 'refs';
  const by = field.by === undefined ? `name of a ${to}` : `${field.by} of a ${to}, or its name`;
  const place = field.type === 'refs' && field.wrap !== undefined ? `${path}.${field.wrap}` : path;
  const isOptional = (name: string): boolean =>
    (field.form === 'namespaced' && name === 'namespace') ||
    ((field.form === 'subject' || field.form === 'object') &&
      (optionalIn[field.form] as readonly string[]).includes(name));
  const meanings: Readonly<Record<string, string>> = {
    name: `The ${by}.`,
    namespace: 'Its namespace; default: the one of the object that refers to it.',
    kind: 'Its kind.',
    uid: 'Its uid: another object of that name is refused.',
    apiGroup: 'Its API group.',
  };
  const written = formMembers[field.form].map((name) =>
    member(`${place}.${name}`, 'text', meanings[name] ?? '', {
      required: !isOptional(name),
      ...(name === 'kind' && { values: field.to.map((value) => ({ value, meaning: '' })) }),
    }),
  );
  const head = own(`${isList ? 'list of references' : 'reference'} to ${to}`, {
    accepted:
      [field.form === 'string' ? `the ${by}` : undefined, isList ? lengths(field, 'entries') : undefined]
        .filter((part) => part !== undefined)
        .join('; ') || undefined,
  });
  const entry = field.type === 'refs' && field.entry !== undefined ? inside(place, field.entry.fields, undefined) : [];
  const wrapped = place === path ? [] : [member(place, `reference to ${to}`, `One of them.`, { required: true })];
  return [head, ...wrapped, ...written, ...entry];
}
