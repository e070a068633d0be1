import type { SelectionSetNode } from 'graphql';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { inSpanNow } from '../../platform/telemetry/spans.ts';
import type { HowMany } from '../access/access.ts';
import type { KindModel } from '../model.ts';
import { accessVersionColumn, compareAccessVersion } from './access-version.ts';
import { assembleObject } from './assemble.ts';
import { askedRows, planList } from './list.ts';
import { planObject, planRecord } from './plan.ts';
import { createPlanCache, type PlanCache } from './plan-cache.ts';
import type { Answer, Level, ListPlan, PlanContext, Selected, Target, WalkChild } from './plan-types.ts';
import { inGroups } from './row-budget.ts';
import {
  type Found,
  type FoundRow,
  type FoundRows,
  type LevelPlan,
  type Listed,
  type ReadObjects,
  type RowsOf,
  type RowsPlan,
  rowsPlan,
  rowsPlanAround,
} from './rows-plan.ts';
import { runList } from './run-list.ts';
import { SelectLevel } from './select-level.ts';
import type { TakeRows } from './text/loaded.ts';
import { createTextReader } from './text/text-reader.ts';
import { runWalk, type WalkReading, walkFrom } from './walks.ts';

/** Runs one statement; rows as arrays of cells. */
export type RunStatement = (statement: Sql) => Promise<readonly (readonly unknown[])[]>;

/** Executes plans: one statement per list level, the lists of one level side by side. */
export interface Reader {
  /** A root connection. */
  list(context: PlanContext, selected: Selected, targets: readonly Target[]): Promise<Found>;
  /** The visible rows of a kind that fit a condition, with their ids. */
  readonly objects: ReadObjects;
  /** For each key, in their order, the visible row of a kind that fits it; null where there is none. */
  each(context: PlanContext, wanted: EachRow, sets: readonly SelectionSetNode[]): Promise<(Found | null)[]>;
  /** The rows of a select, in the order of their column `ord`, as objects of a type that is no kind. */
  records(context: PlanContext, wanted: RecordRows, sets: readonly SelectionSetNode[]): Promise<Found[]>;
  /** The same for several places that ask for the same rows, with further columns of each row; some as lists. */
  recordsAt(
    context: PlanContext,
    wanted: RecordRows & { readonly columns: readonly Sql[] },
    places: readonly (readonly SelectionSetNode[])[],
    listed?: Listed,
  ): Promise<FoundRows>;
  /** What a walk gives from the root. */
  walk(context: PlanContext, selected: Selected, source: WalkChild['source']): Promise<unknown>;
}

/** One id by itself: of a list PostgreSQL knows the length only with its values, and so plans for each list anew. */
const isAmong = (row: Sql, ids: readonly string[]): Sql =>
  ids.length === 1 ? sql`${row}.id = ${ids[0]}::uuid` : sql`${row}.id = any(${ids}::uuid[])`;

export interface EachRow {
  readonly kind: KindModel;
  readonly keys: readonly string[];
  readonly where: (row: Sql, key: Sql) => Sql;
}

export interface RecordRows {
  readonly typeName: string;
  readonly rows: Sql;
  /** By which columns the rows are sorted; by default by `ord`. */
  readonly orderBy?: Sql;
  /** Column that is null in rows without a record, which are there for their further columns; by default all have one. */
  readonly key?: Sql;
}

/** A plan that holds for every request with the same selection; `what` else it depends on. */
interface PlannedOnce {
  readonly sets: readonly SelectionSetNode[];
  readonly what: readonly unknown[];
  readonly howMany?: HowMany;
  readonly plan: (lasting: PlanContext, level: Level) => Pick<LevelPlan, 'columns' | 'shapes' | 'found'>;
}

/** What the statements of one operation have in common. */
type Shared = Pick<PlanContext, 'budget' | 'slices'>;

/** So many lists are put into their places between two looks at the clock. */
const AT_ONCE = 1_000;
/** So many objects are made between two looks at the clock. */
const FEW = 10;

