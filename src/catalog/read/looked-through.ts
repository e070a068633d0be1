import type { Database } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { invalidInput } from '../../platform/errors.ts';
import type { KindModel } from '../model.ts';
import { commonFilterFields, type FilterFields, filterFields } from './filter.ts';
import type { Indexed, LookThrough } from './leads.ts';
import { commonOrderOptions, type OrderTerm, orderOptions } from './order.ts';
import { isTold } from './run-list.ts';

/** The columns that lead an index which is in the order of their values, as the database has them. */
export async function loadIndexed(database: Pick<Database, 'cells'>): Promise<Indexed> {
  const columns = await database.cells(sql`select c.relname || '.' || a.attname,
      coalesce(bool_or(i.indisunique and i.indnkeyatts = 1 and i.indpred is null), false) from pg_index i
    join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam and m.amname = 'btree'
    join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] group by 1`);
  const [comparison] =
    await database.cells(sql`select datlocprovider = 'b' or (datlocprovider = 'c' and datcollate in ('C', 'POSIX'))
    from pg_database where datname = current_database()`);
  const known = new Map(columns.map(([column, isUnique]) => [String(column), isUnique === true || isUnique === 't']));
  return {
    has: (table, column) => known.has(`${table}.${column}`),
    isUnique: (table, column) => known.get(`${table}.${column}`) === true,
    isByCodePoint: comparison?.[0] === true,
  };
}

/** A row takes a hundred bytes at the least, so a small table has a tenth of the rows that may be looked through. */
const BYTES_OF_MOST = 10;
const SIZES_EVERY_MS = 60_000;

export interface SmallTables {
  has(table: string): boolean;
  stop(): void;
}

/**
 * The tables in which so little is that no list over them needs a bound. A list of all kinds is planned in a fifth of the time when it has
 * none for most of them. What has grown since is not taken for small any more within a minute.
 */
export async function watchSmallTables(database: Pick<Database, 'cells'>, most: number): Promise<SmallTables> {
  const load = async (): Promise<Set<string>> => {
    const tables = await database.cells(sql`select c.relname from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and pg_relation_size(c.oid) <= ${most * BYTES_OF_MOST}::bigint`);
    return new Set(tables.map(([name]) => String(name)));
  };
  let small = await load();
  const keep = (tables: Set<string>): void => {
    small = tables;
  };
  const timer = setInterval(() => void load().then(keep, () => undefined), SIZES_EVERY_MS).unref();
  return { has: (table) => small.has(table), stop: () => clearInterval(timer) };
}

/** Whether an index has the rows in the order of this term. */
export const isOrderIndexed = (kind: KindModel, [first]: readonly OrderTerm[], { indexed }: LookThrough): boolean =>
  first?.column !== undefined && indexed.has(kind.table, first.column);

/** Rows of a table `r` to which no index leads. */
export interface Through {
  /** So many are looked through at most. */
  readonly most: number;
  readonly columns: Sql;
  readonly from: Sql;
  /** ` left join …`: what they are sorted by, where no index has them in order. */
  readonly joins: Sql;
  /** Met by all rows or none. */
  readonly when: readonly Sql[];
  /** That a row is behind the position of the page. */
  readonly position: readonly Sql[];
  /** That the caller sees a row; none where that is so of all. */
  readonly visible: Sql | undefined;
  readonly fitting: readonly Sql[];
  /** ` order by …`, of the list. */
  readonly order: Sql;
  /** An index has the rows in this order, or they are only counted. */
  readonly isInOrder: boolean;
  /** They are all rows of the list, which has none of other kinds. */
  readonly isAlone: boolean;
  /** They are only counted. */
  readonly isCount: boolean;
  /** Of what is found before the rows. */
  readonly name: (of: string) => Sql;
  /** The same of what is found once for the rows and their number. */
  readonly shared: (of: string) => Sql;
  /** So many are wanted, and one more. */
  readonly wanted: number;
}

export interface LookedThrough {
  /** Members of the statement's `with`. */
  readonly found: readonly Sql[];
  readonly selects: readonly Sql[];
  /** That rows may be missing. `counted`: how many were found of all kinds of the list, where they are only counted. */
  readonly isRefused: (counted: Sql) => Sql;
  /** That the list is refused whatever is found: so nothing needs to be looked through. */
  readonly isRefusedBefore?: Sql;
}

const selectOf = (columns: Sql, from: Sql, all: readonly Sql[]): Sql =>
  sql`select ${columns} from ${from} where ${sql.join([sql`true`, ...all], ' and ')}`;

/**
 * The first rows in the order of the list are looked through, whoever may see them: where they give what is wanted, or there are no
 * more, that is the answer. Else all rows that the caller sees are, where these are few enough. In an order that no index has, only
 * these can be.
 */
