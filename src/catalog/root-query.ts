import type { Sql } from '../platform/db/sql.ts';
import type { ManyField, ObjectsValueField, OneField, ValueField } from './extra-field.ts';
import type { JsonFields } from './fields.ts';
import type { See } from './link.ts';

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
}

/** Records, made by one statement. */
export interface RecordsQuery extends QueryBase {
  readonly gives: 'records';
  readonly record: RecordType;
  /** One record, or null when there is no row, in place of a list. */
  readonly single?: boolean;
  /**
   * A select, without parentheses, whose column `ord` sorts the records; fields take their values from its other
   * columns (a `many` from the column `id`). It asks `see` about every object that it tells of.
   */
  readonly rows: (given: Given, see: See) => Sql;
}

/**
 * A field of Query that a domain adds. It is planned like every other read: one statement, with the caller's access
 * inside, and one more for each list below.
 */
export type RootQuery = OneQuery | ManyQuery | EachQuery | RecordsQuery;
