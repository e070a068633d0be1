import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { advisoryLocks } from './advisory-locks.ts';

export const migrationsFolder = new URL('../../../prisma/migrations/', import.meta.url);

export interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** The database cannot be brought up to date. What it refused has left nothing behind but the note that it failed. */
export class MigrationFailedError extends Error {}

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

// As Prisma makes it, so that its own command line can go on from here.
const noteTable = `create table if not exists _prisma_migrations (
  id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz,
  migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
  started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`;

/**
 * Migrations that the database lacks, failed ones included. Throws when an applied one was changed afterwards, or when
 * another program has started one and neither finished it nor recorded its failure.
 */
export async function pendingMigrations(
  client: pg.ClientBase | pg.Pool,
  migrations: readonly Migration[],
): Promise<Migration[]> {
  const { rows: tables } = await client.query("select to_regclass('_prisma_migrations') is not null as known");
  if (tables[0]?.known !== true) return [...migrations];
  const { rows } = await client.query<{ name: string; checksum: string; finished: boolean; failed: boolean }>(
    `select migration_name as name, checksum, finished_at is not null as finished, logs is not null as failed
     from _prisma_migrations where rolled_back_at is null`,
  );
  const applied = new Set<string>();
  for (const { name, checksum, finished, failed } of rows) {
    if (!finished && failed) continue;
    if (!finished)
      throw new MigrationFailedError(`migration ${name} was begun and never finished; repair the database first`);
    const own = migrations.find((migration) => migration.name === name);
    if (own !== undefined && own.checksum !== checksum)
      throw new MigrationFailedError(`migration ${name} was changed after it had been applied`);
    applied.add(name);
  }
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
    await client.query(noteTable);
    const pending = await pendingMigrations(client, migrations);
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/**
 * Runs a migration and its row in one transaction: one that is killed half-way leaves nothing behind. One that failed
 * is noted with the reason, and the attempt that succeeds marks that note as rolled back, as `prisma migrate resolve` does.
 */
async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const { name, checksum } = migration;
  const startedAt = new Date();
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query(
      'update _prisma_migrations set rolled_back_at = now() where migration_name = $1 and finished_at is null and rolled_back_at is null',
      [name],
    );
    await client.query(
      `insert into _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
       values ($1, $2, clock_timestamp(), $3, $4, 1)`,
      [randomUUID(), checksum, name, startedAt],
    );
    await client.query('commit');
  } catch (cause) {
    const reason = describe(cause, migration);
    // When the connection is lost the server has rolled back by itself, and nothing can be noted.
    await client.query('rollback').then(
      () => noteFailure(client, migration, startedAt, reason),
      () => undefined,
    );
    throw new MigrationFailedError(`migration ${name} is refused by the database: ${reason}`, { cause });
  }
}

/** One note for any number of attempts that fail. */
async function noteFailure(client: pg.Client, migration: Migration, startedAt: Date, reason: string): Promise<void> {
  const { name, checksum } = migration;
  await client.query(
    `with again as (
       update _prisma_migrations set checksum = $2, started_at = $4, logs = $5
       where migration_name = $3 and finished_at is null and rolled_back_at is null returning 1
     )
     insert into _prisma_migrations (id, checksum, migration_name, started_at, logs)
     select $1, $2, $3, $4, $5 where not exists (select from again)`,
    [randomUUID(), checksum, name, startedAt, `Migration name: ${name}\n\nDatabase error:\n${reason}\n`],
  );
}

function describe(error: unknown, { sql }: Migration): string {
  if (!(error instanceof Error)) return String(error);
  if (!('position' in error) || error.position === undefined) return error.message;
  const line = sql.slice(0, Number(error.position)).split('\n').length;
  return `${error.message} (migration.sql, line ${line})`;
}
