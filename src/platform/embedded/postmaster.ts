import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What PostgreSQL itself wrote about its main process into its data directory. */
export interface Postmaster {
  readonly pid: number;
  readonly isReady: boolean;
}

export async function readPostmaster(pgdata: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(pgdata, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, isReady: lines[7]?.trim() === 'ready' } : undefined;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
  }
  const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout;
}

/**
 * Clears away what an earlier run left behind after it was killed: a PostgreSQL that still runs on this data is
 * stopped; a pid file whose number has gone to some other program is removed. A pid file of a dead process is left to
 * PostgreSQL, which checks for survivors through it.
 */
export async function clearLeftovers(pgdata: string, log: (line: string) => void): Promise<void> {
  const left = await readPostmaster(pgdata);
  if (left === undefined || !isAlive(left.pid)) return;
  const command = await commandLine(left.pid);
  if (!command.includes(`-D ${pgdata} `)) {
    await rm(join(pgdata, 'postmaster.pid'), { force: true });
    return;
  }
  log(`PostgreSQL: stopping the one that an earlier run left behind (process ${left.pid})`);
  await stopProcess(left.pid);
}

/** Ends a PostgreSQL: rolls back what is open, then less and less politely. */
export async function stopProcess(pid: number): Promise<void> {
  const steps = [
    ['SIGINT', 8_000],
    ['SIGQUIT', 3_000],
    ['SIGKILL', 3_000],
  ] as const;
  for (const [signal, patienceMs] of steps) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
      throw error;
    }
    const until = Date.now() + patienceMs;
    while (Date.now() < until) {
      if (!isAlive(pid)) return;
      await sleep(10);
    }
  }
  throw new Error(`process ${pid} does not stop`);
}
