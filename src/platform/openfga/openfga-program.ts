import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort, isPortFree } from '../embedded/ports.ts';
import type { Attempt, Launch, Program } from '../embedded/supervised-process.ts';
import { datastoreEnvironment, waitForDatastore } from './datastore.ts';
import { type Identity, writeIdentity } from './identity.ts';
import { pidFileOf, programOf, stopOpenFga } from './leftover.ts';

export interface OpenFgaProgramOptions {
  /** Absolute. */
  readonly directory: string;
  readonly databaseUrl: string;
  readonly identity: Identity;
  readonly log: (line: string) => void;
}

const LONGEST_PAUSE_MS = 5_000;

// The shell writes the process id before it execs OpenFGA, so a running server always has its pid file.
const NOTE_AND_RUN = 'echo "$$" >"$0" && exec "$@"';

/** How OpenFGA is started, on a loopback port that is replaced when another program has taken it. */
export class OpenFgaProgram implements Program {
  readonly name = 'OpenFGA';
  readonly patienceMs = 60_000;
  readonly exitSignal = 'SIGTERM';
  readonly end = stopOpenFga;
  readonly #options: OpenFgaProgramOptions;
  #identity: Identity;

  constructor(options: OpenFgaProgramOptions) {
    this.#options = options;
    this.#identity = options.identity;
  }

  get logFile(): string {
    return join(this.#options.directory, 'openfga.log');
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#identity.port}`;
  }

  get token(): string {
    return this.#identity.token;
  }

  async prepare({ isRestart, deathCount, failureCount, untilMs, signal }: Attempt): Promise<void> {
    if (!isRestart) return this.#prepareFirstStart();
    const setbackCount = deathCount + failureCount;
    await sleep(pauseAfter(setbackCount), undefined, { signal });
    await waitForDatastore(this.#options.databaseUrl, untilMs, signal);
  }

  async mayRetry(output: string, { isRestart }: Attempt): Promise<boolean> {
    return isRestart || output.includes('address already in use');
  }

  async isReady(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.apiUrl}/healthz`, { signal: AbortSignal.timeout(1_000) });
      return answer.ok && ((await answer.json()) as { status?: unknown }).status === 'SERVING';
    } catch {
      return false;
    }
  }

  async launch(): Promise<Launch> {
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
      // The catalog writes as many as it can at once: each request costs a look at the whole model.
      'max-tuples-per-write': 1_000,
      'datastore-min-open-conns': 5,
      'datastore-min-idle-conns': 5,
    };
    const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
    return {
      file: '/bin/sh',
      args: ['-c', NOTE_AND_RUN, pidFileOf(directory), programOf(directory), 'run', ...args],
      cwd: directory,
      env: {
        ...datastoreEnvironment(databaseUrl),
        OPENFGA_AUTHN_METHOD: 'preshared',
        OPENFGA_AUTHN_PRESHARED_KEYS: this.token,
        TMPDIR: this.#scratch,
      },
    };
  }

  get #scratch(): string {
    return join(this.#options.directory, 'openfga.tmp');
  }

  async #prepareFirstStart(): Promise<void> {
    const { directory, log } = this.#options;
    // OpenFGA keeps a socket there, and leaves it behind when it is killed.
    await rm(this.#scratch, { recursive: true, force: true });
    await mkdir(this.#scratch, { mode: 0o700 });
    if (await isPortFree(this.#identity.port)) return;
    log(`OpenFGA: port ${this.#identity.port} is taken by another program; choosing another`);
    this.#identity = { ...this.#identity, port: await findFreePort() };
    await writeIdentity(directory, this.#identity);
  }
}

/** None after the first setback within a minute, then twice as long after each. */
const pauseAfter = (setbackCount: number): number =>
  setbackCount === 1 ? 0 : Math.min(100 * 2 ** setbackCount, LONGEST_PAUSE_MS);
