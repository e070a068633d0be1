import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import type { KindModel } from '../model.ts';

/** A text that fits, with how: the lower the rank, the better. */
export interface Entry {
  readonly rank: number;
  readonly objectId: string;
  readonly kind: string;
  readonly field: string;
  readonly value: string;
}

/** What is looked for, in small letters. */
export interface Wanted {
  readonly text: string;
  readonly words: readonly string[];
}

/** A kind, and the condition under which the caller may see a row of it; none, if all. */
export interface SeenKind {
  readonly kind: KindModel;
  readonly condition: Sql | undefined;
}

/** How many texts that fit are looked at, in one way to fit, before the search goes on from what the caller may see. */
export const MOST_CANDIDATES = 20_000;
/** How many texts an answer is made of. */
export const MOST_ENTRIES = 1000;
export const MOST_SIMILAR = 50;

const row = sql`seen_row`;

export const seenKinds = (access: Access, kinds: readonly KindModel[]): readonly SeenKind[] =>
  kinds.flatMap((kind) => {
    const condition = access.condition(kind, row, 'list');
    return condition?.text === 'false' ? [] : [{ kind, condition }];
  });

const named = (kinds: readonly SeenKind[]): Sql => sql`${kinds.map(({ kind }) => kind.kind)}::text[]`;

/** Whether the caller may see the object of an entry. */
function isSeen(entry: Sql, kinds: readonly SeenKind[]): Sql {
  const open = kinds.filter(({ condition }) => condition === undefined);
  const bounded = kinds.flatMap(({ kind, condition }): Sql[] =>
    condition === undefined
      ? []
      : [
          sql`when ${kind.kind} then exists (select from ${sql.ident(kind.table)} ${row} where ${row}.id = ${entry}.object_id and ${condition})`,
        ],
  );
  if (bounded.length === 0) return sql`true`;
  return sql`(${entry}.kind = any(${named(open)}) or case ${entry}.kind ${sql.join(bounded, ' ')} else false end)`;
}

const folded = (entry: Sql): Sql => sql`${entry}.folded collate "C"`;

const begins = (entry: Sql, { text }: Wanted): Sql =>
  sql`${folded(entry)} >= ${text}::text and ${folded(entry)} < ${text}::text || chr(1114111)`;

/** Each word of the text is the beginning of a word there; a single letter or digit is a whole one. */
const hasWords = (entry: Sql, { words }: Wanted): Sql => {
  const query = words.map((word) => (word.length === 1 ? `'${word}'` : `'${word}':*`)).join(' & ');
  return sql`search_words(${entry}.folded) @@ ${query}::tsquery`;
};

/** In which order those that fit in one way come. */
const inOrder = (entry: Sql): Sql => sql`order by ${folded(entry)}, ${entry}.object_id`;
const atMost = sql`limit ${MOST_CANDIDATES}`;

/** One way to fit: entries `e` that do. */
interface Way {
  readonly isPart: boolean;
  readonly rank: number;
  readonly rows: (of: Sql, wanted: Wanted) => Sql;
}

const from = (of: Sql, fits: Sql): Sql =>
  sql`select e.object_id, e.kind, e.field, e.value, e.folded from search_entry e where ${of} and ${fits}`;

/** Read in the order of the index, and no further than is needed. */
const byBeginning: Way['rows'] = (of, wanted) => sql`${from(of, begins(e, wanted))} ${inOrder(e)} ${atMost}`;

const byWords: Way['rows'] = (of, wanted) => {
  const fits = sql`${hasWords(e, wanted)} and not (${begins(e, wanted)})`;
  return sql`select * from (${from(of, fits)} ${atMost}) w ${inOrder(sql`w`)}`;
};

const e = sql`e`;

/** The best first: what begins with the text before what has words of it, and parts of things after all others. */
const ways: readonly Way[] = [
  { isPart: false, rank: 0, rows: byBeginning },
  { isPart: false, rank: 1, rows: byWords },
  { isPart: true, rank: 2, rows: byBeginning },
  { isPart: true, rank: 3, rows: byWords },
];

