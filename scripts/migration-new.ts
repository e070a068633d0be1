/**
 * `npm run migration:new -- <name>`: writes the SQL that leads from the schema of the last migration to the present
 * one. The first migration also gets prisma/constraints/*.sql; later ones: add hand-written SQL by hand.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrationsFolder, readMigrations, readSchema } from '../src/platform/db/migrate.ts';
import { diffSchemas } from '../src/platform/db/schema-engine.ts';
import { startPostgres } from '../src/platform/embedded/postgres.ts';

const [name = ''] = process.argv.slice(2);
if (!/^[a-z0-9_]+$/.test(name)) throw new Error('give the migration a name: npm run migration:new -- add_racks');
const folder = fileURLToPath(migrationsFolder);
await mkdir(folder, { recursive: true });
const last = (await readMigrations()).at(-1);
const before = last && [{ path: 'schema.prisma', content: await readFile(join(folder, last.name, 'schema.prisma'), 'utf8') }];
const after = await readSchema();
const scratch = await mkdtemp(join(tmpdir(), 'milo-migration-'));
const server = await startPostgres({ directory: scratch, log: () => undefined, onFailure: console.error, isDisposable: true });
try {
  let sql = await diffSchemas(server.url(), before, after);
  if (sql.trim() === '') throw new Error('the schema is as the last migration left it');
  if (last === undefined) {
    const constraints = new URL('../prisma/constraints/', import.meta.url);
    const files = (await readdir(constraints)).sort();
    for (const file of files) {
      // Without comments: the migration engine takes a file apart at every semicolon, also of a comment.
      const text = await readFile(new URL(file, constraints), 'utf8');
      sql += `\n${text.replaceAll(/^\s*--.*\n/gm, '')}`;
    }
  }
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const target = join(folder, `${stamp}_${name}`);
  await mkdir(target);
  await writeFile(join(target, 'migration.sql'), sql);
  await writeFile(join(target, 'schema.prisma'), after.map(({ content }) => content).join('\n'));
  await writeFile(join(folder, 'migration_lock.toml'), 'provider = "postgresql"\n');
  console.log(`wrote prisma/migrations/${stamp}_${name}`);
} finally {
  await server.stop();
  await rm(scratch, { recursive: true, force: true });
}
