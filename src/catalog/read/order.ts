import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import { type KindModel, shownName } from '../model.ts';
import { constantCase, snakeCase } from '../values/names.ts';
import type { Position } from './cursor.ts';

/** One thing a list can be ordered by. */
export interface OrderOption {
  /** GraphQL enum value: `NAME`, `HEIGHT_U`, `SITE`. */
  readonly name: string;
  readonly description: string;
  readonly term: (row: Sql, access: Access) => Sql;
  /** PostgreSQL type, to read a cursor's text back. */
  readonly type: string;
  readonly isNullable: boolean;
}

export interface OrderTerm {
  readonly option: OrderOption;
  readonly descending: boolean;
}

/** What lists over several kinds can be ordered by. */
export const commonOrderOptions: readonly OrderOption[] = [
  ['NAME', 'By name.', 'name', 'text'] as const,
  ['CREATED_AT', 'By the instant of creation.', 'created_at', 'timestamptz'] as const,
  ['UPDATED_AT', 'By the instant of the last change.', 'updated_at', 'timestamptz'] as const,
].map(([name, description, column, type]) => ({
  name,
  description,
  term: (row) => sql`${row}.${sql.ident(column)}`,
  type,
  isNullable: false,
}));

const byId: OrderOption = {
  name: 'ID',
  description: 'By id.',
  term: (row) => sql`${row}.id`,
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

/** Everything lists of a kind can be ordered by: common columns, its own scalar columns, names of what it refers to. */
export function orderOptions(kind: KindModel): OrderOption[] {
  const own = [...kind.leaves, ...kind.statusLeaves].flatMap((leaf): OrderOption[] => {
    const { field } = leaf;
    const path = leaf.path.split('.').slice(0, -1);
    const name = [...path, shownName(leaf.path, field)].map((word) => constantCase(word)).join('_');
    if (commonOrderOptions.some((option) => option.name === name)) return [];
    if (field.type === 'ref') {
      const reference = [...kind.references, ...kind.statusReferences].find((candidate) => candidate.leaf === leaf);
      const [target, another] = reference?.targets ?? [];
      if (target === undefined || another !== undefined) return [];
      const term = (row: Sql, access: Access): Sql => {
        const visible = access.condition(target.kind, sql`o`, 'get');
        return sql`(select o.name from ${sql.ident(target.kind.table)} o where o.id = ${row}.${sql.ident(target.column)}${
          visible === undefined ? sql`` : sql` and ${visible}`
        })`;
      };
      const description = `By the name of the ${target.kind.singular} it refers to.`;
      return [{ name, description, term, type: 'text', isNullable: true }];
    }
    const type = sortable[field.type];
    if (type === undefined) return [];
    const column = field.type === 'quantity' ? `${leaf.column}_value` : leaf.column;
    const term = (row: Sql): Sql => sql`${row}.${sql.ident(column)}`;
    const typed = field.type === 'choice' ? snakeCase(field.name) : type;
    return [{ name, description: field.description, term, type: typed, isNullable: true }];
  });
  return [
    ...commonOrderOptions,
    ...own.filter((option, index) => own.findIndex((other) => other.name === option.name) === index),
  ];
}

/** A total order: what was asked for, then name, then id. */
export function completeOrder(asked: readonly OrderTerm[]): OrderTerm[] {
  const terms = [...asked];
  for (const option of [...commonOrderOptions.filter(({ name }) => name === 'NAME' && asked.length === 0), byId]) {
    terms.push({ option, descending: asked.at(-1)?.descending ?? false });
  }
  return terms;
}

export const reversed = (terms: readonly OrderTerm[]): OrderTerm[] =>
  terms.map((term) => ({ ...term, descending: !term.descending }));

/** `order by` list over given expressions; PostgreSQL's own null order (nulls are greatest) in both directions. */
export const orderBy = (terms: readonly OrderTerm[], expressions: readonly Sql[]): Sql =>
  sql.join(
    terms.map((term, index) => sql`${expressions[index] ?? sql`null`}${term.descending ? sql` desc` : sql``}`),
    ', ',
  );

/** Rows that come after a position in this order. */
export function isAfter(terms: readonly OrderTerm[], expressions: readonly Sql[], position: Position): Sql {
  const isPlain = terms.every((term) => !term.option.isNullable && !term.descending);
  const value = (index: number): Sql =>
    sql`${position[index] ?? null}::text::${sql.raw(terms[index]?.option.type ?? 'text')}`;
  if (isPlain) {
    const left = sql.join([...expressions], ', ');
    return sql`(${left}) > (${sql.join(
      terms.map((_, index) => value(index)),
      ', ',
    )})`;
  }
  // (a > x) or (a = x and b > y) or …, with null greater than every value.
  const alternatives = terms.map((term, index) => {
    const equal = terms
      .slice(0, index)
      .map((_, before) => sql`${expressions[before] ?? sql`null`} is not distinct from ${value(before)}`);
    const expression = expressions[index] ?? sql`null`;
    const isNull = (position[index] ?? null) === null;
    const beyond = term.descending
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
