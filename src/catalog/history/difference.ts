import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Catalog, KindModel } from '../model.ts';
import type { Keyset, SortedBy } from '../read/paged-list.ts';
import type { FeedReader } from './feed-event.ts';
import { hiddenNames } from './hidden-names.ts';
import type { ObjectState } from './state-sql.ts';
import { type Actor, readActor, readState } from './stored-change.ts';
import { actorVisible, changeVisible } from './visible.ts';

/** What has become of one object between two moments. */
export interface ObjectDifference {
  readonly kind: KindModel;
  readonly name: string;
  readonly id: string;
  readonly before: ObjectState | null;
  readonly after: ObjectState | null;
  /** Of the last change in between of which the reader knows: of what went out of sight, when it did. */
  readonly at: string;
  readonly actor: Actor | null;
}

export interface DifferenceQuery {
  readonly from: bigint;
  readonly to: bigint;
  readonly kinds: readonly KindModel[];
}

const touched = ({ from, to, kinds }: DifferenceQuery, { access, caller }: FeedReader) => {
  const names = kinds.map(({ kind }) => kind);
  const actorId = sql`(s.actor ->> 'principalId')::uuid`;
  const visible = (row: Sql): Sql => changeVisible(kinds, access, row, 'get');
  const seesAll = visible(sql`c`).text === 'true';
  const lastKnown = seesAll
    ? sql`(select z.*)`
    : sql`(
        select c.* from change c left join lateral (
          select * from change b where b.object_id = c.object_id and b.position < c.position order by b.position desc limit 1
        ) p on true
        where c.object_id = o.object_id and c.position > ${from}::bigint and c.position <= ${to}::bigint
          and (${visible(sql`c`)} or ${visible(sql`p`)}) order by c.position desc limit 1
      )`;
  return sql`
    select d.* from (
      select o.kind, o.name, o.object_id, s.at,
        case when ${actorVisible(access, caller, actorId, sql`k`)} then s.actor::text end as actor,
        case when a.type <> 'DELETED' and ${visible(sql`a`)} then a.state end as before,
        case when z.type <> 'DELETED' and ${visible(sql`z`)} then z.state end as after
      from (
        select distinct kind, name, object_id from change
        where position > ${from}::bigint and position <= ${to}::bigint and kind = any(${names}::text[])
      ) o
      left join lateral (
        select * from change c where c.object_id = o.object_id and c.position <= ${from}::bigint order by c.position desc limit 1
      ) a on true
      cross join lateral (
        select * from change c where c.object_id = o.object_id and c.position <= ${to}::bigint order by c.position desc limit 1
      ) z
      cross join lateral ${lastKnown} k
      join change_set s on s.first_position = k.commit
      offset 0
    ) d where state_content(d.before) is distinct from state_content(d.after) and num_nulls(d.before, d.after) < 2`;
};

export const differenceOrder: readonly SortedBy[] = [
  { value: sql`d.kind`, type: 'text', isNullable: false, isDescending: false },
  { value: sql`d.name`, type: 'text', isNullable: false, isDescending: false },
  { value: sql`d.object_id`, type: 'uuid', isNullable: false, isDescending: false },
];

/** Objects that are not at the second moment what they were at the first, by kind and name. */
export async function loadDifferences(
  catalog: Catalog,
  connection: Queryable,
  reader: FeedReader,
  query: DifferenceQuery,
  rows: Keyset,
): Promise<ObjectDifference[]> {
  const hidden = (state: Sql): Sql => hiddenNames(query.kinds, reader.access, state);
  const found = await connection.cells(sql`
    select d.kind, d.name, d.object_id, d.before::text, d.after::text, d.at, d.actor, ${hidden(sql`d.before`)}, ${hidden(sql`d.after`)} from (${touched(query, reader)}) d
    where ${rows.condition} order by ${rows.orderBy} limit ${rows.limit}::int`);
  return found.map(([kindName, name, id, before, later, at, actor, hiddenBefore, hiddenLater]) => {
    const kind = catalog.get(String(kindName));
    const state = (json: unknown, paths: unknown): ObjectState | null =>
      typeof json === 'string' ? readState(kind, json, paths) : null;
    return {
      kind,
      name: String(name),
      id: String(id),
      before: state(before, hiddenBefore),
      after: state(later, hiddenLater),
      at: String(at),
      actor: readActor(actor),
    };
  });
}

export async function countDifferences(
  connection: Queryable,
  reader: FeedReader,
  query: DifferenceQuery,
  cap: number,
): Promise<number> {
  const [cells] = await connection.cells(
    sql`select count(*)::int from (select 1 from (${touched(query, reader)}) d limit ${cap + 1}::int) n`,
  );
  return Number(cells?.[0] ?? 0);
}
