import { type Sql, sql } from '../../platform/db/sql.ts';
import { kept } from '../../platform/kept.ts';
import type { Access } from '../access/access.ts';
import { shownName } from '../fields.ts';
import type { KindModel } from '../model.ts';
import { constantCase, snakeCase } from '../values/names.ts';
import type { Position } from './cursor.ts';
import { followingKind, ofConsumer, progressOrders } from './feed-progress.ts';
import { isNameByText, knownName } from './hidden-references.ts';

/** One thing a list can be ordered by. */
export interface OrderOption extends Omit<SortKey, 'isDescending'> {
  /** `NAME`, `HEIGHT_U`, `SITE`: the enum has `NAME_ASC` and `NAME_DESC`. */
  readonly name: string;
  readonly description: string;
  readonly term: (row: Sql, access: Access) => Sql;
  /** The column that the term is, where it is one. */
  readonly column?: string;
  /** In the order of the term numbers count. */
  readonly isNatural?: true;
  /** The term of very many rows, where it is looked up: what it is looked up in is read once. */
  readonly joined?: (row: Sql, access: Access, alias: Sql) => JoinedTerm;
}

export interface JoinedTerm {
  /** ` left join …`, for what is behind the row's table. */
  readonly join: Sql;
  readonly term: Sql;
}

/** How a value of a keyset is compared. */
export interface SortKey {
  /** PostgreSQL type, to read a cursor's text back. */
  readonly type: string;
  readonly isNullable: boolean;
  readonly isDescending: boolean;
}

export type OrderTerm = OrderOption & SortKey;

/** The collation in which `rack-2` comes before `rack-10`. */
export const NATURAL_ORDER = 'natural_order';

const naturally = (value: Sql): Sql => sql`${value} collate ${sql.raw(NATURAL_ORDER)}`;

const inNaturalOrder =
  (term: OrderOption['term']): OrderOption['term'] =>
  (row, access) =>
    naturally(term(row, access));

/** What lists over several kinds can be ordered by. */
export const commonOrderOptions: readonly OrderOption[] = [
  ['NAME', 'Name of the object.', 'name', 'text'] as const,
  ['CREATED_AT', 'When the object was created.', 'created_at', 'timestamptz'] as const,
  ['UPDATED_AT', 'When the object was last changed.', 'updated_at', 'timestamptz'] as const,
].map(([name, description, column, type]) => ({
  name,
  description,
  term: (row) => sql`${row}.${sql.ident(column)}`,
  column,
  type,
  isNullable: false,
}));

const numberedOrderOptions = commonOrderOptions.map(
  (option): OrderOption =>
    option.name === 'NAME'
      ? {
          ...option,
          description: 'Name of the object, in which numbers count: 2 comes before 10.',
          term: inNaturalOrder(option.term),
          isNatural: true,
        }
      : option,
);

/** What all of the kinds have to be ordered by; names count where all of them are numbered. */
const commonOptionsOf = (kinds: readonly KindModel[]): readonly OrderOption[] =>
  kinds.every(({ isNumbered }) => isNumbered === true) ? numberedOrderOptions : commonOrderOptions;

const byId: OrderOption = {
  name: 'ID',
  description: 'Opaque id of the object.',
  term: (row) => sql`${row}.id`,
  column: 'id',
  type: 'uuid',
  isNullable: false,
};

const sortable: Readonly<Record<string, string>> = {
  text: 'text',
  int: 'int',
  bigint: 'bigint',
  float: 'float8',
  bool: 'boolean',
  time: 'timestamptz',
  choice: 'text',
  quantity: 'numeric',
};

/** How far a consumer of the change feed has got. */
function progressOptions(kind: KindModel): OrderOption[] {
  const following = followingKind(kind);
  if (following === undefined) return [];
  return Object.entries(progressOrders).map(([name, { value, ...option }]) => ({
    name,
    ...option,
    term: (row) => ofConsumer(row, value(following, row)),
  }));
}

/** By the name of what a column refers to; what is hidden has none. */
function nameOf({ kind, column }: { readonly kind: KindModel; readonly column: string }) {
  const table = sql.ident(kind.table);
  const ordered = kind.isNumbered === true ? naturally : (value: Sql): Sql => value;
  const visible = (access: Access): Sql | undefined => access.condition(kind, sql`o`, 'get');
  return {
    description: `Name of the ${kind.type} that the object refers to.`,
    term: (row: Sql, access: Access): Sql => {
      const seen = visible(access);
      const isMeant = sql`o.id = ${row}.${sql.ident(column)}`;
      return ordered(
        sql`(select o.name from ${table} o where ${seen === undefined ? isMeant : sql`${isMeant} and ${seen}`})`,
      );
    },
    joined: (row: Sql, access: Access, alias: Sql): JoinedTerm => {
      const seen = visible(access);
      const rows = seen === undefined ? table : sql`(select o.id, o.name from ${table} o where ${seen})`;
      return {
        join: sql` left join ${rows} ${alias} on ${alias}.id = ${row}.${sql.ident(column)}`,
        term: ordered(sql`${alias}.name`),
      };
    },
  };
}

