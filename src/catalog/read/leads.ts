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

/** By which of its columns rows are found without being looked through: `port`, `name`. */
export type IsIndexed = (table: string, column: string) => boolean;

/** How long a list may take where no index leads to its rows. */
export interface LookThrough {
  /** So many rows of a table are looked through at most. */
  readonly most: number;
  readonly isIndexed: IsIndexed;
}

/** Comparisons that an index of a column serves. */
const indexed: ReadonlySet<string> = new Set(['eq', 'in', 'lt', 'lte', 'gt', 'gte', 'startsWith']);

/** What may lead to the rows of a list: said by the conditions that every one of them has to meet. */
export class Leading {
  readonly leads: Lead[] = [];
  readonly #isIndexed: (column: string) => boolean;
  #isByIndex = false;

  constructor(isIndexed: (column: string) => boolean = () => false) {
    this.#isIndexed = isIndexed;
  }

  /** One of the conditions is one by which an index finds the rows. */
  get isByIndex(): boolean {
    return this.#isByIndex;
  }

  add(lead: Lead): void {
    this.leads.push(lead);
  }

  byColumn(column: string, op: string): void {
    if (indexed.has(op) && this.#isIndexed(column)) this.#isByIndex = true;
  }

  /** Columns that refer to something have an index each. */
  byReference(): void {
    this.#isByIndex = true;
  }

  /** So has what was written on an object as its labels. */
  byLabel(): void {
    this.#isByIndex = true;
  }
}

/** One way to the rows of a list: conditions of which those of another way are never met as well. */
export interface Alternative {
  /** Met by all rows or none. */
  readonly when: readonly Sql[];
  readonly conditions: readonly Sql[];
  /** What is to be found first leads to the rows. */
  readonly isLed: boolean;
}

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
  let when: readonly Sql[] = [];
  let asked: readonly Sql[] = [];
  const found: Sql[] = [];
  const all: Alternative[] = [];
  for (const [index, lead] of first.entries()) {
    const name = sql.ident(`${prefix}${index}`);
    const areFew = sql`(select count(*) <= ${sql.raw(String(most))} from ${name})`;
    const others = leads.slice(index + 1).map((other) => other.asked);
    const itself = lead.isLess === true ? [lead.asked] : [];
    found.push(sql`${name} (way, id) as materialized (${foundBy(lead)} limit ${sql.raw(String(most + 1))})`);
    all.push({
      when: [...when, areFew],
      conditions: [...asked, reachedBy(lead, row, name), ...itself, ...others],
      isLed: true,
    });
    when = [...when, sql`not ${areFew}`];
    asked = [...asked, lead.asked];
  }
  const others = leads.slice(MOST_LEADS).map((other) => other.asked);
  return { found, all: [...all, { when, conditions: [...asked, ...others], isLed: false }] };
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
