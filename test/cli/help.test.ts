import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startExampleShell } from '../kit/command.ts';

const { shell } = await startExampleShell();

test('every command has help with a description and examples that name it', async () => {
  const { stdout, code } = await shell.run(['--help'], { server: null });
  expect(code).toBe(0);
  const commands = [...(stdout.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z-]+) /gm)].flatMap(
    ([, name]) => name ?? [],
  );
  const own = commands.filter((name) => name !== 'help' && name !== 'catalog');
  expect(own).toEqual([
    'apply',
    'create',
    'validate',
    'diff',
    'import',
    'apply-type',
    'get',
    'describe',
    'history',
    'export',
    'delete',
    'label',
    'annotate',
    'patch',
    'edit',
    'wait',
    'enable',
    'disable',
    'requests',
    'approve',
    'deny',
    'publish',
    'roll-back',
    'compare',
    'deploy',
    'upgrade',
    'retire',
    'plan',
    'registry',
    'report',
    'graph',
    'trace',
    'kinds',
    'explain',
    'query',
    'whoami',
    'can-i',
    'who-can',
    'authz',
    'login',
    'logout',
    'config',
    'token',
    'completion',
    'version',
  ]);
  for (const name of own) {
    const help = await shell.run([name, '--help'], { server: null });
    expect(help.code).toBe(0);
    const shown = help.stdout.split('Examples:\n')[1] ?? '';
    expect(shown, name).toMatch(new RegExp(`^ .*catalog ${name}\\b`, 'm'));
  }
});

test('kinds lists names, short names and groups', async () => {
  const { stdout } = await shell.run(['kinds']);
  expect(stdout).toMatch(/^NAME +SHORTNAMES +APIVERSION +NAMESPACED +INPROJECT +KIND\n/);
  expect(stdout).toMatch(/^organizations +org +resourcemanager\.miloapis\.com\/v1alpha1 +false +false +Organization$/m);
  expect((await shell.run(['kinds', '-o', 'name'])).stdout).toContain('racks.inventory.miloapis.com\n');
  expect(JSON.parse((await shell.run(['kinds', '-o', 'json'])).stdout)[0]).toHaveProperty('kind');
});

test('explain shows a kind, a field and what it leads to, and the values of a choice', async () => {
  const kind = await shell.run(['explain', 'racks']);
  expect(kind.stdout).toMatch(/^KIND: +Rack\nAPIVERSION: +inventory\.miloapis\.com\/v1alpha1\nQUERY: +rack, racks\n/);
  expect(kind.stdout).toContain('  heightU\tInt!\n');
  const field = await shell.run(['explain', 'rack.spec.siteRef']);
  expect(field.stdout).toContain('FIELD:       siteRef <Site>\n');
  expect((await shell.run(['explain', 'site.racks.devices'])).stdout).toContain('<MountedDeviceConnection!>');
  expect((await shell.run(['explain', 'port.type'])).stdout).toContain('  PATCH_PANEL\n');
  const wrong = await shell.run(['explain', 'rack.hightU']);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toMatch(/^error: rack \(Rack\) has no field 'hightU'; did you mean 'heightU'\?\nit has: /);
});

test('query runs a document with variables of the declared types', async () => {
  const document =
    'query ($name: String!, $first: Int, $where: RackWhere) { rack(name: $name) { name } racks(first: $first, where: $where) { nodes { name } } }';
  const where = '{"name": {"startsWith": "fra1"}}';
  const vars = ['--var', 'name=fra1-a01', '--var', 'first=1', '--var', `where=${where}`];
  const { stdout, code } = await shell.run(['query', '-', ...vars], { input: document });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ rack: { name: 'fra1-a01' }, racks: { nodes: [{ name: 'fra1-a01' }] } });
  await writeFile(join(shell.folder, 'q.graphql'), document);
  await writeFile(join(shell.folder, 'v.json'), '{"name": "12345", "first": 0}');
  const file = await shell.run(['query', 'q.graphql', '--variables', 'v.json']);
  expect(JSON.parse(file.stdout)).toEqual({ rack: null, racks: { nodes: [] } });
  const explained = await shell.run(['query', '--explain', '--document', '{ racks { totalCount } }']);
  expect(JSON.parse(explained.stderr)).toMatchObject({ explain: { statements: 1 } });
});

test('a document that fails says where and why', async () => {
  const invalid = await shell.run(['query', '--document', '{ rakcs { totalCount } }']);
  expect(invalid).toMatchObject({ code: 1, stdout: '' });
  expect(invalid.stderr).toMatch(/^error: Cannot query field "rakcs" .* at 1:3 \[GRAPHQL_VALIDATION_FAILED\]\n$/);
  const partial = await shell.run(['query', '--document', '{ rack(name: "fra1-a01") { name } site { name } }']);
  expect(partial.code).toBe(1);
  expect(JSON.parse(partial.stdout)).toEqual({ rack: { name: 'fra1-a01' }, site: null });
  expect(partial.stderr).toContain('[BAD_USER_INPUT: SELECTOR]');
  expect((await shell.run(['query'])).code).toBe(2);
  expect((await shell.run(['query', 'absent.graphql'])).stderr).toBe('error: absent.graphql does not exist\n');
});
