import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isRunning } from '../../platform/is-running.ts';
import { CliError } from '../cli-error.ts';
import { withFile } from './refused-file.ts';

const RETRY_MS = 50;
const PATIENCE_MS = 60_000;

/** Runs something that no other command may do at the same time; a lock that an ended command left behind is taken over. */
export async function withLock<Result>(path: string, run: () => Promise<Result>): Promise<Result> {
  await withFile(path, 'written', () => mkdir(dirname(path), { recursive: true, mode: 0o700 }));
  for (const startedAt = Date.now(); !(await withFile(path, 'written', () => take(path))); ) {
    if (Date.now() - startedAt > PATIENCE_MS) {
      throw new CliError(`another command holds ${path}`, { advice: ['delete that file if no other command runs'] });
    }
    await wait(RETRY_MS);
  }
  try {
    return await run();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const holder = await holderOf(path);
  if (holder !== undefined && !isRunning(holder)) await clearAway(path, holder);
  return false;
}

/** Undefined: its holder has just made it, or has just let go of it. */
const holderOf = async (path: string): Promise<number | undefined> =>
  Number(await readFile(path, 'utf8').catch(() => '')) || undefined;

/** Another command may have cleared it away and taken it meanwhile: what is moved by mistake is put back. */
async function clearAway(path: string, ended: number): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  if ((await holderOf(aside)) !== ended) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
