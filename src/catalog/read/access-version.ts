import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { type Access, AccessChangedError } from '../access/access.ts';
import type { Level } from './plan-types.ts';

/** Has a statement bring the access version of its own snapshot along; the column's place. */
export const accessVersionColumn = (access: Access, level: Level): number =>
  access.version === undefined ? -1 : level.column(sql`(select version from access_version)`);

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
