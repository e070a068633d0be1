import type { Queryable } from '../../platform/db/database.ts';
import type { Pruning } from '../../platform/db/pruner.ts';
import { sql } from '../../platform/db/sql.ts';

/**
 * Changes that are older than so many days: states that were superseded before then, and objects that had been
 * deleted by then. The newest state of everything else stays, so that any moment since can still be read.
 *
 *     position   1  2  3  4  5 │ 6  7        before the horizon 5: a1 is superseded by a3, and goes; a3 stays;
 *     object     a  b  a  b† c │ a  c        b2 goes, and then b4, with which b ended; c5 stays
 */
export const historyPruning = (days: number): Pruning => ({
  tables: ['change', 'change_set', 'former_scope'],
  prepare: (connection) => moveHorizon(connection, days),
  deleteSome: async (connection, limit) =>
    (await deleteChanges(connection, limit)) ||
    (await deleteChangeSets(connection, limit)) ||
    deleteFormerScopes(connection, limit),
});

/** In a transaction of its own: nobody reads a moment of which a part is gone. */
async function moveHorizon(connection: Queryable, days: number): Promise<void> {
  await connection.execute(sql`
    update change_head h set oldest = s.last_position, oldest_at = now() - make_interval(days => ${days}::int)
    from (
      select last_position from change_set where at < now() - make_interval(days => ${days}::int) order by at desc, last_position desc limit 1
    ) s where s.last_position > h.oldest`);
}

const deleteChanges = (connection: Queryable, limit: number): Promise<number> =>
  connection.execute(sql`
    delete from change where position in (
      select c.position from change_head h join change c on c.position <= h.oldest where case
        when exists (
          select from change n where n.object_id = c.object_id and n.position > c.position and n.position <= h.oldest
        ) then true
        else c.type = 'DELETED' and not exists (select from change e where e.object_id = c.object_id and e.position < c.position)
      end limit ${limit}::int)`);

/** Transactions of which no change is left. */
const deleteChangeSets = (connection: Queryable, limit: number): Promise<number> =>
  connection.execute(sql`
    delete from change_set where first_position in (
      select s.first_position from change_head h join change_set s on s.last_position <= h.oldest
      where not exists (select from change c where c.position between s.first_position and s.last_position)
      limit ${limit}::int)`);

/**
 * Scopes whose own changes are gone. When all changes before the horizon have gone, so have those of objects in
 * such a scope: it was deleted or moved elsewhere before the scope was deleted.
 */
const deleteFormerScopes = (connection: Queryable, limit: number): Promise<number> =>
  connection.execute(sql`
    delete from former_scope where id in (
      select f.id from former_scope f where not exists (select from change c where c.object_id = f.id) limit ${limit}::int)`);

/** What one partition of the audit log holds the records of. */
export const auditPartitionUnits = ['day', 'week', 'month'] as const;

export interface AuditRetention {
  readonly days: number;
  readonly partitionedBy: (typeof auditPartitionUnits)[number];
}

const UNITS_AHEAD = 3;

/**
 * Partitions of the audit log all of whose records are older than so many days, one after the other. The table lets
 * nothing else go, and nothing younger than 31 days. Before that the partitions of the time to come are made.
 */
export const auditPruning = ({ days, partitionedBy }: AuditRetention): Pruning => ({
  tables: ['audit_record'],
  prepare: async (connection) => {
    await prepareAuditPartitions(connection, partitionedBy);
  },
  deleteSome: async (connection) => {
    const [row] = await connection.cells(sql`select audit_record_forget(${days}::int)`);
    return row?.[0] === null ? 0 : 1;
  },
});

/** Makes the partitions that the audit log lacks up to an instant, by itself some time ahead; how many those were. */
export async function prepareAuditPartitions(
  connection: Queryable,
  unit: AuditRetention['partitionedBy'],
  until?: string,
): Promise<number> {
  const [row] = await connection.cells(sql`
    select audit_record_prepare(${unit},
      coalesce(${until ?? null}::timestamptz, now() + ${UNITS_AHEAD}::int * ('1 ' || ${unit}::text)::interval))`);
  return Number(row?.[0]);
}
