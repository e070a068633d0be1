import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Account, commandAs, findAccount } from './account.ts';
import { findPostgresBinaries, type PostgresBinaries } from './binaries.ts';
import { findFreePort, isPortFree } from './ports.ts';
import { clearLeftovers, readPostmaster, stopProcess } from './postmaster.ts';

export interface PostgresOptions {
  /** Folder for the cluster and its log; this process must have claimed it. Absolute. */
  readonly directory: string;
  readonly log: (line: string) => void;
  /** It died and could not be brought back. */
  readonly onFailure: (error: Error) => void;
  /** Settings of the server, beside our own. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** A real PostgreSQL that lives as long as this process wants it. */
export interface EmbeddedPostgres {
  /** The database `catalog`. */
  readonly url: string;
  readonly pid: () => number | undefined;
  stop(): Promise<void>;
}

interface Identity {
  readonly port: number;
  readonly password: string;
}

const DATABASE = 'catalog';
const READY_WITHIN_MS = 120_000;
const RESTARTS_PER_MINUTE = 5;

/** Starts PostgreSQL on its data, which is made when there is none; on its own loopback port, remembered with the data. */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { directory, log } = options;
  const startedAt = performance.now();
  const pgdata = join(directory, 'postgres');
  await mkdir(directory, { recursive: true });
  const [binaries, account] = await Promise.all([findPostgresBinaries(), findAccount(pgdata)]);
  await clearLeftovers(pgdata, log);
  let identity = await readIdentity(directory);
  if (identity === undefined || !(await exists(join(pgdata, 'PG_VERSION')))) {
    if (await exists(pgdata))
      throw new Error(`${pgdata} is there, but its postgres.json is not: move it away to start anew`);
    log('PostgreSQL: making a new database');
    identity = { port: await findFreePort(), password: randomBytes(24).toString('hex') };
    await initialise(directory, pgdata, identity, binaries, account);
  }
  const server = new Server({ ...options, pgdata, binaries, account, identity });
  await server.start();
  try {
    await createDatabase(server.url('postgres'), server.url(DATABASE));
  } catch (error) {
    await server.stop();
    throw error;
  }
  log(`PostgreSQL: ready on port ${server.port} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  return { url: server.url(DATABASE), pid: () => server.pid, stop: () => server.stop() };
}

interface ServerOptions extends PostgresOptions {
  readonly pgdata: string;
  readonly binaries: PostgresBinaries;
  readonly account: Account | undefined;
  readonly identity: Identity;
}

/** One postmaster: started, watched, restarted when it dies by itself, stopped. */
class Server {
  readonly #options: ServerOptions;
  #identity: Identity;
  #child: ChildProcess | undefined;
  #isStopping = false;
  #deaths: number[] = [];
  readonly #stopAtExit = (): void => {
    this.#child?.kill('SIGINT');
  };

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#identity = options.identity;
  }

  get port(): number {
    return this.#identity.port;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  url(database: string): string {
    return `postgres://catalog:${this.#identity.password}@127.0.0.1:${this.#identity.port}/${database}`;
  }

