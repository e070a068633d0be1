import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withFile } from '../../src/cli/contexts/refused-file.ts';
import { freshToken } from '../../src/cli/login/fresh-token.ts';
import type { SignIn, SignIns } from '../../src/cli/login/sign-in.ts';
import { readConfig } from '../../src/config.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { openShell, type Ran, type Shell } from '../kit/command.ts';
import { type IdentityProvider, startIdentityProvider } from '../kit/identity-provider.ts';
import { stablePort } from '../kit/stable-port.ts';

let provider: IdentityProvider;
let app: TestApp;
let shell: Shell;
beforeAll(async () => {
  provider = await startIdentityProvider();
  const { issuers } = readConfig({
    OIDC_ISSUERS: `${provider.issuer} audiences=catalog client=catalog-cli scopes=openid,offline_access,catalog`,
  });
  app = await startApp({ issuers });
  shell = await openShell();
});
afterAll(async () => {
  await Promise.all([app.close(), provider.stop()]);
  await shell.remove();
});

const CONTEXT = 'here';
const signInFile = (name = CONTEXT): string => join(shell.folder, 'config/sign-ins', `${name}.json`);
const signIn = async (name = CONTEXT): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(signInFile(name), 'utf8')) as Record<string, unknown>;
const change = async (members: object): Promise<void> =>
  writeFile(signInFile(), JSON.stringify({ ...(await signIn()), ...members }));
const whoami = (...args: string[]): Promise<Ran> => shell.run(['whoami', '-o', 'json', ...args]);

/** Runs `catalog login` and plays the person: signs in as `login`, or refuses; what their browser shows at last. */
async function login(person: string | null, ...args: string[]): Promise<Ran & { readonly page: string }> {
  const started = shell.start(['login', ...args]);
  await expect.poll(() => started.stderr()).toMatch(/^http:\S+\n/m);
  const url = /^(http:\S+)$/m.exec(started.stderr())?.[1] ?? '';
  const arrival = await provider.visit(url, person);
  const page = arrival.page === '' ? await (await fetch(arrival.url)).text() : arrival.page;
  return { page, ...(await started.ended) };
}
const server = (): string[] => ['--server', app.url, '--context', CONTEXT];

test('the service says where to sign in', async () => {
  const response = await fetch(`${app.url}/.well-known/oauth-protected-resource`);
  const scopes = ['openid', 'offline_access', 'catalog'];
  expect([response.headers.get('cache-control'), await response.json()]).toEqual([
    'no-store',
    {
      resource: app.url,
      authorization_servers: [provider.issuer],
      bearer_methods_supported: ['header'],
      scopes_supported: scopes,
      command_line_clients: [{ issuer: provider.issuer, client_id: 'catalog-cli', scope: scopes.join(' ') }],
    },
  ]);
});

test('one signs in through a browser, and every command is one’s own until one signs out', async () => {
  expect((await shell.run(['whoami', '--server', app.url])).stderr).toBe('no identity: no token was sent\n');
  const { code, stdout, stderr, page } = await login('ada', ...server());
  expect([code, stdout]).toEqual([0, '']);
  expect(page).toContain('You are signed in. You can close this window');
  expect(stderr).toMatch(/^open this address to sign in:\nhttp:\S+code_challenge_method=S256\S*\n/);
  expect(stderr).toContain(`signed in at ${provider.issuer} as ada; the current context is here\n`);
  const { accessToken, refreshToken, expiresAt } = await signIn();
  expect(JSON.parse((await whoami()).stdout)).toEqual({
    name: 'ada',
    kind: 'User',
    email: expect.any(String),
    isStaff: false,
    issuer: provider.issuer,
    subject: 'ada',
    expiresAt: new Date(Number(expiresAt)).toISOString(),
    context: CONTEXT,
  });
  const table = (await shell.run(['whoami'])).stdout;
  expect(table).toMatch(/^NAME +KIND +EMAIL +STAFF +ISSUER +SUBJECT +EXPIRES +CONTEXT\nada .* here\n$/);
  // Tokens are for their owner's eyes, and nowhere but in their own file.
  const modes = ['config', 'config/config.yaml', 'config/sign-ins', 'config/sign-ins/here.json'].map(async (path) =>
    ((await stat(join(shell.folder, path))).mode & 0o777).toString(8),
  );
  expect(await Promise.all(modes)).toEqual(['700', '600', '700', '600']);
  const { stdout: shown } = await shell.run(['config', 'view']);
  expect(shown).toBe(`currentContext: here\ncontexts:\n  - name: here\n    server: ${app.url}\n`);
  for (const token of [accessToken, refreshToken]) expect(shown).not.toContain(String(token));
  const elsewhere = await shell.run(['get', 'regions', '--server', app.url.replace('127.0.0.1', '127.0.0.2')]);
  expect(elsewhere.stderr).not.toContain(String(accessToken));

  expect(await shell.run(['logout'])).toEqual({ code: 0, stdout: '', stderr: 'signed out of context here\n' });
  await expect(stat(signInFile())).rejects.toThrow('ENOENT');
  await expect(provider.refresh(String(refreshToken))).rejects.toThrow('invalid_grant');
  expect((await shell.run(['logout'])).stderr).toBe('nobody is signed in in context here\n');
  expect(await shell.run(['token'])).toMatchObject({
    code: 1,
    stderr: 'error: nobody is signed in in context here\nrun catalog login --context here\n',
  });
  expect((await shell.run(['get', 'regions'])).stderr).toContain(
    'requires a token (200)\nrun catalog login --context here, or give a token with --token or CATALOG_TOKEN\n',
  );
});

