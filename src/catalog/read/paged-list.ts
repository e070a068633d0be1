import { type GraphQLResolveInfo, getNamedType } from 'graphql';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { connectionAnswer, connectionParts } from './connection.ts';
import type { Position } from './cursor.ts';
import { isAfter, orderBy, reversed, type SortKey } from './order.ts';
import { type PageContext, readPage } from './page.ts';
import type { Answer, Arguments } from './plan-types.ts';

/** One of the values that a list is sorted by; together they are unique. */
export interface SortedBy extends SortKey {
  readonly value: Sql;
  /** The table is partitioned by it. */
  readonly isPartitionKey?: true;
}

/** Which rows a statement is to read. */
export interface Keyset {
  readonly condition: Sql;
  readonly orderBy: Sql;
  readonly limit: number;
}

/** So many rows behind a position in this order, or before it: then the nearest come first. */
export function keyset(
  order: readonly SortedBy[],
  position: Position | undefined,
  limit: number,
  isBackward = false,
): Keyset {
  const keys = isBackward ? reversed(order) : order;
  const values = order.map(({ value }) => value);
  return {
    condition:
      position === undefined
        ? sql`true`
        : sql`${isAfter(keys, values, position)}${inPartitions(keys, order, position)}`,
    orderBy: orderBy(keys, values),
    limit,
  };
}

/** The same of the partition key alone: PostgreSQL leaves partitions out by it, and not by a comparison of several values. */
function inPartitions([key]: readonly SortKey[], [first]: readonly SortedBy[], [value]: Position): Sql {
  if (key === undefined || first?.isPartitionKey !== true) return sql``;
  return sql` and ${first.value} ${sql.raw(key.isDescending ? '<=' : '>=')} ${value ?? null}::${sql.raw(key.type)}`;
}

/** A list that a statement of its own reads, without a plan. */
export interface PagedList<Row> {
  /** Names the list: cursors of another one are refused. */
  readonly name: string;
  readonly order: readonly SortedBy[];
  readonly positionOf: (row: Row) => Position;
  /** Its rows are loaded even where only their number is asked for: the audit log says of what it was. */
  readonly loadsAlways?: true;
  readonly load: (rows: Keyset) => Promise<readonly Row[]>;
  /** Counts all rows, up to the limit and one more. */
  readonly count: (limit: number) => Promise<number>;
}

interface Found {
  readonly rows: readonly unknown[];
  readonly total: number;
}
const found = new WeakMap<Answer, Found>();

/** The rows of a page that has been read, and how many rows there are in all; each as far as it was asked for. */
export const foundIn = <Row>(answer: unknown, isRow: (row: unknown) => row is Row) => {
  const { rows = [], total = 0 } = found.get(answer as Answer) ?? {};
  return { rows: rows.filter(isRow), total };
};

/** Reads what is selected of a page: its rows, if any of them is asked for, and their number, if that is. */
export async function readPagedList<Row>(
  context: PageContext,
  info: GraphQLResolveInfo,
  args: Arguments,
  list: PagedList<Row>,
): Promise<Answer> {
  const below = info.fieldNodes.flatMap((node) => node.selectionSet ?? []);
  const parts = connectionParts(info, { type: getNamedType(info.returnType).name, below });
  const cursors = context.cursors.of(() => list.name);
  const page = readPage(context, args, cursors);
  const wanted = keyset(list.order, page.position, page.size + 1, page.isBackward);
  const [loaded, total] = await Promise.all([
    parts.needsRows || list.loadsAlways === true ? list.load(wanted) : [],
    parts.needsCount ? list.count(context.limits.maxCount) : 0,
  ]);
  const answer = connectionAnswer(parts, context.limits, {
    page,
    rows: page.isBackward ? loaded.toReversed() : loaded,
    total,
    cursorOf: (row) => cursors.encode(list.positionOf(row)),
    nodeOf: (row) => row,
  });
  found.set(answer, { rows: loaded, total });
  return answer;
}
