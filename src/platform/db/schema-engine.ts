import { readFile } from 'node:fs/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { MigrationDirectory, SchemaEngine } from '@prisma/schema-engine-wasm';

/** The part of the WebAssembly interface that is used; the compiler's library for servers does not have it. */
interface WebAssemblyInterface {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>;
}
const { WebAssembly: webAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyInterface };
const noFilters = { externalTables: [], externalEnums: [] };

/** Prisma's own schema engine in its WebAssembly build: the native one is downloaded, which closed networks forbid. */
async function load(): Promise<typeof import('@prisma/schema-engine-wasm')> {
  const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const bindings = engine as typeof engine & { __wbg_set_wasm(exports: object): void };
  const file = new URL('schema_engine_bg.wasm', import.meta.resolve('@prisma/schema-engine-wasm'));
  const { instance } = await webAssembly.instantiate(await readFile(file), { './schema_engine_bg.js': engine });
  bindings.__wbg_set_wasm(instance.exports);
  const { __wbindgen_start: start } = instance.exports;
  if (typeof start === 'function') start();
  return engine as never;
}

async function withEngine<T>(
  url: string,
  datamodels: [string, string][] | undefined,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const { SchemaEngine: Engine } = await load();
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url }));
  const engine = await Engine.new({ datamodels }, () => undefined, adapter);
  try {
    return await work(engine);
  } finally {
    engine.free();
  }
}

/** Applies what is not applied yet; names of what was. `_prisma_migrations` stays compatible with the official CLI. */
export const applyMigrations = (
  url: string,
  baseDir: string,
  directories: readonly MigrationDirectory[],
): Promise<readonly string[]> =>
  withEngine(url, undefined, async (engine) => {
    const lockfile = { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' };
    const migrationsList = { baseDir, lockfile, shadowDbInitScript: '', migrationDirectories: [...directories] };
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: noFilters });
    return appliedMigrationNames;
  });

/** A schema as files: path and content. */
export type SchemaFiles = readonly { readonly path: string; readonly content: string }[];

/** SQL that leads from one schema (or from nothing) to another; empty when there is no difference. */
export const diffSchemas = (url: string, from: SchemaFiles | undefined, to: SchemaFiles): Promise<string> =>
  withEngine(url, undefined, async (engine) => {
    const target = (files: SchemaFiles) => ({
      tag: 'schemaDatamodel' as const,
      files: files.map((file) => ({ ...file })),
    });
    const { stdout } = await engine.diff({
      from: from === undefined ? { tag: 'empty' } : target(from),
      to: target(to),
      script: true,
      exitCode: null,
      filters: noFilters,
    });
    return stdout === null || stdout.trim() === '-- This is an empty migration.' ? '' : stdout;
  });
