import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Queryable } from '../../../platform/db/database.ts';
import { JsonText } from '../../../platform/json-text.ts';
import { tallied } from '../../../platform/tally.ts';
import type { CatalogState } from '../../read/lasting-statements.ts';
import type { RequestContext } from '../context.ts';
import type { AnswerKey } from './answer-key.ts';
import type { AnswerLasts } from './answer-lasts.ts';
import type { AskedOperation, WriteOperation, WrittenAnswer } from './write-operation.ts';

/** An answer, and the tag by which a client asks whether it has changed, if it is kept. */
export interface TaggedAnswer extends WrittenAnswer {
  readonly etag?: string;
}

/** What comes of an operation that may be answered from memory: it was; it was made, and kept; it was made, and is not kept. */
export type KeptResult = 'hit' | 'kept' | 'not_kept';

/** How answers are kept in memory: at most so many bytes of them; told what comes of each operation that may be kept. */
export interface KeepingAnswers {
  readonly maxBytes: number;
  readonly note: (result: KeptResult) => void;
}

interface Kept {
  /** What it was made of. */
  readonly names: readonly string[];
  /** The state of that. */
  readonly state: string;
  readonly data: JsonText;
  readonly etag: string;
  readonly bytes: number;
}

/** So many operations are remembered as asked once, or as such that are never kept. */
const ASKED_BEFORE = 10_000;
/** One answer takes no more than this share of all that is kept. */
const LARGEST_SHARE = 1 / 4;
/** From here on a text is kept as the bytes that are sent. */
const LONG = 65_536;
/** Of an entry beside its text. */
const BESIDE = 500;

/**
 * Answers operations that were asked before from memory for as long as nothing has changed of the kinds that they were made of, which
 * PostgreSQL is asked each time by one small statement. Kept is what the same caller, with the same access, asks for a second time with the same
 * variables, whose statements all give the same for as long as that is so, and whose reading leaves no record.
 *
 *   asked for the first time ──► made
 *   again ──► state of the catalog ──► does a kept answer's part of it stand? ──► that answer
 *                                        └─► made ──► state again: does that part stand? ──► kept
 */
export function createKeptAnswers(
  write: WriteOperation,
  { maxBytes, note }: KeepingAnswers,
  keyOf: AnswerKey,
  lasts: AnswerLasts,
  stateNow: (database: Queryable) => Promise<CatalogState>,
): (asked: AskedOperation, context: RequestContext) => Promise<TaggedAnswer | undefined> {
  if (maxBytes === 0) return write;
  const largest = maxBytes * LARGEST_SHARE;
  const answers = new LRUCache<string, Kept>({ maxSize: maxBytes, sizeCalculation: ({ bytes }) => bytes });
  const askedBefore = new LRUCache<string, 'once' | 'in vain'>({ max: ASKED_BEFORE });

  return async (asked, context) => {
    const key = write.reads(asked) ? keyOf(asked, context) : undefined;
    if (key === undefined) return write(asked, context);
    const before = askedBefore.get(key);
    if (before === undefined) askedBefore.set(key, 'once');
    if (before !== 'once') return write(asked, context);
    const state = await stateNow(context.database);
    const isOfNow = state.accessVersion === context.rights.access.version;
    const known = answers.get(key);
    if (isOfNow && known !== undefined && known.state === state.of(known.names)) {
      note('hit');
      return { ...known, errors: [] };
    }
    const { result, ...taken } = await tallied(() => write(asked, context));
    const isSmall = result === undefined || result.data.length <= largest;
    const names = isSmall ? await lasts(context, taken) : undefined;
    if (names === undefined) askedBefore.set(key, 'in vain');
    const isWhole = result !== undefined && result.errors.length === 0;
    const mayBeKept = isOfNow && isWhole && names !== undefined;
    const isKept = mayBeKept && (await stateNow(context.database)).of(names) === state.of(names);
    note(isKept ? 'kept' : 'not_kept');
    if (!isKept) return result;
    const made = keep(names, state.of(names), result.data);
    answers.set(key, made);
    return { ...made, errors: [] };
  };
}

function keep(names: readonly string[], state: string, { pieces }: JsonText): Kept {
  const text = Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
  const tag = createHash('sha256').update(text).digest('base64url');
  return {
    names,
    state,
    data: new JsonText([text.length < LONG ? text.toString() : text]),
    // Weak: what is around the data, and how it is encoded, is not part of it.
    etag: `W/"${tag}"`,
    bytes: text.length + BESIDE,
  };
}
