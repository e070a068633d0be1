import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type InvalidInputError, invalidInput } from '../../platform/errors.ts';

/** Position of a row in an order: its sort values as text (null = SQL NULL), the last one its id. */
export type Position = readonly (string | null)[];

/**
 * Opaque, signed page positions. A cursor names a place in one order and filter, never an offset and never a right:
 * permissions are judged anew on every page.
 */
export interface Cursors {
  encode(list: string, position: Position): string;
  /** Throws InvalidInputError for a cursor that is damaged, foreign, or from another order or filter. */
  decode(list: string, argument: 'after' | 'before', cursor: string): Position;
}

const cursorError = (rule: string, argument: string, message: string): InvalidInputError =>
  invalidInput({ rule, path: argument, message });

export function createCursors(secret: string): Cursors {
  const sign = (payload: string): Buffer => createHmac('sha256', secret).update(payload).digest().subarray(0, 12);
  const fingerprint = (list: string): string => createHash('sha256').update(list).digest('base64url').slice(0, 8);
  return {
    encode: (list, position) => {
      const payload = JSON.stringify([fingerprint(list), ...position]);
      return Buffer.concat([sign(payload), Buffer.from(payload)]).toString('base64url');
    },
    decode: (list, argument, cursor) => {
      const bytes = Buffer.from(cursor, 'base64url');
      const payload = bytes.subarray(12).toString();
      const isOurs = bytes.length > 14 && timingSafeEqual(bytes.subarray(0, 12), sign(payload));
      if (!isOurs) throw cursorError('CURSOR_INVALID', argument, `${argument} is not a cursor of this catalog`);
      const [made, ...position] = JSON.parse(payload) as [string, ...(string | null)[]];
      if (made !== fingerprint(list)) {
        const message = `${argument} belongs to a list with another order or filter; start that list anew`;
        throw cursorError('CURSOR_MISMATCH', argument, message);
      }
      return position;
    },
  };
}
