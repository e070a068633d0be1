import { advisoryLocks } from '../../platform/db/advisory-locks.ts';
import type { Queryable } from '../../platform/db/database.ts';
import type { Pruning } from '../../platform/db/pruner.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, now, tables } from '../../platform/db/tables.ts';
import type { Tuple } from '../../platform/openfga/client.ts';
import type { Operation } from './apply-operations.ts';

/** The table `authz_outbox`: changes of tuples that PostgreSQL has committed, and what has become of them in OpenFGA. */

/** Waits until nobody else applies the outbox, up to the end of the transaction. */
export const lockOutbox = async (connection: Queryable): Promise<void> => {
  await connection.rows(sql`select pg_advisory_xact_lock(${advisoryLocks.outbox}::bigint)`);
};

const outbox = tables.selectFrom('authz_outbox');
const outstanding = outbox.where('applied_at', 'is', null).where('failed_at', 'is', null);

export const loadOutstanding = (connection: Queryable, limit: number): Promise<Operation[]> =>
  connection.rows(outstanding.select(['seq', 'operation', 'tuple']).orderBy('seq').limit(limit).$castTo<Operation>());

export async function isOutstanding(connection: Queryable, upTo: bigint): Promise<boolean> {
  const rows = await connection.rows(outstanding.select('seq').where('seq', '<=', upTo).limit(1));
  return rows.length > 0;
}

export const loadLater = (connection: Queryable, after: bigint): Promise<Operation[]> =>
  connection.rows(
    outbox.select(['seq', 'operation', 'tuple']).where('seq', '>', after).orderBy('seq').$castTo<Operation>(),
  );

export async function markApplied(connection: Queryable, seqs: readonly bigint[]): Promise<void> {
  await connection.execute(
    tables
      .updateTable('authz_outbox')
      .set((row) => ({ applied_at: now, attempts: row('attempts', '+', 1) }))
      .where('seq', '=', among(seqs)),
  );
}

export async function markAllApplied(connection: Queryable, upTo: bigint): Promise<void> {
  await connection.execute(
    tables
      .updateTable('authz_outbox')
      .set({ applied_at: now, failed_at: null })
      .where('applied_at', 'is', null)
      .where('seq', '<=', upTo),
  );
}

/** Rows that OpenFGA refuses for good: they are tried no more, and somebody has to look. */
export async function markFailed(connection: Queryable, reasons: ReadonlyMap<bigint, string>): Promise<void> {
  if (reasons.size === 0) return;
  await connection.execute(sql`
    update authz_outbox o set applied_at = null, failed_at = now(), attempts = attempts + 1, last_error = r.error
    from unnest(${[...reasons.keys()]}::bigint[], ${[...reasons.values()]}::text[]) r (seq, error) where o.seq = r.seq`);
}

/** Of a failed row `f`: a later one has decided since whether its tuple exists. */
const superseded = sql`exists (select from authz_outbox n
  where n.order_key = f.order_key and n.seq > f.seq and n.tuple = f.tuple and n.applied_at is not null)`;

export async function loadFailed(connection: Queryable): Promise<(Tuple & { readonly error: string })[]> {
  const rows = await connection.rows<{ tuple: Tuple; last_error: string }>(sql`
    select f.tuple, f.last_error from authz_outbox f
    where f.applied_at is null and f.failed_at is not null and not ${superseded} order by f.seq`);
  return rows.map(({ tuple, last_error: error }) => ({ ...tuple, error }));
}

/** What waits to be applied, since when, and what OpenFGA refuses for good. */
export interface OutboxStatus {
  readonly outstanding: number;
  readonly refused: number;
  /** Age of the oldest that waits; 0: none does. */
  readonly oldestSeconds: number;
}

export async function outboxStatus(connection: Queryable): Promise<OutboxStatus> {
  const [row] = await connection.cells(sql`
    select count(*) filter (where f.failed_at is null)::int,
      count(*) filter (where f.failed_at is not null and not ${superseded})::int,
      coalesce(extract(epoch from now() - min(f.created_at) filter (where f.failed_at is null)), 0)::float8
    from authz_outbox f where f.applied_at is null`);
  const [outstanding, refused, oldestSeconds] = row ?? [];
  return { outstanding: Number(outstanding), refused: Number(refused), oldestSeconds: Number(oldestSeconds) };
}

/** Rows that were applied more than a day ago. Failed rows that no longer matter count as applied from then on. */
export const outboxPruning: Pruning = {
  tables: ['authz_outbox'],
  prepare: async (connection) => {
    await connection.execute(sql`
      update authz_outbox f set applied_at = now()
      where f.applied_at is null and f.failed_at is not null and ${superseded}`);
  },
  deleteSome: (connection, limit) =>
    connection.execute(sql`
      delete from authz_outbox where seq in (
        select seq from authz_outbox where applied_at < now() - interval '1 day' order by seq limit ${limit}::int)`),
};

/** Ends every access that is remembered: each statement notices that the access version has risen. */
export async function raiseAccessVersion(connection: Queryable): Promise<void> {
  await connection.execute(tables.updateTable('access_version').set((row) => ({ version: row('version', '+', 1n) })));
}
