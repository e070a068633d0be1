import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { openShell, type Ran, type Shell } from '../kit/command.ts';

let app: TestApp;
let shell: Shell;
beforeAll(async () => {
  app = await startApp();
  shell = await openShell();
});
afterAll(async () => {
  await app.close();
  await shell.remove();
});

/** Something else than the catalog at the address: a proxy, a web site, a service that hangs. */
async function beside(listener: RequestListener, args: readonly string[]): Promise<Ran> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const ran = await shell.run(args, { server: url });
  server.closeAllConnections();
  server.close();
  return { ...ran, stderr: ran.stderr.replaceAll(url, 'SERVER') };
}

const announce = async (folder: string, notice: object): Promise<void> => {
  await mkdir(join(shell.folder, folder, '.catalog'), { recursive: true });
  await writeFile(join(shell.folder, folder, '.catalog/server.json'), JSON.stringify(notice));
};

test('without any service it says how to start or name one', async () => {
  const { code, stderr } = await shell.run(['get', 'sites']);
  expect(code).toBe(1);
  expect(stderr.replaceAll(shell.folder, 'FOLDER').replaceAll('/private', '')).toMatchInlineSnapshot(`
    "error: no service found: neither --server nor CATALOG_SERVER nor a context is given, and no embedded service runs in FOLDER or a folder above it (.catalog/)
    start one with \`npm start\` in a checkout of Milo Catalog, or give its URL:
      catalog get sites --server http://127.0.0.1:4000
    "
  `);
});

test('it finds the running embedded service of its folder or of one above, passing by what runs no longer', async () => {
  await announce('work', { pid: process.pid, url: app.url });
  await announce('work/below', { pid: 2 ** 22 + 1, url: 'http://127.0.0.1:1' });
  const token = await app.token('test-admin');
  const run = (folder: string, ...args: string[]): Promise<Ran> =>
    shell.run(['--verbose', '--token', token, ...args], { cwd: join(shell.folder, folder) });
  for (const folder of ['work', 'work/below']) {
    const { code, stderr } = await run(folder, 'get', 'sites');
    expect(code).toBe(0);
    expect(stderr).toContain(`service: ${app.url}/graphql (`);
  }
  await announce('work/below', { pid: process.pid });
  expect((await run('work/below', 'get', 'sites')).stderr).toMatch(/is still starting \(process \d+\); try again/);
});

test('an address where nothing listens, a name that is none, text that is no address', async () => {
  expect(await shell.run(['get', 'sites', '-s', 'http://127.0.0.1:1'])).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "error: nothing listens at http://127.0.0.1:1 (connection refused; address as given)
    is the service running? \`npm start\` starts one; --server or CATALOG_SERVER names another
    ",
      "stdout": "",
    }
  `);
  expect((await shell.run(['get', 'sites', '-s', 'http://catalog.invalid'])).stderr).toMatch(
    /^error: there is no host called catalog\.invalid/,
  );
  expect(await shell.run(['get', 'sites', '-s', 'ftp://x'])).toMatchObject({
    code: 2,
    stderr: "error: 'ftp://x' is not the address of a service; accepted: http://HOST:PORT or https://HOST\n",
  });
});

test('a token that is asked for or not accepted', async () => {
  const seen: (string | undefined)[] = [];
  const guard: RequestListener = (request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end('{"errors":[{"message":"the token has expired","extensions":{"code":"UNAUTHENTICATED"}}]}');
  };
  expect(await beside(guard, ['get', 'sites'])).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "error: SERVER requires a token (401)
    run catalog login, or give a token with --token or CATALOG_TOKEN
    ",
      "stdout": "",
    }
  `);
  expect(await beside(guard, ['get', 'sites', '--token', 'abc'])).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "error: SERVER does not accept the token (401): the token has expired
    it may have expired; give another with --token or CATALOG_TOKEN
    ",
      "stdout": "",
    }
  `);
  expect(seen).toEqual([undefined, 'Bearer abc']);
  for (const no of ['abc\n', 'Bearer abc', 'abcé'])
    expect(await beside(guard, ['get', 'sites', '--token', no])).toMatchObject({
      code: 2,
      stderr: 'error: the token has spaces, line breaks or letters that no token has\ngive the token alone\n',
    });
  expect(seen).toHaveLength(2);
});

