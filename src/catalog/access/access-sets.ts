import { randomUUID } from 'node:crypto';
import { advisoryLocks } from '../../platform/db/advisory-locks.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Pruning } from '../../platform/db/pruner.ts';
import { sql } from '../../platform/db/sql.ts';
import { ago, tables } from '../../platform/db/tables.ts';
import { type Holdings, MOST_IN_ARRAY } from './holdings.ts';

/** Puts slots with many scopes into `access_scope`, with everything below; undefined when there is none. */
export async function storeHoldings(
  database: Database,
  principalId: string,
  accessVersion: bigint,
  { slots }: Holdings,
): Promise<string | undefined> {
  const wide = slots.filter(({ scopeIds }) => scopeIds.size > MOST_IN_ARRAY);
  if (wide.length === 0) return undefined;
  return database.transaction(async (connection) => {
    await connection.rows(sql`select pg_advisory_xact_lock_shared(${advisoryLocks.access}::bigint)`);
    // Another replica may have worked out the same already: slots are numbered alike everywhere.
    await connection.execute(
      tables
        .deleteFrom('access_set')
        .where('principal_id', '=', principalId)
        .where('access_version', '<', accessVersion)
        .where('created_at', '<', ago('1 minute')),
    );
    const [row] = await connection.rows(
      tables
        .insertInto('access_set')
        .values({ id: randomUUID(), principal_id: principalId, access_version: accessVersion })
        .onConflict((known) => known.columns(['principal_id', 'access_version']).doNothing())
        .returning('id'),
    );
    if (row === undefined) {
      const [known] = await connection.rows(
        tables
          .selectFrom('access_set')
          .select('id')
          .where('principal_id', '=', principalId)
          .where('access_version', '=', accessVersion),
      );
      return known?.id;
    }
    const pairs = wide.flatMap(({ index, scopeIds }) => [...scopeIds].map((id) => [index, id] as const));
    await connection.execute(sql`
      insert into access_scope (set_id, slot, scope_id)
      select distinct ${row.id}::uuid, w.slot, c.descendant_id
      from unnest(${pairs.map(([slot]) => slot)}::int[], ${pairs.map(([, id]) => id)}::uuid[]) w (slot, scope_id)
      join scope_closure c on c.ancestor_id = w.scope_id`);
    // A set is there all at once: without this the planner takes it for a handful of rows.
    await connection.execute(sql`analyze access_scope`);
    return row.id;
  });
}

/** A set may have tens of thousands of rows below it. */
const MOST_SETS = 100;

/** Sets of earlier access versions, with which no statement is answered any more. The minute is for statements under way. */
export const accessSetPruning: Pruning = {
  tables: ['access_set', 'access_scope'],
  deleteSome: (connection, limit) =>
    connection.execute(sql`
      delete from access_set where id in (
        select s.id from access_set s, access_version v
        where s.access_version < v.version and s.created_at < now() - interval '1 minute'
        limit ${Math.min(limit, MOST_SETS)}::int)`),
};