test('an answer to another sign-in is none; one that is refused, late or impossible is said so', async () => {
  const started = shell.start(['login', '--no-browser']);
  await expect.poll(() => started.stderr()).toMatch(/^http:\S+\n/m);
  const url = new URL(/^(http:\S+)$/m.exec(started.stderr())?.[1] ?? '');
  const back = url.searchParams.get('redirect_uri') ?? '';
  const forged = await fetch(`${back}?code=x&state=y&iss=${encodeURIComponent(provider.issuer)}`);
  expect([forged.status, (await fetch(new URL('/', back))).status]).toEqual([400, 404]);
  await fetch((await provider.visit(url.href, 'ada')).url);
  expect((await started.ended).code).toBe(0);

  const refused = await login(null);
  expect(refused).toMatchObject({ code: 1, page: expect.stringContaining('You are not signed in.') });
  expect(refused.stderr).toContain(`error: ${provider.issuer}: the sign-in was refused\n`);
  const late = await shell.run(['login', '--no-browser', '--timeout', '100ms']);
  expect([late.code, late.stderr]).toEqual([1, expect.stringContaining('error: nobody signed in within 0.1 s\n')]);
  const nobody = `http://127.0.0.1:${await stablePort()}`;
  const wrong = ['--issuer', nobody, '--client-id', 'x'];
  expect((await shell.run(['login', ...wrong])).stderr).toBe(
    `error: the identity provider ${nobody} cannot be reached: ECONNREFUSED\n`,
  );
  expect((await shell.run(['login', '--issuer', 'nonsense', '--client-id', 'x'])).code).toBe(2);
});

test('who has no browser here signs in with a code on another device', async () => {
  const { code, stderr, page } = await login('grace', '--device', ...server());
  expect([code, page]).toEqual([0, 'signed in']);
  expect(stderr).toMatch(
    /^open this address on any device to sign in:\nhttp:\S+\nand see that it shows the code \S+\n/,
  );
  expect(JSON.parse((await whoami()).stdout)).toMatchObject({ name: 'grace', subject: 'grace' });
});

test('a token is renewed before it expires, by one of several commands, and once when the service refuses it', async () => {
  provider.choice.seconds = 30;
  await login('ada', ...server());
  provider.choice.seconds = 600;
  const asked = provider.requestCount('/token');
  const together = await Promise.all(Array.from({ length: 3 }, () => whoami()));
  expect(together.map(({ code, stderr }) => [code, stderr])).toEqual(together.map(() => [0, '']));
  expect(provider.requestCount('/token')).toBe(asked + 1);

  // A command that was killed has left its lock behind.
  await writeFile(`${signInFile()}.lock`, '2147483646');
  await change({ accessToken: 'not.a.token' });
  expect((await whoami()).code).toBe(0);
  expect(provider.requestCount('/token')).toBe(asked + 2);
  expect((await shell.run(['token'])).stdout).toBe(`${(await signIn()).accessToken}\n`);
});

