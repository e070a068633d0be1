import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, chown, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries, isReachable } from './binaries.ts';
import { anyFreePort, isPortFree } from './ports.ts';

/** A PostgreSQL server of our own. */
export interface EmbeddedPostgres {
  /** Connection string for a database of the server. */
  url(database: string): string;
  readonly port: number;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Folder for its data, password and port. */
  readonly folder: string;
  readonly report: (line: string) => void;
  /** Data that is thrown away: no waiting for the disk. */
  readonly isDisposable?: boolean;
}

const NOBODY = 65534;
const isRoot = (): boolean => process.getuid?.() === 0;
const exists = (path: string): Promise<boolean> => access(path, constants.F_OK).then(() => true, () => false);

/**
 * Starts PostgreSQL on loopback, on a free port that is remembered. What an earlier run left behind (an orphaned
 * server after kill -9, stale pid and lock files) is put in order first.
 */
export async function startPostgres({ folder, report, isDisposable = false }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const startedAt = performance.now();
  const { initdb, postgres } = await findBinaries();
  const home = await homeFor(folder);
  const data = join(home, 'data');
  const run = isRoot() ? { uid: NOBODY, gid: NOBODY } : {};
  await mkdir(home, { recursive: true, mode: 0o700 });
  if (isRoot()) await chown(home, NOBODY, NOBODY);
  await stopOrphan(data);

  const secret = join(home, 'password');
  if (!(await exists(join(data, 'PG_VERSION')))) {
    report('PostgreSQL: making a new database cluster …');
    await rm(data, { recursive: true, force: true }); // A first start that was cut off.
    await writeFile(secret, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (isRoot()) await chown(secret, NOBODY, NOBODY);
    const settings = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
    const sync = isDisposable ? ['--no-sync'] : [];
    await finished(
      spawn(initdb, ['-D', `${data}.new`, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${secret}`, ...settings, ...sync], { ...run, cwd: home }),
      'initdb',
    );
    await rename(`${data}.new`, data);
  }
  const password = (await readFile(secret, 'utf8')).trim();
  const port = await choosePort(join(home, 'port'));
  const log = await open(join(home, 'postgres.log'), 'a');
  if (isRoot()) await chmod(join(home, 'postgres.log'), 0o666);
  const tuning = isDisposable ? ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'] : [];
  const server = spawn(
    postgres,
    ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=200', '-c', 'shared_buffers=256MB', ...tuning],
    { ...run, cwd: home, stdio: ['ignore', log.fd, log.fd] },
  );
  await log.close();
  const url = (database: string): string => `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
  const killNow = (): void => {
    server.kill('SIGINT');
  };
  process.once('exit', killNow);
  try {
    await answering(server, url('postgres'), join(home, 'postgres.log'));
  } catch (error) {
    server.kill('SIGKILL');
    throw error;
  }
  report(`PostgreSQL: ready on port ${port} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  return {
    url,
    port,
    stop: async () => {
      process.removeListener('exit', killNow);
      if (server.exitCode !== null || server.signalCode !== null) return;
      const gone = new Promise((settle) => server.once('exit', settle));
      server.kill('SIGINT'); // Fast shutdown: sessions are ended, nothing is lost.
      await gone;
    },
  };
}

/** As root the server runs as another user, who must be able to reach its data. */
async function homeFor(folder: string): Promise<string> {
  const wanted = resolve(folder);
  await mkdir(dirname(wanted), { recursive: true });
  if (!isRoot() || (await isReachable(dirname(wanted)))) return wanted;
  return join(tmpdir(), `milo-catalog-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`);
}

const finished = (child: ChildProcess, name: string): Promise<void> =>
  new Promise((done, fail) => {
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += String(chunk);
    });
    child.once('error', fail);
    child.once('exit', (code) => (code === 0 ? done() : fail(new Error(`${name} failed (${code}): ${said.trim()}`))));
  });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** A server that an earlier run left running on this data is shut down; a stale pid file is removed. */
async function stopOrphan(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const [first = ''] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const pid = Number(first);
  if (!Number.isInteger(pid) || pid <= 0) return;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => (process.platform === 'linux' ? '' : 'postgres'));
  if (isAlive(pid) && command.includes('postgres')) {
    process.kill(pid, 'SIGINT');
    for (let waited = 0; isAlive(pid) && waited < 10_000; waited += 50) await sleep(50);
    if (isAlive(pid)) throw new Error(`an earlier PostgreSQL (process ${pid}) does not stop; end it and start again`);
  }
  await rm(file, { force: true });
}

async function choosePort(file: string): Promise<number> {
  const remembered = Number(await readFile(file, 'utf8').catch(() => ''));
  if (Number.isInteger(remembered) && remembered > 0 && (await isPortFree(remembered))) return remembered;
  const port = await anyFreePort();
  await writeFile(file, String(port));
  return port;
}

async function answering(server: ChildProcess, url: string, log: string): Promise<void> {
  let lastError: unknown;
  for (let waited = 0; waited < 60_000; waited += 25) {
    if (server.exitCode !== null) {
      const said = (await readFile(log, 'utf8').catch(() => '')).split('\n').slice(-8).join('\n');
      throw new Error(`PostgreSQL ended with code ${server.exitCode}:\n${said}`);
    }
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      lastError = error;
      await client.end().catch(() => undefined);
      await sleep(25);
    }
  }
  throw new Error('PostgreSQL does not answer', { cause: lastError });
}
