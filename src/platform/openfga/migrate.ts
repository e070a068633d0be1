import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What an OpenFGA needs to know of its database. In the environment, where only its owner can read the password. */
export const datastoreEnvironment = (databaseUrl: string): Readonly<Record<string, string>> => ({
  OPENFGA_DATASTORE_ENGINE: 'postgres',
  OPENFGA_DATASTORE_URI: databaseUrl,
});

/** Brings OpenFGA's own tables up to the version of the program. */
export async function migrateOpenFga(program: string, databaseUrl: string): Promise<void> {
  await run(program, ['migrate'], { env: datastoreEnvironment(databaseUrl) }).catch((cause: Error) => {
    throw new Error(`OpenFGA's database can not be migrated: ${cause.message.trim()}`, { cause });
  });
}
