import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { type Access, AccessChangedError } from '../access/access.ts';
import type { Level } from './plan-types.ts';

/** Has a statement bring the access version of its own snapshot along, at least where `first` is true, which it is of the first row; the column's place. */
export function accessVersionColumn(access: Access, level: Level, first?: Sql): number {
  if (access.version === undefined) return -1;
  const version = sql`(select version from access_version)`;
  return level.column(first === undefined ? version : sql`case when ${first} then ${version} end`);
}

/** Throws when a statement ran on other rights than those it was planned with. */
export function compareAccessVersion(access: Access, found: unknown): void {
  if (access.version !== undefined && found !== access.version) throw new AccessChangedError();
}

/** Throws when the rights in force by now are others than those with which something was read. */
export async function requirePresent(database: Queryable, access: Access): Promise<void> {
  if (access.version === undefined) return;
  const [row] = await database.cells(sql`select version from access_version`);
  compareAccessVersion(access, row?.[0]);
}
