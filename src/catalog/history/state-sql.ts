import { type Sql, sql } from '../../platform/db/sql.ts';
import { referencesSql } from '../manifests/references-sql.ts';
import { objectSql, type StoredObject, statusSql } from '../manifests/spec-sql.ts';
import type { KindModel } from '../model.ts';

/** An object as a change leaves it: what its manifest says, and what the catalog itself keeps about it. */
export interface ObjectState extends StoredObject {
  readonly updatedAt: string;
  readonly status: Readonly<Record<string, unknown>>;
}

/** A state with the kind it is of. */
export interface KindState {
  readonly kind: KindModel;
  readonly state: ObjectState;
}

/** A jsonb expression of a row's state, with the ids of what it names: names alone could not be judged later. */
export const stateSql = (kind: KindModel, row: Sql): Sql =>
  objectSql(
    kind,
    row,
    ['updatedAt', sql`${row}.updated_at`],
    ['status', statusSql(kind, row)],
    ['references', referencesSql(kind, row)],
  );
