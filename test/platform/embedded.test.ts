import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pace } from '../kit/pace.ts';
import { isAlive, postgresPid, runService, type Service, spawnService, startService } from '../kit/service.ts';

let directory: string;
let running: Service[];
const start = async (settings: Readonly<Record<string, string>> = {}): Promise<Service> => {
  const service = await startService({ CATALOG_DATA_DIR: directory, PORT: '0', ...settings });
  running.push(service);
  return service;
};
const postgresPort = async (): Promise<number> => {
  const { port } = JSON.parse(await readFile(join(directory, 'postgres.json'), 'utf8')) as { port: number };
  return port;
};
const isReady = async (url: string): Promise<boolean> => (await fetch(`${url}/readyz`)).status === 200;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'milo-life-'));
  running = [];
});
afterEach(async () => {
  for (const { child, end } of running) if (child.exitCode === null && child.signalCode === null) await end('SIGTERM');
  const orphan = await postgresPid(directory).catch(() => undefined);
  if (orphan !== undefined && orphan !== process.pid && isAlive(orphan)) process.kill(orphan, 'SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

test.for(['SIGINT', 'SIGTERM'] as const)(
  'a start makes everything, %s ends everything, the next start finds everything',
  async (signal) => {
    const first = await start();
    expect(first.output()).toMatch(/making a new database[\s\S]*ready on port[\s\S]*\d+ migrations? applied/);
    expect(await isReady(first.url)).toBe(true);
    const [pid, port] = [await postgresPid(directory), await postgresPort()];
    expect(await first.end(signal)).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(directory, 'server.json'))).toBe(false);

    const second = await start();
    expect(second.output()).not.toMatch(/making|applied/);
    expect(await postgresPort()).toBe(port);
    expect(await isReady(second.url)).toBe(true);
  },
);

test('the data directory says where the service answers, as long as it does', async () => {
  const service = await start();
  const file = join(directory, 'server.json');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    pid: service.child.pid,
    url: service.url,
    startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  await service.end('SIGTERM');
  expect(existsSync(file)).toBe(false);
});

test('after kill -9 of the service the next start ends the PostgreSQL that was left and goes on', async () => {
  const killed = await start();
  const orphan = await postgresPid(directory);
  await killed.end('SIGKILL');
  expect(isAlive(orphan)).toBe(true);
  const next = await start();
  expect(next.output()).toContain(`stopping the one that an earlier run left behind (process ${orphan})`);
  expect(isAlive(orphan)).toBe(false);
  expect(await isReady(next.url)).toBe(true);
});

test('after kill -9 of both, nothing that is left is in the way', async () => {
  const killed = await start();
  const postgres = await postgresPid(directory);
  await killed.end('SIGKILL');
  process.kill(postgres, 'SIGKILL');
  expect(await isReady((await start()).url)).toBe(true);
});

test('a pid file whose process is now some other program is no obstacle', async () => {
  const first = await start();
  const file = join(directory, 'postgres/postmaster.pid');
  const text = await readFile(file, 'utf8');
  await first.end('SIGTERM');
  await writeFile(file, text.replace(/^\d+/, String(process.pid)));
  expect(await isReady((await start()).url)).toBe(true);
  expect(isAlive(process.pid)).toBe(true);
});

test('a PostgreSQL that is killed under the running service is started again', async () => {
  const service = await start();
  const before = await postgresPid(directory);
  process.kill(before, 'SIGKILL');
  await expect.poll(() => postgresPid(directory).catch(() => before)).not.toBe(before);
  await expect.poll(() => isReady(service.url)).toBe(true);
  expect(service.output()).toContain('it ended by itself; starting it again');
});

test('a first start that is killed half-way leaves nothing that breaks the next', async () => {
  for (const afterMs of [150, 300, 450, 600, 900]) {
    const { child, ended } = spawnService({ CATALOG_DATA_DIR: directory, PORT: '0' });
    await pace(afterMs);
    child.kill('SIGKILL');
    await ended;
  }
  expect(await isReady((await start()).url)).toBe(true);
});

test('of two starts on one data directory the second is told where the first one is', async () => {
  const first = await start();
  const second = await runService({ CATALOG_DATA_DIR: directory, PORT: '0' });
  expect(second).toEqual({
    code: 1,
    output: `already running at ${first.url} (process ${first.child.pid}, data in ${directory})\n`,
  });
  expect(await isReady(first.url)).toBe(true);
});

test('of many starts at once exactly one wins', async () => {
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => start()));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
  for (const reason of reasons) expect(reason).toMatch(/already (starting|running)|just starting or stopping/);
});

test('a port that another program has taken meanwhile is replaced and the new one remembered', async () => {
  await (await start()).end('SIGTERM');
  const taken = await postgresPort();
  const intruder = createServer().listen(taken, '127.0.0.1');
  try {
    const service = await start();
    expect(service.output()).toContain(`port ${taken} is taken by another program`);
    expect(await isReady(service.url)).toBe(true);
    expect(await postgresPort()).not.toBe(taken);
  } finally {
    intruder.close();
  }
});

test('a wanted HTTP port that is taken is refused, and nothing is left running', async () => {
  const first = await start();
  const other = await mkdtemp(join(tmpdir(), 'milo-life-'));
  const port = new URL(first.url).port;
  const { code, output } = await runService({ CATALOG_DATA_DIR: other, PORT: port });
  expect(code).toBe(1);
  expect(output).toMatch(new RegExp(`port ${port} on 127\\.0\\.0\\.1 is taken by another program; set PORT\n$`));
  expect(existsSync(join(other, 'postgres/postmaster.pid'))).toBe(false);
  await rm(other, { recursive: true });
});
