import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { withFile } from './refused-file.ts';

/** Writes a file that only its owner can read, in a folder of the same kind: all of it at once, or nothing. */
export const writePrivately = (path: string, text: string): Promise<void> =>
  withFile(path, 'written', async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const unfinished = `${path}.${randomUUID()}.new`;
    try {
      await writeFile(unfinished, text, { mode: 0o600, flag: 'wx' });
      await rename(unfinished, path);
    } finally {
      await rm(unfinished, { force: true });
    }
  });

/** The text of a file; undefined when there is none. */
export const readIfThere = (path: string): Promise<string | undefined> =>
  withFile(path, 'read', async () => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  });
