import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startExampleShell } from '../kit/command.ts';

const { app, shell } = await startExampleShell();

/** What the shells are told for a line whose last word is being typed. */
async function candidates(...words: string[]): Promise<string[]> {
  const { stdout, stderr, code } = await shell.run(['__complete', '--', ...words]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '');
}

test('commands, options and their values', async () => {
  expect(await candidates('ex')).toEqual(['export', 'explain', ':nothing']);
  expect(await candidates('get', 'racks', '--sel')).toEqual(['--selector', ':nothing']);
  expect(await candidates('get', 'racks', '-o', 'w')).toEqual(['wide', ':nothing']);
  expect(await candidates('apply', '-f', '')).toEqual([':files']);
  expect(await candidates('export', '-d', '')).toEqual([':folders']);
  expect(await candidates('completion', '')).toEqual(['bash', 'zsh', 'fish', ':nothing']);
  expect(await candidates('nonsense', '')).toEqual([':nothing']);
});

test('kinds and names of objects', async () => {
  expect(await candidates('get', 'rac')).toEqual(['racks', 'racktypes', ':nothing']);
  expect(await candidates('get', 'sites,rac')).toEqual(['sites,racks', 'sites,racktypes', ':nothing']);
  expect(await candidates('get', 'site', 'f')).toEqual(['fra1', 'fra2', ':nothing']);
  expect(await candidates('get', 'site', 'fra1', 'f')).toEqual(['fra2', ':nothing']);
  expect(await candidates('-v', 'delete', 'site/i')).toEqual(['site/iad1', ':nothing']);
  expect(await candidates('get', 'sa', '--project', 'northwind-w')).toEqual(['northwind-web', ':nothing']);
  expect(await candidates('explain', 'circ')).toEqual(['circuits', 'circuitterminations', ':nothing']);
  expect(await candidates('explain', 'rack.s')).toEqual(['rack.spec', ':nothing']);
  expect(await candidates('explain', 'rack.spec.powerFeeds.v')).toEqual(['rack.spec.powerFeeds.voltage', ':nothing']);
  expect(await candidates('explain', 'norack.s')).toEqual([':nothing']);
  expect(await candidates('get', 'nokind', '')).toEqual([':nothing']);
  expect(await candidates('publish', 'machines')).toEqual(['machines-example-com', ':nothing']);
  expect(await candidates('roll-back', 'service/mach')).toEqual(['service/machines-example-com', ':nothing']);
  expect(await candidates('compare', 'machines-example-com', 'mach')).toEqual([':nothing']);
  expect(await candidates('enable', 'mach')).toEqual(['machines-example-com', ':nothing']);
  expect(await candidates('deploy', 'mach')).toEqual(['machines-example-com', ':nothing']);
  expect(await candidates('deploy', 'machines-example-com', 'us')).toEqual(['us-east', ':nothing']);
  expect(await candidates('upgrade', 'machines-example-com', 'v2', '--region', 'us')).toEqual(['us-east', ':nothing']);
  expect(await candidates('plan', 'o')).toEqual(['open', ':nothing']);
  expect(await candidates('plan', 'open', 'us')).toEqual(['us-east', ':nothing']);
  expect(await candidates('report', 'machines-example-com.us')).toEqual(['machines-example-com.us-east', ':nothing']);
  expect(await candidates('graph', 'ser')).toEqual(['services', ':nothing']);
  expect(await candidates('trace', 'fra1-a01-node1-psu')).toEqual([
    'fra1-a01-node1-psu0',
    'fra1-a01-node1-psu1',
    ':nothing',
  ]);
  expect(await candidates('who-can', 'upd')).toEqual(['update', ':nothing']);
  expect(await candidates('can-i', 'update', 'site/i')).toEqual(['site/iad1', ':nothing']);
});

test('without a service it offers what needs none, and stays silent', async () => {
  const { stdout, stderr } = await shell.run(['__complete', '--', 'get', ''], { server: 'http://127.0.0.1:1' });
  expect([stdout, stderr]).toEqual([':nothing\n', '']);
});

test('the bash script completes a line as it is typed, names with colons, too', async () => {
  await writeFile(join(shell.folder, 'completion.bash'), (await shell.run(['completion', 'bash'])).stdout);
  const token = await app.token('test-admin');
  const reply = (line: string): Promise<string[]> =>
    new Promise((done, fail) => {
      const script =
        // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own
        'source ./completion.bash; COMP_LINE="$0"; COMP_POINT=${#COMP_LINE}; _catalog_complete 2>/dev/null; printf "%s\\n" "${COMPREPLY[@]}"';
      const env = { ...process.env, CATALOG_SERVER: app.url, CATALOG_TOKEN: token };
      execFile('bash', ['-c', script, line], { cwd: shell.folder, env }, (error, stdout) =>
        error === null ? done(stdout.trimEnd().split('\n')) : fail(error),
      );
    });
  expect(await reply('catalog ge')).toEqual(['get']);
  expect(await reply('catalog get site fra')).toEqual(['fra1', 'fra2']);
  expect(await reply('catalog get group/system:au')).toEqual(['authenticated', 'authenticated-users']);
  for (const name of ['zsh', 'fish']) expect((await shell.run(['completion', name])).stdout).toContain('__complete --');
});
