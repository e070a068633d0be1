/**
 * `npm run tables` writes src/generated/tables.ts, the tables as Kysely's types, from prisma/schema, as `npx prisma generate`
 * does; `npm run tables -- --check` fails when it is out of date.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../', import.meta.url));
const path = 'src/generated/tables.ts';

/** What Prisma generates, made in a folder of its own, so that a check changes nothing. */
async function generate(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'milo-tables-'));
  try {
    for (const part of ['prisma', 'prisma.config.ts']) {
      await cp(join(root, part), join(folder, part), { recursive: true });
    }
    const modules = join(root, 'node_modules');
    const env = { ...process.env, PATH: `${join(modules, '.bin')}${delimiter}${process.env.PATH}` };
    const program = join(modules, 'prisma/build/index.js');
    await promisify(execFile)(process.execPath, [program, 'generate'], { cwd: folder, env });
    return await readFile(join(folder, path), 'utf8');
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [present, wanted] = await Promise.all([readFile(join(root, path), 'utf8').catch(() => ''), generate()]);
if (process.argv.includes('--check')) {
  if (present !== wanted) {
    console.error(`${path} is out of date: run npm run tables`);
    process.exitCode = 1;
  }
} else {
  await writeFile(join(root, path), wanted);
}
