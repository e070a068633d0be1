import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What a running service says about itself in its data directory; `url` once it answers. */
export interface ServerNotice {
  readonly pid: number;
  readonly startedAt: string;
  readonly url?: string;
}

/** A data directory that this process alone may use until it is released. */
export interface DataDirectory {
  readonly path: string;
  /** Tells others (the command line, a second start) where the service answers. */
  announce(url: string): Promise<void>;
  release(): Promise<void>;
}

/** Another process has the data directory. */
export class DataDirectoryInUseError extends Error {}

const SQLITE_BUSY = 5;

/**
 * Takes the directory, or says who has it. The lock is the kernel's lock on `lock` (through SQLite, which is the only
 * portable way to one from Node): it ends with the process, however that ends, so no lock is ever stale.
 */
export async function claimDataDirectory(path: string): Promise<DataDirectory> {
  await mkdir(path, { recursive: true });
  const lock = takeLock(join(path, 'lock'));
  if (lock === undefined) throw new DataDirectoryInUseError(await describeHolder(path));
  const noticeFile = join(path, 'server.json');
  const own = { pid: process.pid, startedAt: new Date().toISOString() };
  const write = async (notice: ServerNotice): Promise<void> => {
    await writeFile(`${noticeFile}.new`, `${JSON.stringify(notice)}\n`);
    await rename(`${noticeFile}.new`, noticeFile);
  };
  await write(own);
  return {
    path,
    announce: (url) => write({ ...own, url }),
    release: async () => {
      await rm(noticeFile, { force: true });
      lock.close();
    },
  };
}

function takeLock(file: string): DatabaseSync | undefined {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('pragma locking_mode = exclusive; begin exclusive');
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
}

async function describeHolder(path: string): Promise<string> {
  const notice = await readNotice(path);
  if (notice === undefined) return `${path} is in use by another process that is just starting or stopping`;
  if (notice.url === undefined) return `already starting: process ${notice.pid} has ${path} since ${notice.startedAt}`;
  return `already running at ${notice.url} (process ${notice.pid}, data in ${path})`;
}

async function readNotice(path: string): Promise<ServerNotice | undefined> {
  try {
    return JSON.parse(await readFile(join(path, 'server.json'), 'utf8')) as ServerNotice;
  } catch {
    return undefined;
  }
}
