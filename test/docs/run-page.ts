import { Kind, OperationTypeNode, parse } from 'graphql';
import { expect } from 'vitest';
import { withClient } from '../../scripts/schema-state.ts';
import type { TestApp } from '../kit/app.ts';
import { overEvents } from '../kit/streams.ts';
import { checkKindExample } from './kind-example.ts';
import { type Block, type Page, tableCommands } from './page.ts';
import type { PageShell } from './page-shell.ts';

interface Reader {
  readonly app: TestApp;
  readonly shell: PageShell;
}

/** Follows a page from top to bottom as its reader would, and holds every answer against the one that it shows. */
export async function runPage(page: Page, reader: Reader): Promise<void> {
  for (const [index, block] of page.blocks.entries()) {
    const place = `${page.path}:${block.line}`;
    await runBlock(block, page.blocks[index + 1], place, reader);
  }
  for (const command of tableCommands(page)) {
    const { code, output } = await reader.shell.run(command);
    const expected = /^catalog delete /.test(command) ? 1 : 0;
    expect({ command, code }, output).toEqual({ command, code: expected });
  }
}

async function runBlock(block: Block, next: Block | undefined, place: string, reader: Reader): Promise<void> {
  const { app } = reader;
  switch (block.language) {
    case 'text':
      return;
    case 'console':
      return runSession(block, place, reader.shell);
    case 'sh':
      return runCommands(block, place, reader);
    case 'yaml':
      return saveManifests(block, place, reader.shell);
    case 'graphql':
      return runDocument(block, next?.language === 'json' ? next : undefined, place, app);
    case 'json':
      return;
    case 'sql':
      return withClient(app.databaseUrl, async (client) => void (await client.query(block.text)));
    case 'ts':
      return checkKindExample(block.text, place);
    default:
      throw new Error(`${place}: a block of '${block.language}' is not run by anything; see test/docs/run-page.ts`);
  }
}

/** `$ command` and, below it, exactly what it prints. */
async function runSession(block: Block, place: string, shell: PageShell): Promise<void> {
  const steps = block.text.split(/^(?=\$ )/m);
  for (const step of steps) {
    const [prompt = '', ...shown] = step.split('\n');
    expect(prompt.startsWith('$ '), `${place}: a session begins with a command`).toBe(true);
    const { output } = await shell.run(prompt.slice(2));
    expect(`${prompt}\n${output}`, place).toBe(`${prompt}\n${shown.join('\n')}`);
  }
}

/** What starts or installs something on the reader's machine; the other checks of test/docs look at what they name. */
const leftToTheReader = /^(npm|docker|kubectl|pg_|psql|rm -rf \.catalog|cp overlays|export PATH=|IMAGE_\w+=|openfga) ?/;

/** Commands without an answer: they succeed. */
async function runCommands(block: Block, place: string, { app, shell }: Reader): Promise<void> {
  const lines = block.text.replaceAll('\\\n', ' ').split('\n');
  for (const line of lines.filter((one) => one.trim() !== '' && !leftToTheReader.test(one))) {
    const { code, output } = await shell.run(line.replaceAll('http://127.0.0.1:4000', app.url));
    expect(code, `${place}: ${line}\n${output}`).toBe(0);
    expect(output, `${place}: ${line}`).not.toContain('"errors"');
  }
}

async function saveManifests(block: Block, place: string, shell: PageShell): Promise<void> {
  const [, file] = /as `([\w.-]+\.yaml)`/.exec(block.lead) ?? [];
  if (file === undefined) throw new Error(`${place}: the line above does not say "Save this as \`FILE.yaml\`"`);
  await shell.write(file, block.text);
}

/** A document succeeds, finds what it asks for, and is answered as the block of JSON below says. */
async function runDocument(block: Block, shown: Block | undefined, place: string, app: TestApp): Promise<void> {
  const isSubscription = parse(block.text).definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.SUBSCRIPTION,
  );
  if (isSubscription) {
    const authorization = `Bearer ${await app.token('test-admin')}`;
    for await (const { errors } of overEvents(app.url, block.text, {}, { authorization })) {
      expect(errors, place).toBeUndefined();
      return;
    }
    throw new Error(`${place}: the subscription sends nothing`);
  }
  const { data, errors } = await app.execute(block.text);
  expect(errors, place).toBeUndefined();
  expect(Object.values(data), place).not.toContain(null);
  for (const payload of Object.values(data)) {
    if (hasUserErrors(payload)) expect(payload.userErrors, place).toEqual([]);
  }
  if (shown !== undefined) expect(data, place).toEqual(JSON.parse(shown.text));
}

const hasUserErrors = (value: unknown): value is { readonly userErrors: unknown } =>
  typeof value === 'object' && value !== null && 'userErrors' in value;
