import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, commandAs } from './account.ts';
import type { PostgresBinaries } from './binaries.ts';
import { findFreePort } from './ports.ts';

/** Address and credentials of a cluster; stored beside its data, readable by its owner only. */
export interface Identity {
  readonly port: number;
  readonly password: string;
}

export interface ClusterOptions {
  /** Folder that holds the cluster. Absolute. */
  readonly directory: string;
  readonly binaries: PostgresBinaries;
  readonly account: Account | undefined;
  /** Its data may be lost at a power cut: nothing waits for the disk. */
  readonly isDisposable: boolean;
  readonly log: (line: string) => void;
}

export const dataOf = (directory: string): string => join(directory, 'postgres');
export const USER = 'catalog';

/** The cluster in the folder, made when there is none. */
export async function provisionCluster(options: ClusterOptions): Promise<Identity> {
  const { directory, log } = options;
  const pgdata = dataOf(directory);
  const known = await readIdentity(directory);
  const isThere = await exists(join(pgdata, 'PG_VERSION'));
  if (known !== undefined && isThere) return known;
  if (await exists(pgdata)) {
    throw new Error(`${pgdata} exists, but its postgres.json is missing: move the folder away to start over`);
  }
  log('PostgreSQL: making a new database');
  const identity = { port: await findFreePort(), password: randomBytes(24).toString('hex') };
  await initialise(options, identity);
  return identity;
}

/** What killed starts have left. A folder that something still writes into goes at a later start. */
async function removeDrafts(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.startsWith('postgres.new'));
  const removed = names.map((name) => rm(join(directory, name), { recursive: true, force: true }));
  await Promise.allSettled(removed);
}

// Created in a folder of its own and then moved: a start that is killed leaves no incomplete cluster, and its `initdb`,
// which may outlive it, writes into no folder of a later start.
async function initialise(options: ClusterOptions, identity: Identity): Promise<void> {
  const { directory, binaries, account, isDisposable } = options;
  const pgdata = dataOf(directory);
  const draft = `${pgdata}.new-${randomBytes(4).toString('hex')}`;
  const passwordFile = join(directory, 'postgres.password');
  await removeDrafts(directory);
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, identity.password, { mode: 0o600 });
  if (account !== undefined)
    await Promise.all([draft, passwordFile].map((path) => chown(path, account.uid, account.gid)));
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${USER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const args = ['-D', draft, ...locale, ...access, '--no-instructions', ...(isDisposable ? ['--no-sync'] : [])];
  try {
    const command = await commandAs(account, binaries.initdb, args, [draft, passwordFile]);
    await runToEnd(command.file, command.args, directory, command.uid, command.gid);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeIdentity(directory, identity);
  await rename(draft, pgdata);
}

function runToEnd(file: string, args: readonly string[], cwd: string, uid?: number, gid?: number): Promise<void> {
  const child = spawn(file, args, {
    cwd,
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && gid !== undefined && { uid, gid }),
  });
  const stop = (): void => {
    child.kill();
  };
  process.on('exit', stop);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('exit', stop);
      if (code === 0) resolve();
      else reject(new Error(`${file} failed (${code}):\n${said}`));
    });
  });
}

async function readIdentity(directory: string): Promise<Identity | undefined> {
  const text = await readFile(join(directory, 'postgres.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Identity);
}

export async function writeIdentity(directory: string, identity: Identity): Promise<void> {
  const file = join(directory, 'postgres.json');
  await writeFile(`${file}.new`, JSON.stringify(identity), { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
