import { RowSet, type TakenRows } from '../../../platform/db/row-set.ts';
import type { Sql } from '../../../platform/db/sql.ts';
import type { TimeSlices } from '../../../platform/time-slices.ts';
import { compareAccessVersion } from '../access-version.ts';
import { lastBeforeMore } from '../connection.ts';
import type {
  AskedRows,
  BelowRows,
  Child,
  Guard,
  Level,
  LevelWalk,
  ListPlan,
  ListShape,
  Page,
  PlanContext,
} from '../plan-types.ts';
import { inGroups } from '../row-budget.ts';
import { type Running, runList } from '../run-list.ts';
import { type WriteNode, WrittenNodes } from './written-nodes.ts';

/** Runs one statement, whose rows go to whoever takes them as PostgreSQL sends them. */
export type TakeRows = <Rows extends TakenRows>(statement: Sql, make: () => Rows) => Promise<Rows>;

/** How levels are loaded. */
export interface Loading {
  readonly take: TakeRows;
  /** What writes the nodes of a list, where each can be written as its row comes. */
  readonly nodeWriter: (plan: ListPlan) => WriteNode | undefined;
  /** Walks from objects, and gives what each has led to, in their order. */
  readonly walk: (context: PlanContext, walk: LevelWalk, ids: readonly string[]) => Promise<readonly unknown[]>;
}

/** What was loaded below the rows of a level, by its place there. */
interface LoadedBelow {
  readonly children: readonly LoadedChild[];
  readonly walks: readonly LoadedWalk[];
}

/** The rows of a level, and what is below them. */
export interface LoadedLevel extends LoadedBelow {
  readonly rows: RowSet;
}

export interface LoadedWalk {
  /** For each row of the level the number of its value; -1 where it has none. */
  readonly valueOf: Int32Array;
  readonly values: readonly unknown[];
}

export interface LoadedChild {
  /** For each row of the level the number of its list; -1 where it has none. */
  readonly listOf: Int32Array;
  readonly list: LoadedList;
}

/** The rows of a list for any number of parents. */
export interface LoadedList {
  readonly level: LoadedLevel;
  /** For each parent its first row, its number of rows (one more than a page where there are more), and the count of all. */
  readonly firsts: Int32Array;
  readonly counts: Int32Array;
  readonly totals: Int32Array;
  /** Its nodes, where they were written as their rows came: the level has none then. */
  readonly nodes?: WrittenNodes;
  readonly asked: AskedRows;
  readonly slices: TimeSlices;
}

/** Which rows of a level are there. */
type Range = readonly [first: number, end: number];

/** So many rows are looked at between two looks at the clock. */
const AT_ONCE = 500;
const TRUE = 0x74;

/** Loads a list for these parents, or for the one root, and all below it. */
export function loadList(
  loading: Loading,
  plan: ListPlan,
  context: PlanContext,
  parentIds: readonly string[] | undefined,
  asked: AskedRows = plan.asked,
): Promise<LoadedList> {
  const groups = parentIds === undefined ? [undefined] : [...inGroups(parentIds, plan.pageSize)];
  const write = groups.length === 1 ? loading.nodeWriter(plan) : undefined;
  return write === undefined
    ? loadRows(loading, plan, context, groups, asked)
    : loadWritten(loading, plan, context, parentIds, asked, write);
}

