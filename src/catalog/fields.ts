/**
 * The vocabulary in which a kind describes its spec. One field says at once what a manifest may hold (validation),
 * which columns store it (storage), and what GraphQL shows (reading). Everything generic is derived from it.
 */

interface Common {
  /** One or two full sentences; printed in the GraphQL schema, the CLI and the docs. */
  readonly description: string;
  readonly required?: boolean;
  /** `always`: refused if changed after creation. `published`: refused once the stored phase is Published or later. */
  readonly immutable?: 'always' | 'published';
  /** The same where a rule of the kind refuses the change; this alone refuses nothing, it is what `explain` tells. */
  readonly frozenByRule?: 'always' | 'published';
  /** GraphQL field name, when it is not the manifest's own (a reference drops its `Ref` suffix by itself). */
  readonly as?: string;
  /** Column name, when it is not the manifest path in snake_case. */
  readonly column?: string;
}

/**
 * What a text names, where nothing links it to a row: a reader of the text who may not get the object does not get the
 * text, as with a reference. Where several objects are called so, they have to be allowed to get each of them.
 */
export interface NamedByText {
  readonly kind: string;
  /** Spec field of that kind that the text holds; its name, if undefined. */
  readonly by?: string;
  /** Reference that both objects have, and to the same: a version of the same service. */
  readonly sharing?: string;
  /** Reference of the object that leads to what has the shared one in its place: a report to its deployment. */
  readonly through?: string;
  /**
   * The text is `<kind>/<name>`, of whoever made the object. They may have been deleted since, and then stay hidden, also
   * from a later account of that name.
   */
  readonly withKind?: true;
}

