import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely';
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

/** The start of the transaction, by the database's clock; `ago` takes off an interval such as `24 hours`. */
export const now: RawBuilder<string> = sql<string>`now()`;
export const ago = (interval: string): RawBuilder<string> => sql<string>`now() - ${interval}::interval`;

/** One of these: `where('id', '=', among(ids))`. One value of the statement, however many they are. */
export const among = <T>(values: readonly T[]): RawBuilder<T> => sql<T>`any(${values})`;
