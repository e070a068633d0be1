import { LRUCache } from 'lru-cache';
import type { Tally } from '../../../platform/carried.ts';
import { createIsLasting, type IsLasting, movingNames } from '../../read/lasting-statements.ts';
import type { RequestContext } from '../context.ts';

/** Whether an answer stays the same for as long as the state of the catalog does, and its reading left no record. */
export type AnswerLasts = (
  context: RequestContext,
  taken: Pick<Tally, 'statements' | 'recordedReads'>,
) => Promise<boolean>;

const STATEMENTS = 1_000;

/** Each text of a statement is looked at once. */
export function createAnswerLasts(): AnswerLasts {
  let look: IsLasting | undefined;
  const known = new LRUCache<string, boolean>({ max: STATEMENTS });
  const isLasting = (looked: IsLasting, statement: string): boolean => {
    const found = known.get(statement) ?? looked(statement);
    known.set(statement, found);
    return found;
  };
  return async ({ catalog, database }, { statements, recordedReads }) => {
    if (recordedReads > 0) return false;
    look ??= createIsLasting(await movingNames(catalog, database));
    const found = look;
    return statements.every(({ sql }) => isLasting(found, sql));
  };
}
