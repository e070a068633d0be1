import type { RowSet } from '../../../platform/db/row-set.ts';
import type { JsonText } from '../../../platform/json-text.ts';
import { kept } from '../../../platform/kept.ts';
import { compareAccessVersion } from '../access-version.ts';
import type { AskedRows, ListPlan, ObjectShape, PlanContext } from '../plan-types.ts';
import { type FoundRow, levelStatement, type RowsPlan } from '../rows-plan.ts';
import { listWriter } from './list-writer.ts';
import { loadChildren, loadList, type RunRows } from './loaded.ts';
import { objectWriter } from './object-writer.ts';
import { TextOut } from './text-out.ts';

/** Executes plans like `Reader`, and makes JSON of what is found: all rows are loaded first, then written once. */
export interface TextReader {
  list(context: PlanContext, plan: ListPlan, asked: AskedRows): Promise<JsonText>;
  rows(context: PlanContext, plan: RowsPlan): Promise<FoundRow[]>;
}

// Plans are used again, and what writes their rows with them.
const listOf = kept(listWriter);
const objectOf = kept((shape: ObjectShape) => objectWriter(shape, listWriter));

/** So many objects are written between two looks at the clock. */
const AT_ONCE = 20;

export function createTextReader(run: RunRows): TextReader {
  return {
    list: async (context, plan, asked) => {
      const write = listOf(plan.shape);
      const list = await loadList(run, plan, context, undefined, asked);
      const out = new TextOut();
      const wait = write(out, { list, number: 0 });
      if (wait !== undefined) await wait;
      return out.take();
    },
    rows: async (context, plan) => {
      const writers = plan.shapes.map((shape) => ({ id: shape.id, write: objectOf(shape) }));
      const rows = await run(levelStatement(plan));
      if (rows.length > 0 && context.access.version !== undefined) {
        rows.goTo(0);
        compareAccessVersion(context.access, rows.value(plan.version));
      }
      context.budget.take(countOf(rows, plan));
      const children = await loadChildren(run, plan.level, rows, [[0, rows.length]], context);
      const level = { rows, children };
      const out = new TextOut();
      const answers: FoundRow[] = [];
      for (let row = 0; row < rows.length; row++) {
        const turn = row % AT_ONCE === AT_ONCE - 1 ? context.slices.next() : undefined;
        if (turn !== undefined) await turn;
        rows.goTo(row);
        const made: (JsonText | null)[] = [];
        for (const { id, write } of writers) {
          if (id !== undefined && rows.isNull(id)) {
            made.push(null);
            continue;
          }
          const wait = write(out, level);
          if (wait !== undefined) {
            await wait;
            rows.goTo(row);
          }
          made.push(out.take());
        }
        answers.push(new TextRow(rows, row, plan, made));
      }
      return answers;
    },
  };
}

const isFound = (rows: RowSet, { found }: RowsPlan): boolean => found === undefined || !rows.isNull(found);

function countOf(rows: RowSet, plan: RowsPlan): number {
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    rows.goTo(row);
    if (isFound(rows, plan)) count++;
  }
  return count;
}

/** A row whose objects are written. */
class TextRow implements FoundRow {
  readonly #rows: RowSet;
  readonly #row: number;
  readonly #places: readonly number[];
  readonly isFound: boolean;
  readonly answers: FoundRow['answers'];

  /** The rows stand at this one. */
  constructor(rows: RowSet, row: number, plan: RowsPlan, answers: FoundRow['answers']) {
    this.#rows = rows;
    this.#row = row;
    this.#places = plan.columns;
    this.isFound = isFound(rows, plan);
    this.answers = answers;
  }

  get columns(): readonly unknown[] {
    this.#rows.goTo(this.#row);
    return this.#places.map((place) => this.#rows.value(place));
  }
}