/** Everything lists of a kind can be ordered by: common columns, its own scalar columns, names of what it refers to. */
export const orderOptions = kept((kind: KindModel): readonly OrderOption[] => {
  const own = [...kind.leaves, ...kind.statusLeaves].flatMap((leaf): OrderOption[] => {
    const { field } = leaf;
    const path = leaf.path.split('.').slice(0, -1);
    const name = [...path, shownName(leaf.path, field)].map((word) => constantCase(word)).join('_');
    if (commonOrderOptions.some((option) => option.name === name)) return [];
    if (field.type === 'ref') {
      const reference = [...kind.references, ...kind.statusReferences].find((candidate) => candidate.leaf === leaf);
      const [target, another] = reference?.targets ?? [];
      if (target === undefined || another !== undefined) return [];
      return [{ name, ...nameOf(target), type: 'text', isNullable: true }];
    }
    const type = sortable[field.type];
    if (type === undefined) return [];
    const column = field.type === 'quantity' ? `${leaf.column}_value` : leaf.column;
    const value = (row: Sql): Sql => sql`${row}.${sql.ident(column)}`;
    const isKnown = isNameByText(kind, leaf.path);
    const term = isKnown
      ? (row: Sql, access: Access): Sql => knownName(kind, leaf.path, row, access, value(row))
      : value;
    const typed = field.type === 'choice' ? snakeCase(field.name) : type;
    const isNumbered = field.type === 'text' && field.isNumbered === true;
    const ordered = isNumbered ? inNaturalOrder(term) : term;
    const option = { name, description: field.description, term: ordered, type: typed, isNullable: true };
    return [isKnown ? option : { ...option, column }];
  });
  return [
    ...commonOptionsOf([kind]),
    ...own.filter((option, index) => own.findIndex((other) => other.name === option.name) === index),
    ...progressOptions(kind),
  ];
});

/** Everything a list of these kinds can be ordered by. */
const orderOptionsOf = (kinds: readonly KindModel[]): readonly OrderOption[] => {
  const [only, another] = kinds;
  return only !== undefined && another === undefined ? orderOptions(only) : commonOptionsOf(kinds);
};

/** The two values of an order enum that an option becomes. */
export const orderValues = ({ name, description }: OrderOption) => [
  { name: `${name}_ASC`, description: `${description} Ascending; objects without a value come last.` },
  { name: `${name}_DESC`, description: `${description} Descending; objects without a value come first.` },
];

/** The order that a list is in by itself: `term` gives a place in it. */
export const byPosition = (term: () => Sql): OrderOption => ({
  name: 'POSITION',
  description: 'Place in the list.',
  term,
  type: 'int',
  isNullable: false,
});

/** A total order: what was asked for (`NAME_ASC`), else the one of the list itself, else the name; then the id. */
export function readOrder(kinds: readonly KindModel[], asked: unknown, own?: OrderOption): OrderTerm[] {
  const options = orderOptionsOf(kinds);
  const terms = (Array.isArray(asked) ? asked : []).flatMap((value): OrderTerm[] => {
    const [, name, direction] = /^(.*)_(ASC|DESC)$/.exec(String(value)) ?? [];
    const option = options.find((candidate) => candidate.name === name);
    return option === undefined ? [] : [{ ...option, isDescending: direction === 'DESC' }];
  });
  const isDescending = terms.at(-1)?.isDescending ?? false;
  const byDefault = own ?? options.find(({ name }) => name === 'NAME');
  const first = terms.length === 0 && byDefault !== undefined ? [byDefault] : [];
  return [...terms, ...[...first, byId].map((option) => ({ ...option, isDescending }))];
}

export const reversed = <Key extends SortKey>(keys: readonly Key[]): Key[] =>
  keys.map((key) => ({ ...key, isDescending: !key.isDescending }));

/** `order by` list over given expressions; PostgreSQL's own null order (nulls are greatest) in both directions. */
export const orderBy = (keys: readonly SortKey[], expressions: readonly Sql[]): Sql =>
  sql.join(
    keys.map(({ isDescending }, index) => sql`${expressions[index] ?? sql`null`}${isDescending ? sql` desc` : sql``}`),
    ', ',
  );

/** Rows that come after a position in this order. */
export function isAfter(keys: readonly SortKey[], expressions: readonly Sql[], position: Position): Sql {
  const value = (index: number): Sql => sql`${position[index] ?? null}::${sql.raw(keys[index]?.type ?? 'text')}`;
  const [first] = keys;
  const isPlain = keys.every(({ isNullable, isDescending }) => !isNullable && isDescending === first?.isDescending);
  if (isPlain) {
    const left = sql.join([...expressions], ', ');
    const right = sql.join(
      keys.map((_, index) => value(index)),
      ', ',
    );
    return first?.isDescending === true ? sql`(${left}) < (${right})` : sql`(${left}) > (${right})`;
  }
  // (a > x) or (a = x and b > y) or …, with null greater than every value.
  const alternatives = keys.map(({ isDescending }, index) => {
    const equal = keys
      .slice(0, index)
      .map((_, before) => sql`${expressions[before] ?? sql`null`} is not distinct from ${value(before)}`);
    const expression = expressions[index] ?? sql`null`;
    const isNull = (position[index] ?? null) === null;
    const beyond = isDescending
      ? isNull
        ? sql`${expression} is not null`
        : sql`${expression} < ${value(index)}`
      : isNull
        ? sql`false`
        : sql`(${expression} > ${value(index)} or ${expression} is null)`;
    return sql`(${sql.join([...equal, beyond], ' and ')})`;
  });
  return sql`(${sql.join(alternatives, ' or ')})`;
}
