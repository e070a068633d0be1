import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** The user that PostgreSQL runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const run = promisify(execFile);

/**
 * PostgreSQL refuses to run as root: root gives it the owner of the existing data, else the user `postgres`, who is
 * made when there is none. Undefined for everybody else: it runs as they do.
 */
export async function findAccount(dataDirectory: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataDirectory).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const known = await findUser('postgres');
  if (known !== undefined) return known;
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres']);
  } catch (cause) {
    throw new Error('PostgreSQL cannot run as root, and no user `postgres` could be made: run as another user', {
      cause,
    });
  }
  return findUser('postgres');
}

async function findUser(name: string): Promise<Account | undefined> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const [, , uid, gid] = lines.find((fields) => fields[0] === name) ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** The command run as that account, able to reach its files even where a folder above them is closed to it (/root). */
export async function commandAs(
  account: Account | undefined,
  file: string,
  args: readonly string[],
  paths: readonly string[],
): Promise<Command> {
  if (account === undefined) return { file, args };
  const reachable = await Promise.all([file, ...paths].map((path) => isReachable(path, account)));
  if (reachable.every(Boolean)) return { file, args, ...account };
  const privileges = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  const identity = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  return { file: 'setpriv', args: [...identity, ...privileges, '--', file, ...args] };
}

async function isReachable(path: string, account: Account): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
