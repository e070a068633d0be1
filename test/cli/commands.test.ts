import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleWorld, startApp, type TestApp } from '../kit/app.ts';

const binary = fileURLToPath(new URL('../../bin/catalog.js', import.meta.url));
let app: TestApp;
let folder: string;
beforeAll(async () => {
  app = await startApp();
  folder = await mkdtemp(join(tmpdir(), 'milo-cli-'));
  await writeFile(join(folder, 'world.yaml'), await exampleWorld());
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the real command beside the real service. */
const run = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((done) => {
    execFile(
      process.execPath,
      [binary, '--server', app.url, ...args],
      { cwd: folder, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });

test('apply says what became of each document, and a second apply that nothing changed', async () => {
  const first = await run('apply', '-f', 'world.yaml');
  expect(first.stderr).toMatch(/^\d+ created, 0 updated, 0 unchanged, 0 refused\n$/);
  expect(first.stdout).toContain('rack/fra1-a01 created');
  expect(first.code).toBe(0);
  const second = await run('apply', '-f', 'world.yaml');
  expect(second.stderr).toMatch(/^0 created, 0 updated, \d+ unchanged, 0 refused\n$/);
});

test('get prints a kind as a table', async () => {
  const { stdout, code } = await run('get', 'sites');
  expect(code).toBe(0);
  expect(stdout.replaceAll(/\d+[smhd]\n/g, 'AGO\n')).toMatchInlineSnapshot(`
    "NAME   REGION       PROVIDER      TYPE         AGE
    fra1   eu-central   harbor-colo   Datacenter   AGO
    fra2   eu-central   harbor-colo   Datacenter   AGO
    iad1   us-east      harbor-colo   Datacenter   AGO
    sin1   ap-south     <none>        Edge         AGO
    "
  `);
});

test('export gives manifests that apply unchanged', async () => {
  const { stdout } = await run('export');
  await writeFile(join(folder, 'export.yaml'), stdout);
  const again = await run('apply', '-f', 'export.yaml');
  expect(again.stderr).toMatch(/^0 created, 0 updated, \d+ unchanged, 0 refused\n$/);
});

test('diff shows changed paths and exits with 1; apply then names them', async () => {
  const rack = (await run('get', 'rack/fra1-a01', '-o', 'yaml')).stdout;
  await writeFile(join(folder, 'rack.yaml'), rack.replace('heightU: 42', 'heightU: 47'));
  const diff = await run('diff', '-f', 'rack.yaml');
  expect([diff.code, diff.stdout]).toEqual([1, '~ rack/fra1-a01\n    spec.heightU: 42 → 47\n']);
  const { stdout } = await run('apply', '-f', 'rack.yaml');
  expect(stdout).toBe('rack/fra1-a01 updated (spec.heightU)\n');
});

test('refusals name file, line, rule, path and what would be accepted; nothing is written', async () => {
  await writeFile(
    join(folder, 'bad.yaml'),
    'apiVersion: inventory.miloapis.com/v1alpha1\nkind: Rack\nmetadata:\n  name: r1\nspec:\n  siteRef:\n    name: fra9\n  heigthU: 42\n',
  );
  const { code, stderr, stdout } = await run('apply', '-f', 'bad.yaml');
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain(
    "bad.yaml:8:3: Rack/r1 refused: UNKNOWN_FIELD spec.heigthU: unknown field 'heigthU'; did you mean 'heightU'?",
  );
  expect(stderr).toContain('nothing was written');
  expect((await run('get', 'rack/r1')).code).toBe(1);
});

test('delete refuses what is referred to and says by what', async () => {
  const { code, stderr } = await run('delete', 'site/sin1');
  expect(code).toBe(1);
  expect(stderr).toMatch(/Site\/sin1 refused: REFERENCED: Site\/sin1 is referred to by .*1 rack \(sin1-a01\)/);
  expect(await run('delete', 'link/fra1-inside')).toMatchObject({ code: 0, stdout: 'link/fra1-inside deleted\n' });
});

test('mistakes of use are told with exit code 2', async () => {
  expect(await run('get', 'raks')).toMatchObject({
    code: 2,
    stderr: 'catalog: this catalog holds no kind called raks; `catalog kinds` lists them\n',
  });
  expect((await run('apply', '-f', 'absent.yaml')).stderr).toBe('catalog: there is no file or folder absent.yaml\n');
  expect((await run('--help')).stdout).toContain('Commands:');
  expect(await readFile(binary, 'utf8')).toContain('#!/usr/bin/env node');
});