export function createReader(run: RunStatement, takeRows: TakeRows, plans: PlanCache = createPlanCache()): Reader {
  const runStatement = async (
    plan: ListPlan,
    { budget }: Shared,
    parentIds: readonly string[] | undefined,
  ): Promise<Answer[]> => {
    const rows = await runList({ run, firstCell: ([first], place) => first?.[place] }, plan, parentIds);
    const answers = await plan.assemble(rows, parentIds?.length ?? 1);
    budget.take(rows.length);
    return answers;
  };

  const runLists = async (plan: ListPlan, shared: Shared, parentIds: readonly string[]): Promise<Answer[]> => {
    const answers: Answer[] = [];
    for (const group of inGroups(parentIds, plan.pageSize))
      for (const answer of await runStatement(plan, shared, group)) answers.push(answer);
    await runChildren(plan.level, shared);
    return answers;
  };

  const runChildren = async (level: Level, shared: Shared): Promise<void> => {
    await Promise.all([
      ...level.walks.map((child) => runWalk(child, reading)),
      ...level.children.map(async ({ plan, pending }) => {
        if (pending.length === 0) return;
        const parentIds = [...new Set(pending.map(({ parentId }) => parentId))];
        const answers = await runLists(plan, shared, parentIds);
        const byParent = new Map(parentIds.map((id, index) => [id, answers[index]]));
        for (const [index, { into, key, parentId }] of pending.entries()) {
          into[key] = byParent.get(parentId);
          const wait = index % AT_ONCE === AT_ONCE - 1 ? shared.slices.next() : undefined;
          if (wait !== undefined) await wait;
        }
      }),
    ]);
  };

  /** Runs the one statement of a level and makes what its rows say, then the lists below. */
  const runLevel = async (context: PlanContext, plan: RowsPlan): Promise<FoundRow[]> => {
    const rows = await run(plan.statement);
    if (rows.length > 0) compareAccessVersion(context.access, rows[0]?.[plan.version]);
    const assembles = plan.shapes.map(assembleObject);
    const found: FoundRow[] = [];
    for (const [index, cells] of rows.entries()) {
      const wait = index % FEW === FEW - 1 ? context.slices.next() : undefined;
      if (wait !== undefined) await wait;
      const columns = plan.columns.map((place) => cells[place]);
      const isFound = plan.found === undefined || cells[plan.found] !== null;
      found.push({ columns, isFound, answers: assembles.map((assemble) => assemble(cells)) });
    }
    context.budget.take(found.filter(({ isFound }) => isFound).length);
    await runChildren(plan.level, context);
    return found;
  };

  /** Plans a level, in its turn, unless that was done before, and reads it. */
  const readLevel = async (
    context: PlanContext,
    { sets, what, howMany, plan }: PlannedOnce,
    rowsOf: (plan: LevelPlan) => RowsPlan,
    listed?: Listed,
  ): Promise<FoundRows> => {
    const turn = context.slices.next();
    if (turn !== undefined) await turn;
    const make = (lasting: PlanContext): LevelPlan => {
      const level = new SelectLevel(howMany);
      const version = accessVersionColumn(context.access, level);
      return { level, version, ...inSpanNow('plan', () => plan(lasting, level)) };
    };
    const planned = rowsOf(plans.planOf(context, sets, what, make));
    if (context.operation.isWritten === true) return text.rows(context, planned, listed);
    return { rows: await runLevel(context, planned), lists: [] };
  };

  const recordsAt: Reader['recordsAt'] = (context, { typeName, rows, orderBy, key, columns }, places, listed) => {
    const plan: PlannedOnce['plan'] = (lasting, level) => {
      const ord = level.column(sql`t.ord`);
      const id = key === undefined ? ord : level.column(key);
      const shapes = places.map((sets) => planRecord(lasting, level, typeName, sql`t`, sets, id));
      return { columns: [], shapes, found: ord };
    };
    const what = ['records', typeName, key?.text, places.map(({ length }) => length)];
    const rowsOf = (): RowsOf => ({
      // One row even when the select gives none: it tells on which rights the statement ran.
      from: sql`(values (1)) s left join (${rows}) t on true`,
      orderBy: sql` order by ${orderBy ?? sql`t.ord`}`,
      further: columns,
    });
    return readLevel(context, { sets: places.flat(), what, plan }, (made) => rowsPlan(made, rowsOf()), listed);
  };

  const reader: Reader = {
    list: async (context, selected, targets) => {
      // An operation may have hundreds of them, which all come to be planned at once.
      const wait = context.slices.next();
      if (wait !== undefined) await wait;
      const { type, args, below } = selected;
      const what = ['list', type, targets.map(({ kind }) => kind.kind), args.orderBy];
      const make = (lasting: PlanContext): ListPlan =>
        inSpanNow('plan', () => planList(lasting, selected, targets, true));
      const plan = plans.planOf(context, below, what, make);
      if (context.operation.isWritten === true)
        return text.list(context, plan, askedRows(context, args, targets, plan.order));
      const [answer] = await runStatement(plan, context, undefined);
      if (answer === undefined) throw new Error('a root list gave no connection');
      await runChildren(plan.level, context);
      return answer;
    },
    objects: async (context, wanted, sets) => {
      const { kind } = wanted;
      const ids = 'ids' in wanted ? wanted.ids : undefined;
      const howMany = ids === undefined || ids.length === 1 ? 'one' : 'many';
      const plan: PlannedOnce['plan'] = (lasting, level) => {
        const id = level.column(sql`t.id`);
        return { columns: [id], shapes: [planObject(lasting, level, kind, sql`t`, sets)], found: id };
      };
      const row = sql`t`;
      const fits = 'where' in wanted ? wanted.where(row) : isAmong(row, wanted.ids);
      const rowsOf = (piece: Sql): RowsOf => {
        const visible = context.access.condition(kind, row, 'get', { howMany });
        const condition = visible === undefined ? piece : sql`${piece} and ${visible}`;
        // One row even when nothing fits: it tells on which rights the statement ran.
        return { from: sql`(values (1)) s left join ${sql.ident(kind.table)} t on ${condition}`, orderBy: sql`` };
      };
      const planned: PlannedOnce = { sets, what: ['objects', kind.kind, howMany], howMany, plan };
      const found = await readLevel(context, planned, (made) => rowsPlanAround(made, fits, rowsOf));
      return new Map(
        found.rows.flatMap(({ columns: [id], answers: [answer = null] }): [string, Found][] =>
          answer === null ? [] : [[String(id), answer]],
        ),
      );
    },
    each: async (context, { kind, keys, where }, sets) => {
      const plan: PlannedOnce['plan'] = (lasting, level) => ({
        columns: [],
        shapes: [planObject(lasting, level, kind, sql`t`, sets)],
        found: undefined,
      });
      const found = await readLevel(context, { sets, what: ['each', kind.kind], plan }, (made) => {
        const row = sql`r`;
        const visible = context.access.condition(kind, row, 'get');
        const condition = where(row, sql`k.key`);
        const one = sql`select r.* from ${sql.ident(kind.table)} r where ${condition}${
          visible === undefined ? sql`` : sql` and ${visible}`
        } order by r.name, r.id limit 1`;
        return rowsPlan(made, {
          from: sql`unnest(${keys}::text[]) with ordinality k (key, ord) left join lateral (${one}) t on true`,
          orderBy: sql` order by k.ord`,
        });
      });
      return found.rows.map(({ answers: [answer = null] }) => answer);
    },
    records: async (context, wanted, sets) => {
      const { rows } = await recordsAt(context, { ...wanted, columns: [] }, [sets]);
      return rows.flatMap(({ answers: [answer = null] }) => (answer === null ? [] : [answer]));
    },
    recordsAt,
    walk: async (context, selected, source) => (await walkFrom({ context, selected, source }, [''], reading))[0],
  };
  const reading: WalkReading = { run, objects: reader.objects };
  const text = createTextReader({
    take: takeRows,
    // A plan that is used again has the context of the request that it was made for.
    walk: (context, { selected, source }, ids) => walkFrom({ context, selected, source }, ids, reading),
  });
  return reader;
}
