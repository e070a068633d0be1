import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openShell } from '../kit/command.ts';
import { type Service, startService } from '../kit/service.ts';

const statusOf = async ({ url }: Service, token: string): Promise<number> => {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  return (await fetch(`${url}/graphql`, { method: 'POST', headers, body: '{"query":"{ __typename }"}' })).status;
};

test('a start prints whom one can be and a token, which the next start still knows on its new port', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'milo-tokens-'));
  const shell = await openShell();
  const start = (): Promise<Service> => startService({ CATALOG_DATA_DIR: directory, PORT: '0' });
  const first = await start();
  await expect.poll(first.output).toMatch(/\n {4}org-owner +Olga, .*\n[\s\S]*as staff:\n\n[\w-]+\.[\w-]+\.[\w-]+\n/);
  const token = /^[\w-]+\.[\w-]+\.[\w-]+$/m.exec(first.output())?.[0] ?? '';
  expect(await statusOf(first, token)).toBe(200);
  const made = await shell.run(['token', 'billing'], { dataDir: directory });
  expect(await statusOf(first, made.stdout.trim())).toBe(200);
  await first.end('SIGTERM');

  const second = await start();
  expect(second.url).not.toBe(first.url);
  expect(await statusOf(second, token)).toBe(200);
  await second.end('SIGTERM');
  expect((await shell.run(['token', 'billing'], { dataDir: directory })).stderr).toMatch(/^error: no service found/);
  await shell.remove();
  await rm(directory, { recursive: true });
});
