import type { Database } from '../../platform/db/database.ts';
import type { History } from '../history/history.ts';
import type { ParseApart } from '../manifests/parse-apart.ts';
import type { Catalog } from '../model.ts';
import type { AtWork } from './at-work.ts';
import type { Authorization } from './authorization.ts';
import type { SchemaOf } from './batch.ts';
import type { ConstraintRules } from './constraints.ts';
import type { OperationResult } from './operation.ts';
import type { WriteWatch } from './write-watch.ts';

export interface Writer {
  readonly catalog: Catalog;
  readonly database: Database;
  readonly constraints: ConstraintRules;
  /** Records every write; absent: nothing is recorded. */
  readonly history?: History;
  /** Decides what callers may write, and brings what was written in force; absent: only the system writes. */
  readonly authorization?: Authorization;
  /** Writers that may wait; further ones are refused at once. */
  readonly mostWaiting?: number;
  readonly watch?: WriteWatch;
}

/** What it takes to read and judge, made once for all writes. */
export interface WriterState {
  readonly schemaOf: SchemaOf;
  readonly parse: ParseApart;
  readonly atWork: AtWork;
}

/** The outcome of a transaction. */
export type Written =
  | { readonly is: 'stored'; readonly revision: bigint }
  | { readonly is: 'not stored' }
  | { readonly is: 'repeated'; readonly results: readonly OperationResult[] | 'reused' };
