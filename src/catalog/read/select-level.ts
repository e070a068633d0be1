import { type Sql, sql } from '../../platform/db/sql.ts';
import { invalidInput } from '../../platform/errors.ts';
import type { HowMany } from '../access/access.ts';
import { alongHops, seeing } from './hops.ts';
import type { Child, Level, LevelWalk, PlanContext, Target } from './plan-types.ts';

/** PostgreSQL's own limit of a select list (MaxTupleAttributeNumber). */
const MOST_COLUMNS = 1_664;

/** The select list and the joins of one statement, gathered while the selection is walked. */
export class SelectLevel implements Level {
  readonly columns: Sql[] = [];
  readonly joins: Sql[] = [];
  readonly children: Child[] = [];
  readonly walks: LevelWalk[] = [];
  readonly #columnIndex = new Map<string, number>();
  readonly #joined = new Map<string, { readonly values: readonly unknown[]; readonly alias: Sql }[]>();
  readonly #howMany: HowMany | undefined;
  #joinCount = 0;

  /** `howMany` tells whether the statement has one row, to which things are joined, or many. */
  constructor(howMany?: HowMany) {
    this.#howMany = howMany;
  }

  /** Adds an expression to the select list (once) and gives its index in the row. */
  column(expression: Sql): number {
    const key = expression.values.length === 0 ? expression.text : undefined;
    const known = key === undefined ? undefined : this.#columnIndex.get(key);
    if (known !== undefined) return known;
    if (this.columns.length === MOST_COLUMNS) throw tooWide();
    const index = this.columns.push(expression) - 1;
    if (key !== undefined) this.#columnIndex.set(key, index);
    return index;
  }

  /** Joins a related row and gives its alias; relation paths with a common prefix share their joins. */
  join(from: Sql, { kind, link }: Target, context: Pick<PlanContext, 'catalog' | 'access'>): Sql {
    const last = alongHops(context, from, link, (rows, on) => this.#leftJoin(rows, on));
    return this.#leftJoin(sql.ident(kind.table), (alias) => {
      const visible = context.access.condition(kind, alias, 'get', this.#howMany);
      const linked = link.on(last, alias, seeing(context));
      return visible === undefined ? linked : sql`${linked} and ${visible}`;
    });
  }

  #leftJoin(rows: Sql, on: (alias: Sql) => Sql): Sql {
    const probe = sql`${rows} on ${on(sql`joined`)}`;
    const alike = this.#joined.get(probe.text) ?? [];
    const known = alike.find(({ values }) => values.every((value, index) => value === probe.values[index]));
    if (known !== undefined) return known.alias;
    const alias = sql.ident(`j${this.#joinCount++}`);
    this.joins.push(sql`left join ${rows} ${alias} on ${on(alias)}`);
    this.#joined.set(probe.text, [...alike, { values: probe.values, alias }]);
    return alias;
  }
}

function tooWide(): Error {
  const message = `the objects of one list, with those that they refer to, have more than ${MOST_COLUMNS.toLocaleString('en')} values`;
  return invalidInput({ rule: 'COMPLEXITY', message, accepted: 'fewer fields, or several operations' });
}
