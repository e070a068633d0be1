import { sql } from '../../platform/db/sql.ts';
import { type Access, AccessMovedError } from '../access/access.ts';
import type { Level } from './plan-types.ts';

/** Has a statement bring the access position of its own snapshot along; the column's place. */
export const positionColumn = (access: Access, level: Level): number =>
  access.position === undefined ? -1 : level.column(sql`(select position from access_position)`);

/** Throws when a statement ran on other rights than those it was planned with. */
export function comparePosition(access: Access, found: unknown): void {
  if (access.position !== undefined && found !== access.position) throw new AccessMovedError();
}
