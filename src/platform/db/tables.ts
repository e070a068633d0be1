import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { DB } from '../../generated/tables.ts';

/**
 * Writes statements on the tables of prisma/schema, checked by the compiler: `tables.selectFrom('setting').select('value')`.
 * It has no connection of its own: a `Queryable` runs what it writes, inside its transaction.
 */
export const tables = new Kysely<DB>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});
