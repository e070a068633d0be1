import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLine, endProcess } from '../embedded/process.ts';

/** The file that an OpenFGA's process id is in, and the name that it runs under: that of its folder. */
export const pidFileOf = (directory: string): string => join(directory, 'openfga.pid');
export const programOf = (directory: string): string => join(directory, 'openfga');

/** Ends the OpenFGA that an earlier run left in this folder when it was killed. */
export async function endLeftover(directory: string, log: (line: string) => void): Promise<void> {
  const pid = Number(await readFile(pidFileOf(directory), 'utf8').catch(() => 0));
  if (pid > 0 && (await commandLine(pid)).startsWith(`${programOf(directory)} run `)) {
    log(`OpenFGA: stopping the one that an earlier run left behind (process ${pid})`);
    await stopOpenFga(pid);
  }
  await rm(pidFileOf(directory), { force: true });
}

/** Ends an OpenFGA: gives it a short time to finish its requests. */
export const stopOpenFga = (pid: number): Promise<void> =>
  endProcess(pid, [
    ['SIGTERM', 4_000],
    ['SIGKILL', 3_000],
  ]);
