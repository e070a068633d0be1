import { type Sql, sql } from '../../platform/db/sql.ts';
import { PLATFORM } from '../well-known.ts';

/** A row called `place` with the kind and the name of a scope, also of one that is gone. */
export const placeOfScope = (scope: Sql): Sql => sql`lateral (
  select coalesce((select standing.kind from scope standing where standing.id = ${scope}),
      (select former.kind from former_scope former where former.id = ${scope})) as kind,
    coalesce((select known.name from change known where known.object_id = ${scope} order by known.position desc limit 1),
      case when ${scope} = ${PLATFORM}::uuid then 'root' end) as name
) place`;
