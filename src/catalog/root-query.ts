import type { Sql } from '../platform/db/sql.ts';
import type { TimeSlices } from '../platform/time-slices.ts';
import type { ManyField, ObjectsValueField, OneField, ValueField } from './extra-field.ts';
import type { ChoiceField, JsonFields } from './fields.ts';
import type { See } from './link.ts';
import type { Walk, WalkShape } from './walk.ts';

/** Arguments of a root field after their check: members that were left out or `null` are absent. */
export type Given = Readonly<Record<string, unknown>>;

interface QueryBase {
  readonly name: string;
  readonly description: string;
  /** In the vocabulary of specs; bounds (`max`, `min`, `pattern`) are checked before anything is read. */
  readonly args?: JsonFields;
  /** Argument whose length is the number of entries: the operation's cost is multiplied with it. */
  readonly sizedBy?: string;
  /** What the field costs beside what is selected of it, counted in objects; by default 1. */
  readonly price?: number;
}

/** One object of a kind; null when nothing fits, or what fits is hidden. */
export interface OneQuery extends QueryBase {
  readonly gives: 'one';
  readonly to: string;
  readonly where: (row: Sql, given: Given, see: See) => Sql;
}

/** A connection to objects of a kind or of an abstract type, with the arguments of every list. */
export interface ManyQuery extends QueryBase {
  readonly gives: 'many';
  readonly to: string;
  /** Which rows of a kind belong to the list, beside those that the caller may not see. */
  readonly where: (row: Sql, given: Given, see: See, kind: string) => Sql;
  /** Order where the caller asks for none: `['METER_NAME_ASC']`. */
  readonly orderBy?: readonly string[];
}

/**
 * Objects of a kind in the order of the keys, which are the argument `sizedBy`: as many entries as keys, null where none
 * fits or the one that fits is hidden.
 */
export interface EachQuery extends QueryBase {
  readonly gives: 'each';
  readonly to: string;
  readonly sizedBy: string;
  /** Whether a row is the one of a key (an expression of type text). */
  readonly where: (row: Sql, key: Sql, given: Given, see: See) => Sql;
}

/** A member of a record: what a domain may add to a kind, with the record's row in place of the kind's. */
export type RecordField = Unplaced<ValueField> | Unplaced<ObjectsValueField> | Unplaced<OneField> | Unplaced<ManyField>;
type Unplaced<F> = Omit<F, 'on' | 'name'>;

/** An object type of its own, which is no kind: what an answer says beside objects, or about several of them. */
export interface RecordType {
  readonly name: string;
  readonly description: string;
  readonly fields: Readonly<Record<string, RecordField>>;
  /** Enums that values of it have, and no kind. */
  readonly choices?: readonly ChoiceField[];
}

/** Ends a select, after its conditions, with what of its rows is wanted, by an expression of their key. */
export type WithinPage = (key: Sql) => Sql;

/** Records, made by one statement. */
export interface RecordsQuery extends QueryBase {
  readonly gives: 'records';
  readonly record: RecordType;
  /** One record, or null when there is no row, in place of a list. */
  readonly single?: boolean;
  /**
   * A connection in place of a list. The select then has the column `key`, a text by which its rows sort and differ, and no `ord`;
   * each of its branches ends with `within`. What only some fields need should be a subselect of the row: it runs for the
   * rows of the page alone.
   */
  readonly paged?: boolean;
  /**
   * A select, without parentheses, whose column `ord` sorts the records; fields take their values from its other
   * columns (a `many` from the column `id`). It asks `see` about every object that it tells of.
   */
  readonly rows: (given: Given, see: See, prepared: unknown, within: WithinPage) => Sql;
  /**
   * What SQL cannot compute: `rows` gets what `compute` makes of one statement before it, and others have their turn
   * meanwhile. That statement asks `see`, too.
   */
  readonly prepare?:
    | {
        readonly rows: (given: Given, see: See) => Sql;
        readonly compute: (rows: readonly Readonly<Record<string, unknown>>[], slices: TimeSlices) => Promise<unknown>;
      }
    | Inquiry;
}

/** What takes several statements, each depending on what the ones before have given. What it gives asks `see`. */
export interface Inquiry {
  readonly inquire: (given: Given, see: See, ask: Ask) => Promise<unknown>;
}

/** Runs a statement that only reads. */
export type Ask = <Row>(statement: Sql) => Promise<Row[]>;

/** How SQL reads objects as they were at a moment: rows of `change`, each the state of an object. */
export interface Then {
  /** Condition that a row of `change` is the state of an object of a kind at the moment, and that the caller may see it. */
  readonly holds: (kind: string, change: Sql) => Sql;
  /** Expression of the state of another object at the moment; null where there was none, or it is hidden. */
  readonly stateOf: (kind: string, id: Sql, change: Sql) => Sql;
  /** Objects that were there earlier; absent where it is about the states that single changes left. */
  readonly ended?: Ended;
}

/** How SQL reads objects that had been deleted by a moment. */
export interface Ended {
  /** Position of the moment. */
  readonly until: Sql;
  /** Condition that a row of `change` is a deletion until the moment, and that the caller may see the object as it was then. */
  readonly holds: (kind: string, change: Sql) => Sql;
  /** Expression of the state that another object had when a change was made; null where there was none, or it is hidden. */
  readonly stateOf: (kind: string, id: Sql, change: Sql) => Sql;
  /** Of what is remembered elsewhere than in the history. */
  readonly see: See;
}

/**
 * Adds to the end of a select over one kind what of its rows is wanted, by an expression of their natural key: a page, or
 * one key. Objects of two kinds may have one key.
 */
export type Within = (key: Sql, kind: string) => Sql;

/**
 * Records with a natural key: a connection in its order, and a look-up by many keys; both of now, and as of a moment of the
 * past. The selects have the columns `key`, `kind` (both text), `id` and `revision`, and those that the fields use; each branch of
 * them, one for each kind, ends with `within`.
 */
export interface EntriesQuery extends QueryBase {
  readonly gives: 'entries';
  readonly record: RecordType;
  /** The look-up: what its field and its argument are called. */
  readonly byKey: { readonly name: string; readonly argument: string; readonly description: string };
  /** The field of a past state, in the change feed and elsewhere, that gives the record of it. */
  readonly ofState: { readonly name: string; readonly kinds: readonly string[]; readonly description: string };
  /** Of now. The list has only what `isListed`; the look-up finds everything. */
  readonly live: (given: Given, see: See, within: Within, isListed: boolean) => Sql;
  readonly past: (given: Given, then: Then, within: Within, isListed: boolean) => Sql;
}

/** What is worked out by several statements (see `Walk`), from a key that the arguments say. */
export interface WalkQuery extends QueryBase {
  readonly gives: 'walk';
  readonly walk: Walk;
  readonly shape: WalkShape;
}

/**
 * A field of Query that a domain adds. It is planned like every other read: one statement, with the caller's access
 * inside, and one more for each list below.
 */
export type RootQuery = OneQuery | ManyQuery | EachQuery | RecordsQuery | EntriesQuery | WalkQuery;
