import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type OpenFgaWatch, watchOpenFga } from '../../src/platform/openfga/health.ts';
import { requireSafeServer } from '../../src/platform/openfga/require-safe-server.ts';
import { type EmbeddedOpenFga, startOpenFga } from '../../src/platform/openfga/start-openfga.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

let directory: string;
let database: TestDatabase;
let server: EmbeddedOpenFga;
let watch: OpenFgaWatch;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'milo-health-'));
  database = await createTestDatabase('empty');
  server = await startOpenFga({
    directory,
    databaseUrl: database.url,
    executable: inject('openfgaExecutable'),
    log: () => undefined,
    onFailure: console.error,
  });
  watch = watchOpenFga(server);
});
afterAll(async () => {
  watch.stop();
  await server.stop();
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

/** Stands in for what the real server does not do here. */
async function standIn(listener: RequestListener): Promise<{ apiUrl: string; close: () => void }> {
  const answers = createServer(listener);
  await new Promise<void>((resolve) => answers.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    answers.close();
    answers.closeAllConnections();
  };
  return { apiUrl: `http://127.0.0.1:${(answers.address() as AddressInfo).port}`, close };
}

const becomes = (expected: boolean, withinMs: number) =>
  expect.poll(() => watch.isReachable(), { interval: 5, timeout: withinMs }).toBe(expected);

test('a server that dies is noticed at once, and soon when it is back', async () => {
  await becomes(true, 10_000);
  await sleep(1_500);
  process.kill(server.pid ?? 0, 'SIGKILL');
  await becomes(false, 5_000);
  await becomes(true, 20_000);
});

test('a server that hangs is noticed within three seconds, and soon when it goes on', async () => {
  await becomes(true, 10_000);
  process.kill(server.pid ?? 0, 'SIGSTOP');
  await becomes(false, 10_000);
  process.kill(server.pid ?? 0, 'SIGCONT');
  await becomes(true, 10_000);
});

test('one that is only too busy to say how it is is reachable, as long as it answers what else it is asked', async () => {
  const answers = await standIn((_, response) => void setTimeout(() => response.end('{"status":"SERVING"}'), 2_800));
  const other = watchOpenFga(answers);
  let lost = 0;
  const forget = other.whenLost(() => lost++);
  const answering = setInterval(() => other.noteAnswer(), 100);
  await sleep(4_000);
  expect([other.isReachable(), lost]).toEqual([true, 0]);
  clearInterval(answering);
  await expect.poll(() => [other.isReachable(), lost > 0]).toEqual([false, true]);
  forget();
  lost = 0;
  other.whenLost(() => lost++)();
  expect(lost).toBe(1);
  other.stop();
  answers.close();
});

test('a server without its database is not reachable', async () => {
  const answers = await standIn((_, response) => response.end('{"status":"NOT_SERVING"}'));
  const other = watchOpenFga(answers);
  await sleep(100);
  expect(other.isReachable()).toBe(false);
  other.stop();
  answers.close();
});

test('a server that keeps no connections is reachable, and not asked without a pause', async () => {
  let askedCount = 0;
  const answers = await standIn((_, response) => {
    askedCount += 1;
    response.setHeader('connection', 'close').end('{"status":"SERVING"}');
  });
  const other = watchOpenFga(answers);
  await sleep(1_250);
  expect(other.isReachable()).toBe(true);
  expect(askedCount).toBeLessThanOrEqual(3);
  other.stop();
  answers.close();
});

test('being watched does not hold up a server that is to stop', async () => {
  await becomes(true, 10_000);
  const startedAt = performance.now();
  await server.stop();
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  await becomes(false, 5_000);
});

test('a running server must be of a safe version, must let us in, and must be there', async () => {
  const shared = await startOpenFga({
    directory,
    databaseUrl: database.url,
    executable: inject('openfgaExecutable'),
    log: () => undefined,
    onFailure: console.error,
  });
  await requireSafeServer(shared);
  await expect(requireSafeServer({ ...shared, token: 'guess' })).rejects.toThrow(
    'does not accept the key of OPENFGA_API_TOKEN',
  );
  const headers = { authorization: `Bearer ${shared.token}` };
  expect(await (await fetch(`${shared.apiUrl}/stores`, { headers })).json()).toMatchObject({ stores: [] });
  await shared.stop();
  await expect(requireSafeServer(shared)).rejects.toThrow(/cannot be reached: connect ECONNREFUSED/);
});

test('a running server that answers as those before 1.18.1 do is refused', async () => {
  const { apiUrl, close } = await standIn((_, response) => response.end('{"id":"1","allowed":false}'));
  await expect(requireSafeServer({ apiUrl, token: undefined })).rejects.toThrow(`at ${apiUrl} is older than 1.18.1`);
  close();
});
