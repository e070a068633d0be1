import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyWithEngine, databaseToSchema, diagnoseWithEngine, readSchema } from '../../scripts/schema-engine.ts';
import { compareMigrationsWithSchema, partsOf, partsWithout, withClient } from '../../scripts/schema-state.ts';
import { writeDifference } from '../../scripts/write-difference.ts';
import { migrate, readMigrations } from '../../src/platform/db/migrate.ts';
import { createTestDatabase, serverUrl, type TestDatabase } from '../kit/database.ts';

let database: TestDatabase;
let folder: string;
let directory: URL;
const add = async (name: string, script: string): Promise<void> => {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'migration.sql'), script);
};
const query = (text: string, url = database.url): Promise<unknown[]> =>
  withClient(url, async (client) => (await client.query(text)).rows);

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

/** What is noted of the migrations, but for ids and times, of which it says whether they are there and in order. */
const notes = (url = database.url): Promise<unknown[]> =>
  query(
    `select migration_name, checksum, applied_steps_count, logs is not null as has_logs, rolled_back_at >= started_at as rolled_back,
       finished_at >= started_at as finished, started_at between now() - interval '1 minute' and now() as started, length(id) as id
     from _prisma_migrations order by started_at`,
    url,
  );
const noteTable = (url = database.url): Promise<unknown[]> =>
  query(
    `select column_name, data_type, character_maximum_length, is_nullable, column_default from information_schema.columns
     where table_name = '_prisma_migrations' union all
     select indexdef, null, null, null, null from pg_indexes where tablename = '_prisma_migrations' order by 1`,
    url,
  );

test("what is noted is what Prisma's own engine notes, and each goes on from where the other stopped", async () => {
  const official = await createTestDatabase('empty');
  try {
    await add('20260101000000_first', 'create table a (id int);\n');
    await migrate(database.url, directory);
    expect(await applyWithEngine(official.url, await readMigrations(directory))).toEqual(['20260101000000_first']);
    expect(await notes()).toEqual(await notes(official.url));
    expect(await noteTable()).toEqual(await noteTable(official.url));
    const inOrder = { editedMigrationNames: [], failedMigrationNames: [], hasMigrationsTable: true, history: null };
    expect(await diagnoseWithEngine(database.url, await readMigrations(directory))).toMatchObject(inOrder);
    expect(await applyWithEngine(database.url, await readMigrations(directory))).toEqual([]);
    expect(await migrate(official.url, directory)).toEqual([]);

    await add('20260102000000_second', 'create table b (id int);\n');
    expect(await applyWithEngine(database.url, await readMigrations(directory))).toEqual(['20260102000000_second']);
    expect(await migrate(official.url, directory)).toEqual(['20260102000000_second']);
    expect(await notes()).toEqual(await notes(official.url));
  } finally {
    await official.drop();
  }
});

test("a failure is noted as Prisma's own engine notes it, and is over for both once the migration succeeds", async () => {
  const official = await createTestDatabase('empty');
  try {
    await add('20260101000000_first', 'create table a (id int);\ninsert into missing values (1);\n');
    const broken = await readMigrations(directory);
    await expect(migrate(database.url, directory)).rejects.toThrow('relation "missing" does not exist');
    await expect(applyWithEngine(official.url, broken)).rejects.toThrow();
    expect(await notes()).toEqual(await notes(official.url));
    const failed = { failedMigrationNames: ['20260101000000_first'] };
    expect(await diagnoseWithEngine(database.url, broken)).toMatchObject(failed);
    expect(await diagnoseWithEngine(official.url, broken)).toMatchObject(failed);
    await expect(migrate(database.url, directory)).rejects.toThrow('relation "missing" does not exist');
    expect(await notes()).toEqual(await notes(official.url));

    await add('20260101000000_first', 'create table a (id int);\n');
    const repaired = await readMigrations(directory);
    for (const { url } of [database, official]) {
      expect(await migrate(url, directory)).toEqual(['20260101000000_first']);
      expect(await applyWithEngine(url, repaired)).toEqual([]);
      expect(await diagnoseWithEngine(url, repaired)).toMatchObject({ failedMigrationNames: [], history: null });
    }
    expect(await notes()).toEqual(await notes(official.url));
  } finally {
    await official.drop();
  }
});

test('a migration that another program has begun and not finished stops the start', async () => {
  await add('20260101000000_first', 'create table a (id int);\n');
  await migrate(database.url, directory);
  await query('update _prisma_migrations set finished_at = null');
  await expect(migrate(database.url, directory)).rejects.toThrow('20260101000000_first was begun and never finished');
});

test('a new migration is written from the database that the others make: models, and what their language lacks', async () => {
  const [migrated, declared, fresh] = await Promise.all([1, 2, 3].map(() => createTestDatabase('migrated')));
  if (migrated === undefined || declared === undefined || fresh === undefined) throw new Error('no databases');
  try {
    const before = await writeDifference(
      await databaseToSchema(migrated.url, await readSchema()),
      migrated.url,
      fresh.url,
    );
    expect(before).toEqual({ script: '', byHand: [] });
    const schema = (await readSchema()).map((file) =>
      file.path === 'main.prisma'
        ? { ...file, content: file.content.replace('value String', 'value String\n  note String?') }
        : file,
    );
    const changes = `
      alter table setting add column note text;
      alter table setting add constraint setting_value_filled check (value <> '');
      alter table change_head drop constraint change_head_one;
      create function twice(n int) returns int language sql as $$ select n * 2; $$;
      create or replace function change_note_table() returns void language plpgsql as $$ begin null; end $$;
      drop trigger audit_record_append_only on audit_record;
      drop function audit_record_partitions();
      create trigger setting_kept before truncate on setting for each statement execute function audit_record_refuse();
      drop index audit_record_writes_idx;
      create index audit_record_writes_idx on audit_record (received_at desc) where not is_read;
      revoke select on setting from public;`;
    await query(changes, declared.url);
    const { script, byHand } = await writeDifference(
      await databaseToSchema(migrated.url, schema),
      migrated.url,
      declared.url,
    );
    expect(byHand).toEqual(['privileges on setting']);
    expect(script.match(/^(drop|create|alter)( or replace)? \w+/gim)?.sort()).toEqual([
      'ALTER TABLE',
      'CREATE INDEX',
      'CREATE OR REPLACE FUNCTION',
      'CREATE OR REPLACE FUNCTION',
      'CREATE TRIGGER',
      'alter table',
      'alter table',
      'drop function',
      'drop index',
      'drop trigger',
    ]);
    await query(script, fresh.url);
    const [made, wanted] = [await partsOf(fresh.url), await partsOf(declared.url)];
    expect(partsWithout(made, wanted)).toEqual([]);
    expect(partsWithout(wanted, made).map(({ name }) => name)).toEqual(['privileges on setting']);
  } finally {
    for (const { drop } of [migrated, declared, fresh]) await drop();
  }
});