/** The ways in which entries of these kinds may fit, each as a select of those that do. */
const waysOver = (wanted: Wanted, kinds: readonly SeenKind[]): readonly Sql[] =>
  ways.flatMap(({ isPart, rank, rows }): Sql[] => {
    const own = kinds.filter(({ kind }) => (kind.isPart === true) === isPart);
    if (own.length === 0 || (rows === byWords && wanted.words.length === 0)) return [];
    const of = sql`e.is_part = ${sql.raw(String(isPart))} and e.kind = any(${named(own)})`;
    return [sql`(select ${rank}::int as rank, w.* from (${rows(of, wanted)}) w)`];
  });

const list = (entries: Sql): Sql => sql`(select coalesce(jsonb_agg(jsonb_build_object(
  'rank', f.rank, 'objectId', f.object_id, 'kind', f.kind, 'field', f.field, 'value', f.value)), '[]') from (${entries}) f)`;

/** What was found, and whether there may be more, because one of the ways ended before it had looked at all that fits. */
export interface Found {
  readonly entries: readonly Entry[];
  readonly isPartial: boolean;
}

/**
 * The first entries that fit and that the caller may see, the best first. Each way is gone only when the ones before have not
 * given enough, and looks at no more than so many entries.
 *
 *   way 0 (≤ 20,000) ─► way 1 ─► way 2 ─► way 3 ─► seen? ─► the first thousand
 */
export function bestEntries(wanted: Wanted, kinds: readonly SeenKind[]): Sql {
  const ways = waysOver(wanted, kinds);
  if (ways.length === 0) return sql`(select '{"entries": [], "isPartial": false}'::jsonb)`;
  const ended = ways.map((way) => sql`exists (select from ${way} w offset ${MOST_CANDIDATES - 1})`);
  const isPartial = kinds.every(({ condition }) => condition === undefined)
    ? sql`false`
    : sql`(select count(*) from first) < ${MOST_ENTRIES} and (${sql.join(ended, ' or ')})`;
  return sql`(with first as materialized (
      select c.* from (${sql.join(ways, ' union all ')}) c where ${isSeen(sql`c`, kinds)} limit ${MOST_ENTRIES}
    ) select jsonb_build_object('entries', ${list(sql`(select * from first)`)}, 'isPartial', ${isPartial}))`;
}

/**
 * The same for whoever sees little of what fits: from the objects that the caller may see to what they are found by.
 */
export function entriesOfSeen(wanted: Wanted, kinds: readonly SeenKind[]): Sql {
  const open = waysOver(
    wanted,
    kinds.filter(({ condition }) => condition === undefined),
  ).map((way) => sql`(select * from ${way} w limit ${MOST_ENTRIES})`);
  const bounded = kinds.flatMap(({ kind, condition }): Sql[] =>
    condition === undefined ? [] : [sql`select ${row}.id from ${sql.ident(kind.table)} ${row} where ${condition}`],
  );
  const fitsWords = wanted.words.length === 0 ? sql`false` : hasWords(e, wanted);
  const own = sql`(select 2 * e.is_part::int + case when ${begins(e, wanted)} then 0 else 1 end as rank,
    e.object_id, e.kind, e.field, e.value, e.folded
    from (${sql.join(bounded, ' union all ')} offset 0) m join search_entry e on e.object_id = m.id
    where (${begins(e, wanted)}) or ${fitsWords})`;
  return list(sql`select c.* from (${sql.join([...open, own], ' union all ')}) c
    order by c.rank, ${folded(sql`c`)}, c.object_id limit ${MOST_ENTRIES}`);
}

/** What is like the text, the most alike first. */
export const similarEntries = (wanted: Wanted, kinds: readonly SeenKind[]): Sql =>
  list(sql`select 4 as rank, c.* from (select * from similar_search_entries(${wanted.text}, ${named(kinds)})
    order by likeness desc, folded collate "C", object_id offset 0) c where ${isSeen(sql`c`, kinds)} limit ${MOST_SIMILAR}`);
