import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { KindModel } from '../model.ts';
import type { Keyset, SortedBy } from '../read/paged-list.ts';
import type { ObjectState } from './state-sql.ts';
import { readState } from './stored-change.ts';

/** An object as it was at a position. */
export interface PastObject {
  readonly kind: KindModel;
  readonly id: string;
  readonly state: ObjectState;
  /** Position of the change that brought it into this state. */
  readonly position: bigint;
}

/** Place of an object in the order in which past states are read. */
export type StateKey = readonly [name: string, id: string];

export interface StateQuery {
  readonly kind: KindModel;
  /** What of a state its reader may not see, as `hiddenNames` says it of the row `c`. */
  readonly hidden: Sql;
  readonly position: bigint;
  /** Further condition on the change `c`. */
  readonly where: Sql;
  /** Only objects of this name: found by it. */
  readonly name?: string | undefined;
  /** Which of them; all of them to be counted. */
  readonly rows?: Keyset;
}

/** By name, as they are found along the index of names. */
export const stateOrder: readonly SortedBy[] = [
  { value: sql`c.name`, type: 'text', isNullable: false, isDescending: false },
  { value: sql`c.object_id`, type: 'uuid', isNullable: false, isDescending: false },
];

/**
 * The states of a kind at a position: changes until then that no other one until then has superseded. Written so that
 * a page is read along the index of names, whatever the number of objects.
 */
const statesAt = ({ kind, position, where, name, rows }: Omit<StateQuery, 'hidden'>): Sql => {
  const hasName = name === undefined ? sql`` : sql` and c.name = ${name}`;
  return sql`from change c
    where c.kind = ${kind.kind} and c.position <= ${position}::bigint and c.type <> 'DELETED'${hasName}
      and not exists (
        select from change n where n.object_id = c.object_id and n.position > c.position and n.position <= ${position}::bigint)
      and ${where} and ${rows?.condition ?? sql`true`}`;
};

export async function loadStates(
  connection: Queryable,
  query: StateQuery & { readonly rows: Keyset },
): Promise<PastObject[]> {
  const rows = await connection.cells(
    sql`select c.object_id, c.state::text, c.position, ${query.hidden} ${statesAt(query)} order by ${query.rows.orderBy} limit ${query.rows.limit}::int`,
  );
  return rows.map(([id, state, position, hidden]) => ({
    kind: query.kind,
    id: String(id),
    state: readState(query.kind, String(state), hidden),
    position: BigInt(String(position)),
  }));
}

/** How many there are, up to the cap and one more. */
export async function countStates(
  connection: Queryable,
  query: Omit<StateQuery, 'rows' | 'hidden'>,
  cap: number,
): Promise<number> {
  const [cells] = await connection.cells(
    sql`select count(*)::int from (select 1 ${statesAt(query)} limit ${cap + 1}::int) n`,
  );
  return Number(cells?.[0] ?? 0);
}
