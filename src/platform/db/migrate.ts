import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { advisoryLocks } from './advisory-locks.ts';
import { applyMigrations, type SchemaFiles } from './schema-engine.ts';

export const migrationsFolder = new URL('../../../prisma/migrations/', import.meta.url);
export const schemaFolder = new URL('../../../prisma/schema/', import.meta.url);

export interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** The migrations of this version, oldest first. */
export async function readMigrations(folder = migrationsFolder): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(fileURLToPath(folder), name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

export async function readSchema(folder = schemaFolder): Promise<SchemaFiles> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma')).sort();
  return Promise.all(
    names.map(async (name) => ({ path: name, content: await readFile(join(fileURLToPath(folder), name), 'utf8') })),
  );
}

/** Migrations that the database lacks. Throws when an applied one was changed afterwards or has failed. */
export async function pendingMigrations(
  client: pg.ClientBase | pg.Pool,
  migrations: readonly Migration[],
): Promise<Migration[]> {
  const { rows: tables } = await client.query("select to_regclass('_prisma_migrations') is not null as known");
  if (tables[0]?.known !== true) return [...migrations];
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished: boolean }>(
    'select migration_name, checksum, finished_at is not null as finished from _prisma_migrations where rolled_back_at is null',
  );
  for (const { migration_name: name, checksum, finished } of rows) {
    const own = migrations.find((migration) => migration.name === name);
    if (!finished) throw new Error(`migration ${name} was begun and never finished; repair the database first`);
    if (own !== undefined && own.checksum !== checksum)
      throw new Error(`migration ${name} was changed after it had been applied`);
  }
  const applied = new Set(rows.map(({ migration_name: name }) => name));
  return migrations.filter(({ name }) => !applied.has(name));
}

/** Brings the database up to date; replicas that start together wait for each other. Names of what was applied. */
export async function migrate(url: string, folder = migrationsFolder): Promise<readonly string[]> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    if ((await pendingMigrations(client, migrations)).length === 0) return [];
    await client.query('select pg_advisory_lock($1)', [advisoryLocks.migration]); // Until this connection ends.
    const pending = await pendingMigrations(client, migrations);
    if (pending.length === 0) return [];
    const directories = migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: sql } },
    }));
    const first = migrations.findIndex((migration) => pending.includes(migration));
    await applyMigrations(url, fileURLToPath(folder), directories, first);
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