test('a sign-in that has ended, a provider that is away and a token for others are said so', async () => {
  await login('ada', ...server());
  const { refreshToken } = await signIn();
  await provider.stop();
  const almost = Date.now() + 30_000;
  await change({ expiresAt: almost });
  expect((await whoami()).code).toBe(0);
  await change({ expiresAt: 1 });
  expect(await whoami()).toMatchObject({
    code: 1,
    stderr: `error: the identity provider ${provider.issuer} cannot be reached: ECONNREFUSED\n`,
  });
  await provider.start();
  await provider.revoke(String(refreshToken));
  expect((await whoami()).stderr).toBe(
    `error: the sign-in of context here has ended: ${provider.issuer} does not renew it\nrun catalog login --context here\n`,
  );
  provider.choice.audience = 'shop';
  await login('ada', ...server());
  provider.choice.audience = 'catalog';
  const foreign = await whoami();
  expect(foreign.code).toBe(1);
  expect(foreign.stderr).toMatch(
    /^error: \S+ does not accept the token \(401\): the token is meant for others .*\nrun catalog login --context here\n$/,
  );
});

test('two contexts at two issuers are two people, each with tokens of their own provider only', async () => {
  const other = await startIdentityProvider();
  const setting = [provider, other].map(({ issuer }) => `${issuer} audiences=catalog client=catalog-cli`).join('; ');
  const both = await app.replica({ issuers: readConfig({ OIDC_ISSUERS: setting }).issuers });
  const at = ({ issuer }: IdentityProvider, name: string): string[] => [
    '--server',
    both.url,
    '--context',
    name,
    '--issuer',
    issuer,
    '--scope',
    'openid offline_access catalog',
  ];
  const undecided = await shell.run(['login', '--server', both.url, '--context', 'one']);
  expect([undecided.code, undecided.stderr]).toEqual([
    2,
    `error: ${both.url} accepts the tokens of several identity providers\nchoose one with --issuer:\n  ${provider.issuer}\n  ${other.issuer}\n`,
  ]);
  await login('tilda', ...at(provider, 'one'));
  expect((await login('tilda', ...at(other, 'two'))).code).toBe(0);
  const me = async (name: string): Promise<{ readonly name: string; readonly issuer: string }> =>
    JSON.parse((await whoami('--context', name)).stdout);
  const [one, two] = [await me('one'), await me('two')];
  expect([one, two]).toMatchObject([
    { subject: 'tilda', issuer: provider.issuer, context: 'one' },
    { subject: 'tilda', issuer: other.issuer, context: 'two' },
  ]);
  expect(one.name).not.toBe(two.name);
  // Each is renewed by its own provider, and neither is shown the other's tokens.
  const counts = (): number[] => [provider, other].map((each) => each.requestCount('/token'));
  const [first = 0, second = 0] = counts();
  await writeFile(signInFile('two'), JSON.stringify({ ...(await signIn('two')), expiresAt: 1 }));
  expect(await me('two')).toMatchObject({ name: two.name });
  expect(counts()).toEqual([first, second + 1]);
  expect(await me('one')).toMatchObject({ name: one.name });
  expect(counts()).toEqual([first, second + 1]);
  // Signing out of one leaves the other.
  const { refreshToken } = await signIn('two');
  expect((await shell.run(['logout', '--context', 'two'])).stderr).toBe('signed out of context two\n');
  await expect(other.refresh(String(refreshToken))).rejects.toThrow('invalid_grant');
  expect((await shell.run(['whoami', '--context', 'two'])).stderr).toBe('no identity: no token was sent\n');
  expect(await me('one')).toMatchObject({ name: one.name });
  for (const name of ['one', 'two']) await shell.run(['config', 'delete-context', name]);
  await Promise.all([both.close(), other.stop()]);
});

