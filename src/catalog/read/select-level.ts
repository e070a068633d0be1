import { type Sql, sql } from '../../platform/db/sql.ts';
import { invalidInput } from '../../platform/errors.ts';
import type { AboutRow, HowMany, NearScope } from '../access/access.ts';
import type { KindModel } from '../model.ts';
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
  /** By the alias of a row: a scope near what is joined to it. */
  readonly #near = new Map<string, NearScope>();
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
    const near = this.#near.get(from.text);
    const about: AboutRow = { howMany: this.#howMany, near };
    const last = alongHops(context, from, link, (rows, on) => this.#leftJoin(rows, on), about);
    const alias = this.#leftJoin(sql.ident(kind.table), (joined) => {
      const visible = context.access.condition(kind, joined, 'get', about);
      const linked = link.on(last, joined, seeing(context));
      return visible === undefined ? linked : sql`${linked} and ${visible}`;
    });
    if (near !== undefined) this.#near.set(alias.text, near);
    return alias;
  }

  /** A row of a kind that the caller may read: what is joined to it is likely to be in its scope, or in that of what led to it. */
  isSeen(row: Sql, kind: KindModel, { access }: Pick<PlanContext, 'access'>): void {
    const slot = access.homeSlot(kind);
    if (slot !== undefined) this.#near.set(row.text, { by: 'held', slot, scope: sql`${row}.scope_id` });
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
