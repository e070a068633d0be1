import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Size } from './sizes.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../', import.meta.url));

/** What decides what a loaded database holds: its schema, and what is loaded. */
const sources = ['prisma/migrations', 'prisma/constraints', 'bench/world', 'bench/sizes.ts'];

/** The folder of the loaded database of this size and schema; those of an older schema are removed. */
export async function findStore(size: Size): Promise<string> {
  const folder = join(root, '.catalog/bench');
  const name = `${size.name}-${await schemaKey()}`;
  for (const other of await readdir(folder).catch(() => [])) {
    if (other.startsWith(`${size.name}-`) && other !== name) {
      await rm(join(folder, other), { recursive: true, force: true });
    }
  }
  return join(folder, name);
}

/** What was measured while it was loaded; undefined when it is not loaded to the end. */
export async function readLoaded<T>(directory: string): Promise<T | undefined> {
  const text = await readFile(join(directory, 'loaded.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

export const writeLoaded = (directory: string, figures: object): Promise<void> =>
  writeFile(join(directory, 'loaded.json'), JSON.stringify(figures));

/** A copy of the folder, whose engines do not run; it is overwritten by the next. */
export async function copyStore(directory: string): Promise<string> {
  const copy = join(dirname(directory), `copy-of-${basename(directory)}`);
  await rm(copy, { recursive: true, force: true });
  await run('cp', ['-a', '--reflink=auto', directory, copy]);
  await run('sync', []); // Otherwise commits would wait for the disk that is still busy with the copy.
  return copy;
}

export const removeStore = (directory: string): Promise<void> => rm(directory, { recursive: true, force: true });

async function schemaKey(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) for (const file of await filesOf(join(root, source))) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) {
    await access(path);
    return [path];
  }
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
