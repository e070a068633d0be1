import { type Sql, sql } from '../../platform/db/sql.ts';
import { kept } from '../../platform/kept.ts';
import type { Access } from '../access/access.ts';
import type { ValueField } from '../extra-field.ts';
import { type Field, type Fields, shownName } from '../fields.ts';
import type { KindModel, Leaf } from '../model.ts';
import { snakeCase } from '../values/names.ts';
import { beginsWith } from './beginning.ts';
import { saysNothing } from './conditions.ts';
import { followingKind, ofConsumer, type ProgressMember, progressGroup, progressMembers } from './feed-progress.ts';
import { isNameByText, knownName, namespaceSql } from './hidden-references.ts';
import { seeingOf } from './hops.ts';
import { uidOf } from './id.ts';
import { Leading } from './leads.ts';

/** The value types a filter can compare; an enum goes by its own name. */
export type Comparable =
  | 'String'
  | 'ID'
  | 'Int'
  | 'BigInt'
  | 'Float'
  | 'Boolean'
  | 'DateTime'
  | 'StringList'
  | (string & {});

/** What a `where` input of a kind offers, and how each member becomes SQL. */
export type FilterField =
  | {
      readonly is: 'scalar';
      readonly type: Comparable;
      readonly value: (row: Sql, access: Access) => Sql;
      /** The column that the value is, where it is one. */
      readonly column?: string;
      /** What the value would be if nothing were hidden: it is that, a part of it, or none. */
      readonly whole?: (row: Sql) => Sql;
      readonly cast: string;
      readonly description: string;
    }
  | { readonly is: 'group'; readonly name: string; readonly fields: FilterFields; readonly description: string }
  | {
      readonly is: 'one';
      readonly targets: readonly { kind: KindModel; column: string }[];
      /** What the kinds are called together, where the field says so. */
      readonly union: string | undefined;
      readonly description: string;
    }
  | {
      readonly is: 'list';
      /** What an entry refers to. */
      readonly entry: FilterField & { is: 'one' };
      readonly table: string;
      readonly ownerColumn: string;
      readonly description: string;
    };

export type FilterFields = Readonly<Record<string, FilterField>>;

const casts: Readonly<Record<string, readonly [Comparable, string]>> = {
  text: ['String', 'text'],
  int: ['Int', 'int'],
  bigint: ['BigInt', 'bigint'],
  float: ['Float', 'float8'],
  bool: ['Boolean', 'boolean'],
  time: ['DateTime', 'timestamptz'],
  texts: ['StringList', 'text'],
};

const columnFilter = (type: Comparable, column: string, cast: string, description: string): FilterField => ({
  is: 'scalar',
  type,
  value: (row) => sql`${row}.${sql.ident(column)}`,
  column,
  cast,
  description,
});

/** The members that the `where` inputs of all kinds share. */
export const commonFilterFields: FilterFields = {
  id: columnFilter('ID', 'id', 'uuid', 'Opaque id of the object.'),
  name: columnFilter('String', 'name', 'text', 'Name of the object.'),
  createdAt: columnFilter('DateTime', 'created_at', 'timestamptz', 'When the object was created.'),
  updatedAt: columnFilter('DateTime', 'updated_at', 'timestamptz', 'When the object was last changed.'),
};

function filtersOf(kind: KindModel, fields: Fields, path: readonly string[], leaves: readonly Leaf[]): FilterFields {
  const entries = Object.entries(fields).flatMap(([name, field]): [string, FilterField][] => {
    const here = [...path, name];
    if (field.type === 'group') {
      const inner = filtersOf(kind, field.fields, here, leaves);
      if (Object.keys(inner).length === 0) return [];
      return [[field.as ?? name, { is: 'group', name: field.name, fields: inner, description: field.description }]];
    }
    const leaf = leaves.find((candidate) => candidate.path === here.join('.'));
    const found = leaf === undefined ? undefined : leafFilter(kind, leaf, field);
    const filter = found?.is === 'scalar' ? asFarAsKnown(kind, here.join('.'), found) : found;
    return filter === undefined ? [] : [[shownName(name, field), filter]];
  });
  return Object.fromEntries(entries);
}

