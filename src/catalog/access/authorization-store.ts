import { advisoryLocks } from '../../platform/db/advisory-locks.ts';
import type { Database } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { OpenFga, OpenFgaServer } from '../../platform/openfga/client.ts';
import { createModelInForce } from './model-in-force.ts';
import { type OutboxWatch, type OutboxWorker, startOutboxWorker } from './outbox-worker.ts';
import { rebuildStore } from './rebuild.ts';
import { type Differences, findDifferences } from './verify.ts';

/** Everything OpenFGA holds for this catalog: one store, derived from PostgreSQL and rebuildable from it. */
export interface AuthorizationStore extends OutboxWorker {
  /** The store with the model in force. */
  openfga(): OpenFga;
  /** The model's relations of permissions. */
  relations(permissions: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Learns of a store or a model that another replica has put in force. */
  refresh(): Promise<void>;
  /** Fills a new store from PostgreSQL and puts it in force in one step; how many tuples it holds. */
  rebuild(): Promise<number>;
  /** Why OpenFGA cannot decide for this catalog, although it answers; undefined when it can. */
  findProblem(): Promise<string | undefined>;
  /** Differences between OpenFGA and what PostgreSQL says; outstanding work of the outbox is none. */
  verify(): Promise<Differences>;
}

export async function openAuthorizationStore({
  database,
  server,
  storeName,
  report,
  watch,
}: {
  readonly database: Database;
  readonly server: OpenFgaServer;
  readonly storeName: string;
  readonly report: (problem: unknown) => void;
  readonly watch?: OutboxWatch;
}): Promise<AuthorizationStore> {
  const model = createModelInForce(server);
  const alone = <T>(work: () => Promise<T>): Promise<T> =>
    database.transaction(async (connection) => {
      await connection.rows(sql`select pg_advisory_xact_lock(${advisoryLocks.authorizationStore}::bigint)`);
      return work();
    });
  const rebuild = (): Promise<number> => rebuildStore({ database, server, model, storeName, report });
  const hasStore = async (): Promise<boolean> => {
    const inForce = await model.load(database);
    return inForce !== undefined && server.storeExists(inForce.storeId);
  };
  if (!(await hasStore())) await alone(async () => ((await hasStore()) ? undefined : rebuild()));
  const worker = startOutboxWorker({ database, model, report, watch });
  await worker.flush();

  /** Relations by permission; what is known once never changes. */
  const relations = new Map<string, string>();
  return {
    ...worker,
    openfga: model.openfga,
    relations: async (permissions) => {
      if (!permissions.every((name) => relations.has(name))) {
        const rows = await database.cells(sql`select name, relation from permission`);
        for (const [name, relation] of rows) relations.set(String(name), String(relation));
      }
      return relations;
    },
    refresh: async () => {
      await model.load(database);
    },
    rebuild: async () => {
      const count = await alone(rebuild);
      await worker.flush();
      return count;
    },
    findProblem: async () => {
      const present = await model.load(database);
      if (present === undefined) return 'no store is in force';
      const isThere = await server.storeExists(present.storeId);
      return isThere ? undefined : `OpenFGA does not have the store ${present.storeId} any more: rebuild it`;
    },
    verify: () => findDifferences(database, model.openfga, worker.flush),
  };
}
