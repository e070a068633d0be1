import type { See } from '../../../catalog/link.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { isOffered } from '../relations.ts';

/*
 * How the answers go from version to version, as SQL on aliases of rows. Only what the caller may see is gone over.
 */

/** `imports`: from a version to those that it imports. `importedBy`: from a version to the offered ones that import it. */
export type ImportDirection = 'imports' | 'importedBy';

const onlyOffered = (direction: ImportDirection): Sql =>
  direction === 'imports' ? sql`` : sql` and ${isOffered(sql`v`, sql`o`)}`;

const ends = (direction: ImportDirection) =>
  direction === 'imports'
    ? ([sql`service_version_id`, sql`target_version_id`] as const)
    : ([sql`target_version_id`, sql`service_version_id`] as const);

/** Ids of the versions that imports of some versions lead to and that were not reached: each once, before anything is asked about it. */
function further(direction: ImportDirection, level: Sql, see: See): Sql {
  const [near, far] = ends(direction);
  return sql`select i.${far} as id from service_import i where i.${near} = any(${level}.ids) and ${see('ServiceImport', sql`i`)}
    except select unnest(${level}.seen)`;
}

/**
 * Two tables for a `with recursive`: `level` walks imports breadth first, `node (id, depth)` has each version that is reached,
 * once, at its least depth; those that the walk starts from at depth 0. Every import is looked at once.
 *
 *   depth 0   devices@v1
 *   depth 1   iam@v1   logging@v1   monitoring@v4
 *   depth 2   meta@v1  secrets@v1                   (meta is reached from all three, and is one node)
 *
 * `within` is a condition on the versions `v` that it leads to. `offset 0` keeps a level from being worked out anew for each of the
 * three places that speak of it, and has the versions looked up one by one: nobody can estimate how few of all they are.
 */
export const importClosure = (
  direction: ImportDirection,
  start: Sql,
  mostDepth: number,
  see: See,
  within = sql`true`,
): Sql => sql`
  level (depth, ids, seen) as (
    select 0, s.ids, s.ids from (select array(${start}) as ids offset 0) s
    union all
    select l.depth + 1, n.ids, l.seen || n.ids
    from level l
    cross join lateral (
      select array(
        select x.id from (${further(direction, sql`l`, see)}) x
        cross join lateral (
          select from service_version v join service o on o.id = v.service_id and ${see('Service', sql`o`)}${onlyOffered(direction)}
          where v.id = x.id and ${see('ServiceVersion', sql`v`)} and ${within} offset 0) v) as ids offset 0) n
    where l.depth < ${mostDepth}::int and cardinality(n.ids) > 0),
  node (id, depth) as (select n.id, l.depth from level l cross join lateral unnest(l.ids) n (id))`;
