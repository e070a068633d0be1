import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { kept } from '../../platform/kept.ts';
import { draftCondition } from '../access/draft-condition.ts';
import type { Author } from '../author.ts';
import type { Catalog, KindModel } from '../model.ts';
import { storableJson } from './asker.ts';
import { stateSql } from './state-sql.ts';
import { touchPublished } from './touch-followers.ts';

/** Channel on which every commit that changed something is announced; its payload is the newest position. */
export const CHANGE_CHANNEL = 'catalog_change';

/** Positions of the changes of one transaction, first and last. */
export interface ChangeRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** Those of one request of the transaction; its first position is what its changes have in common. */
export interface RequestRange extends ChangeRange {
  readonly by: Author;
}

interface Noted {
  readonly head: bigint;
  readonly kind: string;
  readonly has_present: boolean;
  readonly has_gone: boolean;
}

const columns = sql`position, commit, type, kind, object_id, name, scope_id, other_scope_ids, is_derived, is_draft, revision, state, changed_fields`;

/** The newest change of an object. */
const lastChange = (id: Sql, condition: Sql): Sql =>
  sql`select c.* from change c where c.object_id = ${id} and ${condition} order by c.position desc limit 1`;

/** What a change says of an object that is there, besides its positions. */
const present = sql`case when w.had then 'MODIFIED' else 'ADDED' end::change_type`;
const presentRest = sql`w.id, w.name, w.scope_id, w.others, w.is_derived, w.is_draft, w.revision, w.state,
      case when w.had then array(select d.path from json_differences(state_content(w.was), state_content(w.state)) d order by 1) else '{}' end`;

/** Objects that are there: new ones, and those whose state or scopes differ from what was last recorded. */
const presentRows = kept((kind: KindModel): Sql => {
  const row = sql`r`;
  const others = 'also' in kind.scope ? sql`r.other_scope_ids` : sql`'{}'::uuid[]`;
  const isDerived = kind.ownedBy === undefined ? sql`false` : sql`r.${sql.ident(kind.ownedBy)} is not null`;
  // `offset 0` keeps the state from being worked out for the comparison and for the result each.
  return sql`(
      select r.id, r.name, r.scope_id, ${others} as others, ${isDerived} as is_derived, ${draftCondition(kind, row) ?? sql`false`} as is_draft, r.revision, ${stateSql(kind, row)} as state,
        coalesce(p.type <> 'DELETED', false) as had, p.state as was, p.scope_id as was_scope, p.other_scope_ids as were_others
      from (
        select t.*, n.is_new from (
          select object_id, bool_or(operation = 'INSERT') as is_new from change_note where kind = ${kind.kind} group by object_id
        ) n join ${sql.ident(kind.table)} t on t.id = n.object_id order by t.revision, t.id
      ) r
      left join lateral (${lastChange(sql`r.id`, sql`not r.is_new`)}) p on true
      offset 0
    ) w`;
});

const isDifferent = sql`(not w.had or w.state <> w.was or w.scope_id <> w.was_scope or w.others <> w.were_others)`;

const recordPresent = (kind: KindModel, before: bigint, commit: bigint): Sql => sql`
    insert into change (${columns})
    select ${before}::bigint + row_number() over (), ${commit}::bigint, ${present}, ${kind.kind}, ${presentRest}
    from ${presentRows(kind)} where ${isDifferent}`;

/**
 * The same for objects of one kind that several requests have changed, unless the transaction has touched any other: the
 * changes of each request follow each other. Gives how many others were touched, and the positions of each request by its
 * index.
 */
const recordRequested = (kind: KindModel, wanted: string): Sql => sql`
    with wanted as materialized (
      select x.object_id, x.request from jsonb_to_recordset(${wanted}::jsonb) x (object_id uuid, request int)
    ), noted as materialized (
      select count(*)::int as touched, (count(*) filter (where n.operation <> 'UPDATE' or q.object_id is null))::int as strays
      from change_note n left join wanted q on q.object_id = n.object_id
    ), stored as (
      insert into change (${columns})
      select h.position + w.place, h.position + min(w.place) over (partition by w.request), ${present}, ${kind.kind}, ${presentRest}
      from (
        select w.*, q.request, row_number() over (order by q.request, w.revision, w.id) as place
        from ${presentRows(kind)} join wanted q on q.object_id = w.id where ${isDifferent}
      ) w cross join change_head h where (select n.strays from noted n) = 0
      returning position, object_id
    )
    select n.touched, n.strays, f.* from noted n left join (
      select q.request, min(s.position) as first, max(s.position) as last
      from stored s join wanted q on q.object_id = s.object_id group by q.request
    ) f on true order by f.first`;

const recordGone = (kind: KindModel, before: bigint, commit: bigint): Sql => sql`
  insert into change (${columns})
  select ${before}::bigint + row_number() over (), ${commit}::bigint, 'DELETED', p.kind, p.object_id, p.name, p.scope_id,
    p.other_scope_ids, p.is_derived, p.is_draft, p.revision, p.state, '{}'
  from (
    select p.* from (select distinct object_id from change_note where kind = ${kind.kind} and operation = 'DELETE') n
    cross join lateral (${lastChange(sql`n.object_id`, sql`true`)}) p
    where p.type <> 'DELETED' and not exists (select from ${sql.ident(kind.table)} r where r.id = n.object_id)
    order by p.revision desc, p.object_id
  ) p`;

