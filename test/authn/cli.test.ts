import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLocalIssuer } from '../../src/platform/authn/local-issuer.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { openShell, type Ran, type Shell } from '../kit/command.ts';

let app: TestApp;
let other: TestApp;
let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
  const directory = join(shell.folder, '.catalog');
  await mkdir(directory);
  app = await startApp({ localIssuer: await openLocalIssuer(directory) });
  other = await startApp();
  await writeFile(join(directory, 'server.json'), JSON.stringify({ pid: process.pid, url: app.url }));
});
afterAll(async () => {
  await Promise.all([app.close(), other.close()]);
  await shell.remove();
});

const statusOf = async (token: string): Promise<number> => {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  return (await fetch(`${app.url}/graphql`, { method: 'POST', headers, body: '{"query":"{ __typename }"}' })).status;
};
/** Runs `catalog query` and gives what it sent as the caller. */
const subjectOf = async (...args: string[]): Promise<unknown> => {
  const { stderr } = await shell.run(['version', '--verbose', ...args]);
  return /caller: (\S+)/.exec(stderr)?.[1];
};

test('token prints a token of the service that runs here, and nothing else', async () => {
  const { stdout, stderr, code } = await shell.run(['token', 'org-owner']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const { sub, iat = 0, exp, client_id: client } = decodeJwt(stdout.trim());
  expect({ sub, client, lifetime: Number(exp) - iat }).toEqual({
    sub: 'org-owner',
    client: 'catalog',
    lifetime: 3_600,
  });
  expect(await statusOf(stdout.trim())).toBe(200);
});

test('token takes any subject and a lifetime', async () => {
  const { stdout } = await shell.run(['token', '--subject', '326102453042806786', '--lifetime', '90m']);
  const { sub, iat = 0, exp } = decodeJwt(stdout.trim());
  expect({ sub, lifetime: Number(exp) - iat }).toEqual({ sub: '326102453042806786', lifetime: 5_400 });
  expect((await shell.run(['token', 'staff', '--lifetime', '0'])).stderr).toContain('Accepted: 1s or more');
});

test('a misspelt persona is guessed, and all are listed', async () => {
  const { code, stdout, stderr } = await shell.run(['token', 'org-onwer']);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^error: there is no persona 'org-onwer'; did you mean 'org-owner'\?\n {2}staff +Sam, /);
  expect(stderr).toContain('\na token of any other subject: catalog token --subject org-onwer\n');
  for (const args of [['token'], ['token', 'staff', '--subject', 'sam']])
    expect((await shell.run(args)).stderr).toMatch(/^error: give a persona, or any subject with/);
});

test('tokens are made for the embedded service only', async () => {
  expect((await shell.run(['token', 'staff'], { cwd: '/' })).stderr).toMatch(/^error: no service found: /);
  const elsewhere = await shell.run(['token', 'staff'], { server: other.url });
  expect(elsewhere).toMatchObject({ code: 1, stdout: '' });
  expect(elsewhere.stderr).toBe(
    `error: ${other.url} is not an embedded service on this machine\nget a token from its identity provider\n`,
  );
  const sameByOtherName = app.url.replace('127.0.0.1', 'localhost');
  expect((await shell.run(['token', 'staff'], { server: sameByOtherName })).code).toBe(0);
});

test('beside an embedded service every command is of staff, or of whom --as names', async () => {
  const seen = async (...args: string[]): Promise<Ran> => shell.run(['query', '--document', '{ __typename }', ...args]);
  expect((await seen()).code).toBe(0);
  expect(await subjectOf()).toBe('staff');
  expect(await subjectOf('--as', 'auditor')).toBe('auditor');
  expect((await seen('--as', 'aduitor')).stderr).toMatch(
    /^error: there is no persona 'aduitor'; did you mean 'auditor'/,
  );
  expect((await seen('--as', 'staff', '--token', 'x')).stderr).toMatch(/^error: --as and --token exclude each other/);
  expect((await seen('--token', 'x')).stderr).toContain('does not accept the token (401): the token is opaque');
});

test('another service is sent no token that it did not ask for', async () => {
  const plain = await shell.run(['query', '--document', '{ __typename }'], { server: other.url });
  expect(plain.code).toBe(0);
  const asStaff = await shell.run(['query', '--document', '{ __typename }', '--as', 'staff'], { server: other.url });
  expect(asStaff.stderr).toBe(
    `error: --as works with an embedded service on this machine only, and ${other.url} is none\ngive a token with --token or CATALOG_TOKEN\n`,
  );
});

test('a key that cannot be read is said so', async () => {
  const key = join(shell.folder, '.catalog/issuer-key.json');
  await rename(key, `${key}.kept`);
  expect((await shell.run(['token', 'staff'])).stderr).toMatch(/is not an embedded service on this machine/);
  await writeFile(key, 'not a key');
  const { stderr } = await shell.run(['token', 'staff']);
  expect(stderr).toMatch(/^error: the key of the service on .*\.catalog cannot be read: .*JSON/);
  expect(stderr).toContain('only the user who started the service can create tokens');
  await rename(`${key}.kept`, key);
});

test('personas are completed', async () => {
  const complete = async (...words: string[]): Promise<string[]> =>
    (await shell.run(['__complete', '--', ...words])).stdout.split('\n').flatMap((line) => line.split('\t')[0] ?? []);
  expect(await complete('token', 'o')).toEqual(['org-owner', 'outsider', ':nothing', '']);
  expect(await complete('get', 'sites', '--as', 'p')).toEqual(['project-viewer', 'provider', ':nothing', '']);
});