async function loadRows(
  loading: Loading,
  plan: ListPlan,
  context: PlanContext,
  groups: readonly (readonly string[] | undefined)[],
  asked: AskedRows,
): Promise<LoadedList> {
  const { level, shape } = plan;
  const isRoot = groups[0] === undefined;
  const parentCount = isRoot ? 1 : groups.reduce((sum, group) => sum + (group?.length ?? 0), 0);
  const list = {
    firsts: new Int32Array(parentCount),
    counts: new Int32Array(parentCount),
    totals: new Int32Array(parentCount),
    asked,
    slices: context.slices,
  };
  const { places, parts } = shape;
  const { access, slices } = context;
  let rows: RowSet | undefined;
  let parentsBefore = 0;
  for (const group of groups) {
    const found = await runList(
      { run: (statement) => loading.take(statement, newRows), firstCell },
      plan,
      group,
      asked,
    );
    if (found.length > 0) {
      found.goTo(0);
      compareAccessVersion(access, access.version === undefined ? undefined : found.value(places.version));
      if (places.tooMany !== undefined) shape.refuse(found.text(places.tooMany));
    }
    const rowsBefore = rows?.length ?? 0;
    for (let row = 0; row < found.length; row++) {
      const wait = row % AT_ONCE === AT_ONCE - 1 ? slices.next() : undefined;
      if (wait !== undefined) await wait;
      found.goTo(row);
      const parent = parentsBefore + (places.ord === undefined ? 0 : found.number(places.ord) - 1);
      if (parts.needsCount) list.totals[parent] = found.number(places.total);
      if (!parts.needsRows || found.isNull(places.there)) continue;
      if (list.counts[parent] === 0) list.firsts[parent] = rowsBefore + row;
      list.counts[parent] = (list.counts[parent] ?? 0) + 1;
    }
    context.budget.take(found.length);
    if (rows === undefined) rows = found;
    else rows.append(found);
    parentsBefore += group?.length ?? 1;
  }
  if (rows === undefined) throw new Error('a list was loaded for no parent');
  if (isRoot && parts.needsCursor) {
    const last = lastBeforeMore(asked.page, list.counts[0] ?? 0);
    if (last !== undefined) await context.pageEnds?.(cursorAt((list.firsts[0] ?? 0) + last, rows, asked, shape));
  }
  const kept = Array.from(list.counts, (count, parent) => keptRange(list.firsts[parent] ?? 0, count, asked.page));
  const below = loadBelow(loading, level, rows, kept, context);
  const { children, walks } = below instanceof Promise ? await below : below;
  return { ...list, level: { rows, children, walks } };
}

/** The same for a list whose nodes are written as their rows come. */
async function loadWritten(
  { take }: Loading,
  plan: ListPlan,
  { access, budget, slices }: PlanContext,
  parentIds: readonly string[] | undefined,
  asked: AskedRows,
  write: WriteNode,
): Promise<LoadedList> {
  const { shape } = plan;
  const make = (): WrittenNodes => new WrittenNodes(shape, asked.page, parentIds?.length ?? 1, write);
  const running = {
    run: (statement: Sql) => take(statement, make),
    firstCell: ({ tooMany }: WrittenNodes) => tooMany,
  };
  const nodes = await runList(running, plan, parentIds, asked);
  if (nodes.length > 0) {
    compareAccessVersion(access, nodes.version);
    if (shape.places.tooMany !== undefined) shape.refuse(nodes.tooMany);
  }
  nodes.requireWritten();
  budget.take(nodes.length);
  const { counts, totals } = nodes;
  return { level: { ...nothingBelow, rows: newRows() }, firsts: NONE, counts, totals, nodes, asked, slices };
}

const NONE = new Int32Array(0);
const newRows = (): RowSet => new RowSet();

const firstCell: Running<RowSet>['firstCell'] = (rows, place) => {
  if (rows.length === 0) return null;
  rows.goTo(0);
  return rows.text(place);
};

/** The cursor of a row. */
export function cursorAt(row: number, rows: RowSet, { cursors }: AskedRows, { places }: ListShape): string {
  rows.goTo(row);
  return cursors.encode(places.sort.map((place) => rows.text(place)));
}

/** The rows of the page, without the surplus row that tells that there are more. */
export function keptRange(first: number, count: number, { size, isBackward }: Page): Range {
  const surplus = Math.max(0, count - size);
  return isBackward ? [first + surplus, first + count] : [first, first + count - surplus];
}

const nothingBelow: LoadedBelow = { children: [], walks: [] };

/** Loads what is below these rows of a level, side by side; at once where nothing is. */
export function loadBelow(
  loading: Loading,
  level: Level,
  rows: RowSet,
  ranges: readonly Range[],
  context: PlanContext,
): LoadedBelow | Promise<LoadedBelow> {
  const isThere = level.children.length > 0 || level.walks.length > 0;
  return isThere ? loadAllBelow(loading, level, rows, ranges, context) : nothingBelow;
}

