import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { hasEnded } from '../../src/platform/embedded/process.ts';
import { pace } from './pace.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface Service {
  readonly child: ChildProcess;
  readonly url: string;
  output(): string;
  /** Sends the signal and waits for the end; the exit code, null after SIGKILL. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** The service as a user starts it: a process of its own with nothing else of this environment than the OpenFGA to run. */
export function spawnService(settings: Readonly<Record<string, string>>): {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
} {
  const said = { CATALOG_LOG_FORMAT: 'text', CATALOG_LOG_LEVEL: 'error' };
  // A machine that stands still for seconds, as virtual ones do, is no overload of the service.
  const steady = { CATALOG_MAX_LOOP_DELAY_MS: '60000' };
  const defaults = { CATALOG_EXAMPLES: 'false', OPENFGA_BIN: inject('openfgaExecutable'), ...said, ...steady };
  const { NODE_COMPILE_CACHE = '' } = process.env;
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', NODE_COMPILE_CACHE, ...defaults, ...settings };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output: () => text, ended };
}

/** Starts it and waits until it says that it is ready. */
export async function startService(settings: Readonly<Record<string, string>>): Promise<Service> {
  const { child, output, ended } = spawnService(settings);
  for (;;) {
    const url = /GraphQL\s+(http:\S+)\/graphql/.exec(output())?.[1];
    if (url !== undefined) {
      return {
        child,
        url,
        output,
        end: (signal) => {
          child.kill(signal);
          return ended;
        },
      };
    }
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the service ended:\n${output()}`);
    await pace(20);
  }
}

/** Runs it when it is expected to end by itself. */
export async function runService(settings: Readonly<Record<string, string>>): Promise<Ended> {
  const { output, ended } = spawnService(settings);
  const code = await ended;
  return { code, output: output() };
}

/** Process id of the PostgreSQL of a data directory. */
export async function postgresPid(directory: string): Promise<number> {
  const [line = ''] = (await readFile(join(directory, 'postgres/postmaster.pid'), 'utf8')).split('\n');
  return Number(line);
}

export const isAlive = (pid: number): boolean => !hasEnded(pid);
