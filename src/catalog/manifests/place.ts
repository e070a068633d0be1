import type { Sql } from '../../platform/db/sql.ts';
import type { KindModel } from '../model.ts';

/** Where a manifest names another object. */
export interface Place {
  /** `spec.siteRef`; of a list its own path, without the index of an entry, and of objects in a column that of the column. */
  readonly path: string;
  /** The kinds of the object; undefined when it may be of any kind. */
  readonly to: KindModel | undefined;
  /** A subselect with the columns `path`, `kind` and `id` of what a row names there. */
  readonly rows: (row: Sql) => Sql;
  /** The id of what a row names there, where that is one object of one kind at most. */
  readonly id?: (row: Sql) => Sql;
}
