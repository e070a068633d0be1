import { type Sql, sql } from '../../platform/db/sql.ts';
import { PLATFORM } from '../well-known.ts';

/** A lateral row `scope_then` with the kind and the last known name of a scope, also of one that was deleted. */
export const scopeThen = (scope: Sql): Sql => sql`lateral (
  select coalesce((select standing.kind from scope standing where standing.id = ${scope}),
      (select former.kind from former_scope former where former.id = ${scope})) as kind,
    coalesce((select known.name from change known where known.object_id = ${scope} order by known.position desc limit 1),
      case when ${scope} = ${PLATFORM}::uuid then 'root' end) as name
) scope_then`;

/** The scope itself, or the nearest scope above it that still exists: a function that is called only for a scope that is gone. */
export const standingScope = (scope: Sql): Sql =>
  sql`coalesce((select there.id from scope there where there.id = ${scope}), standing_scope(${scope}))`;