/** What names an object that is hidden has no value. */
function asFarAsKnown(kind: KindModel, path: string, filter: FilterField & { is: 'scalar' }): FilterField {
  if (!isNameByText(kind, path)) return filter;
  const { column, ...others } = filter;
  if (column === undefined) return filter;
  const whole = (row: Sql): Sql => sql`${row}.${sql.ident(column)}`;
  const value = (row: Sql, access: Access): Sql => knownName(kind, path, row, access, whole(row));
  return { ...others, value, whole };
}

function leafFilter(kind: KindModel, leaf: Leaf, field: Field): FilterField | undefined {
  const { description } = field;
  if (field.type === 'choice') return columnFilter(field.name, leaf.column, snakeCase(field.name), description);
  if (field.type === 'quantity') return columnFilter('Float', `${leaf.column}_value`, 'numeric', description);
  if (field.type === 'ref') {
    const reference = [...kind.references, ...kind.statusReferences].find((candidate) => candidate.leaf === leaf);
    return reference === undefined
      ? undefined
      : { is: 'one', targets: reference.targets, union: field.union, description };
  }
  if (field.type === 'refs') {
    const reference = kind.references.find((candidate) => candidate.leaf === leaf);
    const ownerColumn = field.ownerColumn ?? `${kind.table}_id`;
    if (reference === undefined) return undefined;
    const entry = { is: 'one', targets: reference.targets, union: field.union, description } as const;
    return { is: 'list', entry, table: field.table, ownerColumn, description };
  }
  const known = casts[field.type];
  return known === undefined ? undefined : columnFilter(known[0], leaf.column, known[1], description);
}

/** A value that a domain adds; what is hidden from the caller does not enter it. */
const valueFilter = ({ kinds }: KindModel, { type, value, description }: ValueField): FilterField => ({
  is: 'scalar',
  type,
  value: (row, access) =>
    value(
      row,
      seeingOf((name) => kinds.find(({ kind }) => kind === name), access),
    ),
  cast: Object.values(casts).find(([comparable]) => comparable === type)?.[1] ?? snakeCase(type),
  description,
});

/** How far a consumer of the change feed has got. */
function progressFilter(kind: KindModel): FilterFields {
  const following = followingKind(kind);
  if (following === undefined) return {};
  const fields = Object.entries<ProgressMember>(progressMembers).map(([name, member]): [string, FilterField] => {
    const { type, cast, description } = member;
    return [
      name,
      { is: 'scalar', type, cast, description, value: (row) => ofConsumer(row, member.value(following, row)) },
    ];
  });
  const { name, description } = progressGroup;
  return { progress: { is: 'group', name, description, fields: Object.fromEntries(fields) } };
}

/** The members of a kind's `where` input (besides `and`, `or`, `not`). */
export const filterFields = kept((kind: KindModel): FilterFields => {
  const namespace = kind.namespaced
    ? {
        namespace: {
          is: 'scalar' as const,
          type: 'String' as const,
          value: (row: Sql, access: Access) => namespaceSql(kind, row, access),
          cast: 'text',
          description: 'Namespace of the object.',
        },
      }
    : {};
  const group =
    kind.ownGroups.length > 1
      ? { apiGroup: columnFilter('String', 'api_group', 'text', 'API group of the object.') }
      : {};
  return {
    ...commonFilterFields,
    ...namespace,
    ...group,
    ...filtersOf(kind, kind.spec, [], kind.leaves),
    ...filtersOf(kind, kind.status, [], kind.statusLeaves),
    ...progressFilter(kind),
    ...Object.fromEntries(kind.filteredValues.map((field) => [field.name, valueFilter(kind, field)])),
  };
});

type Where = Readonly<Record<string, unknown>>;
const isWhere = (value: unknown): value is Where =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const whereList = (value: unknown): Where[] => (Array.isArray(value) ? value.filter(isWhere) : []);
const escapeLike = (value: unknown): string => String(value).replace(/[\\%_]/g, (special) => `\\${special}`);

