import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type InvalidInputError, invalidInput } from '../../platform/errors.ts';

/** Position of a row in an order: its sort values as text (null = SQL NULL), the last one its id. */
export type Position = readonly (string | null)[];

/**
 * Opaque, signed page positions. A cursor names a place in one order and filter, never an offset and never a right:
 * permissions are judged anew on every page.
 */
export interface Cursors {
  /** Those of one list. Its name, which holds its order and filter, is asked for when there is a cursor to make or read. */
  of(list: () => string): ListCursors;
  /** What a cursor says, of whichever list it is. Throws InvalidInputError for one that is damaged or foreign. */
  open(argument: string, cursor: string): Position;
}

export interface ListCursors {
  encode(position: Position): string;
  /** Throws InvalidInputError for a cursor that is damaged, foreign, or from another order or filter. */
  decode(argument: 'after' | 'before', cursor: string): Position;
}

const cursorError = (rule: string, argument: string, message: string): InvalidInputError =>
  invalidInput({ rule, path: argument, message });

export function createCursors(secret: string): Cursors {
  const sign = (payload: string): Buffer => createHmac('sha256', secret).update(payload).digest().subarray(0, 12);
  const fingerprint = (list: string): string => createHash('sha256').update(list).digest('base64url').slice(0, 8);
  const payloadOf = (argument: string, cursor: string): [string, ...(string | null)[]] => {
    const bytes = Buffer.from(cursor, 'base64url');
    const payload = bytes.subarray(12).toString();
    const isOurs = bytes.length > 14 && timingSafeEqual(bytes.subarray(0, 12), sign(payload));
    if (!isOurs) throw cursorError('CURSOR_INVALID', argument, `${argument} is not a cursor of this catalog`);
    return JSON.parse(payload) as [string, ...(string | null)[]];
  };
  const cursorsOf = (made: () => string): ListCursors => ({
    encode: (position) => {
      const payload = JSON.stringify([made(), ...position]);
      return Buffer.concat([sign(payload), Buffer.from(payload)]).toString('base64url');
    },
    decode: (argument, cursor) => {
      const [madeFor, ...position] = payloadOf(argument, cursor);
      if (madeFor !== made()) {
        const message = `${argument} belongs to a list with another order or filter; start that list anew`;
        throw cursorError('CURSOR_MISMATCH', argument, message);
      }
      return position;
    },
  });
  return {
    open: (argument, cursor) => payloadOf(argument, cursor).slice(1),
    of: (list) => {
      let known: string | undefined; // A filter may have thousands of values, and a page a thousand cursors.
      return cursorsOf(() => (known ??= fingerprint(list())));
    },
  };
}
