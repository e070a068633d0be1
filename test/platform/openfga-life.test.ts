import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { startPostgres } from '../../src/platform/embedded/postgres.ts';
import { commandLine } from '../../src/platform/embedded/process.ts';
import { type EmbeddedOpenFga, startOpenFga } from '../../src/platform/openfga/start-openfga.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { isAlive, runService, startService } from '../kit/service.ts';

let directory: string;
let database: TestDatabase;
let executable: string;
let said: string[];
let failures: Error[];
let running: EmbeddedOpenFga[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'milo-openfga-'));
  database = await createTestDatabase('empty');
  executable = inject('openfgaExecutable');
  [said, failures, running] = [[], [], []];
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

async function start(options: { executable?: string; databaseUrl?: string } = {}): Promise<EmbeddedOpenFga> {
  const log = (line: string): void => void said.push(line);
  const onFailure = (error: Error): void => void failures.push(error);
  const server = await startOpenFga({ directory, databaseUrl: database.url, executable, log, onFailure, ...options });
  running.push(server);
  return server;
}

interface Stores {
  readonly status: number;
  readonly names: readonly string[];
}

async function stores({ apiUrl, token }: { apiUrl: string; token: string }): Promise<Stores> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${apiUrl}/stores`, { headers, signal: AbortSignal.timeout(4_000) });
  const { stores: list = [] } = (await answer.json()) as { stores?: { name: string }[] };
  return { status: answer.status, names: list.map(({ name }) => name) };
}

async function createStore({ apiUrl, token }: EmbeddedOpenFga, name: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return (await fetch(`${apiUrl}/stores`, { method: 'POST', headers, body: JSON.stringify({ name }) })).status;
}

const pidOf = async (folder: string): Promise<number> => Number(await readFile(join(folder, 'openfga.pid'), 'utf8'));

test('what a server knows, its address and its key are those of the start before', async () => {
  const first = await start();
  expect(await createStore(first, 'kept')).toBe(201);
  const pid = first.pid ?? 0;
  await first.stop();
  expect(isAlive(pid)).toBe(false);
  expect(await readdir(join(directory, 'openfga.tmp'))).toEqual([]);
  const { apiUrl, token } = await start();
  expect({ apiUrl, token }).toEqual({ apiUrl: first.apiUrl, token: first.token });
  expect(await stores({ apiUrl, token })).toEqual({ status: 200, names: ['kept'] });
});

test('it listens on loopback, serves nobody without its key, and keeps its secrets to its owner', async () => {
  const server = await start();
  expect(server.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await stores({ ...server, token: 'guess' })).status).toBe(401);
  expect((await stat(join(directory, 'openfga.json'))).mode & 0o777).toBe(0o600);
  const command = await commandLine(server.pid ?? 0);
  expect(command).toContain(`${directory}/openfga run --http-addr=127.0.0.1:`);
  expect(command).not.toContain(server.token);
  expect(command).not.toContain(new URL(database.url).password);
});

test('one that is killed is there again at once, at the same address', async () => {
  const server = await start();
  const before = server.pid ?? 0;
  process.kill(before, 'SIGKILL');
  await expect.poll(() => server.pid, { interval: 10 }).not.toBe(before);
  await expect.poll(() => stores(server).catch(() => 'down'), { interval: 10 }).toMatchObject({ status: 200 });
  const last = ['OpenFGA: it ended by itself; starting it again', 'OpenFGA: ready again'];
  await expect.poll(() => said.slice(-2)).toEqual(last);
  expect(failures).toEqual([]);
});

test('one that dies again and again is started again more and more slowly, without an end', async () => {
  const server = await start();
  for (const pauseMs of [0, 400, 800]) {
    const before = server.pid ?? 0;
    const startedAt = performance.now();
    process.kill(before, 'SIGKILL');
    await expect.poll(() => server.pid, { interval: 5 }).not.toBe(before);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(pauseMs);
    await expect.poll(() => said.at(-1), { interval: 5 }).toBe('OpenFGA: ready again');
  }
  expect(failures).toEqual([]);
});

test('stopping one that is just being started again ends it too', async () => {
  const server = await start();
  process.kill(server.pid ?? 0, 'SIGKILL');
  await expect.poll(() => said.at(-1), { interval: 1 }).toContain('starting it again');
  await server.stop();
  expect(isAlive(server.pid ?? 0)).toBe(false);
  expect(failures).toEqual([]);
});

test('it survives the death of its PostgreSQL, and dying together with it', async () => {
  const own = await mkdtemp(join(tmpdir(), 'milo-openfga-postgres-'));
  const postgres = await startPostgres({
    directory: own,
    log: () => undefined,
    onFailure: (error) => failures.push(error),
  });
  try {
    const server = await start({ databaseUrl: postgres.url('openfga') });
    await createStore(server, 'kept');
    const isBack = () =>
      expect.poll(() => stores(server).catch(() => 'down')).toEqual({ status: 200, names: ['kept'] });
    const before = postgres.pid;
    process.kill(postgres.pid ?? 0, 'SIGKILL');
    await expect.poll(() => postgres.pid).not.toBe(before);
    await isBack();
    process.kill(server.pid ?? 0, 'SIGKILL');
    process.kill(postgres.pid ?? 0, 'SIGKILL');
    await isBack();
    expect(failures).toEqual([]);
    await server.stop();
  } finally {
    await postgres.stop();
    await rm(own, { recursive: true });
  }
});

test('a port that another program has taken meanwhile is replaced', async () => {
  const first = await start();
  await first.stop();
  const { port } = new URL(first.apiUrl);
  const intruder = createServer().listen(Number(port), '127.0.0.1');
  try {
    const second = await start();
    expect(said).toContain(`OpenFGA: port ${port} is taken by another program; choosing another`);
    expect(second.apiUrl).not.toBe(first.apiUrl);
    expect((await stores(second)).status).toBe(200);
  } finally {
    intruder.close();
  }
});

test('a process id that is now some other program’s is no reason to end that', async () => {
  await writeFile(join(directory, 'openfga.pid'), `${process.pid}\n`);
  expect((await stores(await start())).status).toBe(200);
});

test('one that does not start says why', async () => {
  const broken = join(directory, 'broken');
  await writeFile(broken, '#!/bin/sh\n[ "$1" = migrate ] || { echo "no such luck" >&2; exit 1; }\n');
  await chmod(broken, 0o755);
  await expect(start({ executable: broken })).rejects.toThrow('OpenFGA did not start:\nno such luck');
  await writeFile(broken, '#!/bin/sh\necho "database is too new" >&2\nexit 1\n');
  await expect(start({ executable: broken })).rejects.toThrow(/OpenFGA's database cannot be migrated:[\s\S]*too new/);
});

test.for(['SIGINT', 'SIGTERM'] as const)('%s to the service ends OpenFGA with it', async (signal) => {
  const service = await startService({ CATALOG_DATA_DIR: directory, PORT: '0' });
  expect(service.output()).toMatch(/OpenFGA: 1\.\d+\.\d+, \S+\/openfga\nOpenFGA: ready on port \d+/);
  const pid = await pidOf(directory);
  expect(isAlive(pid)).toBe(true);
  expect(await service.end(signal)).toBe(0);
  expect(isAlive(pid)).toBe(false);
});

test('after kill -9 of the service, the next start ends the OpenFGA that was left, and has its port again', async () => {
  const settings = { CATALOG_DATA_DIR: directory, PORT: '0' };
  const killed = await startService(settings);
  const orphan = await pidOf(directory);
  await killed.end('SIGKILL');
  expect(isAlive(orphan)).toBe(true);
  const next = await startService(settings);
  expect(next.output()).toContain(`OpenFGA: stopping the one that an earlier run left behind (process ${orphan})`);
  expect(next.output()).not.toContain('is taken by another program');
  expect(isAlive(orphan)).toBe(false);
  expect(await next.end('SIGTERM')).toBe(0);
});

test('a service with servers that are there already starts none, and says when it is not let in', async () => {
  const migrated = await createTestDatabase();
  const settings = { DATABASE_URL: migrated.url, OPENFGA_API_URL: inject('openfgaUrl'), PORT: '0' };
  const service = await startService({ ...settings, OPENFGA_API_TOKEN: inject('openfgaToken') });
  expect(service.output()).not.toContain('OpenFGA:');
  expect(await service.end('SIGTERM')).toBe(0);
  expect(await runService({ ...settings, OPENFGA_API_TOKEN: 'guess' })).toEqual({
    code: 1,
    output: `the OpenFGA at ${inject('openfgaUrl')} does not accept the key of OPENFGA_API_TOKEN\n`,
  });
  await migrated.drop();
});