test('answers that are not GraphQL: a page, a redirect, a gateway without a service, JSON of something else', async () => {
  const answer =
    (status: number, type: string, body: string, headers = {}): RequestListener =>
    (_request, response) => {
      response.writeHead(status, { 'content-type': type, ...headers });
      response.end(body);
    };
  const page = '<!doctype html><html><head><title>Welcome</title></head></html>';
  expect((await beside(answer(200, 'text/html', page), ['get', 'sites'])).stderr).toMatchInlineSnapshot(`
    "error: SERVER/graphql is not the catalog's GraphQL address: it answers 200 with an HTML page (“Welcome”)
    check --server or CATALOG_SERVER
    "
  `);
  expect((await beside(answer(502, 'text/html', page), ['get', 'sites'])).stderr).toMatchInlineSnapshot(`
    "error: SERVER/graphql is not working: it answers 502 with an HTML page (“Welcome”)
    try again later
    "
  `);
  const moved = answer(301, 'text/plain', '', { location: 'https://catalog.example/graphql' });
  expect((await beside(moved, ['get', 'sites'])).stderr).toMatchInlineSnapshot(`
    "error: SERVER/graphql redirects to https://catalog.example/graphql (301)
    give that address with --server
    "
  `);
  expect((await beside(answer(200, 'application/json', '{"hello":1}'), ['kinds'])).stderr).toMatchInlineSnapshot(`
    "error: SERVER/graphql is not the catalog's GraphQL address: it answers 200 with {"hello":1}
    check --server or CATALOG_SERVER
    "
  `);
  expect((await beside(answer(200, 'application/json', '{"data":'), ['kinds'])).stderr).toMatchInlineSnapshot(`
    "error: SERVER/graphql is not the catalog's GraphQL address: it answers 200 with {"data":
    check --server or CATALOG_SERVER
    "
  `);
  for (const other of [page, '{"authorization_servers":7}', '[]', 'null'])
    expect((await beside(answer(200, 'application/json', other), ['login', '--no-browser'])).stderr).toBe(
      "error: SERVER is not the catalog's address: it does not say where to sign in\ncheck --server or the context\n",
    );
});

test('a service that hangs or breaks off: what is known of the batch is said', async () => {
  const manifest = '{kind: X}';
  await writeFile(join(shell.folder, 'x.yaml'), manifest);
  const hang: RequestListener = (request) => void request.resume();
  expect((await beside(hang, ['apply', '-f', 'x.yaml', '--timeout', '300ms'])).stderr).toMatchInlineSnapshot(`
    "error: SERVER did not answer within 0.3 s
    it may have been stored all the same: run the command again, applying twice changes nothing
    allow more with --timeout, for example --timeout 30m
    "
  `);
  const breakOff: RequestListener = (request) => void request.socket.destroy();
  expect((await beside(breakOff, ['validate', '-f', 'x.yaml'])).stderr).toMatchInlineSnapshot(`
    "error: SERVER closed the connection without an answer
    "
  `);
  expect((await shell.run(['get', 'sites', '--timeout', 'soon'])).stderr).toContain('Accepted: 30s, 5m, 500ms, 1h');
});

test('version names the service that is talked to', async () => {
  const { stdout } = await shell.run(['version'], { server: app.url });
  expect(stdout).toMatch(
    /^catalog \d+\.\d+\.\d+ \(Node v\d+\.\d+\.\d+\)\nservice http:\/\/127\.0\.0\.1:\d+ \(as given\)\n$/,
  );
  expect(await shell.run(['version'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('service none found: '),
  });
});

const run = promisify(execFile);

test('the packed command installs without a network and anything else, and does what it does in a checkout', async () => {
  const packed = await run('npm', ['pack', './scripts/command', '--pack-destination', shell.folder, '--json']);
  const [{ filename, version, files }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')));
  expect(version).toBe(JSON.parse(await readFile('package.json', 'utf8')).version);
  expect(
    files.map(({ path }: { path: string }) => path).filter((path: string) => !/^(bin|src)\/.*\.js$/.test(path)),
  ).toEqual(['LICENSE', 'README.md', 'package.json']);
  const elsewhere = join(shell.folder, 'elsewhere');
  await run('npm', ['install', '--offline', '--no-audit', '--prefix', elsewhere, join(shell.folder, filename)]);
  const { CATALOG_DATA_DIR: _dir, ...rest } = process.env;
  const path = [join(elsewhere, 'node_modules/.bin'), dirname(process.execPath), rest.PATH].join(delimiter);
  const token = await app.token('test-admin');
  const env = { ...rest, PATH: path, CATALOG_SERVER: app.url, CATALOG_TOKEN: token };
  const typed = async (line: string): Promise<string> =>
    (await run('bash', ['-c', line], { cwd: elsewhere, env })).stdout;
  expect(await typed('catalog version')).toContain(`catalog ${version} (Node v`);
  await writeFile(join(elsewhere, 'region.yaml'), region);
  expect(
    await typed('catalog apply -f region.yaml && catalog get regions --no-headers && catalog explain region'),
  ).toMatch(/^region\/packed created\npacked .*\nKIND: +Region\n/);
  // As README has it: the words are completed by the packed command itself.
  const completed =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own
    'source <(catalog completion bash); COMP_LINE="catalog get reg"; COMP_POINT=15; _catalog_complete 2>/dev/null; echo "${COMPREPLY[@]}"';
  expect((await typed(completed)).split(/\s/)).toContain('regions');
});

const region =
  '{apiVersion: inventory.miloapis.com/v1alpha1, kind: Region, metadata: {name: packed}, spec: {displayName: Packed}}';