const loadNoted = (connection: Queryable): Promise<Noted[]> =>
  connection.rows<Noted>(
    sql`select h.position as head, k.kind, k.has_present, k.has_gone from change_head h, noted_kinds() k`,
  );

/**
 * Turns what the transaction has noted into changes, each with the next position: at the end of the transaction,
 * under the write lock, so that positions have no gaps and are visible in their order. What refers comes after what
 * is referred to; of deletions it is the other way round. Undefined when nothing has changed.
 */
export async function recordChanges(catalog: Catalog, connection: Queryable): Promise<ChangeRange | undefined> {
  const noted = await loadNoted(connection);
  const [{ head } = { head: 0n }] = noted;
  const there = new Set(noted.flatMap(({ kind, has_present: isPresent }) => (isPresent ? [kind] : [])));
  const gone = new Set(noted.flatMap(({ kind, has_gone: isGone }) => (isGone ? [kind] : [])));
  for (const kind of await touchPublished(catalog.kinds, there, connection)) there.add(kind);
  const first = head + 1n;
  let last = head;
  for (const kind of catalog.kinds) {
    if (there.has(kind.kind)) last += BigInt(await connection.execute(recordPresent(kind, last, first)));
  }
  for (const kind of catalog.kinds.toReversed()) {
    if (gone.has(kind.kind)) last += BigInt(await connection.execute(recordGone(kind, last, first)));
  }
  if (last === head) {
    if (noted.length > 0) await touchHead(connection);
    return undefined;
  }
  return { first, last };
}

/** What the transaction has noted gets a new stamp: answers that were kept of that hold no longer. */
const stampTouched = sql`stamped as (
      insert into last_touched (name) select distinct n.kind from change_note n
      on conflict (name) do update set stamp = excluded.stamp
    )`;

/** What was touched may look the same in history and not to readers. */
const touchHead = (connection: Queryable): Promise<unknown> =>
  connection.rows(sql`with ${stampTouched} update change_head set at = at`);

/**
 * The same for a transaction that has done several requests, each given with the objects that it has changed, and none of which
 * can have made a draft of anything or published it. Gives the positions of each that has changed something, in their
 * order; nothing is recorded when anything else has changed.
 */
export async function recordChangesTogether(
  kind: KindModel,
  connection: Queryable,
  requests: readonly (readonly string[])[],
): Promise<(ChangeRange & { readonly request: number })[] | 'others have changed'> {
  const wanted = JSON.stringify(requests.flatMap((ids, request) => ids.map((id) => ({ object_id: id, request }))));
  if (wanted === '[]') return [];
  const rows = await connection.rows<{ touched: number; strays: number; request: number | null } & ChangeRange>(
    recordRequested(kind, wanted),
  );
  if (rows.some(({ strays }) => strays > 0)) return 'others have changed';
  const ranges = rows.flatMap(({ request, first, last }) => (request === null ? [] : [{ request, first, last }]));
  if (ranges.length === 0 && rows.some(({ touched }) => touched > 0)) await touchHead(connection);
  return ranges;
}

/**
 * Gives the changes the instant of the write, which everything stored in it has, and moves the head of the stream: the
 * very last step. The ranges of the transaction's requests follow each other. Instants follow each other as positions do, even
 * when the clock is set back. Gives what `conclusion` selects besides.
 */
export async function sealChanges(
  connection: Queryable,
  ranges: readonly RequestRange[],
  conclusion: Sql = sql`null`,
): Promise<readonly unknown[]> {
  const sets = ranges.map(({ by, first, last }) => {
    const { email: _, ...actor } = by.caller; // Addresses of people are kept in the audit log alone (reference/iam.md 5.4).
    return {
      first: String(first),
      last: String(last),
      actor,
      request_id: by.requestId,
      operation: by.operation ?? null,
    };
  });
  const last = ranges.at(-1)?.last;
  const [row = []] = await connection.cells(sql`
    with head as (
      update change_head set position = ${last}::bigint, at = greatest(write_instant(), at + interval '1 microsecond') returning at
    ), noted as (
      insert into change_set (first_position, last_position, at, actor, request_id, operation)
      select s.first, s.last, head.at, s.actor, s.request_id, s.operation
      from head, jsonb_to_recordset(${storableJson(sets)}::jsonb) s (first bigint, last bigint, actor jsonb, request_id text, operation text)
    ), ${stampTouched}
    select pg_notify(${CHANGE_CHANNEL}, ${String(last)}), ${conclusion}`);
  return row;
}

/** Notes every object there is, as if all had been touched. How many there are. */
export async function noteEverything(catalog: Catalog, connection: Queryable): Promise<number> {
  await connection.rows(sql`select change_note_table()`);
  const objects = catalog.kinds.map(({ kind, table }) => sql`select ${kind}, id, 'UPDATE' from ${sql.ident(table)}`);
  return connection.execute(
    sql`insert into change_note (kind, object_id, operation) ${sql.join(objects, ' union all ')}`,
  );
}
