import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { root } from './page.ts';

export interface PageShell {
  write(file: string, text: string): Promise<void>;
  /** Runs a line in bash; what it prints on both streams, and its exit code. */
  run(line: string): Promise<{ readonly output: string; readonly code: number }>;
  remove(): Promise<void>;
}

/**
 * A folder in which a reader follows a page: it has the folders of the checkout that pages name, `dataDirectory` as
 * its .catalog, and `catalog` on the path.
 */
export async function openPageShell(dataDirectory: string): Promise<PageShell> {
  const folder = await mkdtemp(join(tmpdir(), 'milo-page-'));
  await symlink(dataDirectory, join(folder, '.catalog'));
  for (const name of ['bin', 'examples', 'graphql']) await symlink(join(root, name), join(folder, name));
  const { CATALOG_SERVER: _server, CATALOG_TOKEN: _token, CATALOG_DATA_DIR: _directory, ...environment } = process.env;
  const path = [join(folder, 'bin'), dirname(process.execPath), environment.PATH].join(delimiter);
  return {
    write: (file, text) => writeFile(join(folder, file), text),
    run: (line) =>
      new Promise((done) => {
        const options = {
          cwd: folder,
          maxBuffer: 2 ** 27,
          env: { ...environment, PATH: path, CATALOG_CONFIG_DIR: join(folder, 'config') },
        };
        execFile('bash', ['-c', `exec 2>&1\n${line}`], options, (error, output) =>
          done({ output, code: error === null ? 0 : Number(error.code) }),
        );
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
