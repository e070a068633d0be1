import type { SelectionSetNode } from 'graphql';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { JsonText } from '../../platform/json-text.ts';
import { kept } from '../../platform/kept.ts';
import type { KindModel } from '../model.ts';
import type { Answer, Level, ObjectShape, Page, PlanContext } from './plan-types.ts';

/** What is found: an answer for graphql-js, or the text of one where the operation is written without it. */
export type Found = Answer | JsonText;

/** What is made of the rows of a level, wherever they come from. */
export interface LevelPlan {
  readonly level: Level;
  /** Cells that are wanted of each row. */
  readonly columns: readonly number[];
  /** Objects that are wanted of each row. */
  readonly shapes: readonly ObjectShape[];
  /** Cell of the access version of the statement. */
  readonly version: number;
  /** Cell that is set in rows that count as found; undefined: all do. */
  readonly found: number | undefined;
}

/** A level with the one statement that reads it. */
export interface RowsPlan extends LevelPlan {
  readonly statement: Sql;
}

/** What the rows of a level are read from, and in what order. */
export interface RowsOf {
  readonly from: Sql;
  readonly orderBy: Sql;
  /** Columns besides those of the plan. */
  readonly further?: readonly Sql[];
}

export const rowsPlan = (plan: LevelPlan, rows: RowsOf): RowsPlan => ({
  ...plan,
  columns: [...plan.columns, ...(rows.further ?? []).map((_, index) => plan.level.columns.length + index)],
  statement: levelStatement(plan.level, rows),
});

/** Stands in a statement for a value of the piece that it was composed around. */
class Place {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

/** By the text of the piece. */
const statementsOf = kept((_plan: LevelPlan) => new Map<string, Sql>());
/** Mostly there is one such text: that an object is found by its name, or by its id. */
const MOST_STATEMENTS = 8;

/**
 * The same where `from` consists of a piece that is there anew each time, and of what always comes with it in this plan: to put a
 * statement together takes longer than to put values in it.
 */
export function rowsPlanAround(plan: LevelPlan, piece: Sql, rowsOf: (piece: Sql) => RowsOf): RowsPlan {
  const statements = statementsOf(plan);
  let statement = statements.get(piece.text);
  if (statement === undefined) {
    statement = levelStatement(plan.level, rowsOf(piece.map((_, index) => new Place(index))));
    if (statements.size < MOST_STATEMENTS) statements.set(piece.text, statement);
  }
  const { parameters } = piece;
  return { ...plan, statement: statement.map((one) => (one instanceof Place ? parameters[one.index] : one)) };
}

/** Of a row the cells and the objects that were wanted; null where an object is not there. */
export interface FoundRow {
  /** Read from the row when they are asked for: of most rows of a page nobody does. */
  readonly columns: readonly unknown[];
  readonly isFound: boolean;
  readonly answers: readonly (Found | null)[];
}

/** Rows by their ids, or by what an index finds: one, where the caller has not to be told that there are several. */
export type WantedRows = { readonly kind: KindModel } & (
  | { readonly ids: readonly string[] }
  | { readonly where: (row: Sql) => Sql }
);

/** Reads the visible ones of these, by their ids. */
export type ReadObjects = (
  context: PlanContext,
  wanted: WantedRows,
  sets: readonly SelectionSetNode[],
) => Promise<ReadonlyMap<string, Found>>;

/** Of how many places, the first ones, the objects of the page's rows are wanted as one list instead of row by row. */
export interface Listed {
  readonly page: Pick<Page, 'size' | 'isBackward'>;
  readonly places: number;
  /** Undefined where nobody is told a cursor. */
  readonly cursorOf: ((row: Pick<FoundRow, 'columns'>) => string) | undefined;
}

/** All rows of a level, and where the operation is written the lists that were wanted. */
export interface FoundRows {
  readonly rows: readonly FoundRow[];
  /** By place; none where objects are for graphql-js, which wants them one by one. */
  readonly lists: readonly JsonText[];
}

function levelStatement(level: Level, { from, orderBy, further = [] }: RowsOf): Sql {
  const columns = sql.join([selectList(level.columns), ...further], ', ');
  return sql`select ${columns} from ${sql.join([from, joined(level.joins)], ' ')}${orderBy}`;
}

// Of a plan that is used again they are the same each time.
const selectList = kept((columns: readonly Sql[]) => sql.join(columns, ', '));
const joined = kept((joins: readonly Sql[]) => sql.join(joins, ' '));
