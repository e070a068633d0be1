import { setImmediate as turnIsOver } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { carrying, type Tally } from '../../../platform/carried.ts';
import type { Queryable } from '../../../platform/db/database.ts';
import { currentDeadline, withDeadline } from '../../../platform/deadline.ts';
import { untilEnded } from '../../../platform/shared-work.ts';
import { addToTally, tallied } from '../../../platform/tally.ts';
import { type CatalogState, EVERYTHING } from '../../read/lasting-statements.ts';
import type { RequestContext } from '../context.ts';
import type { AnswerKey } from './answer-key.ts';
import type { AnswerLasts } from './answer-lasts.ts';
import { behind, type Pages, pagesOf } from './next-page.ts';
import type { AskedOperation, WriteOperation, WrittenAnswer } from './write-operation.ts';

/**
 * A page is begun to be read ahead. Then it is asked for and given, or the catalog had changed by then, or nothing came of it that may
 * be given later, or nobody asks for it.
 */
export type AheadResult = 'begun' | 'used' | 'stale' | 'not_kept';

export interface ReadingAhead {
  /** For pages that wait to be asked for; 0: none is read ahead. */
  readonly maxBytes: number;
  /** Of fewer objects no page is read ahead. */
  readonly leastObjects?: number | undefined;
  readonly note: (result: AheadResult) => void;
}

/** Of a page with fewer objects asking costs more than reading. */
const LEAST_OBJECTS = 100;
/** A page is made, and waits to be asked for, for so long in all. */
const LASTS_MS = 30_000;
/** So many are being made at once that nobody has asked for yet; of each caller one. */
const AT_ONCE = 4;
/** One page takes no more than this share of all. */
const LARGEST_SHARE = 1 / 4;

/** A page that nobody has asked for yet. */
interface Page {
  /** State of the catalog at some time before it was read; undefined where the caller's rights were none of that state. */
  readonly state: Promise<CatalogState | undefined>;
  /** Undefined where nothing came of it that may be given. */
  readonly made: Promise<Made | undefined>;
  /** Where it ends, if more follow. */
  readonly ends: Promise<string>;
}

interface Made {
  readonly answer: WrittenAnswer;
  readonly taken: Tally;
  /** What it was made of. */
  readonly names: readonly string[];
}

/** One operation that reads a page of a list. */
interface Asked {
  readonly asked: AskedOperation;
  readonly context: RequestContext;
  readonly pages: Pages;
}

/**
 * Who follows the cursors of a list is expected to ask for the next page: it is read while this one is written, sent and looked at.
 *
 *   page 2 is asked for ─► its rows ─► its text ─► sent          page 3 is asked for ─► state: the same? ─► sent
 *                           └─► state ─► page 3: its rows ─► its text ───────┐  └─► page 4: its rows …
 *                                                                            └─────────────────────────────┘
 *
 * It is given once, to the same caller with the same access, if the state of what it was made of is then the one before it was read.
 */
