import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import { differences, type FieldChange, memberDifferences } from '../differences.ts';
import { parseJson } from '../manifests/json.ts';
import type { KindModel } from '../model.ts';
import type { Keyset, SortedBy } from '../read/paged-list.ts';
import { instant } from '../values/instant.ts';
import { hiddenNames } from './hidden-names.ts';
import type { ObjectState } from './state-sql.ts';
import { type Actor, toState } from './stored-change.ts';
import { actorVisible, changeVisible } from './visible.ts';

/** One change in the life of an object. */
export interface ObjectChange {
  readonly kind: KindModel;
  readonly position: bigint;
  readonly commit: bigint;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly at: string;
  readonly actor: Actor | null;
  readonly state: ObjectState;
  /** The state before, as far as it is kept and may be seen. */
  readonly was: ObjectState | null;
}

/** Every field in which two states differ. */
export const stateDifferences = (kind: KindModel, was: ObjectState, is: ObjectState): FieldChange[] => [
  ...differences(was.labels, is.labels, 'metadata.labels'),
  ...differences(was.annotations, is.annotations, 'metadata.annotations'),
  ...memberDifferences(was.spec, is.spec, 'spec', kind.spec),
  ...memberDifferences(was.status, is.status, 'status', kind.status),
];

export interface HistoryQuery {
  readonly kind: KindModel;
  readonly access: Access;
  readonly caller: Caller;
  /** Which changes `c`. */
  readonly where: Sql;
}

/** Newest first. */
export const historyOrder: readonly SortedBy[] = [
  { value: sql`c.position`, type: 'bigint', isNullable: false, isDescending: true },
];

/** A text expression: those of these changes that the caller may see, as a JSON list of the form `readHistory` takes. */
export function historySql({ kind, access, caller, where }: HistoryQuery, rows: Keyset): Sql {
  const hidden = (state: Sql): Sql => hiddenNames([kind], access, state);
  const visible = (row: Sql): Sql => changeVisible([kind], access, row, 'get');
  const actorId = sql`(s.actor ->> 'principalId')::uuid`;
  return sql`(
    select coalesce(jsonb_agg(jsonb_build_object('position', h.position::text, 'commit', h.commit::text, 'type', h.type,
      'at', h.at, 'actor', h.actor, 'state', h.state, 'was', h.was,
      'hidden', ${hidden(sql`h.state`)}, 'wasHidden', ${hidden(sql`h.was`)}) order by h.ord), '[]')::text
    from (
      select row_number() over (order by ${rows.orderBy}) as ord, c.position, c.commit, c.type, s.at, c.state, case when ${actorVisible(access, caller, actorId, sql`c`)} then s.actor end as actor,
        (select case when p.type <> 'DELETED' and ${visible(sql`p`)} then p.state end from (
          select * from change b where b.object_id = c.object_id and b.position < c.position order by b.position desc limit 1) p) as was
      from change c join change_set s on s.first_position = c.commit
      where ${where} and ${rows.condition} and ${visible(sql`c`)} order by ${rows.orderBy} limit ${rows.limit}::int
    ) h)`;
}

/** How many changes there are, up to the cap and one more. */
export const historyCountSql = ({ kind, access, where }: HistoryQuery, cap: number): Sql => sql`(
  select count(*)::int from (
    select 1 from change c where ${where} and ${changeVisible([kind], access, sql`c`, 'get')} limit ${cap + 1}::int) n)`;

interface Written {
  readonly position: string;
  readonly commit: string;
  readonly type: ObjectChange['type'];
  readonly at: string;
  readonly actor: Actor | null;
  readonly state: ObjectState;
  readonly was: ObjectState | null;
  readonly hidden: readonly string[] | null;
  readonly wasHidden: readonly string[] | null;
}

export const readHistory = (kind: KindModel, json: string): ObjectChange[] =>
  (parseJson(json) as Written[]).map(({ position, commit, type, at, actor, state, was, hidden, wasHidden }) => ({
    kind,
    position: BigInt(position),
    commit: BigInt(commit),
    type,
    at: instant(at),
    actor,
    state: toState(kind, state, hidden),
    was: was === null ? null : toState(kind, was, wasHidden),
  }));
