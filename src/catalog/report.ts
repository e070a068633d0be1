import type { Sql } from '../platform/db/sql.ts';
import type { Violation } from '../platform/errors.ts';
import type { TimeSlices } from '../platform/time-slices.ts';
import type { Change } from './kind.ts';
import type { See } from './link.ts';
import type { RecordType } from './root-query.ts';

/**
 * What a write tells of a change beside the object and what refuses it: a record, in the payload of whichever mutation
 * makes the change. Nothing is done for it unless it is asked for.
 *
 *   in the transaction:  changes ─► select ─► rows, of the state before anything is derived
 *   after it:            row, with what refuses the change ─► compute ─► rows ─► record
 */
export interface Report {
  /** The kind whose changes it is about. */
  readonly on: string;
  /** Name of the payload's field. */
  readonly name: string;
  readonly description: string;
  readonly record: RecordType;
  /** Whether it tells of a change at all. */
  readonly isAbout: (change: Change) => boolean;
  /** One select for all changes, with the column `object_id`. It asks `see` about every object that it tells of. */
  readonly select: (changes: readonly Change[], see: See) => Sql;
  readonly compute: (change: ReportedChange, slices: TimeSlices) => Promise<unknown>;
  /** As of a query that gives records. */
  readonly rows: (computed: unknown, see: See) => Sql;
}

export interface ReportedChange {
  readonly change: Change;
  /** Why the write refuses it. */
  readonly violations: readonly Violation[];
  readonly row: Readonly<Record<string, unknown>>;
}

/** So many changes of one request are reported on; of others there is no report. */
export const MOST_REPORTS = 20;
