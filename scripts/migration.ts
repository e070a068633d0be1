/**
 * `npm run migration:new -- <name>` writes the SQL that leads from what the migrations make to the present schema.
 * `npm run migration:check` fails when migrations and schema do not agree.
 * Both work on two scratch databases: one made by the migrations, one from prisma/schema and prisma/constraints.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrationsFolder } from '../src/platform/db/migrate.ts';
import { databaseToSchema, readSchema } from './schema-engine.ts';
import { compareMigrationsWithSchema, withBothDatabases, withScratchServer } from './schema-state.ts';
import { writeDifference } from './write-difference.ts';

const folder = fileURLToPath(migrationsFolder);
const [command, name = ''] = process.argv.slice(2);

async function writeMigration(url: (database: string) => string): Promise<string | undefined> {
  const { script, byHand } = await withBothDatabases(url, async (migratedUrl, declaredUrl) =>
    writeDifference(await databaseToSchema(migratedUrl, await readSchema()), migratedUrl, declaredUrl),
  );
  for (const part of byHand) console.log(`to be written by hand: ${part}`);
  if (script === '' && byHand.length === 0) return undefined;
  const directory = `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`;
  await mkdir(join(folder, directory), { recursive: true });
  await writeFile(join(folder, directory, 'migration.sql'), script);
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
