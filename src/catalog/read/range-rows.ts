import { type Sql, sql } from '../../platform/db/sql.ts';

/** Rows of a table `r` that a range of an index has. */
export interface Range {
  readonly table: Sql;
  /** That a row is one of them. */
  readonly inRange: (row: Sql) => Sql;
  /** What holds of all of them, by which the index of the order finds them. */
  readonly bounds: readonly Sql[];
  readonly columns: Sql;
  /** That the caller sees a row; none where that is so of all. */
  readonly visible: Sql | undefined;
  /** What else is asked of a row. */
  readonly conditions: readonly Sql[];
  /** That a row is behind the position of the page. */
  readonly position: readonly Sql[];
  /** ` order by …`, of the list; an index has the rows in it. Undefined where they are counted. */
  readonly order: Sql | undefined;
  /** What is found before the rows. */
  readonly name: Sql;
  /** So many are few. */
  readonly most: number;
}

/** ` where …`, of rows that have to meet all of these. */
export const whereAll = (all: readonly Sql[]): Sql =>
  all.length === 0 ? sql`` : sql` where ${sql.join([...all], ' and ')}`;

/**
 * The rows of the range are read by its index and sorted, where they are few; else they are gone through in the order of the list, with
 * those between them, until there are enough. PostgreSQL would decide by the values, and plan each time anew, which takes as long as to read a page: or it
 * kept a plan that sorts a million rows. So neither half is planned as the other (`offset 0`), nor for the scopes of this caller.
 */
export function rangeRows({ table, inRange, bounds, columns, visible, conditions, position, order, ...range }: Range) {
  const asked = visible === undefined ? conditions : [sql.unforeseen(visible), ...conditions];
  const isOne = (row: Sql): Sql => sql.unforeseen(inRange(row));
  const row = sql`r`;
  const rowsIn = (rows: Sql, all: readonly Sql[]): Sql =>
    sql`select ${columns} from (${rows} offset 0) r${whereAll(all)}`;
  const ofRange = sql`select r.* from ${table} r where ${isOne(row)}`;
  if (order === undefined) return { found: [], selects: [rowsIn(ofRange, asked)] };
  const inOrder = sql`select r.* from ${table} r${whereAll([...bounds.map(sql.unforeseen), ...position])}${order}`;
  const areFew = sql`(select count(*) <= ${sql.raw(String(range.most))} from ${range.name})`;
  const most = sql.raw(String(range.most + 1));
  return {
    found: [sql`${range.name} as materialized (select from ${table} x where ${isOne(sql`x`)} limit ${most})`],
    selects: [
      rowsIn(ofRange, [areFew, ...asked, ...position]),
      rowsIn(inOrder, [sql`not ${areFew}`, isOne(row), ...asked]),
    ],
  };
}
