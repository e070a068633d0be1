import type { Database } from './platform/db/database.ts';
import { pendingMigrations, readMigrations } from './platform/db/migrate.ts';

/** What the service needs and does not have at this moment; empty when it is ready. */
export type Readiness = () => Promise<readonly string[]>;

export async function createReadiness(database: Database, isOpenFgaReachable: () => boolean): Promise<Readiness> {
  const migrations = await readMigrations();
  return async () => {
    try {
      const pending = await pendingMigrations(database.pool, migrations);
      const problems = pending.map(({ name }) => `migration ${name} is not applied`);
      return isOpenFgaReachable() ? problems : [...problems, 'OpenFGA: no answer'];
    } catch (error) {
      return [`database: ${error instanceof Error ? error.message : String(error)}`];
    }
  };
}
