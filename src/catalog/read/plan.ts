import { type GraphQLObjectType, isObjectType, type SelectionSetNode } from 'graphql';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { Catalog, KindModel } from '../model.ts';
import type { Cursors } from './cursor.ts';
import type { ListPlan, planList } from './list.ts';
import { type Operation, type Selected, select } from './select.ts';
import type { Link, See } from './shape.ts';
import type { Source, Target } from './source.ts';

/** An object of the answer: values by response key, ready for graphql-js or a serializer. */
export type Answer = Record<string, unknown>;

/** A list still to be loaded: the answer it belongs to, the key, and the parent row's id. */
export interface Pending {
  readonly into: Answer;
  readonly key: string;
  readonly parentId: string;
}

/** Turns one row of cells into an answer; lists below it are queued, not loaded. */
export type Assemble = (cells: readonly unknown[]) => Answer | null;

/** What every part of a plan is made for. */
export interface PlanContext {
  readonly operation: Operation;
  readonly catalog: Catalog;
  readonly access: Access;
  readonly caller: Caller;
  readonly cursors: Cursors;
  /** Plans the lists below an object: objects hold lists and lists hold objects. */
  readonly planList: typeof planList;
  readonly limits: { readonly defaultPage: number; readonly maxPage: number; readonly maxCount: number };
}

/** A list below this level: loaded by one statement for all rows of the level at once. */
export interface Child {
  readonly plan: ListPlan;
  readonly pending: Pending[];
}

/** The select list and the joins of one statement, gathered while the selection is walked. */
export class Level {
  readonly columns: Sql[] = [];
  readonly joins: Sql[] = [];
  readonly children: Child[] = [];
  readonly #columnIndex = new Map<string, number>();
  readonly #joined = new Map<string, { readonly values: readonly unknown[]; readonly alias: Sql }[]>();
  #joinCount = 0;

  /** Adds an expression to the select list (once) and gives its place in the row. */
  column(expression: Sql): number {
    const key = expression.values.length === 0 ? expression.text : undefined;
    const known = key === undefined ? undefined : this.#columnIndex.get(key);
    if (known !== undefined) return known;
    const index = this.columns.push(expression) - 1;
    if (key !== undefined) this.#columnIndex.set(key, index);
    return index;
  }

  /** Joins a related row and gives its alias; ways that begin alike share their joins. */
  join(from: Sql, { kind, link }: Target, context: Pick<PlanContext, 'catalog' | 'access'>): Sql {
    const last = alongHops(context, from, link, (rows, on) => this.#leftJoin(rows, on));
    return this.#leftJoin(sql.ident(kind.table), (alias) => {
      const visible = context.access.condition(kind, alias, 'get');
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

/**
 * Goes the hops of a link, each added with its condition and named by `add`; the alias of the last one. A hop over
 * objects of a kind leads only over those that the caller may get.
 */
export function alongHops(
  { catalog, access }: Pick<PlanContext, 'catalog' | 'access'>,
  from: Sql,
  { hops = [] }: Link,
  add: (rows: Sql, on: (alias: Sql) => Sql) => Sql,
): Sql {
  const see = seeing({ catalog, access });
  const path = [from];
  let last = from;
  for (const { table, rows, on } of hops) {
    const kind = rows === undefined ? catalog.byTable(table) : undefined;
    const previous = last;
    last = add(rows === undefined ? sql.ident(table) : sql`(${rows(see)})`, (alias) => {
      const visible = kind && access.condition(kind, alias, 'get');
      const linked = on(previous, alias, see, path);
      return visible === undefined ? linked : sql`${linked} and ${visible}`;
    });
    path.push(last);
  }
  return last;
}

/** The caller's sight, for SQL that is written by hand. */
export const seeing =
  ({ catalog, access }: Pick<PlanContext, 'catalog' | 'access'>): See =>
  (kind, alias) =>
    access.condition(catalog.get(kind), alias, 'get') ?? sql`true`;

type Setter = (into: Answer, cells: readonly unknown[]) => void;

/** Plans a selection on rows of one kind. The answer is null where the row's id is null (nothing was joined). */
export function planObject(
  context: PlanContext,
  level: Level,
  kind: KindModel,
  row: Sql,
  sets: readonly SelectionSetNode[],
): Assemble {
  const type = objectType(context, kind.type);
  const id = level.column(sql`${row}.id`);
  const setters = planFields(context, level, type, row, sets);
  return (cells) => {
    if (cells[id] === null) return null;
    const answer: Answer = { __typename: kind.type };
    for (const set of setters) set(answer, cells);
    return answer;
  };
}

export const objectType = (context: PlanContext, name: string): GraphQLObjectType => {
  const type = context.operation.schema.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is not an object type of the schema`);
  return type;
};

const planFields = (
  context: PlanContext,
  level: Level,
  type: GraphQLObjectType,
  row: Sql,
  sets: readonly SelectionSetNode[],
): Setter[] =>
  select(context.operation, type, sets).map((selected) => {
    const source = type.getFields()[selected.name]?.extensions.source;
    if (source === undefined) throw new Error(`${type.name}.${selected.name} does not say where its value comes from`);
    return planField(context, level, row, selected, source);
  });

function planField(context: PlanContext, level: Level, row: Sql, selected: Selected, source: Source): Setter {
  const { key, args, below } = selected;
  switch (source.from) {
    case 'constant':
      return (into) => {
        into[key] = source.value;
      };
    case 'row': {
      const places = source.columns(row, args, context).map((expression) => level.column(expression));
      return (into, cells) => {
        into[key] = source.read(
          places.map((place) => cells[place]),
          args,
          context,
        );
      };
    }
    case 'group': {
      const inner = objectType(context, selected.type);
      const present = source.present === undefined ? undefined : level.column(source.present(row));
      const setters = planFields(context, level, inner, row, below);
      return (into, cells) => {
        if (present !== undefined && cells[present] !== true) {
          into[key] = null;
          return;
        }
        const answer: Answer = {};
        for (const set of setters) set(answer, cells);
        into[key] = answer;
      };
    }
    case 'one': {
      const options = source.targets.map((target) => {
        const alias = level.join(row, target, context);
        return planObject(context, level, target.kind, alias, below);
      });
      return (into, cells) => {
        for (const assemble of options) {
          const answer = assemble(cells);
          if (answer === null) continue;
          into[key] = answer;
          return;
        }
        into[key] = null;
      };
    }
    case 'many': {
      const parent = level.column(sql`${row}.id`);
      const child: Child = { plan: context.planList(context, selected, source.targets), pending: [] };
      level.children.push(child);
      return (into, cells) => {
        child.pending.push({ into, key, parentId: String(cells[parent]) });
      };
    }
  }
}
