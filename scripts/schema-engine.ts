import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type { DiffTarget, MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import type { Migration } from '../src/platform/db/migrate.ts';

/** The part of the WebAssembly interface that is used; the compiler's library for servers does not have it. */
interface WebAssemblyInterface {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>;
}
const require = createRequire(import.meta.url);
const noFilters = { externalTables: [], externalEnums: [] };

type Engine = typeof import('@prisma/schema-engine-wasm');

// Its bindings keep views of one memory for ever: a second instance in the process would read the first one's.
let loaded: Promise<Engine> | undefined;

/**
 * Prisma's own schema engine in its WebAssembly build: the native one is downloaded, which closed networks forbid. A
 * tool of development: the service applies migrations by itself (src/platform/db/migrate.ts).
 */
async function load(): Promise<Engine> {
  const { WebAssembly: webAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyInterface };
  const realm = globalThis as { PRISMA_WASM_PANIC_REGISTRY?: { set_message(message: string): void } };
  // The engine reports its defects through this global.
  realm.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => console.error(message) };
  const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const bindings = engine as typeof engine & { __wbg_set_wasm(exports: object): void };
  const file = new URL('schema_engine_bg.wasm', pathToFileURL(require.resolve('@prisma/schema-engine-wasm')));
  const imports = { './schema_engine_bg.js': withIdleTimers(engine) };
  const { instance } = await webAssembly.instantiate(await readFile(file), imports);
  bindings.__wbg_set_wasm(instance.exports);
  const { __wbindgen_start: start } = instance.exports;
  if (typeof start === 'function') start();
  return engine as never;
}

/** The engine forgets its timers of ten seconds; they must not keep the process from ending. */
function withIdleTimers(bindings: object): object {
  const wrapped = Object.entries(bindings).map(([name, value]: [string, unknown]) => {
    if (!name.startsWith('__wbg_setTimeout_') || typeof value !== 'function') return [name, value];
    const set = (...rest: unknown[]): unknown => {
      const timer: unknown = value(...rest);
      if (timer instanceof Object && 'unref' in timer && typeof timer.unref === 'function') timer.unref();
      return timer;
    };
    return [name, set];
  });
  return Object.fromEntries(wrapped) as object;
}

const CHAR = 18;
const CHAR_ARRAY = 1002;

/** Gives columns of PostgreSQL's internal type "char" a type that the adapter knows; `EngineAdapter` turns it back. */
class CatalogPool extends pg.Pool {
  override async query(...query: readonly unknown[]): Promise<never> {
    const result = (await Reflect.apply(super.query, this, query)) as pg.QueryResult;
    for (const field of result.fields ?? []) if (field.dataTypeID === CHAR) field.dataTypeID = CHAR_ARRAY;
    return result as never;
  }
}

/**
 * Prisma's adapter with two differences: scripts go to the server whole (its own takes them apart at every semicolon,
 * also of a comment or of a function's body), and the engine may read PostgreSQL's catalogs, whose "char" it lacks.
 */
class EngineAdapter extends PrismaPg {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    super(pool);
    this.#pool = pool;
  }

  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.executeScript = async (script) => {
      await this.#pool.query(script);
    };
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      const { Character, CharacterArray } = ColumnTypeEnum;
      return { ...result, columnTypes: result.columnTypes.map((type) => (type === CharacterArray ? Character : type)) };
    };
    return adapter;
  }
}

async function withEngine<T>(url: string, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  loaded ??= load();
  const { SchemaEngine: Engine } = await loaded;
  const pool = new CatalogPool({ connectionString: url, max: 1 });
  try {
    const adapter = bindMigrationAwareSqlAdapterFactory(new EngineAdapter(pool));
    const engine = await Engine.new({ datamodels: undefined }, () => undefined, adapter);
    try {
      return await work(engine);
    } finally {
      engine.free();
    }
  } finally {
    await pool.end();
  }
}

const migrationList = (migrations: readonly Migration[]): MigrationList => ({
  baseDir: 'prisma/migrations',
  lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
  shadowDbInitScript: '',
  migrationDirectories: migrations.map(({ name, sql }) => ({
    path: name,
    migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
  })),
});

/** Applies what is not applied yet, as `prisma migrate deploy` does; names of what was applied. */
export const applyWithEngine = (url: string, migrations: readonly Migration[]): Promise<readonly string[]> =>
  withEngine(url, async (engine) => {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: migrationList(migrations),
      filters: noFilters,
    });
    return appliedMigrationNames;
  });

/** What the engine has to say of the database's migrations, as `prisma migrate status` does. */
export const diagnoseWithEngine = (url: string, migrations: readonly Migration[]) =>
  withEngine(url, (engine) =>
    engine.diagnoseMigrationHistory({
      migrationsList: migrationList(migrations),
      optInToShadowDatabase: false,
      filters: noFilters,
    }),
  );

/** A schema as files: path and content. */
export type SchemaFiles = readonly { readonly path: string; readonly content: string }[];

const schemaFolder = new URL('../prisma/schema/', import.meta.url);

/** prisma/schema as it stands. */
export async function readSchema(): Promise<SchemaFiles> {
  const names = (await readdir(schemaFolder)).filter((name) => name.endsWith('.prisma')).sort();
  return Promise.all(
    names.map(async (name) => ({
      path: name,
      content: await readFile(join(fileURLToPath(schemaFolder), name), 'utf8'),
    })),
  );
}

const datamodel = (files: SchemaFiles): DiffTarget => ({
  tag: 'schemaDatamodel',
  files: files.map((file) => ({ ...file })),
});

/** SQL that makes the schema in an empty database. Any database will do to ask. */
export const schemaScript = (url: string, schema: SchemaFiles): Promise<string> =>
  diff(url, { tag: 'empty' }, datamodel(schema));

/** SQL that leads from what stands in the database to the schema; empty when there is no difference. */
export const databaseToSchema = (url: string, schema: SchemaFiles): Promise<string> =>
  diff(url, { tag: 'schemaDatasource', files: schema.map((file) => ({ ...file })), configDir: '.' }, datamodel(schema));

async function diff(url: string, from: DiffTarget, to: DiffTarget): Promise<string> {
  const { stdout } = await withEngine(url, (engine) =>
    engine.diff({ from, to, script: true, exitCode: null, filters: noFilters }),
  );
  return stdout === null || stdout.trim() === '-- This is an empty migration.' ? '' : stdout;
}
