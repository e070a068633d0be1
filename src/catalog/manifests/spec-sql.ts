import { type Sql, sql } from '../../platform/db/sql.ts';
import { entryMembers } from '../entry-members.ts';
import type { Field, Fields, RefField, RefsField } from '../fields.ts';
import type { Spec } from '../kind.ts';
import type { KindModel, Leaf, Reference } from '../model.ts';
import { parseJson } from './json.ts';

/** An object as it is stored, its spec as a manifest would say it. */
export interface StoredObject {
  readonly id: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly project: string | null;
  readonly group: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generation: number;
  readonly revision: number | bigint;
  readonly createdAt: string;
  readonly scopeId: string;
  readonly spec: Spec;
  /** What the catalog itself keeps about it, where it was asked for. */
  readonly status?: Readonly<Record<string, unknown>>;
  /** Paths at which it names objects that the reader may not see: what stood there was left out. */
  readonly leftOut?: readonly string[];
  /** Uid of the object that keeps this one. */
  readonly keeperId?: string | null;
}

const text = (value: string): Sql => sql.raw(`'${value.replaceAll("'", "''")}'`);
type Member = readonly [name: string, value: Sql];
const object = (members: readonly Member[]): Sql =>
  sql`jsonb_build_object(${sql.join(
    members.flatMap(([name, value]) => [text(name), value]),
    ', ',
  )})`;

/** What is written for one referred-to row, with what its entry of a list says besides. */
function written(field: RefField | RefsField, target: KindModel, row: Sql, besides: readonly Member[]): Sql {
  const natural = field.by !== undefined && field.exportName !== true ? naturalKey(target, field.by) : 'name';
  const name = sql`${row}.${sql.ident(natural)}`;
  const namespace = target.namespaced ? sql`${row}.namespace` : sql`null::text`;
  switch (field.form) {
    case 'string':
      return sql`to_jsonb(${name})`;
    case 'name':
      return object([['name', name], ...besides]);
    case 'namespaced':
      return object([['name', name], ['namespace', namespace], ...besides]);
    case 'kind':
      return object([['kind', text(target.kind)], ['name', name], ...besides]);
    case 'subject':
      return object([
        ['kind', text(target.kind)],
        ['name', name],
        ['namespace', namespace],
        ['uid', sql`${row}.id`],
        ...besides,
      ]);
    case 'object':
      return object([
        ['apiGroup', text(target.groups[0])],
        ['kind', text(target.kind)],
        ['name', name],
        ['namespace', namespace],
        ...besides,
      ]);
  }
}

const naturalKey = (target: KindModel, path: string): string => {
  const leaf = target.leaves.find((candidate) => candidate.path === path);
  if (leaf === undefined) throw new Error(`${target.kind} has no field ${path}`);
  return leaf.column;
};

/** `{name: …}` of what the columns of a row point at; null when they point at nothing. */
function reference({ field, targets }: Reference, row: Sql, besides: readonly Member[] = []): Sql {
  // What is not referred to is not looked for.
  const alternatives = targets.map(
    ({ kind, column }) =>
      sql`when ${row}.${sql.ident(column)} is not null
      then (select ${written(field, kind, sql`x`, besides)} from ${sql.ident(kind.table)} x where x.id = ${row}.${sql.ident(column)})`,
  );
  return sql`case ${sql.join(alternatives, ' ')} end`;
}

function references(kind: KindModel, link: Reference, row: Sql): Sql {
  const { field } = link;
  if (field.type !== 'refs') throw new Error('not a list of references');
  const owner = sql.ident(field.ownerColumn ?? `${kind.table}_id`);
  const members = entryMembers(field).map((name): Member => [name, sql`k.${sql.ident(name)}`]);
  const whole = reference(link, sql`k`, members);
  const entry = field.wrap === undefined ? whole : object([[field.wrap, whole]]);
  return sql`(select jsonb_agg(${entry} order by k.position) from ${sql.ident(field.table)} k where k.${owner} = ${row}.id)`;
}

/** The spec or the status of a kind. */
interface Part {
  readonly kind: KindModel;
  readonly leaves: readonly Leaf[];
  readonly references: readonly Reference[];
}

