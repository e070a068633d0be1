import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { findFreePort } from '../../src/platform/embedded/ports.ts';
import { findOpenFga } from '../../src/platform/openfga/find-openfga.ts';

const ARCHIVE = `openfga_1.18.1_${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}.tar.gz`;
const program = (version: string): string => `#!/bin/sh\necho 'OpenFGA version \`${version}\` build from \`x\`' >&2\n`;

let root: string;
let archive: Buffer;
let folders = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'milo-find-'));
  archive = await archiveOf('openfga', program('v1.18.1'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const newFolder = async (): Promise<string> => {
  folders += 1;
  const folder = join(root, String(folders));
  await mkdir(folder);
  return folder;
};

async function putProgram(file: string, text: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}

/** A tar.gz of one file. */
async function archiveOf(name: string, text: string): Promise<Buffer> {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000755\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${Buffer.byteLength(text).toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const body = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512);
  body.write(text);
  return promisify(gzip)(Buffer.concat([header, body, Buffer.alloc(1024)]));
}

const sumOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** A server of releases. */
async function serve(listener: RequestListener): Promise<{ url: string; close: () => void }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** A release whose archive is answered like that; its checksums.txt is that of the good archive. */
const release =
  (answerArchive: RequestListener): RequestListener =>
  (request, response) => {
    if (request.url === '/v1.18.1/checksums.txt') {
      response.end(`${'0'.repeat(64)}  openfga_1.18.1_windows_amd64.tar.gz\n${sumOf(archive)}  ${ARCHIVE}\n`);
    } else if (request.url === `/v1.18.1/${ARCHIVE}`) answerArchive(request, response);
    else response.writeHead(404).end();
  };

const nowhere = `http://127.0.0.1:${await findFreePort()}`;

interface Attempt {
  readonly executable?: string;
  readonly downloadUrl?: string;
  readonly path?: string;
  readonly cacheDir?: string;
}

async function find({ executable, downloadUrl = nowhere, path = '', cacheDir }: Attempt = {}) {
  const said: string[] = [];
  const log = (line: string): void => void said.push(line);
  const directory = cacheDir ?? (await newFolder());
  const found = await findOpenFga({ executable, downloadUrl, cacheDir: directory, environment: { PATH: path }, log });
  return { ...found, said };
}

const cachedIn = (cacheDir: string): string =>
  join(cacheDir, 'openfga/1.18.1', `${process.platform}-${process.arch}`, 'openfga');

test('OPENFGA_BIN is used before everything else, and nothing else instead of it', async () => {
  const folder = await newFolder();
  const good = await putProgram(join(folder, 'good'), program('v1.19.2'));
  expect(await find({ executable: good })).toEqual({ executable: good, version: '1.19.2', said: [] });
  await putProgram(join(folder, 'openfga'), program('v1.18.1'));
  const bad = { executable: join(folder, 'missing'), path: folder };
  await expect(find(bad)).rejects.toThrow(/^OPENFGA_BIN: \S+\/missing cannot be run: spawn \S+ ENOENT$/);
});

test.for([
  ['v1.17.1', /1\.17\.1, and nothing older than 1\.18\.0 is safe: CVE-2026-55689/],
  ['1.9.0', /1\.9\.0, and nothing older than 1\.18\.0 is safe/],
  ['v1.18.0-rc.1', /1\.18\.0-rc\.1, and nothing older than 1\.18\.0 is safe/],
  ['dev', /calls itself version dev, and its build information names no version/],
] as const)('an OpenFGA that calls itself %s is refused', async ([version, reason]) => {
  const executable = await putProgram(join(await newFolder(), 'openfga'), program(version));
  await expect(find({ executable })).rejects.toThrow(reason);
});

test('what is not an OpenFGA is refused', async () => {
  const executable = await putProgram(join(await newFolder(), 'openfga'), '#!/bin/sh\necho hello\n');
  await expect(find({ executable })).rejects.toThrow('is no OpenFGA: its `version` says hello');
});

test('the version of a build that calls itself dev is read from the notes that Go left in it', async () => {
  const real = inject('openfgaExecutable');
  const copy = join(await newFolder(), 'openfga');
  const note = '0 mod\tgithub.com/openfga/openfga\tv1.18.1\th1:scf=\n';
  await putProgram(copy, `${program('dev')}exit\n${' '.repeat(2 ** 20 - 70)}${note}`);
  expect((await find({ executable: copy })).version).toBe('1.18.1');
  expect((await find({ executable: real })).version).toMatch(/^1\.18\.1$|^1\.(19|[2-9]\d)\./);
});

test('the one in PATH comes before the cache, unless it is too old', async () => {
  const [cacheDir, folder] = [await newFolder(), await newFolder()];
  const cached = await putProgram(cachedIn(cacheDir), program('v1.18.1'));
  const inPath = await putProgram(join(folder, 'openfga'), program('v1.18.0'));
  const path = `/nonexistent:${folder}`;
  expect((await find({ cacheDir, path })).executable).toBe(inPath);
  await putProgram(inPath, program('v1.10.0'));
  expect((await find({ cacheDir, path })).executable).toBe(cached);
});

test('a release is downloaded once, with its progress told', async () => {
  const cacheDir = await newFolder();
  const server = await serve(release((_, response) => response.end(archive)));
  const first = await find({ cacheDir, downloadUrl: server.url });
  server.close();
  expect(first).toEqual({
    executable: cachedIn(cacheDir),
    version: '1.18.1',
    said: [`OpenFGA: downloading ${server.url}/v1.18.1/${ARCHIVE}`],
  });
  expect(await readFile(first.executable, 'utf8')).toBe(program('v1.18.1'));
  expect(await readdir(dirname(first.executable))).toEqual(['openfga']);
  expect(await find({ cacheDir, downloadUrl: server.url })).toEqual({ ...first, said: [] });
});

test.for<[what: string, listener: () => RequestListener, reason: RegExp]>([
  [
    'with a wrong sum',
    () => release((_, response) => response.end('other')),
    /has the SHA-256 d9298a10\w+, and its rel/,
  ],
  [
    'that is cut',
    () =>
      release((_, response) => {
        response.writeHead(200, { 'content-length': archive.length });
        response.write(archive.subarray(0, 100), () => response.destroy());
      }),
    /broke off after 100 bytes/,
  ],
  [
    'that stops half-way',
    () =>
      release((_, response) => {
        response.writeHead(200, { 'content-length': archive.length });
        response.write(archive.subarray(0, 100));
      }),
    /broke off after 100 bytes: silent for 5000 ms/,
  ],
  ['that is not there', () => (_, response) => response.writeHead(404).end(), /checksums\.txt answers 404/],
  ['without its sum', () => (_, response) => response.end('x y\n'), /checksums\.txt has no sum of openfga_/],
  ['that never comes', () => () => undefined, /checksums\.txt: silent for 5000 ms/],
])('a release %s is not used, and leaves nothing behind', { concurrent: true }, async ([, listener, reason]) => {
  const cacheDir = await newFolder();
  const server = await serve(listener());
  await expect(find({ cacheDir, downloadUrl: server.url })).rejects.toThrow(reason);
  server.close();
  expect(await readdir(dirname(cachedIn(cacheDir)))).toEqual([]);
});

test('an archive that is whole but holds an old version is not used', async () => {
  const old = await archiveOf('openfga', program('v1.12.0'));
  const server = await serve((request, response) => {
    response.end(request.url?.endsWith('.txt') ? `${sumOf(old)}  ${ARCHIVE}\n` : old);
  });
  await expect(find({ downloadUrl: server.url })).rejects.toThrow('is OpenFGA 1.12.0, and nothing older');
  server.close();
});

test('when nothing works, each way that was tried is told, and what to set', async () => {
  const cacheDir = await newFolder();
  await expect(find({ cacheDir })).rejects.toThrow(
    new RegExp(
      [
        '^there is no OpenFGA here and none could be got; set OPENFGA_BIN to an executable, or OPENFGA_API_URL to a running server. Tried:',
        '  PATH: there is no `openfga` in it',
        `  cache: there is no ${cachedIn(cacheDir)}`,
        `  download: ${nowhere}/v1.18.1/checksums.txt: connect ECONNREFUSED .*`,
        '  go install: there is no `go` in PATH$',
      ].join('\n'),
    ),
  );
});

test('without a release it is built by Go, which is searched for in PATH', async () => {
  const [cacheDir, path] = [await newFolder(), await newFolder()];
  await writeFile(join(path, 'built'), program('v1.18.1'));
  await putProgram(
    join(path, 'go'),
    `#!/bin/sh
[ "$*" = "install -v github.com/openfga/openfga/cmd/openfga@v1.18.1" ] || exit 2
/bin/cp '${path}/built' "$GOBIN/openfga" && /bin/chmod 755 "$GOBIN/openfga"\n`,
  );
  const found = await find({ cacheDir, path });
  expect(found).toMatchObject({ executable: cachedIn(cacheDir), version: '1.18.1' });
  expect(found.said).toEqual([
    expect.stringMatching(/^OpenFGA: no download: \S+: connect ECONNREFUSED/),
    'OpenFGA: building 1.18.1 with `go install`, which takes minutes',
  ]);
  expect(await readdir(dirname(found.executable))).toEqual(['openfga']);
});

test('a build that fails says what Go said', async () => {
  const path = await newFolder();
  await putProgram(join(path, 'go'), '#!/bin/sh\necho "go: proxy is gone" >&2; exit 1\n');
  await expect(find({ path })).rejects.toThrow('go install: it failed (1): go: proxy is gone');
});

test('starts at once that all provision leave one good executable; what a killed one left is cleared away', async () => {
  const cacheDir = await newFolder();
  const abandoned = join(dirname(cachedIn(cacheDir)), '.new-abandoned');
  const fresh = join(dirname(cachedIn(cacheDir)), '.new-fresh');
  await Promise.all([abandoned, fresh].map((folder) => mkdir(folder, { recursive: true })));
  await utimes(abandoned, 0, 0);
  const server = await serve(release((_, response) => response.end(archive)));
  const found = await Promise.all([1, 2, 3, 4].map(() => find({ cacheDir, downloadUrl: server.url })));
  server.close();
  expect(found.map(({ executable }) => executable)).toEqual(Array(4).fill(cachedIn(cacheDir)));
  expect(existsSync(abandoned)).toBe(false);
  expect((await readdir(dirname(cachedIn(cacheDir)))).sort()).toEqual(['.new-fresh', 'openfga']);
});
