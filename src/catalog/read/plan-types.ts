import type { GraphQLObjectType, GraphQLResolveInfo, SelectionSetNode } from 'graphql';
import type { Sql } from '../../platform/db/sql.ts';
import type { TimeSlices } from '../../platform/time-slices.ts';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { Link, See } from '../link.ts';
import type { Catalog, KindModel } from '../model.ts';
import type { Given } from '../root-query.ts';
import type { Walk, WalkShape } from '../walk.ts';
import type { Cursors, ListCursors, Position } from './cursor.ts';
import type { LookThrough } from './leads.ts';
import type { OrderTerm } from './order.ts';
import type { RowBudget } from './row-budget.ts';

/** Arguments of a GraphQL field, coerced. */
export type Arguments = Readonly<Record<string, unknown>>;

/** What planning needs to know of the operation. */
export type Operation = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues' | 'isWritten'>;

/** One response key of a selection on a concrete type, with everything asked below it. */
export interface Selected {
  readonly key: string;
  readonly name: string;
  /** Name of the GraphQL type that the field gives, list and non-null marks left out. */
  readonly type: string;
  readonly args: Arguments;
  readonly below: readonly SelectionSetNode[];
}

/** An object of the answer: values by response key, ready for graphql-js or a serializer. */
export type Answer = Record<string, unknown>;

/** A list or a walk still to be made: the answer it belongs to, the key, and the parent row's id. */
export interface Pending {
  readonly into: Answer;
  readonly key: string;
  readonly parentId: string;
}

/** Turns one row of cells into an answer; lists below it are queued, not loaded. */
export type Assemble = (cells: readonly unknown[]) => Answer | null;

/** A condition on a row's cells, without which nothing is asked of it. */
export interface Guard {
  readonly cell: number;
  readonly is: 'set' | 'null' | 'true';
}

export interface ListLimits {
  readonly defaultPage: number;
  readonly maxPage: number;
  readonly maxCount: number;
  /** So much is followed at most to the rows that refer to it (`Lead`). */
  readonly mostFollowed: number;
  readonly lookThrough: LookThrough;
}

/** What every part of a plan is made for. */
export interface PlanContext {
  readonly operation: Operation;
  readonly catalog: Catalog;
  readonly access: Access;
  readonly caller: Caller;
  readonly cursors: Cursors;
  /** Long work gives way to others between its pieces. */
  readonly slices: TimeSlices;
  /** Plans the lists below an object: objects hold lists and lists hold objects. */
  readonly planList: (context: PlanContext, selected: Selected, targets: readonly Target[]) => ListPlan;
  readonly limits: ListLimits;
  readonly budget: RowBudget;
  /**
   * Told where the page of a list at the root ends, once its rows are there, if more of the list follow it. What is made of them waits
   * until that is settled.
   */
  readonly pageEnds?: ((endCursor: string) => Promise<void>) | undefined;
}

/** The select list and the joins of one statement, gathered while the selection is walked. */
export interface Level {
  readonly columns: readonly Sql[];
  readonly joins: Sql[];
  readonly children: Child[];
  readonly walks: LevelWalk[];
  /** Adds an expression to the select list (once) and gives its index in the row. */
  column(expression: Sql): number;
  /** Joins a related row and gives its alias; relation paths with a common prefix share their joins. */
  join(from: Sql, target: Target, context: Pick<PlanContext, 'catalog' | 'access'>): Sql;
  /** Says that every row of this alias is one of a kind that the caller may read. */
  isSeen(row: Sql, kind: KindModel, context: Pick<PlanContext, 'access'>): void;
}

/** What is below the rows of a level, loaded for all of them at once. */
export interface BelowRows {
  /** Cell with the id that it belongs to. */
  readonly parent: number;
  /** Rows that do not meet all of them have nothing there. */
  readonly guards: readonly Guard[];
  /** Its place among the lists, or the walks, of the level. */
  readonly index: number;
}

/** A list below this level: loaded by one statement. */
export interface Child extends BelowRows {
  readonly plan: ListPlan;
  readonly pending: Pending[];
}

/** What is walked to, from all rows of a level at once, or from all values at one place of a selection. */
export interface WalkChild {
  readonly context: PlanContext;
  readonly selected: Selected;
  readonly source: { readonly walk: Walk; readonly shape: WalkShape; readonly given: Given };
  readonly pending: Pending[];
}

export interface LevelWalk extends WalkChild, BelowRows {}

/**
 * One list level: one statement for any number of parents.
 *
 *   select p.ord, [n.total], columns…
 *   from unnest($parents) with ordinality p (id, ord)
 *   [left join lateral (count up to the cap) n on true]
 *   left join lateral (rows of one parent: filter, access, order, page) t on true
 *   [left join … to-one relations of the rows
 *   order by p.ord, sort values]
 */
export interface ListPlan {
  /** By what the rows are sorted. */
  readonly order: readonly OrderTerm[];
  /** The statement for these parents; without parents (a root list) for the one root. Of other rows where others are asked for. */
  statement(parentIds: readonly string[] | undefined, asked?: AskedRows): Sql;
  /** Of a list at the root: what may give the rows that are asked for sooner. */
  readonly trial: Trial;
  /** The rows that it was made for. */
  readonly asked: AskedRows;
  /** Rows of the statement → one connection per parent, in the parents' order; lists below are queued. */
  assemble(rows: readonly (readonly unknown[])[], parentCount: number): Promise<Answer[]>;
  readonly level: Level;
  /** Rows for each parent at most. */
  readonly pageSize: number;
  /** The same for those who make text of rows. */
  readonly shape: ListShape;
}