async function loadAllBelow(
  loading: Loading,
  level: Level,
  rows: RowSet,
  all: readonly Range[],
  context: PlanContext,
): Promise<LoadedBelow> {
  const idsOf = idsOnce(rows, all, context);
  const [children, walks] = await Promise.all([
    Promise.all(level.children.map((child) => loadChild(loading, child, rows, idsOf, context))),
    Promise.all(level.walks.map((walk) => loadWalk(loading, walk, idsOf, context))),
  ]);
  return { children, walks };
}

async function loadChild(
  loading: Loading,
  child: Child,
  rows: RowSet,
  idsOf: IdsOf,
  context: PlanContext,
): Promise<LoadedChild> {
  const { plan } = child;
  const { numberOf, ids } = await idsOf(child);
  const list = ids.length === 0 ? emptyList(rows, plan, context) : await loadList(loading, plan, context, ids);
  return { listOf: numberOf, list };
}

async function loadWalk({ walk }: Loading, child: LevelWalk, idsOf: IdsOf, context: PlanContext): Promise<LoadedWalk> {
  const { numberOf, ids } = await idsOf(child);
  return { valueOf: numberOf, values: await walk(context, child, ids) };
}

/** The ids to which something below these rows belongs, and for each row the number of its id; -1 where it has nothing there. */
interface IdsBelow {
  readonly numberOf: Int32Array;
  readonly ids: readonly string[];
}

type IdsOf = (below: BelowRows) => Promise<IdsBelow>;

/** Looks for the ids of what belongs to the same objects of these rows once. */
function idsOnce(rows: RowSet, ranges: readonly Range[], context: PlanContext): IdsOf {
  const known: { readonly below: BelowRows; readonly ids: Promise<IdsBelow> }[] = [];
  return (below) => {
    const found = known.find((one) => isOfSameRows(one.below, below));
    if (found !== undefined) return found.ids;
    const ids = idsIn(rows, ranges, below, context);
    known.push({ below, ids });
    return ids;
  };
}

/** Guards of one object are one list. */
const isOfSameRows = (one: BelowRows, other: BelowRows): boolean =>
  one.parent === other.parent && one.guards === other.guards;

async function idsIn(
  rows: RowSet,
  ranges: readonly Range[],
  { parent, guards }: BelowRows,
  { slices }: PlanContext,
): Promise<IdsBelow> {
  const numberOf = new Int32Array(rows.length).fill(-1);
  const numbers = new Map<string, number>();
  let looked = 0;
  for (const [first, end] of ranges)
    for (let row = first; row < end; row++) {
      const wait = ++looked % AT_ONCE === 0 ? slices.next() : undefined;
      if (wait !== undefined) await wait;
      rows.goTo(row);
      const id = guards.every((guard) => meets(rows, guard)) ? rows.text(parent) : null;
      if (id === null) continue;
      const number = numbers.get(id) ?? numbers.size;
      numbers.set(id, number);
      numberOf[row] = number;
    }
  return { numberOf, ids: [...numbers.keys()] };
}

/** Of no parent; it is never looked at. */
const emptyList = (rows: RowSet, { asked }: ListPlan, { slices }: PlanContext): LoadedList => ({
  level: { rows, children: [], walks: [] },
  firsts: new Int32Array(0),
  counts: new Int32Array(0),
  totals: new Int32Array(0),
  asked,
  slices,
});

function meets(rows: RowSet, { cell, is }: Guard): boolean {
  if (is === 'null') return rows.isNull(cell);
  if (rows.isNull(cell)) return false;
  return is === 'set' || isTrue(rows, cell);
}

/** Whether a cell of type boolean is true. */
export const isTrue = (rows: RowSet, cell: number): boolean =>
  !rows.isNull(cell) && rows.bytes[rows.starts[cell] ?? 0] === TRUE;
