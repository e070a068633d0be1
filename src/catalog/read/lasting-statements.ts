import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Catalog, KindModel } from '../model.ts';

/**
 * What a statement reads, by the names under which it is remembered that it was touched (`last_touched`): it gives the same rows for
 * as long as none of that is (`CatalogState`). Undefined when it may give something else each time.
 */
export type ReadBy = (statement: string) => readonly string[] | undefined;

/** What moves with every commit that changes an object or prunes the past. */
export const EVERYTHING = '*';

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

/** Beside the kinds' own: what is written only in transactions that move the state, by what it is remembered with. */
const KEPT_BESIDE: Readonly<Record<string, readonly string[]>> = {
  scope: ['scope'],
  scope_closure: ['scope'],
  access_scope: ['scope'],
  published_meter: ['published_meter'],
  published_resource_type: ['published_resource_type'],
  change: [EVERYTHING],
  change_set: [EVERYTHING],
  change_head: [EVERYTHING],
  former_scope: [EVERYTHING],
  standing_scope: [EVERYTHING],
  // What access versions stand for, which states are compared by anyway.
  access_version: [],
  access_set: [],
};

/** Named by the statement alone that reads the state, which gives nothing to an answer. */
const OF_STATE = 'last_touched';

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
const tablesOf = ({ table, leaves, statusReferences }: KindModel): string[] => [
  table,
  ...[...leaves, ...statusReferences.map(({ leaf }) => leaf)].flatMap(({ field }) =>
    field.type === 'refs' ? [field.table] : [],
  ),
];

/** Names in a database of what statements read: with what it is remembered that they were touched, or nothing where that is not. */
export type TouchedWith = ReadonlyMap<string, readonly string[] | undefined>;

export async function touchedWith(catalog: Catalog, database: Queryable): Promise<TouchedWith> {
  const tables = new Map(Object.entries(KEPT_BESIDE));
  for (const kind of catalog.kinds) {
    for (const table of tablesOf(kind)) tables.set(table, [...(tables.get(table) ?? []), kind.kind]);
  }
  const all = await database.rows<Known>(known);
  const found = all.map(({ name, reads }): [string, readonly string[] | undefined] => {
    if (tables.has(name) || reads.length === 0) return [name, tables.get(name)];
    return [
      name,
      reads.every((read) => tables.has(read)) ? reads.flatMap((read) => tables.get(read) ?? []) : undefined,
    ];
  });
  return new Map([...MOVING.map((name) => [name, undefined] as const), ...found]);
}

/**
 * Looks for these names among the words of a statement. A column or an alias of such a name is taken for it, too: then an answer
 * is not kept that could have been, or not for as long.
 */
export function createReadBy(touched: TouchedWith): ReadBy {
  return (statement) => {
    const words = new Set(statement.replaceAll(AHEAD, '').match(/[a-z_][a-z0-9_]*/gi));
    if (words.has(OF_STATE)) return [];
    const read = [...words].filter((word) => touched.has(word)).map((word) => touched.get(word));
    return read.every((names) => names !== undefined) ? [...new Set(read.flat())] : undefined;
  };
}

/** Two states that are the same are the same snapshot of everything that statements read of which that can be said. */
export interface CatalogState {
  readonly accessVersion: bigint;
  /** Moves with every commit that touches something of these names, or changes what anybody may do. */
  of(names: readonly string[]): string;
}

type Stamps = Readonly<Record<string, unknown>>;

/** Reads the state; stamps are read again when it has moved. */
export function createReadCatalogState(): (database: Queryable) => Promise<CatalogState> {
  let known: { readonly state: string; readonly stamps: Stamps } = { state: '', stamps: {} };
  return async (database) => {
    const before = known;
    // The transaction that has written the head last: some touch it without a new position.
    const [row = []] = await database.cells(sql`
      select s.*, case when s.state <> ${before.state} then (select jsonb_object_agg(t.name, t.stamp) from ${sql.ident(OF_STATE)} t) end
      from (select v.version, h.epoch, concat_ws(' ', h.epoch, h.position, h.xmin, v.version) as state from change_head h, access_version v) s`);
    const [version, epoch, read, touched] = row;
    if (typeof version !== 'bigint') throw new Error('the stream of changes has no head');
    const state = String(read);
    const stamps = (touched ?? before.stamps) as Stamps;
    known = { state, stamps };
    return {
      accessVersion: version,
      of: (names) =>
        names.includes(EVERYTHING) ? state : [epoch, version, ...names.map((name) => stamps[name])].join(' '),
    };
  };
}
