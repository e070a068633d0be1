import type { Queryable } from '../../platform/db/database.ts';
import type { Sql } from '../../platform/db/sql.ts';

/** Makes a statement, which may take a while; undefined when there is nothing to do. */
export type MakeStatement = () => Sql | undefined | Promise<Sql | undefined>;

/** Runs statements one after another; each is made while PostgreSQL runs the one before it. */
export async function executeAhead(connection: Queryable, statements: readonly MakeStatement[]): Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  for (const make of statements) {
    const [statement] = await Promise.all([Promise.resolve().then(make), running]);
    if (statement !== undefined) running = connection.execute(statement);
  }
  await running;
}
