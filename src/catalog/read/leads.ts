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
  /** So many count as few, where it is not what is meant for all. */
  readonly most?: number;
  /** No more than so many can fit. */
  readonly atMost?: number;
}

/** By which of its columns rows are found without being looked through: `port`, `name`. By some of them one row at most. */
export interface Indexed {
  has(table: string, column: string): boolean;
  isUnique(table: string, column: string): boolean;
  /** Texts are compared by their code points. */
  readonly isByCodePoint: boolean;
}

/** How long a list may take where no index leads to its rows. */
export interface LookThrough {
  /** So many rows of a table are looked through at most. */
  readonly most: number;
  readonly indexed: Indexed;
  /** Whether a table has so few rows that to look through all of them is no matter. */
  readonly isSmall?: (table: string) => boolean;
}

/** Comparisons that an index of a column serves. */
const byIndex: ReadonlySet<string> = new Set(['eq', 'in', 'lt', 'lte', 'gt', 'gte', 'startsWith']);

/** Of what the rows are that something leads to, and how it does. */
export interface LedRows {
  readonly table: string;
  readonly lookThrough: LookThrough;
  /** Begins the names of what is found before the rows. */
  readonly prefix: string;
}

/** Rows that an index has next to each other, since a text of theirs begins alike; they may be few or most of all. */
export interface RangeOfRows {
  readonly column: string;
  /** That a row of this alias is one of them. */
  readonly asked: (row: Sql) => Sql;
  readonly beginning: string;
}

/** What may lead to the rows of a list: said by the conditions that every one of them has to meet. */
export class Leading {
  readonly leads: Lead[] = [];
  /** Members of the statement's `with` that conditions name. */
  readonly known: Sql[] = [];
  readonly #rows: LedRows | undefined;
  #range: RangeOfRows | undefined;
  #isByIndex = false;
  #isCountedByIndex = false;
  #weight = 1;

  constructor(rows?: LedRows) {
    this.#rows = rows;
  }

  /** One of the conditions is one by which an index finds the rows, few enough to be sorted. */
  get isByIndex(): boolean {
    return this.#isByIndex;
  }

  /** One of the conditions is one by which an index finds the rows, however many they are. */
  get isCountedByIndex(): boolean {
    return this.#isByIndex || this.#isCountedByIndex;
  }

  /** Texts that begin alike are next to each other in the indexes that may lead to the rows. */
  get hasBeginningsTogether(): boolean {
    return this.#rows?.lookThrough.indexed.isByCodePoint === true;
  }

  get range(): RangeOfRows | undefined {
    return this.#range;
  }

  /** How many times as long it takes to ask the conditions of a row as to compare a column. */
  get weight(): number {
    return this.#weight;
  }

  add(lead: Lead): void {
    this.leads.push(lead);
  }

  /**
   * What depends on no row, as a table of one column `id`: conditions that name it several times have it planned once, and run once where
   * they ask for it.
   */
  once(select: Sql): Sql {
    const name = sql.ident(`${this.#rows?.prefix ?? ''}known${this.known.length}`);
    this.known.push(sql`${name} (id) as materialized (${select})`);
    return name;
  }

  /** Of a table no two rows have the same value in this column. */
  isUnique(table: string, column: string): boolean {
    return this.#rows?.lookThrough.indexed.isUnique(table, column) === true;
  }

  /**
   * `asked`: the comparison, of a row of this alias; `beginning`: what texts begin with. Whether it is asked by what was added, or is the
   * range.
   */
  byColumn(column: string, op: string, asked: (row: Sql) => Sql, row: Sql, beginning?: string): boolean {
    if (this.#rows === undefined || !byIndex.has(op)) return false;
    const { table, lookThrough } = this.#rows;
    const { indexed, most } = lookThrough;
    if (!indexed.has(table, column)) return false;
    if (indexed.isUnique(table, column)) {
      this.#isByIndex = true;
      if (beginning === undefined || this.#range !== undefined) return false;
      this.#range = { column, asked, beginning };
      return true;
    }
    // PostgreSQL takes what it does not know to be rare for frequent, and looks for it in the order of the list.
    this.#isCountedByIndex = true;
    const other = sql`x`;
    const ids = sql`select ${other}.id from ${sql.ident(table)} ${other} where ${asked(other)}`;
    // Of more, those that the page needs are among the first that are looked through, but for what the order follows from.
    this.add({ ways: [{ column: 'id', ids }], asked: asked(row), most: Math.ceil(most / 2) });
    return true;
  }

  /** What was written on an object as its labels has an index. */
  byLabel(): void {
    this.#isByIndex = true;
  }

  /** A condition takes longer. */
  weigh(times: number): void {
    this.#weight = Math.max(this.#weight, times);
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

/**
 * Whether at most so many lead to the rows is seen when they are read; of the alternatives one is gone then. Where no more can be, there is
 * no other. `prefix` names what is found.
 */
export function alternativesOf(leads: readonly Lead[], row: Sql, most: number, prefix: string): Alternatives {
  const first = leads.slice(0, MOST_LEADS);
  let when: readonly Sql[] = [];
  let asked: readonly Sql[] = [];
  const found: Sql[] = [];
  const all: Alternative[] = [];
  for (const [index, lead] of first.entries()) {
    const name = sql.ident(`${prefix}${index}`);
    const mostOfIt = lead.most ?? most;
    const areFew = sql`(select count(*) <= ${sql.raw(String(mostOfIt))} from ${name})`;
    const others = leads.slice(index + 1).map((other) => other.asked);
    const itself = lead.isLess === true ? [lead.asked] : [];
    found.push(sql`${name} (way, id) as materialized (${foundBy(lead)} limit ${sql.raw(String(mostOfIt + 1))})`);
    const conditions = [...asked, reachedBy(lead, row, name), ...itself, ...others];
    if (lead.atMost !== undefined && lead.atMost <= mostOfIt)
      return { found, all: [...all, { when, conditions, isLed: true }] };
    all.push({ when: [...when, areFew], conditions, isLed: true });
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
