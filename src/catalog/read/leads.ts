import { type Sql, sql } from '../../platform/db/sql.ts';

/**
 * A condition on a row that says how something has to be that the row refers to. Where few fit, these are found first, and
 * then the rows that refer to them by the indexes of those references; else it is asked of each row, in the order of the list.
 */
export interface Lead {
  /** Columns by which a row refers to something, and the ids of what fits there; a row fits by any of them. */
  readonly ways: readonly { readonly column: string; readonly ids: Sql }[];
  /** The condition, asked of a row. */
  readonly asked: Sql;
  /** The ways say less than the condition. */
  readonly isLess?: boolean;
}

/** One way to the rows of a list: conditions of which those of another way are never met as well. */
export type Alternative = readonly Sql[];

export interface Alternatives {
  /** What is found first, as members of the statement's `with`. */
  readonly found: readonly Sql[];
  readonly all: readonly Alternative[];
}

/** Of more conditions the others are asked of each row. */
const MOST_LEADS = 2;

/** Whether at most so many lead to the rows is seen when they are read; of the alternatives one is gone then. `prefix` names what is found. */
export function alternativesOf(leads: readonly Lead[], row: Sql, most: number, prefix: string): Alternatives {
  const first = leads.slice(0, MOST_LEADS);
  let asked: Alternative = [];
  const found: Sql[] = [];
  const all: Alternative[] = [];
  for (const [index, lead] of first.entries()) {
    const name = sql.ident(`${prefix}${index}`);
    const areFew = sql`(select count(*) <= ${sql.raw(String(most))} from ${name})`;
    const others = leads.slice(index + 1).map((other) => other.asked);
    found.push(sql`${name} (way, id) as materialized (${foundBy(lead)} limit ${sql.raw(String(most + 1))})`);
    all.push([...asked, areFew, reachedBy(lead, row, name), ...(lead.isLess === true ? [lead.asked] : []), ...others]);
    asked = [...asked, sql`not ${areFew}`, lead.asked];
  }
  return { found, all: [...all, [...asked, ...leads.slice(MOST_LEADS).map((other) => other.asked)]] };
}

const foundBy = ({ ways }: Lead): Sql =>
  sql.join(
    ways.map(({ ids }, index) => sql`select ${sql.raw(String(index))}, w.id from (${ids}) w (id)`),
    ' union all ',
  );

function reachedBy({ ways }: Lead, row: Sql, name: Sql): Sql {
  const reached = ways.map(
    ({ column }, index) =>
      sql`${row}.${sql.ident(column)} = any(array(select id from ${name} where way = ${sql.raw(String(index))}))`,
  );
  return sql`(${sql.join(reached, ' or ')})`;
}