test('contexts are made, listed, used, renamed and deleted, with their sign-ins', async () => {
  const config = (...args: string[]): Promise<Ran> => shell.run(['config', ...args]);
  const url = 'https://catalog.example.com';
  expect((await config('set-context', 'prod')).stderr).toBe(
    'error: a new context needs a service\ncatalog config set-context prod --server URL\n',
  );
  expect((await config('set-context', 'pr/od', '--server', url)).code).toBe(2);
  expect((await config('set-context', 'prod', '--server', url, '--project', 'web', '-n', 'apps')).code).toBe(0);
  await config('set-context', 'prod', '--issuer', 'https://id.example.com', '--namespace', '');
  await login('grace', ...server());
  const { stdout: table } = await config('get-contexts');
  expect(table.replace(app.url, 'SERVER').replace(/ +/g, ' ')).toBe(
    `CURRENT NAME SERVER ISSUER PROJECT NAMESPACE\n* here SERVER <none> <none> <none>\n prod ${url} https://id.example.com web <none>\n`,
  );
  expect((await config('get-contexts', '-o', 'name')).stdout).toBe('here\nprod\n');
  expect((await config('use-context', 'prod')).stderr).toBe('the current context is prod\n');
  expect((await config('current-context')).stdout).toBe('prod\n');
  expect((await config('use-context', 'pord')).stderr).toBe(
    "error: there is no context 'pord'\nthere are: here, prod\n",
  );
  const named = await whoami('--context', 'here');
  expect(JSON.parse(named.stdout)).toMatchObject({ name: 'grace', context: 'here' });
  await config('rename-context', 'here', 'lab');
  expect(JSON.parse((await whoami('--context', 'lab')).stdout)).toMatchObject({ name: 'grace', context: 'lab' });
  expect((await config('rename-context', 'lab', 'prod')).stderr).toBe("error: there is a context 'prod' already\n");
  for (const args of [
    ['rename-context', 'lab', 'PROD'],
    ['set-context', 'Prod', '--server', url],
  ])
    expect((await config(...args)).stderr).toBe(
      "error: there is a context 'prod' already\nnames of contexts differ in more than upper and lower case\n",
    );
  expect((await config('rename-context', 'lab', 'Lab')).stderr).toMatch(/^error: there is a context 'lab' already\n/);
  const another = await shell.run(['login', '--server', url, '--context', 'PROD']);
  expect(another.stderr).toMatch(/^error: there is a context 'prod' already\n/);
  const complete = async (...words: string[]): Promise<string[]> =>
    (await shell.run(['__complete', '--', ...words])).stdout.split('\n').map((line) => line.split('\t')[0] ?? '');
  expect(await complete('get', 'sites', '--context', '')).toEqual(['lab', 'prod', ':nothing', '']);
  expect(await complete('config', 'use-context', 'p')).toEqual(['prod', ':nothing', '']);
  expect(await complete('config', 'use')).toEqual(['use-context', ':nothing', '']);
  await config('delete-context', 'lab');
  await expect(stat(signInFile('lab'))).rejects.toThrow('ENOENT');
  await config('delete-context', 'prod');
  expect((await config('current-context')).stderr).toMatch(/^error: there is no current context\n/);
  expect((await config('get-contexts')).stderr).toBe('No contexts found.\n');
  await writeFile(join(shell.folder, 'config/config.yaml'), 'contexts: [{name: x}]');
  expect((await config('view')).stderr).toMatch(/config\.yaml cannot be read: a context has no name or no server\n/);
  await writeFile(join(shell.folder, 'config/config.yaml'), '');
});

test('where contexts and sign-ins cannot be written, the command says so; a token that is still good does', async () => {
  const folder = join(shell.folder, 'config');
  await rm(folder, { recursive: true });
  await writeFile(folder, '');
  const refused = async (...args: string[]) => (await shell.run(args)).stderr.replaceAll(folder, 'FOLDER');
  const advice = 'CATALOG_CONFIG_DIR names another folder for contexts and sign-ins\n';
  expect(await refused('config', 'get-contexts')).toBe(
    `error: FOLDER/config.yaml cannot be read: not a directory\n${advice}`,
  );
  await rm(folder);
  await mkdir(folder);
  await writeFile(join(folder, 'sign-ins'), '');
  expect(
    await refused('login', '--server', app.url, '--context', CONTEXT, '--no-browser', '--timeout', '50ms'),
  ).toMatch(/cannot be read: not a directory|nobody signed in/);

  const sign: SignIn = { issuer: provider.issuer, clientId: 'x', scope: 'openid', accessToken: 'a', refreshToken: 'r' };
  const readOnly = (expiresAt: number): SignIns => ({
    read: async () => ({ ...sign, expiresAt }),
    write: () => Promise.reject(new Error('not reached')),
    remove: () => Promise.reject(new Error('not reached')),
    exclusively: () =>
      withFile('x.json.lock', 'written', () => readFile('/')).then(() => Promise.reject(new Error('read'))),
  });
  expect(await freshToken(readOnly(Date.now() + 30_000), CONTEXT)).toBe('a');
  const isRefused = 'x.json.lock cannot be written: illegal operation on a directory';
  await expect(freshToken(readOnly(1), CONTEXT)).rejects.toThrow(isRefused);
  await expect(freshToken(readOnly(Date.now() + 30_000), CONTEXT, 'a')).rejects.toThrow(isRefused);
});
