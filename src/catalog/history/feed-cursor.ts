import { InvalidInputError } from '../../platform/errors.ts';
import type { Cursors } from '../read/cursor.ts';
import type { FeedFilter } from './feed-event.ts';
import type { StateKey } from './states.ts';

/** What a cursor of the feed says: how far its reader has got. */
export interface FeedProgress {
  /** Of the stream: another database, or one that was restored, has another. */
  readonly epoch: string;
  /** Fingerprint of what the reader may see. */
  readonly rights: string;
  readonly position: bigint;
  /** While the initial state, as of `position`, is being read: the kind being read, and its object that was read last. */
  readonly initial?: { readonly kind: string; readonly after?: StateKey };
}

/** A cursor that cannot be continued from: the reader has to start with the present state. */
export class CursorExpiredError extends InvalidInputError {
  readonly reason: string;

  constructor(reason: string, message: string, accepted?: string, path = 'after') {
    const rule = reason === 'CURSOR_UNKNOWN' ? reason : 'CURSOR_EXPIRED';
    super(message, { violations: [{ rule, path, message, ...(accepted !== undefined && { accepted }) }] });
    this.reason = reason;
  }
}

/** A place in a stream of changes: everything up to this position has been processed. */
export interface FeedPlace {
  readonly epoch: string;
  readonly position: bigint;
}

/** Where the stream of changes begins and ends at this moment. */
export interface Head {
  readonly epoch: string;
  readonly position: bigint;
  readonly oldest: bigint;
  readonly oldest_at: string;
}

/** Throws CursorExpiredError for a place in another stream. */
export function requireOfStream(head: Head, { epoch, position }: FeedPlace, argument = 'after'): void {
  if (epoch === head.epoch && position <= head.position) return;
  const message = `${argument} is a cursor of another catalog, or of this one before it was restored; start anew`;
  throw new CursorExpiredError('CURSOR_UNKNOWN', message, undefined, argument);
}

/** Throws CursorExpiredError when changes after the cursor are missing, or are no longer all that the reader should get. */
export function requireContinuable(head: Head, rights: string, { epoch, position, rights: then }: FeedProgress): void {
  requireOfStream(head, { epoch, position });
  if (position < head.oldest) {
    const message = `after is older than the history that is kept; read the present state again and go on from there`;
    throw new CursorExpiredError('CURSOR_EXPIRED', message, `a cursor not older than ${head.oldest_at}`);
  }
  if (then !== rights) {
    throw new CursorExpiredError(
      'RIGHTS_CHANGED',
      'what you may see has changed since after was given; read the present state again and go on from there',
    );
  }
}

/** Turns progress into signed cursors and back. */
export interface FeedCursors {
  encode(filter: FeedFilter, progress: FeedProgress): string;
  decode(filter: FeedFilter, cursor: string): FeedProgress;
  /** How far the holder of a cursor has got, whatever its filter; undefined while it reads the present state. */
  placeOf(cursor: string): FeedPlace | undefined;
}

export function createFeedCursors(cursors: Cursors): FeedCursors {
  const of = ({ fingerprint }: FeedFilter) => cursors.of(() => `changes ${fingerprint}`);
  return {
    encode: (filter, { epoch, rights, position, initial }) => {
      const inside = initial === undefined ? [] : [initial.kind, ...(initial.after ?? [])];
      return of(filter).encode([epoch, rights, String(position), ...inside]);
    },
    decode: (filter, cursor) => {
      const [epoch, rights, position, kind, name, id] = of(filter).decode('after', cursor);
      const after: StateKey | undefined = typeof name === 'string' && typeof id === 'string' ? [name, id] : undefined;
      return {
        epoch: String(epoch),
        rights: String(rights),
        position: BigInt(position ?? 0),
        ...(typeof kind === 'string' && { initial: { kind, ...(after && { after }) } }),
      };
    },
    placeOf: (cursor) => {
      const [epoch, , position, kind] = cursors.open('cursor', cursor);
      if (typeof epoch !== 'string' || !/^\d+$/.test(position ?? '')) {
        throw new CursorExpiredError('CURSOR_UNKNOWN', 'this is no cursor of the change feed', undefined, 'cursor');
      }
      return typeof kind === 'string' ? undefined : { epoch, position: BigInt(position ?? 0) };
    },
  };
}