/** Of what, and for whom, a condition is asked. */
export interface Asked {
  readonly row: Sql;
  readonly access: Access;
  /** What may lead to the rows, where every one of them has to meet the condition. */
  readonly leading?: Leading | undefined;
  /** How many rows this one is reached by: their aliases differ. */
  readonly depth?: number;
}

/** The same where a row may meet another condition instead. */
const notLeading = (asked: Asked): Asked => ({ ...asked, leading: undefined });

/** What is asked of a row that this one refers to. */
const below = ({ access, depth = 0 }: Asked, alias: Sql, leading?: Leading): Asked => ({
  row: alias,
  access,
  leading,
  depth: depth + 1,
});

const aliasOf = (letter: 'f' | 'k', { depth = 0 }: Asked): Sql => sql.ident(`${letter}${depth}`);

type Scalar = FilterField & { is: 'scalar' };

/** One comparison of a member; none where it is asked by what leads to the rows. */
function compared(field: Scalar, op: string, operand: unknown, asked: Asked): Sql[] {
  const { row, access, leading } = asked;
  const isBeginning = op === 'startsWith' && typeof operand === 'string' && leading?.hasBeginningsTogether === true;
  const of = (alias: Sql): Sql =>
    isBeginning ? beginsWith(field.value(alias, access), operand) : compare(field, op, operand, alias, access);
  const { column } = field;
  const beginning = isBeginning ? operand : undefined;
  const isLed = column !== undefined && operand !== null && leading?.byColumn(column, op, of, row, beginning);
  return isLed === true ? [] : [of(row)];
}

function compare(field: Scalar, op: string, operand: unknown, row: Sql, access: Access): Sql {
  if (operand === null && op !== 'eq' && op !== 'ne') throw saysNothing(op, 'a value');
  const value = field.value(row, access);
  const whole = field.whole?.(row);
  if (whole === undefined || whole.text === value.text) return comparison(field, op, operand, value);
  // Of a list what is hidden is left out, so there is always one.
  if (field.type === 'StringList' && op === 'isNull') return comparison(field, op, operand, sql`'{}'::text[]`);
  // What is hidden is looked for in the rows that it decides about.
  const decides = sql.raw(isMetByNone(op, operand) ? 'or' : 'and');
  return sql`(${comparison(field, op, operand, whole)} ${decides} ${comparison(field, op, operand, value)})`;
}

/** Whether a comparison is met where there is no value. */
function isMetByNone(op: string, operand: unknown): boolean {
  if (op === 'isNull') return operand === true;
  if (op === 'eq') return operand === null;
  return (op === 'ne' || op === 'notIn') && operand !== null;
}

/** One comparison of a value, which has to be of the field's type. */
function comparison(field: Scalar, op: string, operand: unknown, value: Sql): Sql {
  const read = (given: unknown): string | null =>
    field.type === 'ID' && typeof given === 'string' ? uidOf(given, 'where') : toText(given);
  // Whether something is so stands in the text: some indexes have the rows of which it is, and PostgreSQL keeps a plan with them.
  const one = typeof operand === 'boolean' ? sql.raw(String(operand)) : sql`${read(operand)}::${sql.raw(field.cast)}`;
  const many = sql`${Array.isArray(operand) ? operand.map(read) : []}::${sql.raw(field.cast)}[]`;
  switch (op) {
    case 'eq':
      return operand === null ? sql`${value} is null` : sql`${value} = ${one}`;
    case 'ne':
      return operand === null ? sql`${value} is not null` : sql`${value} is distinct from ${one}`;
    case 'in':
      return sql`${value} = any(${many})`;
    case 'notIn':
      return sql`(${value} is null or ${value} <> all(${many}))`;
    case 'lt':
      return sql`${value} < ${one}`;
    case 'lte':
      return sql`${value} <= ${one}`;
    case 'gt':
      return sql`${value} > ${one}`;
    case 'gte':
      return sql`${value} >= ${one}`;
    case 'startsWith':
      return sql`${value} like ${`${escapeLike(operand)}%`}`;
    case 'endsWith':
      return sql`${value} like ${`%${escapeLike(operand)}`}`;
    case 'contains':
      return sql`${value} ilike ${`%${escapeLike(operand)}%`}`;
    case 'has':
      return sql`${one} = any(${value})`;
    case 'isNull':
      return operand === true ? sql`${value} is null` : sql`${value} is not null`;
    default:
      throw new Error(`unknown filter operator ${op}`);
  }
}

