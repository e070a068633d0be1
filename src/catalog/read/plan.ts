import { type GraphQLObjectType, isObjectType, type SelectionSetNode } from 'graphql';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { Catalog, KindModel } from '../model.ts';
import type { Cursors } from './cursor.ts';
import type { ListPlan, planList } from './list.ts';
import { type Operation, type Selected, select } from './select.ts';
import type { Hop, See } from './shape.ts';
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
  readonly #joined = new Map<string, Sql>();

  /** Adds an expression to the select list (once) and gives its place in the row. */
  column(expression: Sql): number {
    const key = expression.values.length === 0 ? expression.text : undefined;
    const known = key === undefined ? undefined : this.#columnIndex.get(key);
    if (known !== undefined) return known;
    const index = this.columns.push(expression) - 1;
    if (key !== undefined) this.#columnIndex.set(key, index);
    return index;
  }

  /** Joins a related row (once per way to it) and gives its alias. */
  join(from: Sql, { kind, link }: Target, key: string, context: Pick<PlanContext, 'catalog' | 'access'>): Sql {
    const name = `${from.text}>${key}>${kind.kind}`;
    const known = this.#joined.get(name);
    if (known !== undefined) return known;
    const base = `j${this.#joined.size}`;
    const alias = sql.ident(base);
    let last = from;
    for (const [index, hop] of (link.hops ?? []).entries()) {
      const hopAlias = sql.ident(`${base}h${index}`);
      this.joins.push(
        sql`left join ${hopRows(context, hop)} ${hopAlias} on ${visibleHop(context, hop, last, hopAlias)}`,
      );
      last = hopAlias;
    }
    const visible = context.access.condition(kind, alias, 'get');
    const linked = link.on(last, alias, seeing(context));
    const condition = visible === undefined ? linked : sql`${linked} and ${visible}`;
    this.joins.push(sql`left join ${sql.ident(kind.table)} ${alias} on ${condition}`);
    this.#joined.set(name, alias);
    return alias;
  }
}

/** Condition of a hop; one over objects of a kind leads only over those that the caller may get. */
export function visibleHop(
  { catalog, access }: Pick<PlanContext, 'catalog' | 'access'>,
  hop: Hop,
  previous: Sql,
  alias: Sql,
): Sql {
  const kind = hop.rows === undefined ? catalog.byTable(hop.table) : undefined;
  const visible = kind && access.condition(kind, alias, 'get');
  const linked = hop.on(previous, alias, seeing({ catalog, access }));
  return visible === undefined ? linked : sql`${linked} and ${visible}`;
}

/** What a hop leads over. */
export const hopRows = (context: Pick<PlanContext, 'catalog' | 'access'>, { table, rows }: Hop): Sql =>
  rows === undefined ? sql.ident(table) : sql`(${rows(seeing(context))})`;

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
    return planField(context, level, type, row, selected, source);
  });

function planField(
  context: PlanContext,
  level: Level,
  type: GraphQLObjectType,
  row: Sql,
  selected: Selected,
  source: Source,
): Setter {
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
        const alias = level.join(row, target, `${type.name}.${selected.name}`, context);
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
