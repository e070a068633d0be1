import type { AuthorizationStore } from './catalog/access/authorization-store.ts';
import type { Database } from './platform/db/database.ts';
import { pendingMigrations, readMigrations } from './platform/db/migrate.ts';
import type { MissingPart, Probes } from './platform/http/health.ts';

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Looks whether everything is there that the service needs. All who ask during one look get what it finds. */
export async function createReadiness({
  database,
  authorization,
  isOpenFgaReachable,
}: {
  readonly database: Database;
  readonly authorization: Pick<AuthorizationStore, 'findProblem'>;
  readonly isOpenFgaReachable: () => boolean;
}): Promise<Probes['readiness']> {
  const migrations = await readMigrations();
  const ofAuthorization = async (): Promise<MissingPart[]> => {
    if (!isOpenFgaReachable()) return [{ part: 'openfga', problem: 'no answer' }];
    const problem = await authorization.findProblem();
    return problem === undefined ? [] : [{ part: 'authorization', problem }];
  };
  const look = async (): Promise<MissingPart[]> => {
    try {
      const pending = await pendingMigrations(database.pool, migrations);
      const missing = pending.map(({ name }) => `${name} is not applied`);
      return [
        ...missing.map((problem): MissingPart => ({ part: 'migrations', problem })),
        ...(await ofAuthorization().catch((error: unknown): MissingPart[] => [
          { part: 'authorization', problem: textOf(error) },
        ])),
      ];
    } catch (error) {
      return [{ part: 'database', problem: textOf(error) }];
    }
  };
  let underWay: Promise<readonly MissingPart[]> | undefined;
  return () => {
    underWay ??= look().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}