const toText = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  return value instanceof Date ? value.toISOString() : String(value);
};

/** Compiles `where` into one condition, or undefined when it says nothing. What leads to the rows is said to `leading`. */
export function compileFilter(fields: FilterFields, where: unknown, asked: Asked): Sql | undefined {
  if (!isWhere(where)) return undefined;
  const again = (inner: unknown): Sql => compileFilter(fields, inner, notLeading(asked)) ?? sql`true`;
  const parts = Object.entries(where).flatMap(([name, value]): Sql[] => {
    if (value === undefined) return [];
    if (value === null && isCombination(name)) throw saysNothing(name, 'conditions');
    if (name === 'and') return whereList(value).flatMap((inner) => compileFilter(fields, inner, asked) ?? []);
    if (name === 'or') return [sql`(${sql.join([...whereList(value).map(again), sql`false`], ' or ')})`];
    if (name === 'not') return isWhere(value) ? [sql`not coalesce(${again(value)}, false)`] : [];
    const field = fields[name];
    if (field === undefined) return [];
    if (value === null) return [hasNone(field, asked)];
    if (field.is === 'group') return [compileFilter(field.fields, value, asked) ?? sql`true`];
    if (field.is === 'one') return related(field, value, asked);
    if (field.is === 'list') return entriesFit(field, value, asked);
    return isWhere(value)
      ? Object.entries(value).flatMap(([op, operand]) =>
          operand === undefined ? [] : compared(field, op, operand, asked),
        )
      : [];
  });
  return parts.length === 0 ? undefined : sql`(${sql.join(parts, ' and ')})`;
}

const isCombination = (name: string): boolean => ['and', 'or', 'not'].includes(name);

/** `cage: null`, `placement: null`, `provider: null`: there is none. What is hidden looks like what is absent. */
function hasNone(field: FilterField, asked: Asked): Sql {
  const { row, access } = asked;
  if (field.is === 'scalar') return sql`${field.value(row, access)} is null`;
  if (field.is === 'list') return sql`not ${hasEntry(field, {}, asked)}`;
  const none =
    field.is === 'group'
      ? Object.values(field.fields).map((inner) => hasNone(inner, asked))
      : field.targets.map((target) => {
          const isAbsent = sql`${row}.${sql.ident(target.column)} is null`;
          return access.condition(target.kind, aliasOf('f', asked), 'get') === undefined
            ? isAbsent
            : sql`(${isAbsent} or not ${refersTo({ ...target, inner: {} }, asked)})`;
        });
  return sql`(${sql.join(none, ' and ')})`;
}

/** `endpoints: {some: {…}, none: {…}}`: entries whose visible object fits. */
function entriesFit(field: FilterField & { is: 'list' }, value: unknown, asked: Asked): Sql[] {
  const { some, none } = isWhere(value) ? value : {};
  for (const [name, given] of [['some', some] as const, ['none', none] as const]) {
    if (given === null) throw saysNothing(name, 'conditions');
  }
  const has = (inner: Where): Sql => hasEntry(field, inner, asked);
  const lacks = isWhere(none) ? [sql`not ${has(none)}`] : [];
  if (!isWhere(some)) return lacks;
  if (asked.leading === undefined || Object.keys(some).length === 0) return [has(some), ...lacks];
  const { entry, table, ownerColumn } = field;
  const ids = wantedOf(entry, some).map(
    ({ kind, column, inner }) => sql`select k.${sql.ident(ownerColumn)} from ${sql.ident(table)} k
      where k.${sql.ident(column)} in (${idsOf(kind, inner, asked).ids})`,
  );
  asked.leading.add({ ways: [{ column: 'id', ids: sql.join(ids, ' union all ') }], asked: has(some) });
  return lacks;
}

