import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareMigrationsWithSchema, statementsOf } from '../../scripts/schema-state.ts';
import { migrate, migrationsFolder, readMigrations } from '../../src/platform/db/migrate.ts';
import { createTestDatabase, serverUrl, type TestDatabase } from '../kit/database.ts';

let database: TestDatabase;
let folder: string;
let directory: URL;
const add = async (name: string, script: string): Promise<void> => {
  await cp(new URL('migration_lock.toml', migrationsFolder), join(folder, 'migration_lock.toml'));
  await cp(new URL(`${(await readMigrations())[0]?.name}/`, migrationsFolder), join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'migration.sql'), script);
};
const query = async (text: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
};

beforeEach(async () => {
  database = await createTestDatabase('empty');
  folder = await mkdtemp(join(tmpdir(), 'milo-migrations-'));
  directory = pathToFileURL(`${folder}/`);
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

test('migrations and schema agree', async () => {
  expect(await compareMigrationsWithSchema(serverUrl)).toEqual({ onlyMigrated: [], onlyInSchema: [] });
});

test('what is pending is applied in order, once, and noted as the official command line does', async () => {
  await add('20260101000000_first', 'create table a (id int); -- one; two\n');
  expect(await migrate(database.url, directory)).toEqual(['20260101000000_first']);
  await add(
    '20260102000000_second',
    "create function f() returns int language sql as $$ select 1; select 2; $$;\nalter table a add b text default ';';\n",
  );
  expect(await migrate(database.url, directory)).toEqual(['20260102000000_second']);
  expect(await migrate(database.url, directory)).toEqual([]);
  const noted =
    await query(`select migration_name, applied_steps_count, finished_at is not null as finished, rolled_back_at, logs, checksum
    from _prisma_migrations order by started_at`);
  const common = { applied_steps_count: 1, finished: true, rolled_back_at: null, logs: null };
  const [first, second] = await readMigrations(directory);
  expect(noted).toEqual([
    { migration_name: first?.name, checksum: first?.checksum, ...common },
    { migration_name: second?.name, checksum: second?.checksum, ...common },
  ]);
});

test('a migration that fails leaves nothing behind, names its line, and can be put right', async () => {
  await add('20260101000000_first', 'create table a (id int);\n');
  await add(
    '20260102000000_second',
    'create table b (id int);\ninsert into b values (1);\ninsert into missing values (1);\n',
  );
  await expect(migrate(database.url, directory)).rejects.toThrow(
    'migration 20260102000000_second is refused by the database: relation "missing" does not exist (migration.sql, line 3)',
  );
  const tables =
    "select string_agg(relname, ' ' order by relname) as tables from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace";
  expect(await query(tables)).toEqual([{ tables: '_prisma_migrations a' }]);
  await add('20260102000000_second', 'create table b (id int);\n');
  expect(await migrate(database.url, directory)).toEqual(['20260102000000_second']);
});

test('a migration that was changed after it was applied is refused', async () => {
  await add('20260101000000_first', 'create table a (id int);\n');
  await migrate(database.url, directory);
  await add('20260101000000_first', 'create table a (id bigint);\n');
  await expect(migrate(database.url, directory)).rejects.toThrow(
    '20260101000000_first was changed after it had been applied',
  );
});

test('replicas that start together apply everything once', async () => {
  await add('20260101000000_first', 'select pg_sleep(0.3); create table a (id int);\n');
  const applied = await Promise.all([1, 2, 3].map(() => migrate(database.url, directory)));
  expect(applied.flat()).toEqual(['20260101000000_first']);
});

test('a script is taken apart at the ends of its statements only', () => {
  const body = 'create function f() returns void language plpgsql as $$\nbegin\n  -- kept\n  perform 1;\nend $$;';
  expect(statementsOf(`-- why; because\ncreate table a (\n  id int\n);\n\n${body}\nselect 1;\n`)).toEqual([
    'create table a (\n  id int\n);',
    body,
    'select 1;',
  ]);
});
