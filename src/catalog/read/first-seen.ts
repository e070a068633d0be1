import { type Sql, sql } from '../../platform/db/sql.ts';
import type { LookedThrough } from './looked-through.ts';
import type { OrderTerm } from './order.ts';
import type { AskedRows } from './plan-types.ts';
import { whereAll } from './range-rows.ts';

/** Rows of a table `r` in an order that an index has. */
export interface FirstRows {
  readonly table: Sql;
  readonly columns: Sql;
  /** That a row is behind the position of the page. */
  readonly position: readonly Sql[];
  /** ` order by …`, of the list. */
  readonly order: Sql;
  /** That the caller sees a row: looked up for each. */
  readonly sight: Sql;
  /** So many are wanted, and one more. */
  readonly size: number;
  /** What is found before the rows. */
  readonly name: Sql;
}

/** A power of two that is no less: few limits, so that few statements are to be kept prepared. */
export const boundOf = (wanted: number): number => 2 ** Math.ceil(Math.log2(wanted));

/** So many times as many rows are looked at as are wanted. */
const TIMES = 4;

/** Whether nothing is asked of the rows of a list but where they come in its order, by the values of a row of an index. */
export const isOfAllRows = ({ targets, args }: AskedRows, order: readonly OrderTerm[]): boolean =>
  targets.every(({ where }) => where === undefined) &&
  [args.where, args.labelSelector, args.labels].every((given) => given === undefined || given === null) &&
  order.every(({ isNullable }) => !isNullable);

/**
 * The first rows in the order of the list are looked at, whoever may see them: mostly those that the caller sees fill the page, or there
 * are no more. One plan is good for all callers, where the best one for all rows that a caller sees depends on how many those are.
 */
export function firstSeen({ table, columns, position, order, sight, size, name }: FirstRows) {
  const most = TIMES * boundOf(size + 1);
  const limit = (count: number): Sql => sql.raw(` limit ${count}`);
  const rows = sql`select r.* from ${table} r${whereAll(position)}${order}${limit(most)}`;
  const more = sql`select from ${table} r${whereAll(position)}${limit(most + 1)}`;
  const areTooFew = sql`case when (select count(*) from ${name}) > ${size} then false
    else (select count(*) > ${sql.raw(String(most))} from (${more}) x) end`;
  const through: LookedThrough = { found: [], selects: [], isRefused: () => areTooFew };
  return {
    found: [
      sql`${name} as materialized (select ${columns} from (${rows}) r where ${sql.unforeseen(sight)}${order} limit ${size + 1})`,
    ],
    selects: [sql`select * from ${name}`],
    lookedThrough: through,
    isForAll: true,
  };
}