function hasEntry({ entry, table, ownerColumn }: FilterField & { is: 'list' }, inner: unknown, asked: Asked): Sql {
  const alias = aliasOf('k', asked);
  return sql`exists (select from ${sql.ident(table)} ${alias}
    where ${alias}.${sql.ident(ownerColumn)} = ${asked.row}.id and ${refersToAny(entry, inner, { ...asked, row: alias })})`;
}

/** What is asked of the object that a field refers to: of each kind that it may be, by the column for it. */
interface Wanted {
  readonly kind: KindModel;
  readonly column: string;
  readonly inner: unknown;
}

/** Of several kinds: what they share, or the members of one of them under its own name. */
function wantedOf({ targets }: FilterField & { is: 'one' }, value: unknown): Wanted[] {
  const [only, another] = targets;
  if (only !== undefined && another === undefined) return [{ ...only, inner: value }];
  const given = isWhere(value) ? value : {};
  const isOfOneKind = (name: string): boolean => targets.some(({ kind }) => kind.field === name);
  const shared = Object.fromEntries(Object.entries(given).filter(([name]) => !isOfOneKind(name)));
  const named = targets.filter(({ kind }) => given[kind.field] !== undefined);
  return (named.length === 0 ? targets : named).map((target) => {
    const own = given[target.kind.field];
    return { ...target, inner: { and: [shared, ...(isWhere(own) ? [own] : [])] } };
  });
}

/** The row refers to a visible row of one of the kinds that fits. */
function refersToAny(field: FilterField & { is: 'one' }, value: unknown, asked: Asked): Sql {
  const [only = sql`false`, ...others] = wantedOf(field, value).map((wanted) => refersTo(wanted, asked));
  return others.length === 0 ? only : sql`(${sql.join([only, ...others], ' or ')})`;
}

/** `site: {name: {eq: "fra1"}}`: a row whose visible referred-to row fits. */
function related(field: FilterField & { is: 'one' }, value: unknown, asked: Asked): Sql[] {
  const condition = refersToAny(field, value, asked);
  if (asked.leading === undefined || !isWhere(value) || Object.keys(value).length === 0) return [condition];
  const found = wantedOf(field, value).map(({ column, kind, inner }) => ({ column, ...idsOf(kind, inner, asked) }));
  asked.leading.add({ ways: found, asked: condition });
  return [];
}

/** Ids of the visible rows of a kind that fit, by way of what these refer to if that is asked for. */
function idsOf(kind: KindModel, inner: unknown, asked: Asked): { readonly ids: Sql; readonly isLed: boolean } {
  const alias = aliasOf('f', asked);
  const leading = new Leading();
  const conditions = visibleFitting(kind, inner, below(asked, alias, leading));
  const [lead, ...others] = leading.leads;
  const select = (all: readonly Sql[]): Sql =>
    sql`select ${alias}.id from ${sql.ident(kind.table)} ${alias} where ${sql.join([sql`true`, ...all], ' and ')}`;
  if (lead === undefined) return { ids: select(conditions), isLed: false };
  const further = others.map((other) => other.asked);
  const selects = lead.ways.map(({ column, ids }) =>
    select([sql`${alias}.${sql.ident(column)} in (${ids})`, ...conditions, ...further]),
  );
  return { ids: sql.join(selects, ' union all '), isLed: true };
}

/** The row refers to a visible row of a kind that fits. */
function refersTo({ kind, column, inner }: Wanted, asked: Asked): Sql {
  const alias = aliasOf('f', asked);
  const isMeant = sql`${alias}.id = ${asked.row}.${sql.ident(column)}`;
  const conditions = [isMeant, ...visibleFitting(kind, inner, below(asked, alias))];
  return sql`exists (select from ${sql.ident(kind.table)} ${alias} where ${sql.join(conditions, ' and ')})`;
}

function visibleFitting(kind: KindModel, inner: unknown, asked: Asked): Sql[] {
  const visible = asked.access.condition(kind, asked.row, 'get');
  const fits = compileFilter(filterFields(kind), inner, asked);
  return [visible, fits].filter((condition) => condition !== undefined);
}
