import { type Sql, sql } from '../../platform/db/sql.ts';

import { ownObjects, type SeenKind } from './own-objects.ts';

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

/** How many texts that fit are looked at, in one way to fit. */
export const MOST_CANDIDATES = 20_000;
/** How many texts an answer is made of. */
export const MOST_ENTRIES = 1000;
export const MOST_SIMILAR = 50;
/** Of each kind so many texts are looked at in their order, before all that have the words are collected. */
const LOOKED_THROUGH = 4000;
/** Who may see no more objects than this is searched from them, whatever else fits. */
export const FEW_OBJECTS = 5000;
/** Who may see more is searched from so many of them, where too much that they may not see fits; of what fits then so much is put in order. */
export const MOST_OBJECTS = 100_000;
const MOST_OF_OWN = 5000;

const e = sql`e`;
const named = (kinds: readonly SeenKind[]): Sql => sql`${kinds.map(({ kind }) => kind.kind)}::text[]`;

/** Whether the caller may see the object of an entry. */
function isSeen(entry: Sql, kinds: readonly SeenKind[]): Sql {
  const open = kinds.filter(({ condition }) => condition === undefined);
  const bounded = kinds.flatMap(({ kind, condition }): Sql[] =>
    condition === undefined
      ? []
      : [
          sql`when ${kind.kind} then exists (select from ${sql.ident(kind.table)} seen_row where seen_row.id = ${entry}.object_id and ${condition})`,
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

/** The same where no index is asked: a text is cut to words only if it has them somewhere. */
const showsWords = (entry: Sql, wanted: Wanted): Sql => {
  if (wanted.words.length === 0) return sql`false`;
  const somewhere = wanted.words.map((word) => sql`strpos(${entry}.folded, ${word}) > 0`);
  return sql`case when ${sql.join(somewhere, ' and ')} then ${hasWords(entry, wanted)} else false end`;
};

const inOrder = (entry: Sql): Sql => sql`order by ${folded(entry)}, ${entry}.object_id`;
const columns = sql`e.object_id, e.kind, e.field, e.value, e.folded`;

/** One way to fit, as common table expressions, and whether it has not looked at all that fits. */
interface Way {
  readonly name: string;
  readonly rank: number;
  readonly parts: readonly Sql[];
  readonly hasEnded: Sql;
}

/** What is looked for in one way: in `kinds`, a select of them, and at most so much. */
interface Place {
  readonly wanted: Wanted;
  readonly isPart: boolean;
  readonly kinds: Sql;
  readonly most: number;
}

/** Of each kind read in the order of the index, and no further than is needed. */
const byBeginning = (name: string, rank: number, { wanted, kinds, most }: Place): Way => {
  const as = sql.ident(name);
  const rows = sql`select e.* from ${kinds} k (kind) cross join lateral (
    select ${columns} from search_entry e where e.kind = k.kind and ${begins(e, wanted)} ${inOrder(e)} limit ${most}) e ${inOrder(e)} limit ${most}`;
  return {
    name,
    rank,
    parts: [sql`${as} as materialized (${rows})`],
    hasEnded: sql`(select count(*) from ${as}) >= ${most}::int`,
  };
};

/**
 * What has the words is collected as a whole before the first of it is there, which takes long of a word that is everywhere. So some of
 * each kind is looked through in order: of most kinds that is all there is, and a word that is everywhere is found in the rest.
 */
const byWords = (name: string, rank: number, { wanted, isPart, kinds, most }: Place): Way => {
  const [as, looked, large] = [sql.ident(name), sql.ident(`${name}_looked`), sql.ident(`${name}_large`)];
  const isCollected = sql`((select count(*) from ${looked}) < ${MOST_ENTRIES}::int and exists (select from ${large}))`;
  const through = sql`select e.* from ${kinds} k (kind) cross join lateral (select ${columns} from search_entry e where e.kind = k.kind
    ${inOrder(e)} limit ${LOOKED_THROUGH}) e where ${showsWords(e, wanted)} and not (${begins(e, wanted)}) limit ${most}`;
  const collected = sql`select ${columns} from search_entry e where e.is_part = ${sql.raw(String(isPart))} and ${hasWords(e, wanted)} limit ${MOST_CANDIDATES}`;
  const rows = sql`select e.* from (
    select * from ${looked} l where not ${isCollected} or l.kind not in (select kind from ${large})
    union all select * from (${collected}) e where ${isCollected} and e.kind in (select kind from ${large}) and not (${begins(e, wanted)})
  ) e ${inOrder(e)} limit ${most}`;
  return {
    name,
    rank,
    parts: [
      sql`${looked} as materialized (${through})`,
      sql`${large} as materialized (select k.kind from ${kinds} k (kind) where exists (
        select from search_entry e where e.kind = k.kind offset ${LOOKED_THROUGH - 1}))`,
      sql`${as} as materialized (${rows})`,
    ],
    hasEnded: sql`(exists (select from ${large}) and (not ${isCollected} or (select count(*) from (${collected}) e) >= ${MOST_CANDIDATES}::int))`,
  };
};

/** The best first: what begins with the text before what has words of it, and parts of things after all others. */
function waysOver(wanted: Wanted, kinds: readonly SeenKind[], asked: (kinds: readonly SeenKind[]) => Sql): Way[] {
  const most = kinds.every(({ condition }) => condition === undefined) ? MOST_ENTRIES : MOST_CANDIDATES;
  return [false, true].flatMap((isPart): Way[] => {
    const own = kinds.filter(({ kind }) => (kind.isPart === true) === isPart);
    if (own.length === 0) return [];
    const place = { wanted, isPart, kinds: asked(own), most };
    const rank = isPart ? 2 : 0;
    const words = wanted.words.length === 0 ? [] : [byWords(`words_${rank}`, rank + 1, place)];
    return [byBeginning(`beginning_${rank}`, rank, place), ...words];
  });
}

const list = (entries: Sql): Sql => sql`(select coalesce(jsonb_agg(jsonb_build_object(
  'rank', f.rank, 'objectId', f.object_id, 'kind', f.kind, 'field', f.field, 'value', f.value)), '[]') from (${entries}) f)`;

/** What was found. */
export interface Found {
  readonly entries: readonly Entry[];
  /** There may be more of what the caller may see, because one of the ways ended before it had looked at all that fits. */
  readonly isPartial: boolean;
  /** The caller may see so little that all of it was looked at. */
  readonly isNarrow: boolean;
}

/**
 * The first entries that fit and that the caller may see, the best first. Who may see few objects, of some kinds by the scopes they
 * are in, is searched from those; the rest from what fits. Each way is gone only when the ones before have not given enough,
 * and looks at no more than so many entries.
 *
 *   objects of the caller: few? ─ yes ─► what of their texts fits ──────────────────────────┐
 *                          └ no ┐                                                           ├─► the first thousand
 *   other kinds ────────────────┴─► way 0 (≤ 20,000) ─► way 1 ─► way 2 ─► way 3 ─► seen? ───┘
 *
 * `most` is how many objects are few; with `isSecond` as many of more are looked at as well.
 */
export function bestEntries(wanted: Wanted, kinds: readonly SeenKind[], most: number, isSecond = false): Sql {
  const own = ownObjects(kinds, most);
  const near = new Set(own?.kinds);
  const asked = (of: readonly SeenKind[]): Sql =>
    own === undefined || isSecond
      ? sql`unnest(${named(of)})`
      : sql`unnest(case when (select is_narrow from own_count) then ${named(of.filter((one) => !near.has(one)))} else ${named(of)} end)`;
  const ways = waysOver(wanted, kinds, asked);
  if (ways.length === 0) return sql`(select '{"entries": [], "isPartial": false, "isNarrow": false}'::jsonb)`;
  const first = ways.map(({ name, rank }) => sql`(select ${rank}::int as rank, w.* from ${sql.ident(name)} w)`);
  const parts = [
    ...(own?.parts ?? []),
    ...ways.flatMap((way) => way.parts),
    sql`first as materialized (select c.* from (${sql.join(first, ' union all ')}) c where ${isSeen(sql`c`, kinds)} limit ${MOST_ENTRIES})`,
  ];
  const answer = (entries: Sql, isPartial: Sql, isNarrow: Sql): Sql =>
    sql`(with ${sql.join(parts, ', ')} select jsonb_build_object('entries', ${list(entries)}, 'isPartial', ${isPartial}, 'isNarrow', ${isNarrow}))`;
  if (own === undefined) return answer(sql`(select * from first)`, sql`false`, sql`false`);
  const ofOwn = sql`select 2 * e.is_part::int + case when ${begins(e, wanted)} then 0 else 1 end as rank, ${columns}
    from own o cross join lateral (select * from search_entry e where e.object_id = o.id and ((${begins(e, wanted)}) or ${showsWords(e, wanted)}) offset 0) e
    where ${isSecond ? sql`true` : sql`(select is_narrow from own_count)`} and ${isSeen(e, own.kinds)} limit ${MOST_OF_OWN}`;
  const all = sql`select c.* from (select * from first union (${ofOwn})) c order by c.rank, ${folded(sql`c`)}, c.object_id limit ${MOST_ENTRIES}`;
  const ended = sql.join(
    ways.map(({ hasEnded }) => hasEnded),
    ' or ',
  );
  if (isSecond) return answer(all, sql`false`, sql`false`);
  const isPartial = sql`not (select is_narrow from own_count) and (select count(*) from first) < ${MOST_ENTRIES} and (${ended})`;
  return answer(all, isPartial, sql`(select is_narrow from own_count)`);
}

/** What is like the text, the most alike first. */
export const similarEntries = (wanted: Wanted, kinds: readonly SeenKind[]): Sql =>
  list(sql`select 4 as rank, c.* from (select * from similar_search_entries(${wanted.text}, ${named(kinds)})
    order by likeness desc, folded collate "C", object_id offset 0) c where ${isSeen(sql`c`, kinds)} limit ${MOST_SIMILAR}`);
