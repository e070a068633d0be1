import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import { placesOf } from '../manifests/references-sql.ts';
import type { Catalog, KindModel } from '../model.ts';
import { auditRight, changeVisible } from './visible.ts';

/** Who judges: callers of the audit log also know what they may read the log of. */
type Reading = 'history' | 'audit';

/**
 * A text[] expression: the paths at which a state of one of these kinds names objects that the caller may not get. An
 * object is judged where it stands, or where it last stood: like its history, whether or not it still exists.
 */
export function hiddenNames(
  kinds: readonly KindModel[],
  access: Access,
  state: Sql,
  reading: Reading = 'history',
): Sql {
  const visible = namedVisible(targetsOf(kinds), access, sql`n.id`, reading);
  if (visible === undefined) return sql`null::text[]`;
  return sql`(select array_agg(n.path) from jsonb_to_recordset(${state} -> 'references') n (path text, kind text, id uuid)
    where n.kind <> all(${STANDING}::text[]) and not ${visible})`;
}

/** What is no object of a kind and always there: the platform, and whatever only other systems know. */
export const STANDING = ['Platform'];

/** Whether the caller may know the object behind an id; undefined when that holds for all of these kinds. */
export function namedVisible(kinds: readonly KindModel[], access: Access, id: Sql, reading: Reading): Sql | undefined {
  const visible = changeVisible(kinds, access, sql`z`, 'get');
  if (visible.text === 'true') return undefined;
  const isKnown = reading === 'audit' ? sql`(${visible} or ${onLog(access)})` : visible;
  return sql`coalesce((select ${isKnown} from (
    select * from change c where c.object_id = ${id} order by c.position desc limit 1) z), false)`;
}

const onLog = (access: Access): Sql => sql`coalesce((select ${auditRight(access, sql`v`)} from (
  select z.object_id as id, standing_scope(z.scope_id) as scope_id, z.other_scope_ids) v), false)`;

/** A text[] expression: the uids of objects that a refusal mentions, as it was recorded, and the caller may not know. */
export function hiddenMentions({ kinds }: Pick<Catalog, 'kinds'>, access: Access, decision: Sql): Sql {
  const visible = namedVisible(kinds, access, sql`m.id`, 'audit');
  if (visible === undefined) return sql`null::text[]`;
  return sql`(select array_agg(m.id::text) from (
    select distinct (one ->> 'id')::uuid as id from jsonb_path_query(${decision}, '$.violations[*].mentions[*]') one) m
    where not ${visible})`;
}

/** The kinds that objects of some kinds can name. */
function targetsOf(kinds: readonly KindModel[]): readonly KindModel[] {
  const named = new Set(kinds.flatMap((kind) => placesOf(kind, 'all').map(({ to }) => to)));
  const all = kinds[0]?.kinds ?? [];
  return named.has(undefined) ? all : all.filter((kind) => named.has(kind));
}
