import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import type { Catalog } from '../model.ts';
import { seeing } from '../read/hops.ts';
import type { Then } from '../root-query.ts';
import { changeVisible } from './visible.ts';

/** The kind as text, not as a parameter: partial indexes over the changes of one kind are found by it. */
const ofKind = (kind: string, change: Sql): Sql => sql`${change}.kind = ${sql.raw(`'${kind}'`)}`;

const latest = (id: Sql, position: Sql, kind: string, visible: Sql): Sql => sql`(
  select case when z.type <> 'DELETED' and ${visible} then z.state end from change z
  where z.object_id = ${id} and ${ofKind(kind, sql`z`)} and z.position <= ${position} order by z.position desc limit 1)`;

const visibility =
  (catalog: Catalog, access: Access) =>
  (kind: string, change: Sql): Sql =>
    changeVisible([catalog.get(kind)], access, change, 'get');

/** Objects as they were behind a position: changes until then that no other one until then has superseded. */
export function thenAt(catalog: Catalog, access: Access, position: bigint): Then {
  const visible = visibility(catalog, access);
  const until = sql`${position}::bigint`;
  return {
    holds: (kind, c) => sql`${ofKind(kind, c)} and ${c}.position <= ${until} and ${c}.type <> 'DELETED'
      and not exists (
        select from change n where n.object_id = ${c}.object_id and n.position > ${c}.position and n.position <= ${until})
      and ${visible(kind, c)}`,
    stateOf: (kind, id) => latest(id, until, kind, visible(kind, sql`z`)),
    ended: {
      until,
      holds: (kind, c) =>
        sql`${ofKind(kind, c)} and ${c}.position <= ${until} and ${c}.type = 'DELETED' and ${visible(kind, c)}`,
      stateOf: (kind, id, c) => latest(id, sql`${c}.position`, kind, visible(kind, sql`z`)),
      see: seeing({ catalog, access }),
    },
  };
}

/** Objects as each of some changes left them, which the caller has seen already: they are told by object and revision. */
export function thenOf(
  catalog: Catalog,
  access: Access,
  wanted: readonly { readonly id: string; readonly revision: bigint }[],
): Then {
  const visible = visibility(catalog, access);
  return {
    holds: (kind, c) => sql`${ofKind(kind, c)} and (${c}.object_id, ${c}.position) in (
      select w.id, (
        select x.position from change x where x.object_id = w.id and x.revision = w.revision order by x.position limit 1)
      from unnest(${wanted.map(({ id }) => id)}::uuid[], ${wanted.map(({ revision }) => revision)}::bigint[]) as w(id, revision))`,
    stateOf: (kind, id, c) => latest(id, sql`${c}.position`, kind, visible(kind, sql`z`)),
  };
}
