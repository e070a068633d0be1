import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settings } from '../../src/config.ts';
import { openLocalIssuer } from '../../src/platform/authn/local-issuer.ts';
import { personas } from '../../src/platform/authn/personas.ts';
import { OF_THE_COMMAND_LINE } from '../../src/unknown-settings.ts';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { hasScript, unknownNames } from './names.ts';
import { codeSpans, firstCells, linksOf, type Page, readPages, root } from './page.ts';
import { openPageShell } from './page-shell.ts';
import { runPage } from './run-page.ts';

const pages = await readPages();
const pageOf = (path: string): Page => {
  const page = pages.find((one) => one.path === path);
  if (page === undefined) throw new Error(`there is no ${path}`);
  return page;
};

const defaultOf = (setting: string): unknown =>
  Object.entries(settings)
    .find(([name]) => name === setting)?.[1]
    .schema.parse(undefined);

let app: TestApp;
let dataDirectory: string;
beforeAll(async () => {
  dataDirectory = join(await mkdtemp(join(tmpdir(), 'milo-docs-')), '.catalog');
  await mkdir(dataDirectory);
  // To the command line it looks like an embedded service that was started in a reader's checkout.
  app = await startExampleWorld(await openLocalIssuer(dataDirectory));
  await writeFile(join(dataDirectory, 'server.json'), JSON.stringify({ pid: process.pid, url: app.url }));
});
afterAll(async () => {
  await app.close();
  await rm(join(dataDirectory, '..'), { recursive: true });
});

describe.each(pages.map((page) => [page.path, page] as const))('%s', (_path, page) => {
  test('every command, query and manifest does what the page says', async () => {
    const shell = await openPageShell(dataDirectory);
    try {
      await runPage(page, { app, shell });
    } finally {
      await shell.remove();
    }
  });

  test('every link leads somewhere', () => {
    const broken = linksOf(page).filter(({ path, anchor }) => {
      if (!existsSync(join(root, path))) return true;
      return anchor !== undefined && pages.find((one) => one.path === path)?.anchors.has(anchor) !== true;
    });
    expect(broken).toEqual([]);
  });

  test('every name, file and script that it mentions is there', () => {
    expect(unknownNames(page, codeSpans(page))).toEqual([]);
    const scripts = page.blocks.flatMap(({ text }) => [...text.matchAll(/npm run ([\w:-]+)/g)]);
    expect(scripts.map(([, name = '']) => name).filter((name) => !hasScript(name))).toEqual([]);
    const named = page.text.match(/\b(?:CATALOG|OIDC|OPENFGA)_[A-Z_]+\b/g) ?? [];
    // Names of the command line and of OpenFGA itself, and examples of names that are no settings.
    const others = [
      ...OF_THE_COMMAND_LINE,
      'OPENFGA_MAX_TUPLES_PER_WRITE',
      'CATALOG_ADMNI',
      'CATALOG_PORT',
      'CATALOG_SERVICE_HOST',
    ];
    expect(named.filter((name) => !(name in settings) && !others.includes(name))).toEqual([]);
  });
});

test('the README fits on a few screens and leads to every page', () => {
  const readme = pageOf('README.md');
  expect(readme.text.trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  const reached = new Set(
    ['README.md', 'docs/decisions/README.md', 'docs/operations/README.md'].flatMap((path) =>
      linksOf(pageOf(path)).map((link) => link.path),
    ),
  );
  expect(pages.map(({ path }) => path).filter((path) => path !== 'README.md' && !reached.has(path))).toEqual([]);
});

test.each(['README.md', 'docs/limits.md'])('a limit that a setting moves is in %s as it is by default', (path) => {
  const rows = pageOf(path).text.matchAll(/^\| [^|]+\| ([^|]+)\|[^|]+\| `(CATALOG_[A-Z_]+)` +\|$/gm);
  const told = [...rows].map(([, limit = '', setting = '']) => {
    const numbers = [...limit.matchAll(/([\d,]+)( MiB)?/g)].map(([, number = '', unit]) => {
      const value = Number(number.replaceAll(',', ''));
      return unit === undefined ? value : value * 2 ** 20;
    });
    return { setting, isDefault: numbers.includes(Number(defaultOf(setting))) };
  });
  expect(told.length).toBeGreaterThan(3);
  expect(told.filter(({ isDefault }) => !isDefault)).toEqual([]);
});

test('the tables of settings and personas are complete', () => {
  expect(firstCells(pageOf('docs/settings.md'), '# Settings').sort()).toEqual(Object.keys(settings).sort());
  expect(firstCells(pageOf('docs/identity.md'), '## Personas')).toEqual(personas.map(({ name }) => name));
});
