import type { ApplyPayload } from '../apply-request.ts';
import { CliError } from '../cli-error.ts';
import type { UserError } from '../violations.ts';
import type { Manifest } from './sheet.ts';

/** What a row of a spreadsheet has become. */
export interface RowObject {
  readonly line: number;
  readonly manifest: Manifest;
}

export type Applied = Pick<ApplyPayload, 'counts' | 'results'> & { readonly refused: readonly UserError[] };

export interface BatchSteps {
  /** One transaction, which writes nothing where something is refused. */
  readonly send: (objects: readonly RowObject[]) => Promise<ApplyPayload>;
  readonly tell: (applied: Applied) => Promise<void>;
}

/** What is refused is told, and the rest of a batch is sent again, so often at most. */
const MOST_ATTEMPTS = 5;
export const NONE = { created: 0, updated: 0, unchanged: 0, refused: 0 };

const keyOf = ({ manifest: { kind, metadata } }: RowObject): string => `${kind}/${metadata.name}`;

/**
 * Applies batches one after the other, of which the next is on its way while one is being stored. What comes of it is what one
 * at a time would give: a batch that is refused anything is sent again when the one before it is done, and one that writes the same
 * objects waits for it.
 */
export function inOrder({ send, tell }: BatchSteps) {
  let before = Promise.resolve();
  let underWay = 0;
  let written = new Set<string>();
  const run = async (objects: readonly RowObject[], earlier: Promise<void>, isAlone: boolean): Promise<void> => {
    const early = await send(objects);
    await earlier;
    const isFinal = isAlone || early.userErrors.length === 0;
    await tell(await withoutRefused(objects, send, isFinal ? early : await send(objects)));
    underWay -= 1;
  };
  return {
    /** Resolves when the batch before this one is done. */
    async add(objects: readonly RowObject[]): Promise<void> {
      if (objects.length === 0) return;
      const keys = objects.map(keyOf);
      if (keys.some((key) => written.has(key))) await before;
      written = new Set(keys);
      const earlier = before;
      underWay += 1;
      before = run(objects, earlier, underWay === 1);
      before.catch(() => undefined); // It is heard of when it is waited for.
      await earlier;
    },
    end: (): Promise<void> => before,
  };
}

/** Goes on from the first answer: what is refused is taken out, and the rest is tried again. */
async function withoutRefused(
  objects: readonly RowObject[],
  send: BatchSteps['send'],
  first: ApplyPayload,
): Promise<Applied> {
  const refused = new Map<number, UserError>();
  let left = objects;
  let answer = first;
  for (let attempt = 1; answer.userErrors.length > 0; attempt += 1) {
    // What stands twice is refused where the first of it stays.
    const others = answer.userErrors.filter(({ code }) => code !== 'DUPLICATE_IN_BATCH');
    for (const error of others.length > 0 ? others : answer.userErrors)
      if (error.line !== null && !refused.has(error.line)) refused.set(error.line, error);
    left = left.filter(({ line }) => !refused.has(line));
    if (left.length === 0) return { counts: NONE, results: [], refused: [...refused.values()] };
    if (attempt === MOST_ATTEMPTS)
      throw new CliError(`rows from line ${left[0]?.line ?? 0} on are refused with each other`);
    answer = await send(left);
  }
  return { counts: answer.counts, results: answer.results, refused: [...refused.values()] };
}