/** A statement that looks at the first rows of a list alone. Where they are too few it says so as if it had to look through too many. */
export interface Trial {
  /** Undefined where it is not worth it. */
  statement(asked?: AskedRows): Sql | undefined;
  /** They were too few: that is not tried again. */
  fail(): void;
}

/** Which page of a list is asked for: so many rows behind a position, or before it. */
export interface Page {
  readonly size: number;
  readonly isBackward: boolean;
  readonly position: Position | undefined;
}

/** Which rows a list has, and which page of them is asked for: of a plan that is used again it may be others. */
export interface AskedRows {
  readonly targets: readonly Target[];
  readonly args: Arguments;
  readonly page: Page;
  readonly cursors: ListCursors;
}

/** What is selected of a connection, by response key. */
export interface ConnectionParts {
  readonly type: GraphQLObjectType;
  /** All of it, in the order of the answer; and so below. */
  readonly fields: readonly Selected[];
  readonly nodes: readonly Selected[];
  readonly edges: readonly EdgeParts[];
  readonly pageInfo: readonly { readonly key: string; readonly fields: readonly Selected[] }[];
  readonly counts: readonly Selected[];
  readonly caps: readonly Selected[];
  readonly needsRows: boolean;
  readonly needsCount: boolean;
  readonly needsCursor: boolean;
}

export interface EdgeParts {
  readonly key: string;
  readonly fields: readonly Selected[];
  readonly cursors: readonly Selected[];
  readonly nodes: readonly Selected[];
}

/** What is read of one object: where the cells of its fields stand in a row, whatever is made of them. */
export interface ObjectShape {
  readonly type: GraphQLObjectType;
  /** Cell that is null where there is no object; none for what is always there. */
  readonly id: number | undefined;
  readonly fields: readonly FieldShape[];
}

/** One response key of an object. */
export type FieldShape = { readonly selected: Selected; readonly context: PlanContext } & (
  | { readonly from: 'typename' }
  | { readonly from: 'constant'; readonly value: unknown }
  | { readonly from: 'row'; readonly places: readonly number[]; readonly source: Extract<Source, { from: 'row' }> }
  /** `present`: cell that says whether the group is there, if it may be missing. */
  | { readonly from: 'group'; readonly present: number | undefined; readonly shape: ObjectShape }
  /** The first option whose object is there. */
  | { readonly from: 'one'; readonly options: readonly ObjectShape[] }
  | { readonly from: 'many'; readonly child: Child }
  | { readonly from: 'walk'; readonly child: LevelWalk }
);

/** What is read of a connection, and where it stands in a row. */
export interface ListShape {
  readonly parts: ConnectionParts;
  readonly limits: PlanContext['limits'];
  /** For each place where nodes are asked for; of several shapes the first whose object is there. */
  readonly nodes: ReadonlyMap<Selected, readonly ObjectShape[]>;
  readonly places: {
    /** Number of the parent, from 1 on; a list at the root has none. */
    readonly ord: number | undefined;
    /** Null where the parent has no row. */
    readonly there: number;
    readonly total: number;
    readonly version: number;
    /** Whether more rows would have had to be looked through than may be; of lists at the root. */
    readonly tooMany: number | undefined;
    readonly sort: readonly number[];
  };
  /** Throws where that is so. */
  readonly refuse: (tooMany: unknown) => void;
}

/** One kind a relation may lead to, and how. */
export interface Target {
  readonly kind: KindModel;
  readonly link: Link;
  /** Further condition on rows of this kind (root lists). */
  readonly where?: (row: Sql, see: See) => Sql;
}

/**
 * Where a GraphQL field's value comes from, said once, on the field itself (`extensions.source`).
 * Every field of a planned type has one; there is no resolver that queries.
 */
export type Source =
  /** The same for every object of the type. */
  | { readonly from: 'constant'; readonly value: unknown }
  /** A function of columns or SQL expressions of the row. */
  | {
      readonly from: 'row';
      readonly columns: (row: Sql, args: Arguments, context: PlanContext, selected: Selected) => readonly Sql[];
      readonly read: (values: readonly unknown[], args: Arguments, context: PlanContext, selected: Selected) => unknown;
    }
  /** A nested object out of the same row; null when none of its columns is set. */
  | { readonly from: 'group'; readonly present?: (row: Sql, access: Access) => Sql }
  /** One related object, joined into the statement of its level. */
  | { readonly from: 'one'; readonly targets: readonly Target[] }
  /** A connection: a statement of its own, for all parents at once. */
  | { readonly from: 'many'; readonly targets: readonly Target[] }
  /** Worked out by statements that depend on each other, for all rows of the level at once. */
  | {
      readonly from: 'walk';
      readonly walk: Walk;
      readonly shape: WalkShape;
      readonly read: (args: Arguments) => Given;
    };

declare module 'graphql' {
  interface GraphQLResolveInfo {
    /** The answer becomes text without graphql-js: objects are wanted as JSON (text/json-text.ts). */
    readonly isWritten?: boolean;
  }
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    source?: Source;
    /** Argument whose length is the number of entries of the list. */
    sizedBy?: string | undefined;
    /** How many entries the list is taken to have, where no argument says it. */
    assumedSize?: number | undefined;
    /** The field of Query gives objects that become text without graphql-js, where the operation allows it. */
    isWritten?: boolean | undefined;
    /** The field is a member of a walk's values. */
    isWalked?: boolean | undefined;
    /** What the field costs, where `prices` does not say it. */
    price?: number | undefined;
  }
}
