import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startExampleShell } from '../kit/command.ts';

const { app, shell } = await startExampleShell();

/** What runs without CATALOG_SERVER. */
const run = (...args: string[]) => shell.run(args, { server: null });

test('project and namespace of the context are those of commands that are given none', async () => {
  const at = ['--server', app.url];
  await run('config', 'set-context', 'web', ...at, '--project', 'northwind-web', '-n', 'organization-northwind');
  await run('config', 'use-context', 'web');
  const names = async (...args: string[]): Promise<string> => (await run('get', ...args, '-o', 'name')).stdout;
  expect(await names('sites')).toBe('site/fra1\nsite/fra2\nsite/iad1\nsite/sin1\n');
  expect(await names('groups')).toBe('');
  expect(await names('groups', '-n', 'milo-system')).toContain('group/network-operations\n');
  expect(await names('groups', '-A')).toContain('group/network-operations\n');
  expect(await names('serviceaccounts')).toBe('');
  expect(await names('serviceaccounts', '--project', 'milo-compute')).toBe('serviceaccount/provider\n');
  await writeFile(
    join(shell.folder, 'robot.yaml'),
    'apiVersion: iam.miloapis.com/v1alpha1\nkind: ServiceAccount\nmetadata: {name: robot}\n---\napiVersion: iam.miloapis.com/v1alpha1\nkind: Group\nmetadata: {name: drivers}\n',
  );
  const applied = await run('apply', '-f', 'robot.yaml');
  expect([applied.code, applied.stderr]).toEqual([0, '2 created\n']);
  expect(await names('serviceaccounts,groups')).toBe('serviceaccount/robot\ngroup/drivers\n');
  expect((await run('delete', 'serviceaccount/robot', 'group/drivers')).code).toBe(0);
  // An export leaves nothing out, and an address of its own is not the context's.
  expect((await run('export', 'groups')).stdout).toContain('name: network-operations');
  expect((await run('get', 'groups', '-o', 'name', ...at)).stdout).toContain('group/network-operations\n');
});

test('options win over the environment, that over the context, and the context over the service of the folder', async () => {
  const seen = async (args: string[], server: string | null = null): Promise<string> => {
    const { stdout } = await shell.run(['version', ...args], { server });
    return stdout.split('\n')[1]?.replaceAll(app.url, 'SERVER') ?? '';
  };
  await run('config', 'set-context', 'gone', '--server', 'http://127.0.0.1:3');
  expect(await seen([])).toBe('service SERVER (of context web)');
  expect(await seen(['--context', 'gone'])).toMatch(/^service none found: nothing listens at .* of context gone\)$/);
  expect(await seen(['--context', 'gone'], app.url)).toBe('service SERVER (as given)');
  expect(await seen(['--server', app.url], 'http://127.0.0.1:3')).toBe('service SERVER (as given)');
  expect(await seen(['--context', 'none'])).toMatch(/^service none found: there is no context 'none'$/);
  await mkdir(join(shell.folder, '.catalog'));
  await writeFile(join(shell.folder, '.catalog/server.json'), JSON.stringify({ pid: process.pid, url: app.url }));
  expect(await seen(['--context', 'gone'])).toContain('of context gone');
  await run('config', 'delete-context', 'web');
  expect(await seen([])).toMatch(/^service SERVER \(.*server\.json\)$/);
});
