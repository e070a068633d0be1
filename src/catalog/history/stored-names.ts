import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Mention } from '../../platform/violation.ts';
import { namesAt } from '../manifests/left-out.ts';
import type { StoredObject } from '../manifests/spec-sql.ts';
import { STANDING } from './hidden-names.ts';

/** What stored objects refer to, by their uids: each by its own name, and as it is written there. */
export async function storedNames(
  connection: Queryable,
  objects: readonly StoredObject[],
): Promise<ReadonlyMap<string, readonly Mention[]>> {
  if (objects.length === 0) return new Map();
  const byId = new Map(objects.map((one) => [one.id, one]));
  const rows = await connection.rows<{
    object: string;
    path: string;
    kind: string;
    id: string;
    name: string | null;
  }>(sql`
    select i.id as object, n.path, n.kind, n.id, (
      select t.name from change t where t.object_id = n.id order by t.position desc limit 1) as name
    from unnest(${[...byId.keys()]}::uuid[]) i (id)
    cross join lateral (select c.state from change c where c.object_id = i.id order by c.position desc limit 1) s
    cross join lateral jsonb_to_recordset(s.state -> 'references') n (path text, kind text, id uuid)
    where n.id is not null and n.kind <> all(${STANDING}::text[])`);
  const found = rows.map(({ object, path, kind, id, name }): [string, Mention[]] => {
    const stored = byId.get(object);
    const names = new Set([...(stored === undefined ? [] : namesAt(stored, [path])), ...(name === null ? [] : [name])]);
    return [object, [...names].map((one) => ({ kind, id, name: one }))];
  });
  return new Map(
    [...Map.groupBy(found, ([object]) => object)].map(([object, own]) => [object, own.flatMap(([, names]) => names)]),
  );
}
