import type { Queryable } from '../../platform/db/database.ts';
import { tables } from '../../platform/db/tables.ts';
import type { OpenFga, OpenFgaServer } from '../../platform/openfga/client.ts';
import { authorizationModel } from './model.ts';

/** The OpenFGA store and the model in it that all replicas use: a setting in PostgreSQL. */
export interface InForce {
  readonly storeId: string;
  readonly modelId: string;
  /** How many permissions the model has; none ever goes or changes its relation. */
  readonly permissions: number;
}

/** What this replica knows of the store and the model in force. */
export interface ModelInForce {
  /** The store with the model in force, as of the last look. */
  openfga(): OpenFga;
  /** Looks which store and model are in force; undefined before the first ones are. */
  load(connection: Queryable): Promise<InForce | undefined>;
  /** Writes a model with every permission there is into a store. It is not in force yet. */
  write(connection: Queryable, storeId: string): Promise<InForce>;
  /** Puts a store and its model in force, as part of the connection's transaction. */
  put(connection: Queryable, next: InForce): Promise<void>;
}

const SETTING = 'openfga-store';

export function createModelInForce(server: OpenFgaServer): ModelInForce {
  let inForce: InForce | undefined;
  // Each store has connections of its own: a new one for each call would connect anew for each.
  let used: { readonly storeId: string; readonly modelId: string; readonly store: OpenFga } | undefined;
  return {
    openfga: () => {
      if (inForce === undefined) throw new Error('no authorization store is in force');
      const { storeId, modelId } = inForce;
      if (used?.storeId !== storeId || used.modelId !== modelId) {
        used = { storeId, modelId, store: server.store(storeId, modelId) };
      }
      return used.store;
    },
    load: async (connection) => {
      const [row] = await connection.rows(tables.selectFrom('setting').select('value').where('name', '=', SETTING));
      if (row !== undefined) inForce = JSON.parse(row.value) as InForce;
      return inForce;
    },
    write: async (connection, storeId) => {
      const rows = await connection.rows(tables.selectFrom('permission').select('relation').orderBy('relation'));
      const modelId = await server.writeModel(storeId, authorizationModel(rows.map(({ relation }) => relation)));
      return { storeId, modelId, permissions: rows.length };
    },
    put: async (connection, next) => {
      const value = JSON.stringify(next);
      await connection.execute(
        tables
          .insertInto('setting')
          .values({ name: SETTING, value })
          .onConflict((known) => known.column('name').doUpdateSet({ value })),
      );
      inForce = next;
    },
  };
}
