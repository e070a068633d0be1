import { type Sql, sql } from '../../platform/db/sql.ts';

/** Rows of a table `r` that a range of an index has. */
export interface Range {
  readonly table: Sql;
  /** That a row is one of them. */
  readonly inRange: (row: Sql) => Sql;
  readonly columns: Sql;
  /** That the caller sees a row; none where that is so of all. */
  readonly visible: Sql | undefined;
  /** What else is asked of a row. */
  readonly conditions: readonly Sql[];
  /** That a row is behind the position of the page. */
  readonly position: readonly Sql[];
  /** ` order by …`, of the list; an index has the rows in it. */
  readonly order: Sql;
  /** What is found before the rows. */
  readonly name: Sql;
  /** So many are few. */
  readonly most: number;
}

/**
 * The rows of the range are read by its index and sorted, where they are few; else all rows are gone through in the order of the list,
 * until there are enough. PostgreSQL would decide by the values, and plan each time anew, which takes as long as to read a page: or it
 * kept a plan that sorts a million rows. So neither half is planned as the other (`offset 0`), nor for the scopes of this caller.
 */
export function rangeRows({ table, inRange, columns, visible, conditions, position, order, name, most }: Range) {
  const asked = visible === undefined ? conditions : [sql.unforeseen(visible), ...conditions];
  const areFew = sql`(select count(*) <= ${sql.raw(String(most))} from ${name})`;
  const row = sql`r`;
  const rowsIn = (rows: Sql, all: readonly Sql[]): Sql =>
    sql`select ${columns} from (${rows} offset 0) r where ${sql.join(all, ' and ')}`;
  const inOrder = sql`select r.* from ${table} r${position.length === 0 ? sql`` : sql` where ${sql.join(position, ' and ')}`}${order}`;
  return {
    found: [
      sql`${name} as materialized (select from ${table} x where ${inRange(sql`x`)} limit ${sql.raw(String(most + 1))})`,
    ],
    selects: [
      rowsIn(sql`select r.* from ${table} r where ${inRange(row)}`, [areFew, ...asked, ...position]),
      rowsIn(inOrder, [sql`not ${areFew}`, inRange(row), ...asked]),
    ],
  };
}
