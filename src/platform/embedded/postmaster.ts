import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning } from '../is-running.ts';
import { commandLine, endProcess } from './process.ts';

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

/**
 * Clears away what an earlier run left behind after it was killed: a PostgreSQL that still runs on this data is
 * stopped; a pid file whose number has gone to some other program is removed. A pid file of a dead process is left to
 * PostgreSQL, which checks for survivors through it.
 */
export async function clearLeftovers(pgdata: string, log: (line: string) => void): Promise<void> {
  const left = await readPostmaster(pgdata);
  if (left === undefined || !isRunning(left.pid)) return;
  const command = await commandLine(left.pid);
  if (!command.includes(`-D ${pgdata} `)) {
    await rm(join(pgdata, 'postmaster.pid'), { force: true });
    return;
  }
  log(`PostgreSQL: stopping the one that an earlier run left behind (process ${left.pid})`);
  await stopProcess(left.pid);
}

/** Ends a PostgreSQL: first with a rollback of open transactions, then with stronger signals. */
export const stopProcess = (pid: number): Promise<void> =>
  endProcess(pid, [
    ['SIGINT', 8_000],
    ['SIGQUIT', 3_000],
    ['SIGKILL', 3_000],
  ]);
