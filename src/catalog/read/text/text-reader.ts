import { RowSet } from '../../../platform/db/row-set.ts';
import type { JsonText } from '../../../platform/json-text.ts';
import { kept } from '../../../platform/kept.ts';
import { compareAccessVersion } from '../access-version.ts';
import { keptRows, lastBeforeMore } from '../connection.ts';
import type { AskedRows, ListPlan, ObjectShape, PlanContext } from '../plan-types.ts';
import type { FoundRow, FoundRows, Listed, RowsPlan } from '../rows-plan.ts';
import { listWriter, loneNodeWriter } from './list-writer.ts';
import { type LoadedLevel, type Loading, loadBelow, loadList } from './loaded.ts';
import { objectWriter, type Write } from './object-writer.ts';
import { fixed, TextOut } from './text-out.ts';

/** Executes plans like `Reader`, and makes JSON of what is found: all rows are loaded first, then written once. */
export interface TextReader {
  list(context: PlanContext, plan: ListPlan, asked: AskedRows): Promise<JsonText>;
  rows(context: PlanContext, plan: RowsPlan, listed?: Listed): Promise<FoundRows>;
}

// Plans are used again, and what writes their rows with them.
const listOf = kept(listWriter);
const nodeOf = kept(({ level, shape }: ListPlan) =>
  level.children.length + level.walks.length === 0 ? loneNodeWriter(shape) : undefined,
);
const objectOf = kept((shape: ObjectShape) => objectWriter(shape, listWriter));

/** So many objects are written between two looks at the clock. */
const AT_ONCE = 20;

const opened = fixed('[');
const closed = fixed(']');
const comma = fixed(',');

export function createTextReader(ways: Omit<Loading, 'nodeWriter'>): TextReader {
  const loading: Loading = { ...ways, nodeWriter: nodeOf };
  return {
    list: async (context, plan, asked) => {
      const write = listOf(plan.shape);
      const list = await loadList(loading, plan, context, undefined, asked);
      const out = new TextOut();
      const wait = write(out, { list, number: 0 });
      if (wait !== undefined) await wait;
      return out.take();
    },
    rows: async (context, plan, listed) => {
      const rows = await loading.take(plan.statement, () => new RowSet());
      if (rows.length > 0 && context.access.version !== undefined) {
        rows.goTo(0);
        compareAccessVersion(context.access, rows.value(plan.version));
      }
      const all = Array.from({ length: rows.length }, (_, row) => row);
      const isFound = (row: number): boolean => plan.found === undefined || rows.isSet(row, plan.found);
      const found = all.filter(isFound);
      context.budget.take(found.length);
      if (listed !== undefined) await tellEnd(context, listed, plan, rows, found);
      const below = loadBelow(loading, plan.level, rows, [[0, rows.length]], context);
      const { children, walks } = below instanceof Promise ? await below : below;
      const level = { rows, children, walks };
      const writers = plan.shapes.map((shape) => ({ id: shape.id, write: objectOf(shape) }));
      const page = listed === undefined ? [] : keptRows(listed.page, found);
      const lists: JsonText[] = [];
      for (const { write } of writers.slice(0, listed?.places ?? 0))
        lists.push(await listText(context, level, page, write));
      const answersOf = await rowTexts(context, level, writers, lists.length);
      return {
        rows: all.map((row) => new TextRow({ rows, row, places: plan.columns }, isFound(row), answersOf(row))),
        lists,
      };
    },
  };
}

/** Tells where the page ends that these rows are. */
function tellEnd(
  { pageEnds }: PlanContext,
  { page, cursorOf }: Listed,
  { columns: places }: RowsPlan,
  rows: RowSet,
  found: readonly number[],
): Promise<void> | undefined {
  const last = pageEnds && lastBeforeMore(page, found.length);
  const row = last === undefined ? undefined : found[last];
  if (row === undefined || cursorOf === undefined) return undefined;
  return pageEnds?.(cursorOf({ columns: columnsAt({ rows, row, places }) }));
}

/** The objects that some rows are at one place, as one list. */
async function listText(
  { slices }: PlanContext,
  level: LoadedLevel,
  page: readonly number[],
  write: Write,
): Promise<JsonText> {
  const out = new TextOut();
  out.raw(opened);
  for (const [index, row] of page.entries()) {
    const turn = index % AT_ONCE === AT_ONCE - 1 ? slices.next() : undefined;
    if (turn !== undefined) await turn;
    level.rows.goTo(row);
    if (index > 0) out.raw(comma);
    out.mark();
    const wait = write(out, level);
    if (wait !== undefined) await wait;
  }
  out.raw(closed);
  return out.take();
}

/** The objects that each row is at the places from one on, each a text of its own; null where one is not there. */
async function rowTexts(
  { slices }: PlanContext,
  level: LoadedLevel,
  writers: readonly { readonly id: number | undefined; readonly write: Write }[],
  first: number,
): Promise<(row: number) => readonly (JsonText | null)[]> {
  const none = writers.map(() => null);
  if (first === writers.length) return () => none;
  const { rows } = level;
  const out = new TextOut();
  const texts: (JsonText | null)[][] = [];
  for (let row = 0; row < rows.length; row++) {
    const turn = row % AT_ONCE === AT_ONCE - 1 ? slices.next() : undefined;
    if (turn !== undefined) await turn;
    const made: (JsonText | null)[] = none.slice(0, first);
    for (const { id, write } of writers.slice(first)) {
      rows.goTo(row);
      if (id !== undefined && rows.isNull(id)) {
        made.push(null);
        continue;
      }
      const wait = write(out, level);
      if (wait !== undefined) await wait;
      made.push(out.take());
    }
    texts.push(made);
  }
  return (row) => texts[row] ?? none;
}

interface RowAt {
  readonly rows: RowSet;
  readonly row: number;
  readonly places: readonly number[];
}

function columnsAt({ rows, row, places }: RowAt): readonly unknown[] {
  rows.goTo(row);
  return places.map((place) => rows.value(place));
}

/** A row whose objects are written. */
class TextRow implements FoundRow {
  readonly #at: RowAt;
  readonly isFound: boolean;
  readonly answers: FoundRow['answers'];

  constructor(at: RowAt, isFound: boolean, answers: FoundRow['answers']) {
    this.#at = at;
    this.isFound = isFound;
    this.answers = answers;
  }

  get columns(): readonly unknown[] {
    return columnsAt(this.#at);
  }
}
