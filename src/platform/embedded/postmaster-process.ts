import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandAs } from './account.ts';
import { type ClusterOptions, dataOf, type Identity, USER, writeIdentity } from './cluster.ts';
import { findFreePort, isPortFree } from './ports.ts';
import { readPostmaster, stopProcess } from './postmaster.ts';

export interface PostmasterOptions extends ClusterOptions {
  readonly identity: Identity;
  /** It died and could not be brought back. */
  readonly onFailure: (error: Error) => void;
}

const READY_WITHIN_MS = 120_000;
const RESTARTS_PER_MINUTE = 5;
const DISPOSABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '4GB' };

/** One PostgreSQL server: started, watched, started again when it dies by itself, stopped. */
export class PostmasterProcess {
  readonly #options: PostmasterOptions;
  #identity: Identity;
  #child: ChildProcess | undefined;
  #isStopping = false;
  #restart: Promise<void> = Promise.resolve();
  #deaths: number[] = [];
  // Last resort, for when this process ends without having called stop().
  readonly #stopAtExit = (): void => {
    this.#child?.kill('SIGINT');
  };

  constructor(options: PostmasterOptions) {
    this.#options = options;
    this.#identity = options.identity;
  }

  get port(): number {
    return this.#identity.port;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get #logFile(): string {
    return join(this.#options.directory, 'postgres.log');
  }

  url(database: string): string {
    return `postgres://${USER}:${this.#identity.password}@127.0.0.1:${this.#identity.port}/${database}`;
  }

  async start(): Promise<void> {
    if (!(await isPortFree(this.port))) {
      this.#options.log(`PostgreSQL: port ${this.port} is taken by another program; choosing another`);
      await this.#moveToFreePort();
    }
    const logFile = this.#logFile;
    await rename(logFile, `${logFile}.old`).catch(() => undefined); // There is none before the first start.
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
    await this.#stopChild();
    await this.#restart;
    await this.#stopChild();
    process.off('exit', this.#stopAtExit);
  }

  async #stopChild(): Promise<void> {
    const child = this.#child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) await stopProcess(child.pid);
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
      // Sessions of a killed server take a moment to notice; until then PostgreSQL refuses the memory they share.
      const isWaitingForSurvivors = /shared memory block .* still in use|lock file "postmaster\.pid" already exists/;
      const hasLostPort = /could not bind|could not create any TCP\/IP sockets/.test(said);
      const mayRetry = hasLostPort || isWaitingForSurvivors.test(said);
      if (this.#isStopping || Date.now() > until || !mayRetry) {
        throw new Error(`PostgreSQL did not start:\n${said.trim() || '(it said nothing)'}`);
      }
      if (hasLostPort) await this.#moveToFreePort();
      else await sleep(100);
    }
  }

  /** Undefined when it is ready; else what it said before it ended. */
  async #attempt(until: number): Promise<string | undefined> {
    const { directory } = this.#options;
    const logFile = this.#logFile;
    const logHandle = await open(logFile, 'a');
    const { size: begin } = await logHandle.stat();
    const child = await this.#spawn(logHandle.fd);
    await logHandle.close();
    this.#child = child;
    const state = { hasEnded: false, said: '' };
    child.once('exit', () => {
      state.hasEnded = true;
    });
    child.once('error', (error) => {
      state.hasEnded = true;
      state.said = error.message;
    });
    while (!state.hasEnded) {
      const postmaster = await readPostmaster(dataOf(directory));
      if (postmaster?.pid === child.pid && postmaster?.isReady === true && !state.hasEnded) {
        child.once('exit', () => {
          this.#restart = this.#onDeath();
        });
        return undefined;
      }
      if (Date.now() > until && child.pid !== undefined) await stopProcess(child.pid);
      await sleep(5);
    }
    return state.said + (await readFile(logFile)).subarray(begin).toString();
  }

  async #spawn(log: number): Promise<ChildProcess> {
    const { directory, binaries, account, isDisposable } = this.#options;
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      shared_buffers: '256MB',
      timezone: 'UTC',
      log_timezone: 'UTC',
      ...(isDisposable && DISPOSABLE),
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const pgdata = dataOf(directory);
    const args = ['-D', pgdata, '-p', String(this.port), ...flags];
    const { file, args: rest, ...identity } = await commandAs(account, binaries.postgres, args, [pgdata]);
    return spawn(file, rest, {
      cwd: directory,
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      stdio: ['ignore', log, log],
      // Ctrl-C reaches the whole foreground group, and the database must outlive the last request.
      detached: true,
      ...identity,
    });
  }

  async #onDeath(): Promise<void> {
    if (this.#isStopping) return;
    const { log, onFailure } = this.#options;
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((death) => death > now - 60_000), now];
    const { port } = this;
    try {
      if (this.#deaths.length > RESTARTS_PER_MINUTE) {
        throw new Error(`PostgreSQL ended ${this.#deaths.length} times within a minute; see postgres.log`);
      }
      log('PostgreSQL: it ended by itself; starting it again');
      await this.#launch();
      if (this.port !== port) throw new Error(`PostgreSQL lost its port ${port} to another program`);
      log('PostgreSQL: ready again');
    } catch (error) {
      if (!this.#isStopping) onFailure(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