  async start(): Promise<void> {
    if (!(await isPortFree(this.port))) {
      this.#options.log(`PostgreSQL: port ${this.port} is taken by another program; choosing another`);
      await this.#moveToFreePort();
    }
    process.on('exit', this.#stopAtExit);
    try {
      await this.#launch();
    } catch (error) {
      process.off('exit', this.#stopAtExit);
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    const child = this.#child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) await stopProcess(child.pid);
    process.off('exit', this.#stopAtExit);
  }

  async #moveToFreePort(): Promise<void> {
    this.#identity = { ...this.#identity, port: await findFreePort() };
    await writeIdentity(this.#options.directory, this.#identity);
  }

  async #launch(): Promise<void> {
    const until = Date.now() + READY_WITHIN_MS;
    for (;;) {
      const said = await this.#attempt(until);
      if (said === undefined) return;
      // Backends of a killed postmaster take a moment to notice; until then PostgreSQL refuses their memory.
      const isWaitingForOldOne = /shared memory block .* still in use|lock file "postmaster\.pid" already exists/.test(
        said,
      );
      const lostPort = /could not bind|could not create any TCP\/IP sockets/.test(said);
      if (this.#isStopping || Date.now() > until || !(isWaitingForOldOne || lostPort)) {
        throw new Error(`PostgreSQL did not start:\n${said.trim() || '(it said nothing)'}`);
      }
      if (lostPort) await this.#moveToFreePort();
      else await sleep(100);
    }
  }

  /** Undefined when it is ready; else what it said before it ended. */
  async #attempt(until: number): Promise<string | undefined> {
    const { pgdata, directory, binaries, account, parameters } = this.#options;
    const settings: Record<string, string> = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '100',
      timezone: 'UTC',
      log_timezone: 'UTC',
      ...parameters,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const command = await commandAs(
      account,
      binaries.postgres,
      ['-D', pgdata, '-p', String(this.port), ...flags],
      [pgdata],
    );
    const { uid, gid } = command;
    const logFile = join(directory, 'postgres.log');
    const logHandle = await open(logFile, 'a');
    const from = (await logHandle.stat()).size;
    // Detached: Ctrl-C reaches the whole foreground group, and the database must outlive the last request.
    const child = spawn(command.file, command.args, {
      cwd: directory,
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      stdio: ['ignore', logHandle.fd, logHandle.fd],
      detached: true,
      ...(uid !== undefined && gid !== undefined && { uid, gid }),
    });
    this.#child = child;
    const state = { hasEnded: false, error: '' };
    child.once('error', (error) => {
      state.hasEnded = true;
      state.error = error.message;
    });
    child.once('exit', () => {
      state.hasEnded = true;
    });
    await logHandle.close();
    while (!state.hasEnded) {
      const postmaster = await readPostmaster(pgdata);
      if (postmaster?.pid === child.pid && postmaster?.isReady === true) {
        child.once('exit', () => void this.#onDeath());
        return undefined;
      }
      if (Date.now() > until && child.pid !== undefined) await stopProcess(child.pid);
      await sleep(5);
    }
    return state.error + (await readFile(logFile)).subarray(from).toString();
  }

  async #onDeath(): Promise<void> {
    if (this.#isStopping) return;
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((death) => death > now - 60_000), now];
    try {
      if (this.#deaths.length > RESTARTS_PER_MINUTE)
        throw new Error(`PostgreSQL ended ${this.#deaths.length} times within a minute`);
      this.#options.log('PostgreSQL: it ended by itself; starting it again');
      const port = this.port;
      await this.#launch();
      if (this.port !== port) throw new Error(`PostgreSQL lost its port ${port} to another program`);
      this.#options.log('PostgreSQL: ready again');
    } catch (error) {
      if (!this.#isStopping) this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

async function initialise(
  directory: string,
  pgdata: string,
  identity: Identity,
  binaries: PostgresBinaries,
  account: Account | undefined,
): Promise<void> {
  const draft = `${pgdata}.new`;
  const passwordFile = join(directory, 'postgres.password');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, identity.password, { mode: 0o600 });
  if (account !== undefined)
    await Promise.all([draft, passwordFile].map((path) => chown(path, account.uid, account.gid)));
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['--username=catalog', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const args = ['-D', draft, ...locale, ...access, '--no-instructions'];
  try {
    const command = await commandAs(account, binaries.initdb, args, [draft, passwordFile]);
    await runToEnd(command.file, command.args, directory, command.uid, command.gid);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeIdentity(directory, identity);
  await rename(draft, pgdata);
}

function runToEnd(file: string, args: readonly string[], cwd: string, uid?: number, gid?: number): Promise<void> {
  const child = spawn(file, args, {
    cwd,
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && gid !== undefined && { uid, gid }),
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${file} failed (${code}):\n${said}`))));
  });
}

async function createDatabase(maintenanceUrl: string, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === '3D000';
    if (!isMissing) throw error;
  } finally {
    await client.end();
  }
  const maintenance = new pg.Client({ connectionString: maintenanceUrl });
  await maintenance.connect();
  try {
    await maintenance.query(`create database ${DATABASE}`);
  } finally {
    await maintenance.end();
  }
}

async function readIdentity(directory: string): Promise<Identity | undefined> {
  const text = await readFile(join(directory, 'postgres.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Identity);
}

async function writeIdentity(directory: string, identity: Identity): Promise<void> {
  const file = join(directory, 'postgres.json');
  await writeFile(`${file}.new`, JSON.stringify(identity), { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
