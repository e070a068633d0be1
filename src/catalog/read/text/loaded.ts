import type { RowSet } from '../../../platform/db/row-set.ts';
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

/** Runs one statement; rows as PostgreSQL sends them. */
export type RunRows = (statement: Sql) => Promise<RowSet>;

/** How levels are loaded. */
export interface Loading {
  readonly run: RunRows;
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
  readonly asked: AskedRows;
  readonly slices: TimeSlices;
}

/** Which rows of a level are there. */
type Range = readonly [first: number, end: number];

/** So many rows are looked at between two looks at the clock. */
const AT_ONCE = 500;
const TRUE = 0x74;

/** Loads a list for these parents, or for the one root, and all below it. */
export async function loadList(
  loading: Loading,
  plan: ListPlan,
  context: PlanContext,
  parentIds: readonly string[] | undefined,
  asked: AskedRows = plan.asked,
): Promise<LoadedList> {
  const { level, pageSize, shape } = plan;
  const groups = parentIds === undefined ? [undefined] : [...inGroups(parentIds, pageSize)];
  const parentCount = parentIds?.length ?? 1;
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
    const found = await runList({ run: loading.run, firstCell }, plan, group, asked);
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
  if (parentIds === undefined && parts.needsCursor) {
    const last = lastBeforeMore(asked.page, list.counts[0] ?? 0);
    if (last !== undefined) await context.pageEnds?.(cursorAt((list.firsts[0] ?? 0) + last, rows, asked, shape));
  }
  const kept = Array.from(list.counts, (count, parent) => keptRange(list.firsts[parent] ?? 0, count, asked.page));
  const below = loadBelow(loading, level, rows, kept, context);
  const { children, walks } = below instanceof Promise ? await below : below;
  return { ...list, level: { rows, children, walks } };
}

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
  const [children, walks] = await Promise.all([
    Promise.all(level.children.map((child) => loadChild(loading, child, rows, all, context))),
    Promise.all(level.walks.map((walk) => loadWalk(loading, walk, rows, all, context))),
  ]);
  return { children, walks };
}

async function loadChild(
  loading: Loading,
  child: Child,
  rows: RowSet,
  ranges: readonly Range[],
  context: PlanContext,
): Promise<LoadedChild> {
  const { plan } = child;
  const { numberOf, ids } = await idsIn(rows, ranges, child, context);
  const list = ids.length === 0 ? emptyList(rows, plan, context) : await loadList(loading, plan, context, ids);
  return { listOf: numberOf, list };
}

async function loadWalk(
  { walk }: Loading,
  child: LevelWalk,
  rows: RowSet,
  ranges: readonly Range[],
  context: PlanContext,
): Promise<LoadedWalk> {
  const { numberOf, ids } = await idsIn(rows, ranges, child, context);
  return { valueOf: numberOf, values: await walk(context, child, ids) };
}

/** The ids to which something below these rows belongs, and for each row the number of its id; -1 where it has nothing there. */
async function idsIn(
  rows: RowSet,
  ranges: readonly Range[],
  { parent, guards }: BelowRows,
  { slices }: PlanContext,
): Promise<{ readonly numberOf: Int32Array; readonly ids: readonly string[] }> {
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
