import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { startApp, type TestApp } from './app.ts';
import { startExampleWorld } from './example-world.ts';

export const binary = fileURLToPath(new URL('../../bin/catalog.js', import.meta.url));

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly input?: string;
  readonly server?: string | null;
  readonly cwd?: string;
  readonly dataDir?: string;
  readonly editor?: string;
}

/** A command that is under way. */
export interface Started {
  /** What it has written to stderr so far. */
  stderr(): string;
  readonly ended: Promise<Ran>;
}

export interface Shell {
  /** Where the command runs. */
  readonly folder: string;
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** The same without waiting for its end. */
  start(args: readonly string[], options?: RunOptions): Started;
  remove(): Promise<void>;
}

/** Runs the real command as a child process in a folder of its own, beside `server` when there is one, as whom `token` says. */
export async function openShell(server?: string, token?: string): Promise<Shell> {
  const folder = await mkdtemp(join(tmpdir(), 'milo-cli-'));
  const start: Shell['start'] = (args, options = {}) => {
    const {
      CATALOG_SERVER: _server,
      CATALOG_TOKEN: _token,
      CATALOG_DATA_DIR: _dir,
      DISPLAY: _display,
      EDITOR: _editor,
      VISUAL: _visual,
      ...env
    } = process.env;
    const address = options.server === undefined ? server : options.server;
    const { promise: ended, resolve } = Promise.withResolvers<Ran>();
    const child = execFile(
      process.execPath,
      [binary, ...args],
      {
        cwd: options.cwd ?? folder,
        maxBuffer: 2 ** 27,
        env: {
          ...env,
          CATALOG_CONFIG_DIR: join(folder, 'config'),
          ...(typeof address === 'string' && { CATALOG_SERVER: address }),
          ...(token !== undefined && { CATALOG_TOKEN: token }),
          ...(options.dataDir !== undefined && { CATALOG_DATA_DIR: options.dataDir }),
          ...(options.editor !== undefined && { EDITOR: options.editor }),
        },
      },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
    let told = '';
    child.stderr?.on('data', (chunk: Buffer | string) => {
      told += String(chunk);
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
    return { stderr: () => told, ended };
  };
  return {
    folder,
    start,
    run: (args, options) => start(args, options).ended,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

interface AppAndShell {
  readonly app: TestApp;
  readonly shell: Shell;
}

/** For a test file: the example world, and a shell beside it in which its administrator runs the command. */
export const startExampleShell = async (): Promise<AppAndShell> => shellBeside(await startExampleWorld());

/** The same with an empty catalog. */
export const startTestShell = async (): Promise<AppAndShell> => shellBeside(await startApp());

async function shellBeside(app: TestApp): Promise<AppAndShell> {
  const shell = await openShell(app.url, await app.token('test-admin'));
  afterAll(async () => {
    await app.close();
    await shell.remove();
  });
  return { app, shell };
}
