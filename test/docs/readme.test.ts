import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settings } from '../../src/config.ts';
import { personas } from '../../src/platform/authn/personas.ts';
import { openShell, type Shell } from '../cli/command.ts';
import { exampleWorld, startApp, type TestApp } from '../kit/app.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = await readFile(join(root, 'README.md'), 'utf8');
const fenced = [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)];
const blocks = (language: string): string[] =>
  fenced.filter(([, own]) => own === language).map(([, , text = '']) => text);
/** First cells of the table under a heading. */
const firstCells = (heading: string): string[] => {
  const [, section = ''] = readme.split(heading);
  const [table = ''] = /(?:^\|.*\n)+/m.exec(section) ?? [];
  return [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell);
};

let app: TestApp;
let shell: Shell;
beforeAll(async () => {
  app = await startApp();
  shell = await openShell(app.url, await app.token('test-admin'));
  expect((await app.apply(await exampleWorld())).userErrors).toEqual([]);
  await writeFile(join(shell.folder, 'my-service.yaml'), blocks('yaml')[0] ?? '');
});
afterAll(async () => {
  await app.close();
  await shell.remove();
});

test('its tables name every setting and every persona', () => {
  expect(firstCells('## Settings').sort()).toEqual(Object.keys(settings).sort());
  expect(firstCells('The personas of the example world')).toEqual(personas.map(({ name }) => name));
});

test('its queries have answers, the first one the answer that it says', async () => {
  const queries = blocks('graphql').filter((text) => text.startsWith('{'));
  expect(queries).toHaveLength(3);
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
  const commands = firstCells('## The command line').filter((line) => !/--as | token |completion/.test(line));
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) {
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    const args = words.slice(2, words.includes('>') ? words.indexOf('>') : undefined);
    const { code } = await shell.run(args.map((arg) => (arg === 'examples/' ? join(root, arg) : arg)));
    expect([command, code]).toEqual([command, /catalog (diff|delete) /.test(command) ? 1 : 0]);
  }
});

test('its service is published, changed, refused and withdrawn as it shows', async () => {
  const file = join(shell.folder, 'my-service.yaml');
  const published = blocks('yaml')[0] ?? '';
  const say = async (...args: string[]): Promise<string> => {
    const { stdout, stderr } = await shell.run(args);
    return `$ npx catalog ${args.join(' ')}\n${stdout}${stderr}`;
  };
  const told = [await say('apply', '-f', 'my-service.yaml')];
  const changed = published.replace('Stored mail', 'Mail kept');
  await writeFile(file, changed);
  told.push(await say('diff', '-f', 'my-service.yaml'), await say('apply', '-f', 'my-service.yaml'));
  await writeFile(file, changed.replace('phase: Published', 'phase: Publishd'));
  told.push(await say('apply', '-f', 'my-service.yaml'), await say('delete', 'service/mail'));
  await writeFile(file, changed);
  told.push(await say('delete', '-f', 'my-service.yaml'));
  const shown = blocks('').filter((text) => text.startsWith('$ npx catalog'));
  expect(told.join('')).toBe(shown.join(''));
});