export function lookThroughRows(through: Through): LookedThrough {
  const { most, columns, from, joins, when, position, visible, fitting, order, isInOrder, name, wanted } = through;
  const { isAlone, isCount, shared } = through;
  // To be sorted, those before the position are needed as well.
  const behind = isInOrder ? position : [];
  const [first, all] = [name('first'), name('all')];
  const many = behind.length === 0 ? shared('many') : name('many');
  const limit = sql`limit ${sql.raw(String(most + 1))}`;
  const isMore = (seen: readonly Sql[]): Sql =>
    sql`select count(*) > ${sql.raw(String(most))} as too_many from (${selectOf(sql``, from, [...when, ...seen, ...behind])} ${limit}) x`;
  const seen = visible === undefined ? [] : [visible];
  const tooMany = sql`${many} as materialized (${isMore(seen)})`;
  const areTooMany = sql`(select too_many from ${many})`;
  const every = (unless: readonly Sql[]): Sql =>
    selectOf(columns, sql`${from}${joins}`, [...when, ...seen, ...fitting, ...position, ...unless]);
  // So many rows could not be as many as are counted, were all of them found.
  const isNeverEnough = isCount && isAlone && most <= wanted;
  if (!isInOrder || isNeverEnough) {
    const selects = [every([sql`not ${areTooMany}`])];
    return { found: [tooMany], selects, isRefused: () => areTooMany, isRefusedBefore: areTooMany };
  }
  const firstRows = selectOf(columns, sql`(${selectOf(sql`r.*`, from, [...when, ...position])}${order} ${limit}) r`, [
    ...seen,
    ...fitting,
  ]);
  const unlessEnough = (rows: Sql, otherwise = areTooMany): Sql =>
    sql`case when ${rows} > ${wanted} then false else ${otherwise} end`;
  // Any of the kinds may have what is missing of those that are counted: that is asked before anything else is found out.
  const unlessCounted = (rows: Sql, otherwise?: Sql): Sql => unlessEnough(sql`coalesce(${rows}, 0)`, otherwise);
  if (visible === undefined && isCount) return { found: [tooMany], selects: [firstRows], isRefused: unlessCounted };
  const areFirst = sql`${first} as materialized (${firstRows}${order} limit ${wanted + 1})`;
  const ofFirst = sql`(select count(*) from ${first})`;
  if (visible === undefined) {
    const selects = [selectOf(sql`*`, first, [])];
    return { found: [tooMany, areFirst], selects, isRefused: () => unlessEnough(ofFirst) };
  }
  const isAll = sql`(select is_all from ${all})`;
  // Where not all are looked through, what was found in order is less than what is wanted.
  const unlessAll = sql`case when ${isAll} then false else ${areTooMany} end`;
  return {
    found: [
      tooMany,
      areFirst,
      sql`${all} as materialized (select ${ofFirst} > ${wanted} or not (${isMore([])}) as is_all)`,
    ],
    selects: [
      selectOf(sql`*`, first, [isCount ? sql`(${isAll} or ${areTooMany})` : isAll]),
      every([sql`not ${isAll}`, sql`not ${areTooMany}`]),
    ],
    isRefused: (rows) => (isCount ? unlessCounted(rows, unlessAll) : unlessAll),
  };
}

/** Throws where a list would have had to look through more. `found`: the statement's answer to that. */
export function requireLookedThrough(
  found: unknown,
  kinds: readonly KindModel[],
  order: readonly OrderTerm[],
  lookThrough: LookThrough,
): void {
  if (!isTold(found)) return;
  const most = lookThrough.most.toLocaleString('en');
  const ofKind = kinds.length === 1 ? `of kind ${kinds[0]?.kind}` : 'of several kinds';
  const isServedOrder = kinds.every((kind) => isOrderIndexed(kind, order, lookThrough));
  const { members, orders } = leadingTo(kinds, lookThrough);
  throw invalidInput({
    rule: 'TOO_EXPENSIVE',
    path: isServedOrder ? 'where' : 'orderBy',
    message: `more than ${most} objects ${ofKind} would have to be looked through: no index leads to what is asked for`,
    accepted: `a condition that narrows the list: on ${members.join(', ')} (names by eq, in or startsWith), or labels with given values; orders without such a condition: ${orders.join(', ')}`,
  });
}

/** What there is to be asked by, for the refusal. */
function leadingTo(kinds: readonly KindModel[], { indexed }: LookThrough) {
  const isServed = (column: string | undefined): boolean =>
    column !== undefined && kinds.every(({ table }) => indexed.has(table, column));
  const membersOf = (fields: FilterFields, path: readonly string[]): string[] =>
    Object.entries(fields).flatMap(([name, field]) => {
      const here = [...path, name];
      if (field.is === 'group') return membersOf(field.fields, here);
      return field.is !== 'scalar' || isServed(field.column) ? [here.join('.')] : [];
    });
  const [only] = kinds.length === 1 ? kinds : [];
  const fields = only === undefined ? commonFilterFields : filterFields(only);
  const options = only === undefined ? commonOrderOptions : orderOptions(only);
  const orders = options.filter(({ column }) => isServed(column));
  return { members: membersOf(fields, []), orders: orders.map(({ name }) => name) };
}