export function createReadAhead(
  write: WriteOperation,
  { maxBytes, leastObjects = LEAST_OBJECTS, note }: ReadingAhead,
  keyOf: AnswerKey,
  lasts: AnswerLasts,
  stateNow: (database: Queryable) => Promise<CatalogState>,
): WriteOperation {
  if (maxBytes === 0) return write;
  const waiting = new LRUCache<string, Page>({ maxSize: maxBytes, ttl: LASTS_MS, ttlAutopurge: true });
  /** By caller. */
  const making = new Map<string, Page>();
  /** What was read ahead once and may not be given later: each page would be read twice. */
  const inVain = new WeakSet<AskedOperation['operation']>();

  const make = async ({ asked, context }: Asked): Promise<Made | undefined> => {
    const { result, ...taken } = await tallied(() => write(asked, context));
    if (result === undefined) return undefined;
    const isSmall = result.data.length <= maxBytes * LARGEST_SHARE;
    const names = isSmall ? await lasts(context, taken) : undefined;
    if (names === undefined) inVain.add(asked.operation);
    return names === undefined || result.errors.length > 0 ? undefined : { answer: result, taken, names };
  };

  /** The caller's next page may be begun. */
  const leaveTo = (caller: string, page: Page): void => {
    if (making.get(caller) === page) making.delete(caller);
  };

  /** The state of the catalog, if the caller's rights are those of it. */
  const stateBefore = async ({ database, rights: { access } }: RequestContext): Promise<CatalogState | undefined> => {
    const state = await stateNow(database);
    return state.accessVersion === access.version ? state : undefined;
  };

  /** Begins to read the page behind a cursor; gives what throws it away. `before`: state of the catalog at some time before now. */
  const readNext = (
    { asked, context, pages }: Asked,
    cursor: string,
    before?: Page['state'],
  ): (() => void) | undefined => {
    const next = behind(asked, pages, cursor);
    const key = keyOf(next, context);
    const caller = callerOf(context);
    if (key === undefined || inVain.has(asked.operation) || waiting.has(key)) return undefined;
    if (making.has(caller) || making.size >= AT_ONCE) return undefined;
    const { promise: ends, resolve } = Promise.withResolvers<string>();
    const state = before ?? apart(() => stateBefore(context)).catch(() => undefined);
    const ofNext = {
      asked: next,
      context: Object.assign(context.forNext(), { pageEnds: thenInNextTurn(resolve) }),
      pages,
    };
    const made = state
      .then((found) => (found === undefined ? undefined : apart(() => make(ofNext))))
      .catch(() => undefined); // Whoever asks for it reads it, and is told what is wrong.
    const page = { state, made, ends };
    note('begun');
    making.set(caller, page);
    waiting.set(key, page, { size: 1 });
    const isWaiting = (): boolean => waiting.peek(key)?.made === made;
    void made.then((found) => {
      leaveTo(caller, page);
      if (!isWaiting()) return; // It has been asked for.
      if (found !== undefined) {
        waiting.set(key, { ...page }, { size: found.answer.data.length, noUpdateTTL: true });
        return;
      }
      note('not_kept');
      waiting.delete(key);
    });
    return () => {
      leaveTo(caller, page);
      if (isWaiting()) waiting.delete(key);
    };
  };

  /** Reads a page, and the one behind it as soon as it is known where it ends. */
  const readPage = (one: Asked, before?: Page['state']): Promise<WrittenAnswer | undefined> => {
    const pageEnds = thenInNextTurn((cursor) => void readNext(one, cursor, before));
    return write(one.asked, Object.assign(Object.create(one.context) as RequestContext, { pageEnds }));
  };

  const take = async (one: Asked, page: Page): Promise<WrittenAnswer | undefined> => {
    leaveTo(callerOf(one.context), page);
    // The state before this page was read is one before the next is read as well.
    const next = page.ends.then((cursor) => readNext(one, cursor, page.state));
    const now = await stateBefore(one.context);
    const before = await page.state;
    const ended = currentDeadline()?.ended;
    const made = await (ended === undefined ? page.made : untilEnded(page.made, ended));
    const names = made?.names ?? [EVERYTHING];
    if (now === undefined || now.of(names) !== before?.of(names)) {
      note('stale');
      void next.then((drop) => drop?.());
      return readPage(one, Promise.resolve(now));
    }
    note(made === undefined ? 'not_kept' : 'used');
    if (made === undefined) return readPage(one);
    addToTally(made.taken);
    return made.answer;
  };

  /** Who has followed a cursor, or asks for as much at once as there may be, wants the next page as well. */
  const goesOn = ({ variables }: AskedOperation, { limits }: RequestContext, pages: Pages): boolean => {
    const size = pages.sizeOf(variables) ?? 0;
    return typeof variables[pages.after] === 'string' ? size >= leastObjects : size >= limits.maxPage;
  };

  const answer = (asked: AskedOperation, context: RequestContext): Promise<WrittenAnswer | undefined> => {
    const pages = write.reads(asked) ? pagesOf(asked.operation) : undefined;
    if (pages === undefined || !goesOn(asked, context, pages)) return write(asked, context);
    const key = keyOf(asked, context);
    if (key === undefined) return write(asked, context);
    const page = waiting.get(key);
    waiting.delete(key);
    return page === undefined ? readPage({ asked, context, pages }) : take({ asked, context, pages }, page);
  };
  return Object.assign(answer, { reads: write.reads });
}

const callerOf = ({ author }: RequestContext): string => String(author.caller.principalId);

/** The statement for the page behind goes out before this page is made text, which would leave the event loop no turn. */
const thenInNextTurn =
  (tell: (cursor: string) => void) =>
  (cursor: string): Promise<void> => {
    tell(cursor);
    return turnIsOver();
  };

/** Does what no request waits for, in the name of its caller. */
const apart = <T>(work: () => Promise<T>): Promise<T> =>
  carrying({ operation: undefined, tally: undefined, span: undefined }, () =>
    withDeadline(undefined, work, { ms: LASTS_MS }),
  );
