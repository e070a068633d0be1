import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/** What an OpenFGA needs to know of its database. In the environment, where only its owner can read the password. */
export const datastoreEnvironment = (databaseUrl: string): Readonly<Record<string, string>> => ({
  OPENFGA_DATASTORE_ENGINE: 'postgres',
  OPENFGA_DATASTORE_URI: databaseUrl,
});

/** Makes OpenFGA's database when there is none, and brings its tables up to the version of the program. */
export async function prepareDatastore(program: string, databaseUrl: string): Promise<void> {
  await createDatabase(databaseUrl);
  await run(program, ['migrate'], { env: datastoreEnvironment(databaseUrl) }).catch((cause: Error) => {
    throw new Error(`OpenFGA's database cannot be migrated: ${cause.message.trim()}`, { cause });
  });
}

/**
 * Resolves when the database takes connections. An OpenFGA that is started before would wait for it too, but looks after
 * pauses that grow up to a minute.
 */
export async function waitForDatastore(databaseUrl: string, untilMs: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
    // What goes wrong with it after that is of no interest.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (Date.now() > untilMs) throw error;
    }
    await sleep(100, undefined, { signal });
  }
}

async function createDatabase(databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl);
  const name = decodeURIComponent(url.pathname.slice(1));
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
