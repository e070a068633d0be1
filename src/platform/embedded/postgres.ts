import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import pg from 'pg';
import { findAccount } from './account.ts';
import { findPostgresBinaries } from './binaries.ts';
import { dataOf, provisionCluster } from './cluster.ts';
import { clearLeftovers } from './postmaster.ts';
import { PostmasterProgram } from './postmaster-program.ts';
import { SupervisedProcess } from './supervised-process.ts';

export interface PostgresOptions {
  /** Folder for the data, the log and the identity file; no other process may use it at the same time. */
  readonly directory: string;
  readonly log: (line: string) => void;
  /** It ended unexpectedly and could not be restarted. */
  readonly onFailure: (error: Error) => void;
  /** For data that is thrown away: nothing waits for the disk. */
  readonly isDisposable?: boolean;
}

/** A real PostgreSQL that runs until it is stopped; if this process is killed, the next start removes it. */
export interface EmbeddedPostgres {
  /** Connection string of a database; of `catalog`, which always exists, when none is named. */
  url(database?: string): string;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

const DATABASE = 'catalog';

/** Starts PostgreSQL on its data, which is made when there is none, on a loopback port of its own that is remembered. */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { log, onFailure, isDisposable = false } = options;
  const startedAt = performance.now();
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true });
  const pgdata = dataOf(directory);
  const [binaries, account] = await Promise.all([findPostgresBinaries(), findAccount(pgdata)]);
  await clearLeftovers(pgdata, log);
  const cluster = { directory, binaries, account, isDisposable, log };
  const program = new PostmasterProgram({ ...cluster, identity: await provisionCluster(cluster) });
  const server = new SupervisedProcess(program, { log, onFailure });
  await server.start();
  try {
    await createDatabase(program);
  } catch (error) {
    await server.stop();
    throw error;
  }
  log(`PostgreSQL: ready on port ${program.port} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  return {
    url: (database = DATABASE) => program.url(database),
    get pid() {
      return server.pid;
    },
    stop: () => server.stop(),
  };
}

async function createDatabase(program: PostmasterProgram): Promise<void> {
  const client = new pg.Client({ connectionString: program.url('postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
