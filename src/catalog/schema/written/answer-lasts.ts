import { LRUCache } from 'lru-cache';
import type { Tally } from '../../../platform/carried.ts';
import { createReadBy, type ReadBy, touchedWith } from '../../read/lasting-statements.ts';
import type { RequestContext } from '../context.ts';

/**
 * What an answer was made of, by the names under which it is remembered that it was touched: it stays the same for as long as none
 * of that is. Undefined when it does not, or when its reading has left a record.
 */
export type AnswerLasts = (
  context: RequestContext,
  taken: Pick<Tally, 'statements' | 'recordedReads'>,
) => Promise<readonly string[] | undefined>;

const STATEMENTS = 1_000;

/** Each text of a statement is looked at once. */
export function createAnswerLasts(): AnswerLasts {
  let look: ReadBy | undefined;
  const known = new LRUCache<string, { readonly names: ReturnType<ReadBy> }>({ max: STATEMENTS });
  const readBy = (looked: ReadBy, statement: string): ReturnType<ReadBy> => {
    const found = known.get(statement) ?? { names: looked(statement) };
    known.set(statement, found);
    return found.names;
  };
  return async ({ catalog, database }, { statements, recordedReads }) => {
    if (recordedReads > 0) return undefined;
    look ??= createReadBy(await touchedWith(catalog, database));
    const all = new Set<string>();
    for (const { sql } of statements) {
      const names = readBy(look, sql);
      if (names === undefined) return undefined;
      for (const name of names) all.add(name);
    }
    return [...all];
  };
}
