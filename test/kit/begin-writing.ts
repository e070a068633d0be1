import { writeOpening } from '../../src/catalog/transaction.ts';
import type { Queryable } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';

/** Makes a transaction that a test has begun the only one that writes, as the service's own are. */
export async function beginWriting(connection: Queryable): Promise<void> {
  for (const statement of writeOpening('many')) await connection.rows(sql.raw(statement));
}
