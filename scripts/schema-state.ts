import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate, readSchema } from '../src/platform/db/migrate.ts';
import { diffSchemas } from '../src/platform/db/schema-engine.ts';
import { type EmbeddedPostgres, startPostgres } from '../src/platform/embedded/postgres.ts';

const constraintsFolder = new URL('../prisma/constraints/', import.meta.url);

/** What Prisma's language lacks, written by hand: one file per domain, in name order. */
export async function readConstraints(): Promise<string> {
  const files = (await readdir(constraintsFolder)).filter((file) => file.endsWith('.sql')).sort();
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, constraintsFolder), 'utf8')));
  return texts.map((text) => text.trim()).join('\n\n');
}

/** The statements of a script, without comments. */
export function statementsOf(script: string): string[] {
  const statements: string[] = [];
  let current: string[] = [];
  let isInBody = false;
  for (const line of script.split('\n')) {
    if (!isInBody && /^\s*(--|$)/.test(line)) continue;
    current.push(line.trimEnd());
    if ((line.match(/\$\$/g)?.length ?? 0) % 2 === 1) isInBody = !isInBody;
    if (!isInBody && line.trimEnd().endsWith(';')) {
      statements.push(current.join('\n'));
      current = [];
    }
  }
  return current.length === 0 ? statements : [...statements, current.join('\n')];
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

export interface Disagreement {
  /** What the migrations make and the schema does not have. */
  readonly onlyMigrated: readonly string[];
  /** What the schema has and the migrations do not make. */
  readonly onlyInSchema: readonly string[];
}

/** Compares a database made by all migrations with one made from the schema files and constraints as they stand. */
export async function compareMigrationsWithSchema(url: (database: string) => string): Promise<Disagreement> {
  const [migrated, declared] = [`migrated_${process.pid}`, `declared_${process.pid}`];
  const admin = new pg.Client({ connectionString: url('postgres') });
  await admin.connect();
  try {
    for (const name of [migrated, declared]) await admin.query(`create database ${name}`);
    await migrate(url(migrated));
    const ddl = await diffSchemas(url(declared), undefined, await readSchema());
    await withClient(url(declared), async (client) => {
      await client.query(ddl);
      await client.query(await readConstraints());
    });
    const [made, wanted] = [await withClient(url(migrated), describe), await withClient(url(declared), describe)];
    return {
      onlyMigrated: made.filter((line) => !wanted.includes(line)),
      onlyInSchema: wanted.filter((line) => !made.includes(line)),
    };
  } finally {
    for (const name of [migrated, declared]) await admin.query(`drop database if exists ${name} with (force)`);
    await admin.end();
  }
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Everything that the schema `public` consists of, one line per thing. */
async function describe(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(`
    with own as (
      select c.oid, c.relname, c.relkind from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relname not like '\\_prisma\\_migrations%'
    ), extras as (
      select objid from pg_depend where deptype = 'e'
    )
    select 'table ' || relname line from own where relkind in ('r', 'v', 'm', 'p')
    union all
    select format('column %s.%s %s%s%s%s', o.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                  case when a.attnotnull then ' not null' end, ' default ' || pg_get_expr(d.adbin, d.adrelid),
                  concat(a.attgenerated, a.attidentity))
    from own o join pg_attribute a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = o.oid and d.adnum = a.attnum
    where o.relkind in ('r', 'v', 'm', 'p')
    union all
    select format('constraint %s.%s %s', o.relname, k.conname, pg_get_constraintdef(k.oid))
    from pg_constraint k join own o on o.oid = k.conrelid where k.contype <> 'n'
    union all
    select 'index ' || pg_get_indexdef(i.indexrelid) from pg_index i join own o on o.oid = i.indrelid
    union all
    select format('sequence %s %s', o.relname, row(s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle))
    from own o join pg_sequence s on s.seqrelid = o.oid
    union all
    select format('enum %s (%s)', t.typname, (select string_agg(e.enumlabel, ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
    from pg_type t where t.typtype = 'e' and t.typnamespace = 'public'::regnamespace
    union all
    select 'function ' || pg_get_functiondef(p.oid) from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p') and p.oid not in (select objid from extras)
    union all
    select format('trigger %s %s', o.relname, pg_get_triggerdef(t.oid)) from pg_trigger t join own o on o.oid = t.tgrelid where not t.tgisinternal
    union all
    select 'extension ' || extname from pg_extension
    order by 1`);
  return rows.map(({ line }) => line);
}
