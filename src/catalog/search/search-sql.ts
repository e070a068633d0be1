import { type Sql, sql } from '../../platform/db/sql.ts';
import { type CallerScopes, callerScopes, ownObjects, type SeenKind } from './own-objects.ts';

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

/** How many texts that fit are looked at, in one way to fit: of each kind in order, or of all that have the words. */
export const MOST_CANDIDATES = 20_000;
/** The same of texts that have the words, for who does not see all: that their objects are hidden they tell by themselves. */
const MOST_IN_SCOPES = 40_000;
/** How many texts an answer is made of. */
export const MOST_ENTRIES = 1000;
export const MOST_SIMILAR = 50;
/**
 * Of each kind so many texts are looked at in their order, before all that have the words are collected: more where one text in eight
 * has them, as a sample of so many says.
 */
const LOOKED_THROUGH = { often: 4000, seldom: 500 } as const;
const ONE_IN = 8;
const SAMPLE = 400;
/** Who may see no more objects than this is searched from them, whatever else fits. */
export const FEW_OBJECTS = 5000;
/** Who may see more is searched from so many of them, where too much that they may not see fits; of what fits then so much is put in order. */
export const MOST_OBJECTS = 100_000;
const MOST_OF_OWN = 5000;

const e = sql`e`;
const named = (kinds: readonly SeenKind[]): Sql => sql`${kinds.map(({ kind }) => kind.kind)}::text[]`;

