import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/platform/db/migrate.ts';
import { startPostgres } from '../../src/platform/embedded/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Database URL with `{database}` in place of the name; `template` is migrated. */
    databaseUrl: string;
  }
}

/** One real PostgreSQL for the whole run, with a migrated database that every test file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'milo-test-'));
  const postgres = await startPostgres({
    directory,
    log: () => undefined,
    onFailure: console.error,
    isDisposable: true,
  });
  await migrate(postgres.url());
  project.provide('databaseUrl', postgres.url('{database}'));
  return async () => {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
