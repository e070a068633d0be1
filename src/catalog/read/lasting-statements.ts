import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Catalog } from '../model.ts';

/** Whether a statement gives the same rows for as long as the state of the catalog is the same (`readCatalogState`). */
export type IsLasting = (statement: string) => boolean;

const AHEAD = '> clock_timestamp()';

/**
 * Whether an instant has not come yet. Whoever is told so refuses, and of an instant that has come it stays so: of all
 * that asks what time it is, this alone lasts.
 */
export const isAhead = (instant: Sql): Sql => sql`${instant} ${sql.raw(AHEAD)}`;

/** Functions of PostgreSQL that give something else each time, or tell of the session. */
const MOVING = [
  ...['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp', 'timeofday', 'age'],
  ...['current_timestamp', 'current_time', 'current_date', 'localtimestamp', 'localtime'],
  ...[
    'current_setting',
    'set_config',
    'nextval',
    'currval',
    'lastval',
    'random',
    'gen_random_uuid',
    'uuidv4',
    'uuidv7',
  ],
];

/** Beside the kinds' own: what is written only in transactions that move the state, and what access versions stand for. */
const KEPT_BESIDE = [
  ...['scope', 'scope_closure', 'former_scope', 'standing_scope'],
  ...['change', 'change_set', 'change_head'],
  ...['published_meter', 'published_resource_type'],
  ...['access_version', 'access_set', 'access_scope'],
];

/** Tables and views of a database and its functions that read tables, or may. */
const known = sql`
  select c.relname::text as name, coalesce((select array_agg(distinct r.relname::text) from pg_rewrite w
      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass and d.refobjid <> c.oid
      join pg_class r on r.oid = d.refobjid where w.ev_class = c.oid and c.relkind = 'v'), '{}') as reads
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
  union all
  select distinct p.proname::text, '{}'::text[] from pg_proc p where p.pronamespace = 'public'::regnamespace and p.provolatile <> 'i'`;

interface Known {
  readonly name: string;
  /** What a view is made of. */
  readonly reads: readonly string[];
}

/** Tables of a kind: its own, and those that link it to others. */
const tablesOf = (catalog: Catalog): string[] =>
  catalog.kinds.flatMap(({ table, leaves, statusReferences }) => [
    table,
    ...[...leaves, ...statusReferences.map(({ leaf }) => leaf)].flatMap(({ field }) =>
      field.type === 'refs' ? [field.table] : [],
    ),
  ]);

/** Names in a database of which nothing is lasting that reads them. */
export async function movingNames(catalog: Catalog, database: Queryable): Promise<ReadonlySet<string>> {
  const lasting = new Set([...KEPT_BESIDE, ...tablesOf(catalog)]);
  const all = await database.rows<Known>(known);
  const moves = ({ name, reads }: Known): boolean =>
    !lasting.has(name) && (reads.length === 0 || reads.some((read) => !lasting.has(read)));
  return new Set([...MOVING, ...all.filter(moves).map(({ name }) => name)]);
}

/**
 * Looks for any of these names among the words of a statement. A column or an alias of such a name is taken for it, too:
 * then an answer is not kept that could have been.
 */
export function createIsLasting(moving: ReadonlySet<string>): IsLasting {
  return (statement) =>
    !statement
      .replaceAll(AHEAD, '')
      .match(/[a-z_][a-z0-9_]*/gi)
      ?.some((word) => moving.has(word));
}

export interface CatalogState {
  readonly state: string;
  readonly accessVersion: bigint;
}

/**
 * What moves with every commit that changes an object, prunes the past, or changes what anybody may do; and the access
 * version by itself. Two states that are the same are the same snapshot of everything that lasting statements read.
 */
export async function readCatalogState(database: Queryable): Promise<CatalogState> {
  // The transaction that has written the head last: some touch it without a new position.
  const [row] = await database.cells(sql`
    select concat_ws(' ', h.epoch, h.position, h.xmin, v.version), v.version from change_head h, access_version v`);
  if (typeof row?.[1] !== 'bigint') throw new Error('the stream of changes has no head');
  return { state: String(row[0]), accessVersion: row[1] };
}
