import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
// Nothing listens there: whatever wants to download its engine fails.
const closedNetwork = { PRISMA_ENGINES_MIRROR: 'http://127.0.0.1:9', PRISMA_HIDE_UPDATE_MESSAGE: '1' };

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'milo-prisma-'));
  await cp(join(root, 'prisma'), join(home, 'prisma'), { recursive: true });
  await cp(join(root, 'prisma.config.ts'), join(home, 'prisma.config.ts'));
});
afterAll(() => rm(home, { recursive: true }));

/** Runs Prisma's command line on a copy of the schema, as somebody does who has no network and has set nothing. */
const prisma = async (...args: readonly string[]): Promise<string> => {
  const binaries = join(root, 'node_modules/.bin'); // As npx has it, for the generator.
  const env = {
    ...process.env,
    ...closedNetwork,
    HOME: home,
    PATH: `${binaries}${delimiter}${process.env.PATH}`,
    PRISMA_SCHEMA_ENGINE_BINARY: undefined,
  };
  const program = join(root, 'node_modules/prisma/build/index.js');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { cwd: home, env });
  return stdout;
};

test('`npx prisma validate` works on a closed network', async () => {
  expect(await prisma('validate')).toContain('The schemas at prisma/schema are valid');
});

test('`npx prisma format` works on a closed network and finds nothing to do', async () => {
  expect(await prisma('format', '--check')).toContain('All files are formatted correctly!');
});

test('`npx prisma generate` works on a closed network and gives the committed types', async () => {
  expect(await prisma('generate')).toContain('Generated Kysely types');
  const tables = 'src/generated/tables.ts';
  expect(await readFile(join(home, tables), 'utf8')).toBe(await readFile(join(root, tables), 'utf8'));
});