/** Whether the caller may see the object of an entry that is in their reach: of most kinds that is all that is asked. */
function isSeen(entry: Sql, kinds: readonly SeenKind[]): Sql {
  const bounded = kinds.flatMap(({ kind, condition, isByReach }): Sql[] =>
    isByReach || condition === undefined
      ? []
      : [
          sql`when ${kind.kind} then exists (select from ${sql.ident(kind.table)} seen_row where seen_row.id = ${entry}.object_id and ${condition} offset 0)`,
        ],
  );
  if (bounded.length === 0) return sql`true`;
  const rest = kinds.filter(({ isByReach }) => isByReach);
  return sql`(${entry}.kind = any(${named(rest)}) or case ${entry}.kind ${sql.join(bounded, ' ')} else false end)`;
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
const columns = sql`e.object_id, e.kind, e.field, e.value, e.folded, e.scope_id, e.other_scope_ids`;

/** One way to fit, as common table expressions, and whether it has not looked at all that fits. */
interface Way {
  readonly name: string;
  readonly rank: number;
  readonly parts: readonly Sql[];
  readonly hasEnded: Sql;
}

/** What is looked for in one way: of `kinds k`, each with the `most` that is wanted of it, what is in reach; no more than `most` in all. */
interface Place {
  readonly wanted: Wanted;
  readonly isPart: boolean;
  readonly kinds: Sql;
  readonly isInReach: Sql;
  readonly most: number;
  /** Of the texts that have the words so many are looked at. */
  readonly mostWithWords: number;
}

/** Limits stand in the statement, whose plan may be made without its values. */
const limit = (most: number): Sql => sql.raw(`limit ${most}`);
const isMoreThan = (from: Sql, most: number): Sql => sql`exists (select ${from} offset ${sql.raw(String(most - 1))})`;

/** Of each kind read in the order of the index, and no further than is needed. */
const byBeginning = (name: string, rank: number, { wanted, kinds, isInReach, most }: Place): Way => {
  const as = sql.ident(name);
  const fitting = sql`from search_entry e where e.kind = k.kind and ${begins(e, wanted)}`;
  const rows = sql`select e.* from ${kinds} cross join lateral (
    select * from (select ${columns} ${fitting} ${inOrder(e)} ${limit(MOST_CANDIDATES)}) e where ${isInReach} limit k.most) e
    ${inOrder(e)} ${limit(most)}`;
  return {
    name,
    rank,
    parts: [sql`${as} as materialized (${rows})`],
    hasEnded: sql`(${isMoreThan(sql`from ${as}`, MOST_ENTRIES)}
      or exists (select from ${kinds} where ${isMoreThan(fitting, MOST_CANDIDATES)}))`,
  };
};

/** Some texts from anywhere, always the same ones: the pages on which about so many are. */
const sample = sql.raw(
  `search_entry e tablesample system ((select least(100, 100 * ${SAMPLE} / greatest(reltuples, 1)) from pg_class where oid = 'search_entry'::regclass)) repeatable (0)`,
);

/**
 * What has the words is collected as a whole before the first of it is there, which takes long of a word that is everywhere. So some of
 * each kind is looked through in order: of most kinds that is all there is, and a word that is everywhere is found in the rest.
 */
const byWords = (name: string, rank: number, { wanted, isPart, kinds, isInReach, most, mostWithWords }: Place): Way => {
  const [as, looked, large] = [sql.ident(name), sql.ident(`${name}_looked`), sql.ident(`${name}_large`)];
  const [often, collected] = [sql.ident(`${name}_often`), sql.ident(`${name}_collected`)];
  const ofClass = sql`e.is_part = ${sql.raw(String(isPart))}`;
  const isOften = sql`select case when ${sql.raw(String(ONE_IN))} * count(*) filter (where ${showsWords(e, wanted)}) > count(*)
    then ${sql.raw(String(LOOKED_THROUGH.often))} else ${sql.raw(String(LOOKED_THROUGH.seldom))} end as texts from ${sample} where ${ofClass}`;
  const through = sql`select e.* from ${kinds} cross join lateral (
    select * from (select ${columns} from search_entry e where e.kind = k.kind ${inOrder(e)} limit (select texts from ${often})) e
    where ${showsWords(e, wanted)} and not (${begins(e, wanted)}) and ${isInReach} limit k.most) e ${limit(most)}`;
  const isCollected = sql`((select count(*) from ${looked}) < ${MOST_ENTRIES}::int and exists (select from ${large}))`;
  const having = sql`from search_entry e where ${ofClass} and ${hasWords(e, wanted)}`;
  // To find several words together takes longer than to count: then the last that is looked at is kept, to know that there may be more.
  const isCounted = wanted.words.length > 1;
  const isLast = sql`e.place = ${sql.raw(String(mostWithWords))}`;
  const collecting = sql`select * from (select e.*, ${isInReach} as is_near from (
      select ${columns}, ${isCounted ? sql`row_number() over ()` : sql`0`} as place ${having} ${limit(mostWithWords)}) e offset 0) e
    where e.is_near or ${isLast} ${limit(MOST_CANDIDATES)}`;
  const rows = sql`select ${columns} from (
    select ${columns} from ${looked} e where not ${isCollected} or e.kind not in (select kind from ${large})
    union all select ${columns} from ${collected} e where ${isCollected} and e.is_near and e.kind in (select kind from ${large})
      and not (${begins(e, wanted)})
  ) e ${inOrder(e)} ${limit(most)}`;
  return {
    name,
    rank,
    parts: [
      sql`${often} as materialized (${isOften})`,
      sql`${looked} as materialized (${through})`,
      sql`${large} as materialized (select k.kind from ${kinds} where exists (
        select from search_entry e where e.kind = k.kind offset (select texts - 1 from ${often})))`,
      sql`${collected} as materialized (${collecting})`,
      sql`${as} as materialized (${rows})`,
    ],
    hasEnded: sql`(exists (select from ${large}) and (not ${isCollected} or ${isMoreThan(sql`from ${as}`, MOST_ENTRIES)}
      or ${isCounted ? sql`exists (select from ${collected} e where ${isLast})` : isMoreThan(having, mostWithWords)}))`,
  };
};

/** The best first: what begins with the text before what has words of it, and parts of things after all others. */
function waysOver(wanted: Wanted, kinds: readonly SeenKind[], scopes: CallerScopes | undefined, isAsked: Sql): Way[] {
  return [false, true].flatMap((isPart): Way[] => {
    const own = kinds.filter(({ kind }) => (kind.isPart === true) === isPart);
    if (own.length === 0) return [];
    // Of what scopes do not tell more may be hidden than is shown.
    const mosts = own.map(({ condition, reach }) =>
      condition === undefined || reach !== undefined ? MOST_ENTRIES : MOST_CANDIDATES,
    );
    const place = {
      wanted,
      isPart,
      kinds: sql`(select * from unnest(${named(own)}, ${mosts}::int[]) k (kind, most) where ${isAsked}) k`,
      isInReach: scopes?.isInReach(e, own) ?? sql`true`,
      most: Math.max(...mosts),
      mostWithWords: scopes === undefined ? MOST_CANDIDATES : MOST_IN_SCOPES,
    };
    const rank = isPart ? 2 : 0;
    const words = wanted.words.length === 0 ? [] : [byWords(`words_${rank}`, rank + 1, place)];
    return [byBeginning(`beginning_${rank}`, rank, place), ...words];
  });
}

const list = (entries: Sql): Sql => sql`(select coalesce(json_agg(json_build_object(
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
 *   objects of the caller: few? ─ yes ─► what of their texts fits ──────────────────────────────────┐
 *                          └ no ┐                                                                   ├─► the first thousand
 *   other kinds ────────────────┴─► way 0 (≤ 20,000), in reach? ─► way 1 ─► way 2 ─► way 3 ─► seen? ─┘
 *
 * `most` is how many objects are few; with `isSecond` as many of more are looked at as well. Undefined: it is known that they are
 * more, and not looked again.
 */
export function bestEntries(
  wanted: Wanted,
  kinds: readonly SeenKind[],
  most: number | undefined,
  isSecond = false,
): Sql {
  const scopes = callerScopes(kinds);
  const own = scopes === undefined || most === undefined ? undefined : ownObjects(scopes, most);
  const near = kinds.filter(({ reach }) => reach !== undefined);
  const isAsked =
    own === undefined || isSecond
      ? sql`true`
      : sql`(not (select is_narrow from own_count) or not k.kind = any(${named(near)}))`;
  const ways = waysOver(wanted, kinds, scopes, isAsked);
  if (ways.length === 0) return sql`(select '{"entries": [], "isPartial": false, "isNarrow": false}'::json)`;
  const found = ways.map(({ name, rank }) => sql`(select ${rank}::int as rank, w.* from ${sql.ident(name)} w)`);
  const isOfOwn = own === undefined ? sql`false` : isSecond ? sql`true` : sql`(select is_narrow from own_count)`;
  if (own !== undefined)
    found.unshift(sql`(select 2 * e.is_part::int + case when ${begins(e, wanted)} then 0 else 1 end as rank, ${columns}
      from own o cross join lateral (select * from search_entry e where e.object_id = o.id and ((${begins(e, wanted)}) or ${showsWords(e, wanted)}) offset 0) e
      where ${isOfOwn} ${limit(MOST_OF_OWN)})`);
  const parts = [
    ...(scopes?.parts ?? []),
    ...(own ?? []),
    ...ways.flatMap((way) => way.parts),
    sql`seen as materialized (select c.* from (${sql.join(found, ' union all ')} offset 0) c where ${isSeen(sql`c`, kinds)}
      limit case when ${isOfOwn} then ${sql.raw(String(MOST_OF_OWN + MOST_ENTRIES))} else ${sql.raw(String(MOST_ENTRIES))} end)`,
  ];
  const answer = (entries: Sql, isPartial: Sql, isNarrow: Sql): Sql =>
    sql`(with ${sql.join(parts, ', ')} select json_build_object('entries', ${list(entries)}, 'isPartial', ${isPartial}, 'isNarrow', ${isNarrow}))`;
  if (scopes === undefined) return answer(sql`(select * from seen)`, sql`false`, sql`false`);
  // What is found in two ways is found once.
  const once = sql`(select ${isSecond ? sql`distinct` : sql``} rank, object_id, kind, field, value, folded from seen)`;
  const all = sql`(select c.* from ${once} c order by c.rank, ${folded(sql`c`)}, c.object_id, c.field ${limit(MOST_ENTRIES)})`;
  if (isSecond) return answer(all, sql`false`, sql`false`);
  const ended = sql.join(
    ways.map(({ hasEnded }) => hasEnded),
    ' or ',
  );
  const isPartial = sql`(not ${isOfOwn} and (select count(*) from seen) < ${MOST_ENTRIES} and (${ended}))`;
  return answer(all, isPartial, isOfOwn);
}

/** What is like the text, the most alike first. */
export function similarEntries(wanted: Wanted, kinds: readonly SeenKind[]): Sql {
  const scopes = callerScopes(kinds);
  const isInReach = scopes?.isInReach(sql`s`, kinds) ?? sql`true`;
  const alike = sql`select * from similar_search_entries(${wanted.text}, ${named(kinds)}) s where ${isInReach}
    order by likeness desc, folded collate "C", object_id offset 0`;
  const entries = sql`select 4 as rank, c.* from (${alike}) c where ${isSeen(sql`c`, kinds)} ${limit(MOST_SIMILAR)}`;
  return scopes === undefined ? list(entries) : sql`(with ${sql.join(scopes.parts, ', ')} select ${list(entries)})`;
}
