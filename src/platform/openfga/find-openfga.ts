import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { buildWithGo } from './go-install.ts';
import { provision } from './provision.ts';
import { downloadRelease } from './release-archive.ts';
import { OpenFgaUnusableError } from './unusable.ts';
import { OPENFGA_VERSION, requireSafeVersion } from './version.ts';

export interface FindOptions {
  /** An executable that is to be used and no other (OPENFGA_BIN). */
  readonly executable: string | undefined;
  /** Where provisioned programs are kept. */
  readonly cacheDir: string;
  /** Where the official releases are. */
  readonly downloadUrl: string;
  /** PATH is searched, and Go works with all of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
}

/** An OpenFGA to run. */
export interface FoundOpenFga {
  readonly executable: string;
  readonly version: string;
}

/**
 * An OpenFGA that is safe to use: the one that was asked for, else the first of PATH, the cache, the official release
 * and `go install`, of which the last two fill the cache. When there is none, the error says for each source why.
 */
export async function findOpenFga(options: FindOptions): Promise<FoundOpenFga> {
  const { executable, cacheDir, downloadUrl, environment, log } = options;
  if (executable !== undefined) {
    const version = await requireSafeVersion(executable).catch((cause: unknown) => {
      throw new OpenFgaUnusableError(`OPENFGA_BIN: ${messageOf(cause)}`, { cause });
    });
    return { executable, version };
  }
  const cached = join(cacheDir, 'openfga', OPENFGA_VERSION, `${process.platform}-${process.arch}`, 'openfga');
  const ways: readonly (readonly [name: string, find: () => Promise<string>])[] = [
    ['PATH', () => findInPath(environment.PATH ?? '')],
    ['cache', () => requireExecutable(cached)],
    ['download', () => provision(cached, (folder) => downloadRelease({ downloadUrl, folder, log }))],
    ['go install', () => provision(cached, (folder) => buildWithGo({ folder, environment, log }))],
  ];
  const failures: string[] = [];
  for (const [name, find] of ways) {
    try {
      const found = await find();
      return { executable: found, version: await requireSafeVersion(found) };
    } catch (error) {
      const reason = messageOf(error);
      failures.push(`  ${name}: ${reason}`);
      if (name === 'download') log(`OpenFGA: no download: ${reason}`);
    }
  }
  throw new OpenFgaUnusableError(
    `there is no OpenFGA here and none could be got; set OPENFGA_BIN to an executable, or OPENFGA_API_URL to a running server. Tried:\n${failures.join('\n')}`,
  );
}

async function findInPath(searchPath: string): Promise<string> {
  for (const folder of searchPath.split(delimiter)) {
    const file = join(folder, 'openfga');
    if (await isExecutable(file)) return file;
  }
  throw new Error('there is no `openfga` in it');
}

async function requireExecutable(file: string): Promise<string> {
  if (!(await isExecutable(file))) throw new Error(`there is no ${file}`);
  return file;
}

const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

const messageOf = (error: unknown): string => (error instanceof Error ? error.message.trim() : String(error));
