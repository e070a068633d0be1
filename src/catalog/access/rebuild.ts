import type { Database } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { OpenFgaServer } from '../../platform/openfga/client.ts';
import { applyOperations } from './apply-operations.ts';
import type { ModelInForce } from './model-in-force.ts';
import { loadLater, lockOutbox, markAllApplied, markFailed, raiseAccessVersion } from './outbox.ts';
import { reportFailed } from './outbox-worker.ts';

/**
 * Fills a new OpenFGA store from PostgreSQL and puts it in force in one step; how many tuples it holds. The old one
 * answers until then.
 *
 *     snapshot of all tuples, at position s of the outbox ──► new store
 *     what was committed after s, while the outbox is locked ──► new store, in force
 */
export async function rebuildStore({
  database,
  server,
  model,
  storeName,
  report,
}: {
  readonly database: Database;
  readonly server: OpenFgaServer;
  readonly model: ModelInForce;
  readonly storeName: string;
  readonly report: (problem: unknown) => void;
}): Promise<number> {
  const before = await model.load(database);
  const next = await model.write(database, await server.createStore(storeName));
  const store = server.store(next.storeId, next.modelId);
  const read = sql`
    select (select coalesce(max(seq), 0) from authz_outbox) as seq,
      (select coalesce(jsonb_agg(jsonb_build_array(object, relation, subject)), '[]') from authz_tuple) as tuples`;
  // In a transaction, though it is one statement: it takes longer than a read may.
  const [snapshot] = await database.transaction((connection) =>
    connection.rows<{ seq: bigint; tuples: [string, string, string][] }>(read),
  );
  if (snapshot === undefined) throw new Error('the authorization tuples cannot be read');
  const operations = snapshot.tuples.map(([object, relation, user]) => ({
    seq: 0n,
    operation: 'write' as const,
    tuple: { object, relation, user },
  }));
  const refused = await applyOperations(store, operations);
  if (refused.size > 0) throw new Error(`OpenFGA refuses tuples: ${[...refused.values()].join('; ')}`);
  await database.transaction(async (connection) => {
    await lockOutbox(connection);
    const later = await loadLater(connection, snapshot.seq);
    const failed = await applyOperations(store, later);
    await markAllApplied(connection, later.at(-1)?.seq ?? snapshot.seq);
    await markFailed(connection, failed);
    reportFailed(failed, report);
    await model.put(connection, next);
    await raiseAccessVersion(connection);
  });
  if (before !== undefined && before.storeId !== next.storeId)
    await server.deleteStore(before.storeId).catch(() => undefined);
  return operations.length;
}
