import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settings } from '../../src/config.ts';
import { openLocalIssuer } from '../../src/platform/authn/local-issuer.ts';
import { personas } from '../../src/platform/authn/personas.ts';
import { openShell, type Shell } from '../cli/command.ts';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = await readFile(join(root, 'README.md'), 'utf8');
/** Fenced blocks of a language, in the whole text or in a part of it. */
const blocks = (language: string, text = readme): string[] =>
  [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].filter(([, own]) => own === language).map(([, , block = '']) => block);
const section = (heading: string): string => readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
/** First cells of the first table of a text. */
const firstCells = (text: string): string[] => {
  const [table = ''] = /(?:^\|.*\n)+/m.exec(text) ?? [];
  return [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell);
};

const [published = ''] = blocks('yaml', section('Publish a service'));

let app: TestApp;
let shell: Shell;
const write = (name: string, text: string): Promise<void> => writeFile(join(shell.folder, name), text);
/** Runs the commands that a text shows behind `$`: the commands with what they really say. */
async function replay(shown: string): Promise<string> {
  const told: string[] = [];
  for (const [line, args = ''] of shown.matchAll(/^\$ npx catalog (.*)$/gm)) {
    const { stdout, stderr } = await shell.run(args.split(' '));
    told.push(`${line}\n${stdout}${stderr}`);
  }
  return told.join('');
}
beforeAll(async () => {
  shell = await openShell();
  const directory = join(shell.folder, '.catalog');
  await mkdir(directory);
  // To the command line it looks like an embedded service that was started in its folder.
  app = await startExampleWorld(await openLocalIssuer(directory));
  await writeFile(join(directory, 'server.json'), JSON.stringify({ pid: process.pid, url: app.url }));
  await write('my-service.yaml', published);
});
afterAll(async () => {
  await app.close();
  await shell.remove();
});

test('its tables name every setting and every persona', () => {
  expect(firstCells(section('Settings')).sort()).toEqual(Object.keys(settings).sort());
  expect(firstCells(readme.split('The personas of the example world')[1] ?? '')).toEqual(
    personas.map(({ name }) => name),
  );
});

test('its queries have answers, the first one the answer that it says', async () => {
  const queries = blocks('graphql').filter((text) => text.startsWith('{'));
  expect(queries).toHaveLength(4);
  for (const query of queries) {
    const { data, errors } = await app.execute(query);
    expect(errors).toBeUndefined();
    expect(Object.values(data)).not.toContain(null);
  }
  const [, first = ''] = /npx catalog query --explain --document '([^']+)'/.exec(readme) ?? [];
  const { data, extensions } = await app.execute(first, {}, { 'x-catalog-explain': 'true' });
  expect(data).toEqual(JSON.parse(blocks('json')[0] ?? ''));
  expect(extensions?.explain.statements).toBe(1);
});

test('its commands do what it says', async () => {
  const commands = firstCells(section('The command line')).filter((line) => !line.includes('completion'));
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) {
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    const args = words.slice(2, words.includes('>') ? words.indexOf('>') : undefined);
    const { code } = await shell.run(args.map((arg) => (arg === 'examples/' ? join(root, arg) : arg)));
    expect([command, code]).toEqual([command, /catalog (diff|delete) /.test(command) ? 1 : 0]);
  }
});

test('its service is published, changed, refused and withdrawn as it shows', async () => {
  const shown = blocks('', section('Publish a service'));
  const [first = '', second = '', third = ''] = shown;
  expect(await replay(first)).toBe(first);
  const changed = published.replace('Stored mail', 'Mail kept');
  await write('my-service.yaml', changed);
  expect(await replay(second)).toBe(second);
  await write('my-service.yaml', changed.replace('phase: Published', 'phase: Publishd'));
  const [refused = '', withdrawn = ''] = third.split(/(?=^\$ npx catalog delete -f)/m);
  expect(await replay(refused)).toBe(refused);
  await write('my-service.yaml', changed);
  expect(await replay(withdrawn)).toBe(withdrawn);
});

test('its role is made, given, refused and taken away as it shows', async () => {
  const part = section('Roles and bindings');
  const [manifests = ''] = blocks('yaml', part);
  const [given = '', refused = '', taken = ''] = blocks('', part);
  await write('dispatch.yaml', manifests);
  expect(await replay(given)).toBe(given);
  const wider = manifests.replace(/^( *- )catalog.*folders.watch$/m, '$&\n$1inventory.miloapis.com/racks.get');
  await write('dispatch.yaml', wider);
  expect(await replay(refused)).toBe(refused);
  await write('dispatch.yaml', manifests);
  expect(await replay(taken)).toBe(taken);
});