export interface TextField extends Common {
  readonly type: 'text';
  /** Inside a list of objects the entry is left out with the text, if the text is required. */
  readonly names?: readonly NamedByText[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** What the pattern accepts, in words: "an absolute http or https URL". */
  readonly accepts?: string;
  readonly default?: string;
  /** Its values are numbered, and lists in their order count: `Ethernet2` comes before `Ethernet10`. */
  readonly isNumbered?: true;
  /** `search` finds objects by it. Names, natural keys and display names are found without saying so. */
  readonly isSearched?: true;
}

export interface NumberField extends Common {
  /** `int` is 32-bit, `bigint` 64-bit (GraphQL BigInt), `float` double precision. */
  readonly type: 'int' | 'bigint' | 'float';
  readonly min?: number;
  readonly max?: number;
  readonly default?: number;
}

export interface BoolField extends Common {
  readonly type: 'bool';
  readonly default?: boolean;
}

/** An enumeration in the platform's own spelling; GraphQL shows it in CONSTANT_CASE. */
export interface ChoiceField extends Common {
  readonly type: 'choice';
  /** Name of the GraphQL enum and, in snake_case, of the PostgreSQL type. */
  readonly name: string;
  readonly values: readonly string[];
  /** Description of each value, for the GraphQL schema. */
  readonly meanings: Readonly<Record<string, string>>;
  readonly default?: string;
}

/** A Kubernetes quantity that is not negative: two columns, the text as written and its parsed value (`…_value numeric`). */
export interface QuantityField extends Common {
  readonly type: 'quantity';
}

/** An instant, RFC 3339 in manifests, `timestamptz` in the store. */
export interface TimeField extends Common {
  readonly type: 'time';
}

/** A list of strings in one `text[]` column. */
export interface TextsField extends Common {
  readonly type: 'texts';
  readonly min?: number;
  readonly max?: number;
  readonly unique?: boolean;
  readonly item?: Omit<TextField, 'type' | 'description' | 'names'>;
  readonly names?: readonly NamedByText[];
  /** The closed vocabulary of the items, when there is one. */
  readonly values?: readonly string[];
}

/** A list (or, with `single`, one) of small objects nobody links to, in one `jsonb` column. */
export interface ObjectsField extends Common {
  readonly type: 'objects';
  /** Name of the GraphQL object type of an item. */
  readonly name: string;
  readonly fields: JsonFields;
  readonly single?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Field that identifies an item: duplicates are refused, and differences are reported by it. */
  readonly key?: string;
  /** The catalog may fill it in: a manifest that leaves it out keeps what is stored. */
  readonly keptWhenLeftOut?: boolean;
}

/** A string → integer or string → string map inside a jsonb object. GraphQL shows a list of {key, value}. */
export interface MapField extends Common {
  readonly type: 'map';
  readonly values: 'int' | 'text';
  readonly min?: number;
}

/** A nested manifest object whose members are columns of the same row (`hardware.cpuCores` → `hardware_cpu_cores`). */
export interface GroupField extends Common {
  readonly type: 'group';
  /** Name of the GraphQL object type. */
  readonly name: string;
  readonly fields: Fields;
  /** Stands where nothing is stated: its members then have their defaults. */
  readonly default?: Readonly<Record<string, never>>;
}

export interface Inverse {
  /** Field on the target type that leads back here. */
  readonly name: string;
  readonly description: string;
  /** The target has at most one such referrer: an object instead of a connection. */
  readonly one?: boolean;
}

/**
 * How a reference is written in a manifest.
 * - `name`: `{name}` · `namespaced`: `{name, namespace?}` (the namespace defaults to the referrer's own)
 * - `kind`: `{kind, name}` · `object`: `{apiGroup, kind, name, namespace?, uid?}`
 * - `subject`: `{kind, name, namespace?, uid?}` · `string`: the bare name
 */
export type ReferenceForm = 'name' | 'namespaced' | 'kind' | 'object' | 'subject' | 'string';

interface Reference extends Common {
  /** Kinds it may point at; more than one makes it polymorphic, with one nullable column (FK) per kind. */
  readonly to: readonly string[];
  readonly form: ReferenceForm;
  /** Spec field of the target that is written instead of its name (`serviceName`); the name is accepted too. */
  readonly by?: string;
  /** With `by`: the name is what is exported, the natural key is accepted as well. */
  readonly exportName?: boolean;
  /** GraphQL abstract type shown when there is more than one target kind. */
  readonly abstract?: string;
  /** What several target kinds are called in input types, where no abstract type has exactly these kinds: `Scope`. */
  readonly union?: string;
  readonly inverse?: Inverse;
  /**
   * Whoever may read the object may know what this is called, and no more of it: the member of an organization. Texts
   * name it although it is hidden otherwise.
   */
  readonly showsName?: boolean;
  /**
   * Group of the spec that keeps what is named where this catalog has no such object: it may be in another control plane.
   * Manifests write it in the place of the reference (src/catalog/write/elsewhere.ts).
   */
  readonly elsewhere?: string;
}

/** A reference to one object: a foreign key column `<path>_id` (polymorphic: `<path>_<kind>_id` each). */
export interface RefField extends Reference {
  readonly type: 'ref';
  /**
   * The object belongs to what it refers to: it is deleted with it where a delete asks to cascade, or `always`, when it
   * is part of it and whoever may delete the one may delete the other.
   */
  readonly owned?: boolean | 'always';
  /** Hardly any object has it: its index leaves out those that have none, which so costs them nothing. */
  readonly isRare?: true;
}

/** What each entry of a list of references says besides what it refers to: columns of the link table. */
export interface EntryMembers {
  /** The GraphQL input type of an entry is `<name>Input`. */
  readonly name: string;
  readonly fields: Readonly<Record<string, NumberField | ChoiceField>>;
  /** Fills in what entries leave out. */
  readonly complete: (entries: readonly Readonly<Record<string, unknown>>[]) => readonly unknown[];
}

/** An ordered list of references: rows of a link table (`owner_id`, `position`, one id column per target kind). */
export interface RefsField extends Reference {
  readonly type: 'refs';
  readonly table: string;
  /** Column of the link table that points back at this kind; by default `<table of this kind>_id`. */
  readonly ownerColumn?: string;
  readonly min?: number;
  readonly max?: number;
  readonly unique?: boolean;
  /** The object is plugged in there: it goes with what it refers to where a delete asks to disconnect. */
  readonly isPluggedIn?: true;
  readonly entry?: EntryMembers;
  /** Each entry is `{[wrap]: reference}` as in `dependencies[].serviceRef`. */
  readonly wrap?: string;
}

export type Field =
  | TextField
  | NumberField
  | BoolField
  | ChoiceField
  | QuantityField
  | TimeField
  | TextsField
  | ObjectsField
  | GroupField
  | RefField
  | RefsField;

export type Fields = Readonly<Record<string, Field>>;

/** The fields that are possible inside a jsonb object: no references, no columns of its own. */
export type JsonField =
  | TextField
  | NumberField
  | BoolField
  | ChoiceField
  | QuantityField
  | TextsField
  | ObjectsField
  | MapField;
export type JsonFields = Readonly<Record<string, JsonField>>;

type Options<F> = Omit<F, 'type'>;

export const text = (options: Options<TextField>): TextField => ({ type: 'text', ...options });
export const int = (options: Options<NumberField>): NumberField => ({ type: 'int', ...options });
export const bigint = (options: Options<NumberField>): NumberField => ({ type: 'bigint', ...options });
export const float = (options: Options<NumberField>): NumberField => ({ type: 'float', ...options });
export const bool = (options: Options<BoolField>): BoolField => ({ type: 'bool', ...options });
export const quantity = (options: Options<QuantityField>): QuantityField => ({ type: 'quantity', ...options });
export const time = (options: Options<TimeField>): TimeField => ({ type: 'time', ...options });
export const texts = (options: Options<TextsField>): TextsField => ({ type: 'texts', ...options });
export const map = (options: Options<MapField>): MapField => ({ type: 'map', ...options });

/** The values are the keys of `meanings`, in that order. */
export const choice = (
  name: string,
  meanings: ChoiceField['meanings'],
  options: Omit<ChoiceField, 'type' | 'name' | 'values' | 'meanings'>,
): ChoiceField => ({ type: 'choice', name, values: Object.keys(meanings), meanings, ...options });

export const objects = (
  name: string,
  fields: JsonFields,
  options: Omit<ObjectsField, 'type' | 'name' | 'fields'>,
): ObjectsField => ({ type: 'objects', name, fields, ...options });

export const group = (
  name: string,
  fields: Fields,
  options: Omit<GroupField, 'type' | 'name' | 'fields'>,
): GroupField => ({ type: 'group', name, fields, ...options });

type RefOptions = Omit<RefField, 'type' | 'to' | 'form'> & { readonly form?: ReferenceForm };
type RefsOptions = Omit<RefsField, 'type' | 'to' | 'form'> & { readonly form?: ReferenceForm };

const listOf = (to: string | readonly string[]): readonly string[] => (typeof to === 'string' ? [to] : to);

/** `ref('Site', …)` is written `{name}`; `ref(['Node', 'Rack'], …)` is written `{kind, name}`. */
export const ref = (to: string | readonly string[], options: RefOptions): RefField => ({
  type: 'ref',
  to: listOf(to),
  form: listOf(to).length > 1 ? 'kind' : 'name',
  ...options,
});

export const refs = (to: string | readonly string[], options: RefsOptions): RefsField => ({
  type: 'refs',
  to: listOf(to),
  form: listOf(to).length > 1 ? 'kind' : 'name',
  ...options,
});

export const isReference = (field: Field): field is RefField | RefsField =>
  field.type === 'ref' || field.type === 'refs';

/** Names of the scalars that GraphQL shows values of fields as. */
export const scalarTypes = {
  text: 'String',
  int: 'Int',
  bigint: 'BigInt',
  float: 'Float',
  bool: 'Boolean',
  time: 'DateTime',
} as const;

/** `spec` path of a reference → what GraphQL calls it: `siteRef` → `site`. */
export const shownName = (path: string, field: Field): string => {
  const last = path.split('.').at(-1) ?? path;
  if (field.as !== undefined) return field.as;
  return isReference(field) ? last.replace(/Refs?$/, field.type === 'refs' && /Refs?$/.test(last) ? 's' : '') : last;
};
