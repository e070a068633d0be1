import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type OpenFgaWatch, watchOpenFga } from '../../src/platform/openfga/health.ts';
import { requireSafeServer } from '../../src/platform/openfga/require-safe-server.ts';
import { type EmbeddedOpenFga, startOpenFga } from '../../src/platform/openfga/start-openfga.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { pace } from '../kit/pace.ts';

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
  let askedCount = 0;
  const answers = await standIn((_, response) => {
    askedCount++;
    void pace(2_800).then(() => response.end('{"status":"SERVING"}'));
  });
  const other = watchOpenFga(answers);
  let lost = 0;
  const forget = other.whenLost(() => lost++);
  const answering = setInterval(() => other.noteAnswer(), 100);
  // It asks again when it has waited in vain.
  await expect.poll(() => askedCount).toBeGreaterThan(1);
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
  let askedCount = 0;
  const answers = await standIn((_, response) => {
    askedCount++;
    response.end('{"status":"NOT_SERVING"}');
  });
  const other = watchOpenFga(answers);
  await expect.poll(() => askedCount).toBeGreaterThan(1);
  expect(other.isReachable()).toBe(false);
  other.stop();
  answers.close();
});

test('a server that keeps no connections is reachable, and not asked without a pause', async () => {
  const askedAt: number[] = [];
  const answers = await standIn((_, response) => {
    askedAt.push(performance.now());
    response.setHeader('connection', 'close').end('{"status":"SERVING"}');
  });
  const other = watchOpenFga(answers);
  await expect.poll(() => askedAt.length).toBe(4);
  expect(other.isReachable()).toBe(true);
  // Pauses of half a second: they can only become longer.
  const pauses = askedAt.slice(1).map((at, index) => at - (askedAt[index] ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThan(400);
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
