import type { Access } from '../access/access.ts';
import type { KindModel } from '../model.ts';
import type { AskValue } from '../walk.ts';
import { type SeenKind, seenKinds } from './own-objects.ts';
import {
  bestEntries,
  type Entry,
  FEW_OBJECTS,
  type Found,
  MOST_OBJECTS,
  similarEntries,
  type Wanted,
} from './search-sql.ts';
import { wordsOf } from './words.ts';

/** Where fewer objects than this are found otherwise, those with a similar text are looked for. */
const FEW = 3;
/** Shorter texts are similar to everything. */
const SHORTEST_SIMILAR = 3;

/**
 * Who was found to see more than a few objects of some kinds, the last time that they searched for any. Where they see few by now, they
 * are answered rightly all the same.
 */
const seeingMuch = new WeakMap<Access, string>();

/** In what way a text fits. */
export type Match = 'Beginning' | 'Words' | 'Similar';

/** An object that is found, with the best of its texts that fit. */
export interface Hit extends Pick<Entry, 'objectId' | 'kind' | 'field' | 'value'> {
  readonly match: Match;
}

const matches: readonly Match[] = ['Beginning', 'Words', 'Beginning', 'Words', 'Similar'];

export interface Searched {
  readonly text: string;
  readonly kinds: readonly KindModel[];
  /** Who may see no more objects than this is searched from them. */
  readonly few?: number;
}

/** The objects that fit a text best, of those that the caller may see. */
export async function findHits(
  ask: AskValue,
  access: Access,
  { text: given, kinds, few = FEW_OBJECTS }: Searched,
): Promise<readonly Hit[]> {
  const text = given.toLowerCase();
  const wanted: Wanted = { text, words: wordsOf(text) };
  const seen = seenKinds(access, kinds);
  if (seen.length === 0) return [];
  const hits = bestOfEach(await fittingEntries(ask, access, { wanted, seen, few }));
  if (hits.length >= FEW || text.length < SHORTEST_SIMILAR) return hits;
  const similar = (await ask(similarEntries(wanted, seen))) as readonly Entry[];
  return bestOfEach(hits, similar);
}

async function fittingEntries(
  ask: AskValue,
  access: Access,
  { wanted, seen, few }: { readonly wanted: Wanted; readonly seen: readonly SeenKind[]; readonly few: number },
): Promise<readonly Entry[]> {
  const kinds = seen.map(({ kind }) => kind.kind).join();
  const most = seeingMuch.get(access) === kinds ? undefined : few;
  const { entries, isPartial, isNarrow } = (await ask(bestEntries(wanted, seen, most))) as Found;
  if (!isNarrow) seeingMuch.set(access, kinds);
  if (!isPartial) return entries;
  return ((await ask(bestEntries(wanted, seen, MOST_OBJECTS, true))) as Found).entries;
}

/** Each object once, by the text that comes first. */
function bestOfEach(...lists: readonly (readonly (Entry | Hit)[])[]): Hit[] {
  const hits = new Map<string, Hit>();
  for (const entry of lists.flat()) {
    if (hits.has(entry.objectId)) continue;
    const match = 'match' in entry ? entry.match : (matches[entry.rank] ?? 'Similar');
    const { objectId, kind, field, value } = entry;
    hits.set(objectId, { objectId, kind, field, value, match });
  }
  return [...hits.values()];
}
