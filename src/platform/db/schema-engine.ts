import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { MigrationDirectory, SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';

/** The part of the WebAssembly interface that is used; the compiler's library for servers does not have it. */
interface WebAssemblyInterface {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>;
}
const require = createRequire(import.meta.url);
const noFilters = { externalTables: [], externalEnums: [] };

type Engine = typeof import('@prisma/schema-engine-wasm');

// Its bindings keep views of one memory for ever: a second instance in the process would read the first one's.
let loaded: Promise<Engine> | undefined;

/** Prisma's own schema engine in its WebAssembly build: the native one is downloaded, which closed networks forbid. */
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

/**
 * Prisma's adapter, but scripts go to the server whole: its own takes them apart at every semicolon, also of a comment
 * or of a function's body.
 */
class WholeScripts extends PrismaPg {
  readonly #pool: pg.Pool;
  readonly #onScriptError: (error: unknown) => void;

  constructor(pool: pg.Pool, onScriptError: (error: unknown) => void) {
    super(pool);
    this.#pool = pool;
    this.#onScriptError = onScriptError;
  }

  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      await this.#pool.query(script).catch((error: unknown) => {
        this.#onScriptError(error);
        throw error;
      });
    };
    return adapter;
  }
}

async function withEngine<T>(
  pool: pg.Pool,
  onScriptError: (error: unknown) => void,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  loaded ??= load();
  const { SchemaEngine: Engine } = await loaded;
  const adapter = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool, onScriptError));
  const engine = await Engine.new({ datamodels: undefined }, () => undefined, adapter);
  try {
    return await work(engine);
  } finally {
    engine.free();
  }
}

/** A migration whose SQL the database refused; nothing of it was kept. */
export class MigrationFailedError extends Error {}

/**
 * Applies what is not applied yet, each migration in a transaction together with its row in `_prisma_migrations`: one
 * that fails or is killed half-way leaves nothing behind. The table stays compatible with the official CLI.
 */
export async function applyMigrations(
  url: string,
  baseDir: string,
  directories: readonly MigrationDirectory[],
  from: number,
): Promise<void> {
  // One connection: what the engine does stands between our `begin` and `commit`.
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  let refusal: unknown;
  const lockfile = { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' };
  const onScriptError = (error: unknown): void => {
    refusal ??= error;
  };
  try {
    await withEngine(pool, onScriptError, async (engine) => {
      for (const [index, { path }] of directories.entries()) {
        if (index < from) continue;
        const migrationsList = {
          baseDir,
          lockfile,
          shadowDbInitScript: '',
          migrationDirectories: directories.slice(0, index + 1),
        };
        await pool.query('begin');
        try {
          await engine.applyMigrations({ migrationsList, filters: noFilters });
          await pool.query('commit');
        } catch (cause) {
          await pool.query('rollback');
          const message = refusal instanceof Error ? describe(refusal, directories[index]) : String(cause);
          throw new MigrationFailedError(`migration ${path} is refused by the database: ${message}`, { cause });
        }
      }
    });
  } finally {
    await pool.end();
  }
}

function describe(error: Error, directory: MigrationDirectory | undefined): string {
  const content = directory?.migrationFile.content;
  if (!('position' in error) || content?.tag !== 'ok') return error.message;
  const line = content.value.slice(0, Number(error.position)).split('\n').length;
  return `${error.message} (migration.sql, line ${line})`;
}

/** A schema as files: path and content. */
export type SchemaFiles = readonly { readonly path: string; readonly content: string }[];

/** SQL that leads from one schema (or from nothing) to another; empty when there is no difference. Any database will do. */
export async function diffSchemas(url: string, from: SchemaFiles | undefined, to: SchemaFiles): Promise<string> {
  const target = (files: SchemaFiles) => ({
    tag: 'schemaDatamodel' as const,
    files: files.map((file) => ({ ...file })),
  });
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    const { stdout } = await withEngine(
      pool,
      () => undefined,
      (engine) =>
        engine.diff({
          from: from === undefined ? { tag: 'empty' } : target(from),
          to: target(to),
          script: true,
          exitCode: null,
          filters: noFilters,
        }),
    );
    return stdout === null || stdout.trim() === '-- This is an empty migration.' ? '' : stdout;
  } finally {
    await pool.end();
  }
}
