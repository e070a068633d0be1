import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandAs } from './account.ts';
import { type ClusterOptions, dataOf, type Identity, USER, writeIdentity } from './cluster.ts';
import { findFreePort, isPortFree } from './ports.ts';
import { readPostmaster, stopProcess } from './postmaster.ts';
import type { Attempt, Launch, Program } from './supervised-process.ts';

export interface PostmasterOptions extends ClusterOptions {
  readonly identity: Identity;
}

const RESTARTS_PER_MINUTE = 5;

/**
 * MiB of pages that PostgreSQL keeps in memory: a quarter of what there is, between these. It takes them as it comes to use
 * them. With less, an import into a large catalog looks up most pages in files, and writes a changed one to make room for each.
 */
const [FEWEST_BUFFERS, MOST_BUFFERS] = [128, 1_024];
const buffers = (): number => {
  const limit = process.constrainedMemory();
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return Math.max(FEWEST_BUFFERS, Math.min(MOST_BUFFERS, Math.floor(memory / 2 ** 20 / 4)));
};
const DISPOSABLE = { shared_buffers: '256MB', fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

const LOST_PORT = /could not bind|could not create any TCP\/IP sockets/;
// Sessions of a killed server take a moment to notice; until then PostgreSQL refuses the memory they share.
const HAS_SURVIVORS = /shared memory block .* still in use|lock file "postmaster\.pid" already exists/;

/** How PostgreSQL is started, on a loopback port that is replaced when another program has taken it. */
export class PostmasterProgram implements Program {
  readonly name = 'PostgreSQL';
  readonly patienceMs = 120_000;
  readonly exitSignal = 'SIGINT';
  readonly end = stopProcess;
  readonly #options: PostmasterOptions;
  #identity: Identity;

  constructor(options: PostmasterOptions) {
    this.#options = options;
    this.#identity = options.identity;
  }

  get logFile(): string {
    return join(this.#options.directory, 'postgres.log');
  }

  get port(): number {
    return this.#identity.port;
  }

  url(database: string): string {
    return `postgres://${USER}:${this.#identity.password}@127.0.0.1:${this.port}/${database}`;
  }

  async prepare({ isRestart, deathCount, failureCount }: Attempt): Promise<void> {
    if (deathCount > RESTARTS_PER_MINUTE) {
      throw new Error(`PostgreSQL ended ${deathCount} times within a minute; see postgres.log`);
    }
    if (isRestart || failureCount > 0 || (await isPortFree(this.port))) return;
    this.#options.log(`PostgreSQL: port ${this.port} is taken by another program; choosing another`);
    await this.#moveToFreePort();
  }

  async mayRetry(output: string, { isRestart, signal }: Attempt): Promise<boolean> {
    if (HAS_SURVIVORS.test(output)) {
      await sleep(100, undefined, { signal });
      return true;
    }
    if (!LOST_PORT.test(output)) return false;
    // Whoever is connected knows the port.
    if (isRestart) throw new Error(`PostgreSQL lost its port ${this.port} to another program`);
    await this.#moveToFreePort();
    return true;
  }

  async isReady(pid: number): Promise<boolean> {
    const postmaster = await readPostmaster(dataOf(this.#options.directory));
    return postmaster?.pid === pid && postmaster.isReady;
  }

  async launch(): Promise<Launch> {
    const { directory, binaries, account, isDisposable } = this.#options;
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      shared_buffers: `${buffers()}MB`,
      // An import would make a checkpoint every few seconds, after each of which whole pages are logged again.
      max_wal_size: '4GB',
      timezone: 'UTC',
      log_timezone: 'UTC',
      ...(isDisposable && DISPOSABLE),
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const pgdata = dataOf(directory);
    const args = ['-D', pgdata, '-p', String(this.port), ...flags];
    const command = await commandAs(account, binaries.postgres, args, [pgdata]);
    return { ...command, cwd: directory, env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' } };
  }

  async #moveToFreePort(): Promise<void> {
    this.#identity = { ...this.#identity, port: await findFreePort() };
    await writeIdentity(this.#options.directory, this.#identity);
  }
}