function fieldSql(part: Part, field: Field, path: readonly string[], row: Sql, required: boolean): Sql {
  const { kind } = part;
  const isRequired = required && field.required === true;
  if (field.type === 'group') {
    const members = sql`jsonb_strip_nulls(${fieldsSql(part, field.fields, path, row, isRequired)})`;
    return isRequired ? members : sql`nullif(${members}, '{}'::jsonb)`;
  }
  const name = path.join('.');
  const leaf = part.leaves.find((candidate) => candidate.path === name);
  if (leaf === undefined) throw new Error(`${kind.kind} has no field ${name}`);
  const column = sql`${row}.${sql.ident(leaf.column)}`;
  if (field.type === 'ref' || field.type === 'refs') {
    const found = part.references.find((candidate) => candidate.leaf === leaf);
    if (found === undefined) throw new Error(`${kind.kind}.${name} is not resolved`);
    if (field.type === 'ref') return reference(found, row);
    const list = references(kind, found, row);
    return isRequired ? sql`coalesce(${list}, '[]'::jsonb)` : list;
  }
  if (field.type === 'texts' && !isRequired) return sql`case when cardinality(${column}) > 0 then ${column} end`;
  return field.type === 'time' ? instantSql(column) : column;
}

/** An instant as `canonicalSpec` writes it. */
const instantSql = (column: Sql): Sql =>
  sql`regexp_replace(to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '\\.?0+$', '') || 'Z'`;

const fieldsSql = (part: Part, fields: Fields, path: readonly string[], row: Sql, required: boolean): Sql => {
  const members = Object.entries(fields).map(
    ([name, field]) => [name, fieldSql(part, field, [...path, name], row, required)] as const,
  );
  // jsonb_build_object takes at most 100 arguments.
  const chunks = Array.from({ length: Math.ceil(members.length / 40) }, (_, index) =>
    members.slice(index * 40, index * 40 + 40),
  );
  return chunks.length === 0 ? sql`'{}'::jsonb` : sql.join(chunks.map(object), ' || ');
};

/** A jsonb expression of a row's spec, as its manifest would say it: the one way a spec is read back. */
export const specSql = (kind: KindModel, row: Sql): Sql =>
  sql`jsonb_strip_nulls(${fieldsSql({ kind, leaves: kind.leaves, references: kind.references }, kind.spec, [], row, true)})`;

/** A jsonb expression of what the catalog itself keeps about a row. */
export const statusSql = (kind: KindModel, row: Sql): Sql => {
  const part = { kind, leaves: kind.statusLeaves, references: kind.statusReferences };
  return sql`jsonb_strip_nulls(${fieldsSql(part, kind.status, [], row, true)})`;
};

/** A jsonb expression of the whole stored object, with whatever else is asked for. */
export const objectSql = (kind: KindModel, row: Sql, ...more: readonly Member[]): Sql =>
  object([
    ['id', sql`${row}.id`],
    ['name', sql`${row}.name`],
    ['namespace', kind.namespaced ? sql`${row}.namespace` : sql`null::text`],
    ['project', kind.inProject ? sql`(select x.name from project x where x.id = ${row}.project_id)` : sql`null::text`],
    ['group', kind.writtenIn?.(row) ?? (kind.groups.length > 1 ? sql`${row}.api_group` : text(kind.groups[0]))],
    ['labels', sql`${row}.labels`],
    ['annotations', sql`${row}.annotations`],
    ['generation', sql`${row}.generation`],
    ['revision', sql`${row}.revision`],
    ['createdAt', sql`${row}.created_at`],
    ['scopeId', sql`${row}.scope_id`],
    ['spec', specSql(kind, row)],
    ...(kind.ownedBy === undefined ? [] : [['keeperId', sql`${row}.${sql.ident(kind.ownedBy)}`] as const]),
    ...more,
  ]);

/** Members in the order in which the kind describes them; jsonb keeps none. */
function ordered(
  fields: Readonly<Record<string, Field | { type: string; fields?: unknown }>>,
  value: unknown,
): unknown {
  if (Array.isArray(value)) return value.map((item) => ordered(fields, item));
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.entries(fields).flatMap(([name, field]): [string, unknown][] => {
    const inner = (value as Record<string, unknown>)[name];
    if (inner === undefined) return [];
    const below = 'fields' in field ? (field.fields as Fields) : undefined;
    return [[name, below === undefined ? inner : ordered(below, inner)]];
  });
  const rest = Object.entries(value).filter(([name]) => !(name in fields));
  return Object.fromEntries([...known, ...rest]);
}

/** The stored object behind the text of `objectSql`. */
export function readStored(kind: KindModel, json: string): StoredObject {
  return orderStored(kind, parseJson(json) as StoredObject);
}

/** The same object with its spec's members in the kind's order. */
export const orderStored = <Stored extends StoredObject>(kind: KindModel, stored: Stored): Stored => ({
  ...stored,
  spec: ordered(kind.spec, stored.spec) as Spec,
  ...(stored.status !== undefined && { status: ordered(kind.status, stored.status) as Spec }),
});
