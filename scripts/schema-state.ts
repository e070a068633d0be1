import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../src/platform/db/migrate.ts';
import { type EmbeddedPostgres, startPostgres } from '../src/platform/embedded/postgres.ts';
import { readSchema, schemaScript } from './schema-engine.ts';

const constraintsFolder = new URL('../prisma/constraints/', import.meta.url);
const beforeTables = new URL('../prisma/before-tables.sql', import.meta.url);

/** What Prisma's language lacks, written by hand: one file per domain, in name order. */
export async function readConstraints(): Promise<string> {
  const files = (await readdir(constraintsFolder)).filter((file) => file.endsWith('.sql')).sort();
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, constraintsFolder), 'utf8')));
  return texts.map((text) => text.trim()).join('\n\n');
}

/** Runs `work` beside a PostgreSQL that is thrown away afterwards. */
export async function withScratchServer<T>(work: (server: EmbeddedPostgres) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'milo-schema-'));
  const onFailure = (error: Error): void => console.error(error);
  const server = await startPostgres({ directory, log: () => undefined, onFailure, isDisposable: true });
  try {
    return await work(server);
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** One database made by all migrations, and one made from the schema files and constraints as they stand. */
export async function withBothDatabases<T>(
  url: (database: string) => string,
  work: (migratedUrl: string, declaredUrl: string) => Promise<T>,
): Promise<T> {
  const [migrated, declared] = [`migrated_${process.pid}`, `declared_${process.pid}`];
  return withClient(url('postgres'), async (admin) => {
    try {
      for (const name of [migrated, declared]) await admin.query(`create database ${name}`);
      await migrate(url(migrated));
      const ddl = await schemaScript(url(declared), await readSchema());
      const parts = [await readFile(beforeTables, 'utf8'), ddl, await readConstraints()];
      await withClient(url(declared), (client) => client.query(parts.join('\n')));
      return await work(url(migrated), url(declared));
    } finally {
      for (const name of [migrated, declared]) await admin.query(`drop database if exists ${name} with (force)`);
    }
  });
}

export interface Disagreement {
  /** What the migrations make and the schema does not have. */
  readonly onlyMigrated: readonly string[];
  /** What the schema has and the migrations do not make. */
  readonly onlyInSchema: readonly string[];
}

/** Compares what the migrations make with what the schema files and constraints say. */
export const compareMigrationsWithSchema = (url: (database: string) => string): Promise<Disagreement> =>
  withBothDatabases(url, async (migratedUrl, declaredUrl) => {
    const [made, wanted] = [await partsOf(migratedUrl), await partsOf(declaredUrl)];
    const lines = (parts: readonly SchemaPart[]): string[] =>
      parts.map(({ name, definition }) => `${name} ${definition}`);
    return { onlyMigrated: lines(partsWithout(made, wanted)), onlyInSchema: lines(partsWithout(wanted, made)) };
  });

/** One thing that the schema `public` consists of. */
export interface SchemaPart {
  readonly type:
    | 'table'
    | 'column'
    | 'constraint'
    | 'index'
    | 'sequence'
    | 'enum'
    | 'function'
    | 'trigger'
    | 'extension'
    | 'privileges';
  /** `index rack_name_key`, `column rack.name`. */
  readonly name: string;
  readonly definition: string;
  /** Statements that make it and take it away, of what can stand in prisma/constraints. */
  readonly create: string | null;
  readonly drop: string | null;
}

/** The parts of the one that the other does not have, or not like this. */
export function partsWithout(parts: readonly SchemaPart[], others: readonly SchemaPart[]): SchemaPart[] {
  const known = new Set(others.map(({ name, definition }) => `${name} ${definition}`));
  return parts.filter(({ name, definition }) => !known.has(`${name} ${definition}`));
}

/**
 * Everything that the schema `public` consists of, but for the table that notes the migrations. Columns, constraints and
 * indexes of a partition are those of its table.
 */
export async function partsOf(url: string): Promise<SchemaPart[]> {
  const { rows } = await withClient(url, (client) =>
    client.query<SchemaPart>(`
    with own as (
      select c.oid, c.relname, c.relkind, c.relacl, pg_get_partkeydef(c.oid) as key, pg_get_expr(c.relpartbound, c.oid) as part,
        array_to_string(c.reloptions, ', ') as options
      from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relname not like '\\_prisma\\_migrations%'
    ), code as (
      select p.oid, p.oid::regprocedure::text as name, p.proacl from pg_proc p
      where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p')
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    )
    select 'table' as type, 'table ' || relname as name, concat_ws(' ', 'partitioned by ' || key, 'partition ' || part, 'with ' || options) as definition, null as create, null as drop
    from own where relkind in ('r', 'v', 'm', 'p')
    union all
    select 'column', format('column %s.%s', o.relname, a.attname),
           concat(format_type(a.atttypid, a.atttypmod), case when a.attnotnull then ' not null' end,
                  ' default ' || pg_get_expr(d.adbin, d.adrelid), a.attgenerated, a.attidentity), null, null
    from own o join pg_attribute a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = o.oid and d.adnum = a.attnum
    where o.relkind in ('r', 'v', 'm', 'p') and o.part is null
    union all
    select 'constraint', format('constraint %s.%s', o.relname, k.conname), pg_get_constraintdef(k.oid),
           format('alter table %I add constraint %I %s', o.relname, k.conname, pg_get_constraintdef(k.oid)),
           format('alter table %I drop constraint %I', o.relname, k.conname)
    from pg_constraint k join own o on o.oid = k.conrelid where k.contype <> 'n' and o.part is null
    union all
    select 'index', 'index ' || c.relname, pg_get_indexdef(i.indexrelid),
           case when k.oid is null then replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') end, case when k.oid is null then format('drop index %I', c.relname) end
    from pg_index i join own o on o.oid = i.indrelid join pg_class c on c.oid = i.indexrelid
    left join pg_constraint k on k.conindid = i.indexrelid and k.conrelid = i.indrelid
    where o.part is null
    union all
    select 'sequence', 'sequence ' || o.relname,
           row(s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)::text,
           format('create sequence %I', o.relname), format('drop sequence %I', o.relname)
    from own o join pg_sequence s on s.seqrelid = o.oid
    union all
    select 'enum', 'enum ' || t.typname,
           (select string_agg(e.enumlabel, ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid), null, null
    from pg_type t where t.typtype = 'e' and t.typnamespace = 'public'::regnamespace
    union all
    select 'function', 'function ' || name, pg_get_functiondef(oid), rtrim(pg_get_functiondef(oid)), 'drop function ' || name from code
    union all
    select 'trigger', format('trigger %s.%s', o.relname, t.tgname), pg_get_triggerdef(t.oid), pg_get_triggerdef(t.oid),
           format('drop trigger %I on %I', t.tgname, o.relname)
    from pg_trigger t join own o on o.oid = t.tgrelid where not t.tgisinternal
    union all
    select 'extension', 'extension ' || extname, '', format('create extension %I', extname), format('drop extension %I', extname)
    from pg_extension
    union all
    select 'privileges', 'privileges on ' || relname, relacl::text, null, null from own where relacl is not null
    union all
    select 'privileges', 'privileges on ' || name, proacl::text, null, null from code where proacl is not null
    order by 2`),
  );
  return rows;
}
