import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { TestApp } from './app.ts';
import { startExampleWorld } from './example-world.ts';

export const binary = fileURLToPath(new URL('../../bin/catalog.js', import.meta.url));

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Shell {
  /** Where the command runs. */
  readonly folder: string;
  run(
    args: readonly string[],
    options?: {
      readonly input?: string;
      readonly server?: string | null;
      readonly cwd?: string;
      readonly dataDir?: string;
    },
  ): Promise<Ran>;
  remove(): Promise<void>;
}

/** Runs the real command as a child process in a folder of its own, beside `server` when there is one, as whom `token` says. */
export async function openShell(server?: string, token?: string): Promise<Shell> {
  const folder = await mkdtemp(join(tmpdir(), 'milo-cli-'));
  return {
    folder,
    run: (args, options = {}) =>
      new Promise((done) => {
        const { CATALOG_SERVER: _server, CATALOG_TOKEN: _token, CATALOG_DATA_DIR: _dir, ...env } = process.env;
        const address = options.server === undefined ? server : options.server;
        const child = execFile(
          process.execPath,
          [binary, ...args],
          {
            cwd: options.cwd ?? folder,
            maxBuffer: 2 ** 27,
            env: {
              ...env,
              ...(typeof address === 'string' && { CATALOG_SERVER: address }),
              ...(token !== undefined && { CATALOG_TOKEN: token }),
              ...(options.dataDir !== undefined && { CATALOG_DATA_DIR: options.dataDir }),
            },
          },
          (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
        );
        child.stdin?.on('error', () => undefined);
        child.stdin?.end(options.input ?? '');
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** For a test file: the example world, and a shell beside it in which its administrator runs the command. */
export async function startExampleShell(): Promise<{ readonly app: TestApp; readonly shell: Shell }> {
  const app = await startExampleWorld();
  const shell = await openShell(app.url, await app.token('test-admin'));
  afterAll(async () => {
    await app.close();
    await shell.remove();
  });
  return { app, shell };
}
