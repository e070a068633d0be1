import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort, isPortFree } from '../embedded/ports.ts';
import { datastoreEnvironment, waitForDatastore } from './datastore.ts';
import { type Identity, writeIdentity } from './identity.ts';
import { pidFileOf, programOf, stopOpenFga } from './leftover.ts';

export interface OpenFgaProcessOptions {
  /** Absolute. */
  readonly directory: string;
  readonly databaseUrl: string;
  readonly identity: Identity;
  readonly log: (line: string) => void;
  /** It died and could not be brought back. */
  readonly onFailure: (error: Error) => void;
}

const READY_WITHIN_MS = 60_000;
const LONGEST_PAUSE_MS = 5_000;
const GIVEN_UP_AFTER_MS = 60_000;

// The shell notes the process id before it becomes OpenFGA: there is no moment at which it runs and no file tells.
const NOTE_AND_RUN = 'echo "$$" >"$0" && exec "$@"';

/** One OpenFGA server: started, watched, started again when it dies by itself, stopped. */
export class OpenFgaProcess {
  readonly #options: OpenFgaProcessOptions;
  readonly #stopping = new AbortController();
  #identity: Identity;
  #child: ChildProcess | undefined;
  #restart: Promise<void> = Promise.resolve();
  #deaths: number[] = [];
  // Last resort, for when this process ends without having called stop().
  readonly #stopAtExit = (): void => {
    this.#child?.kill('SIGTERM');
  };

  constructor(options: OpenFgaProcessOptions) {
    this.#options = options;
    this.#identity = options.identity;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#identity.port}`;
  }

  get token(): string {
    return this.#identity.token;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    const { directory, log } = this.#options;
    await rename(this.#logFile, `${this.#logFile}.old`).catch(() => undefined); // There is none before the first start.
    // OpenFGA keeps a socket there, and leaves it behind when it is killed.
    await rm(this.#scratch, { recursive: true, force: true });
    await mkdir(this.#scratch, { mode: 0o700 });
    process.on('exit', this.#stopAtExit);
    try {
      for (;;) {
        if (!(await isPortFree(this.#identity.port))) {
          log(`OpenFGA: port ${this.#identity.port} is taken by another program; choosing another`);
          this.#identity = { ...this.#identity, port: await findFreePort() };
          await writeIdentity(directory, this.#identity);
        }
        const said = await this.#attempt();
        if (said === undefined) return;
        if (this.#isStopping || !said.includes('address already in use')) throw failure(said);
      }
    } catch (error) {
      process.off('exit', this.#stopAtExit);
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#stopChild();
    await this.#restart;
    await this.#stopChild();
    process.off('exit', this.#stopAtExit);
    await rm(pidFileOf(this.#options.directory), { force: true });
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  get #logFile(): string {
    return join(this.#options.directory, 'openfga.log');
  }

  get #scratch(): string {
    return join(this.#options.directory, 'openfga.tmp');
  }

  async #stopChild(): Promise<void> {
    const child = this.#child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) await stopOpenFga(child.pid);
  }

  /** Undefined when it is ready; else what it said before it ended. */
  async #attempt(): Promise<string | undefined> {
    const until = Date.now() + READY_WITHIN_MS;
    const logHandle = await open(this.#logFile, 'a', 0o600);
    const { size: begin } = await logHandle.stat();
    const child = await this.#spawn(logHandle.fd);
    this.#child = child;
    const state = { hasEnded: false, said: '' };
    child.once('exit', () => {
      state.hasEnded = true;
    });
    child.once('error', (error) => {
      state.hasEnded = true;
      state.said = error.message;
    });
    await logHandle.close();
    while (!state.hasEnded) {
      if ((await this.#isServing()) && !state.hasEnded) {
        child.once('exit', () => {
          this.#restart = this.#onDeath();
        });
        return undefined;
      }
      if (Date.now() > until && child.pid !== undefined) await stopOpenFga(child.pid);
      await sleep(10);
    }
    return state.said + (await readFile(this.#logFile)).subarray(begin).toString();
  }

  async #isServing(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.apiUrl}/healthz`, { signal: AbortSignal.timeout(1_000) });
      return answer.ok && ((await answer.json()) as { status?: unknown }).status === 'SERVING';
    } catch {
      return false;
    }
  }

  async #spawn(log: number): Promise<ChildProcess> {
    const { directory, databaseUrl } = this.#options;
    const flags = {
      'http-addr': `127.0.0.1:${this.#identity.port}`,
      // Nobody calls it, but it cannot be switched off.
      'grpc-addr': `127.0.0.1:${await findFreePort()}`,
      'playground-enabled': false,
      'profiler-enabled': false,
      'metrics-enabled': false,
      'log-level': 'warn',
      'log-timestamp-format': 'ISO8601',
      'datastore-min-open-conns': 5,
      'datastore-min-idle-conns': 5,
    };
    const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
    return spawn('/bin/sh', ['-c', NOTE_AND_RUN, pidFileOf(directory), programOf(directory), 'run', ...args], {
      cwd: directory,
      env: {
        ...datastoreEnvironment(databaseUrl),
        OPENFGA_AUTHN_METHOD: 'preshared',
        OPENFGA_AUTHN_PRESHARED_KEYS: this.token,
        TMPDIR: this.#scratch,
      },
      stdio: ['ignore', log, log],
      // Ctrl-C reaches the whole foreground group, and the server must outlive the last request.
      detached: true,
    });
  }

  async #onDeath(): Promise<void> {
    const { databaseUrl, log, onFailure } = this.#options;
    const until = Date.now() + GIVEN_UP_AFTER_MS;
    try {
      if (this.#isStopping) return;
      log('OpenFGA: it ended by itself; starting it again');
      for (;;) {
        await this.#pause();
        await waitForDatastore(databaseUrl, until, this.#stopping.signal);
        const said = await this.#attempt();
        if (said === undefined) break;
        if (Date.now() > until) throw failure(said);
      }
      log('OpenFGA: ready again');
    } catch (error) {
      if (!this.#isStopping) onFailure(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** None after the first death within a minute, then twice as long after each; throws when it is to stop. */
  async #pause(): Promise<void> {
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((death) => death > now - 60_000), now];
    const pauseMs = this.#deaths.length === 1 ? 0 : Math.min(100 * 2 ** this.#deaths.length, LONGEST_PAUSE_MS);
    await sleep(pauseMs, undefined, { signal: this.#stopping.signal });
  }
}

const failure = (said: string): Error => new Error(`OpenFGA did not start:\n${said.trim() || '(it said nothing)'}`);
