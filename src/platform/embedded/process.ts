import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isRunning } from '../is-running.ts';

const run = promisify(execFile);

/** Whether it runs no more, though its parent (init, for what a killed service has left) may not have noticed yet. */
export function hasEnded(pid: number): boolean {
  if (!isRunning(pid)) return true;
  if (process.platform !== 'linux') return false;
  try {
    return /\) Z [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return true;
  }
}

/** The command line of a process, its arguments separated by spaces; empty when there is no such process. */
export async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
  }
  const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout;
}

/** A signal and how long to wait for its effect before the next one. */
export type Step = readonly [signal: NodeJS.Signals, patienceMs: number];

/** Ends a process, with a stronger signal at each step. */
export async function endProcess(pid: number, steps: readonly Step[]): Promise<void> {
  for (const [signal, patienceMs] of steps) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
      throw error;
    }
    const until = Date.now() + patienceMs;
    while (Date.now() < until) {
      if (hasEnded(pid)) return;
      await sleep(10);
    }
  }
  throw new Error(`process ${pid} does not stop`);
}
