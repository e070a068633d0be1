/**
 * `npm run migration:new -- <name>` writes the SQL that leads from the schema of the last migration to the present one.
 * `npm run migration:check` fails when migrations and schema do not agree.
 * Each migration keeps the schema and the constraints as it leaves them, since that is what the next one starts from.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrationsFolder, readMigrations, readSchema } from '../src/platform/db/migrate.ts';
import { diffSchemas } from '../src/platform/db/schema-engine.ts';
import { compareMigrationsWithSchema, readConstraints, statementsOf, withScratchServer } from './schema-state.ts';

const folder = fileURLToPath(migrationsFolder);
const [command, name = ''] = process.argv.slice(2);

async function writeMigration(url: (database?: string) => string): Promise<string | undefined> {
  const last = (await readMigrations()).at(-1);
  const keptBy = (file: string): Promise<string> =>
    last === undefined ? Promise.resolve('') : readFile(join(folder, last.name, file), 'utf8');
  const before = last && [{ path: 'schema.prisma', content: await keptBy('schema.prisma') }];
  const after = await readSchema();
  const [oldConstraints, constraints] = [await keptBy('constraints.sql'), await readConstraints()];
  const [known, wanted] = [statementsOf(oldConstraints), statementsOf(constraints)];
  const added = wanted.filter((statement) => !known.includes(statement));
  const gone = known.filter((statement) => !wanted.includes(statement));

  const diff = await diffSchemas(url(), before, after);
  if (diff.trim() === '' && added.length === 0 && gone.length === 0) return undefined;
  for (const statement of gone)
    console.log(`Gone from prisma/constraints; write by hand what undoes it:\n${statement}\n`);
  const directory = `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`;
  await mkdir(join(folder, directory), { recursive: true });
  const files = {
    'migration.sql': [diff.trim(), ...added].filter((part) => part !== '').join('\n\n'),
    'schema.prisma': after.map(({ content }) => content.trim()).join('\n\n'),
    'constraints.sql': constraints,
    '../migration_lock.toml': 'provider = "postgresql"',
  };
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, directory, file), `${text}\n`);
  return directory;
}

async function check(url: (database: string) => string): Promise<boolean> {
  const { onlyMigrated, onlyInSchema } = await compareMigrationsWithSchema(url);
  for (const line of onlyMigrated) console.log(`only in the migrations: ${line}`);
  for (const line of onlyInSchema) console.log(`only in the schema: ${line}`);
  return onlyMigrated.length + onlyInSchema.length === 0;
}

await withScratchServer(async (server) => {
  if (command === 'new') {
    if (!/^[a-z0-9_]+$/.test(name)) throw new Error('give the migration a name: npm run migration:new -- add_racks');
    const directory = await writeMigration(server.url);
    if (directory === undefined) throw new Error('nothing has changed since the last migration');
    console.log(`wrote prisma/migrations/${directory}`);
  }
  const agrees = await check(server.url);
  console.log(agrees ? 'migrations and schema agree' : 'migrations and schema do not agree');
  if (!agrees) process.exitCode = 1;
});
