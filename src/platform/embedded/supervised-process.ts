import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is about to be started. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
}

/** A start that is about to be tried: the first one, or one after it died by itself. */
export interface Attempt {
  readonly isRestart: boolean;
  /** How often it died by itself within the last minute. */
  readonly deathCount: number;
  /** How many tries have failed since it died. */
  readonly failureCount: number;
  /** When a restart is given up, in milliseconds since the epoch. */
  readonly untilMs: number;
  /** Aborted when it is to be stopped. */
  readonly signal: AbortSignal;
}

/** What is peculiar to one server. */
export interface Program {
  readonly name: string;
  /** Its output goes there; that of the run before is kept as `.old`. */
  readonly logFile: string;
  /** It has to be ready within this time, and to be back within it after it died. */
  readonly patienceMs: number;
  /** Sent when this process ends without having called stop(). */
  readonly exitSignal: NodeJS.Signals;
  /** Makes ready for a try, waits if it has to; throws when there is to be none. */
  prepare(attempt: Attempt): Promise<void>;
  launch(): Promise<Launch>;
  isReady(pid: number): Promise<boolean>;
  /** Whether another try can help after one that ended with this output. */
  mayRetry(output: string, attempt: Attempt): Promise<boolean>;
  /** Ends it, politely at first. */
  end(pid: number): Promise<void>;
}

export interface SupervisionOptions {
  readonly log: (line: string) => void;
  /** It ended unexpectedly and could not be restarted. */
  readonly onFailure: (error: Error) => void;
}

const LOOK_EVERY_MS = 10;
const MINUTE_MS = 60_000;

/** One server of our own: started, watched, started again when it dies by itself, stopped. */
export class SupervisedProcess {
  readonly #program: Program;
  readonly #options: SupervisionOptions;
  readonly #stopping = new AbortController();
  #child: ChildProcess | undefined;
  #restart: Promise<void> = Promise.resolve();
  #deaths: number[] = [];
  // Last resort, for when this process ends without having called stop().
  readonly #stopAtExit = (): void => {
    this.#child?.kill(this.#program.exitSignal);
  };

  constructor(program: Program, options: SupervisionOptions) {
    this.#program = program;
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    const { logFile } = this.#program;
    await rename(logFile, `${logFile}.old`).catch(() => undefined); // There is none before the first start.
    process.on('exit', this.#stopAtExit);
    try {
      await this.#tryUntilReady({ isRestart: false });
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
  }

  async #stopChild(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await this.#program.end(child.pid);
  }

  async #tryUntilReady({ isRestart }: Pick<Attempt, 'isRestart'>): Promise<void> {
    const { name, patienceMs } = this.#program;
    const { signal } = this.#stopping;
    const untilMs = Date.now() + patienceMs;
    for (let failureCount = 0; ; failureCount++) {
      const attempt = { isRestart, deathCount: this.#deaths.length, failureCount, untilMs, signal };
      await this.#program.prepare(attempt);
      const output = await this.#tryOnce();
      if (output === undefined) return;
      const isOver = signal.aborted || Date.now() > untilMs;
      if (isOver || !(await this.#program.mayRetry(output, attempt))) {
        throw new Error(`${name} did not start:\n${output.trim() || '(without any output)'}`);
      }
    }
  }

  /** Undefined when it is ready; else its output until it ended. */
  async #tryOnce(): Promise<string | undefined> {
    const { logFile, patienceMs } = this.#program;
    const untilMs = Date.now() + patienceMs;
    const log = await open(logFile, 'a', 0o600);
    const { size: begin } = await log.stat();
    const child = await this.#spawn(log.fd);
    this.#child = child;
    const state = { hasEnded: false, error: '' };
    child.once('exit', () => {
      state.hasEnded = true;
    });
    child.once('error', ({ message }) => {
      state.hasEnded = true;
      state.error = message;
    });
    await log.close();
    while (!state.hasEnded) {
      if (child.pid !== undefined && (await this.#program.isReady(child.pid)) && !state.hasEnded) {
        child.once('exit', () => {
          this.#restart = this.#onDeath();
        });
        return undefined;
      }
      if (Date.now() > untilMs && child.pid !== undefined) await this.#program.end(child.pid);
      await sleep(LOOK_EVERY_MS);
    }
    return state.error + (await readFile(logFile)).subarray(begin).toString();
  }

  async #spawn(log: number): Promise<ChildProcess> {
    const { file, args, ...where } = await this.#program.launch();
    // Detached: Ctrl-C reaches the whole foreground group, and the server must outlive the last request.
    return spawn(file, args, { ...where, stdio: ['ignore', log, log], detached: true });
  }

  async #onDeath(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { name } = this.#program;
    const { log, onFailure } = this.#options;
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((death) => death > now - MINUTE_MS), now];
    try {
      log(`${name}: it ended by itself; starting it again`);
      await this.#tryUntilReady({ isRestart: true });
      log(`${name}: ready again`);
    } catch (error) {
      if (!this.#stopping.signal.aborted) onFailure(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
