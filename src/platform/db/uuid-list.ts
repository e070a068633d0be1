import { kept } from '../kept.ts';
import { typeNumbers } from './type-numbers.ts';

/** Of an array: its dimensions, whether it has nulls, the type of its members, how many there are, and the number of the first. */
const HEAD = 20;
/** Of a member: its length, and itself. */
const BYTES = 16;
const MEMBER = 4 + BYTES;

/** By the code of a hexadecimal digit. */
const digits = new Uint8Array(128);
for (const [value, digit] of [...'0123456789abcdef'].entries()) digits[digit.charCodeAt(0)] = value;
const digitAt = (id: string, at: number): number => digits[id.charCodeAt(at)] ?? 0;

/**
 * Ids as PostgreSQL gives them, as it takes a `uuid[]` in binary: it reads text of each with two calls of the C library, which for a thousand
 * takes longer than to look up a hundred.
 */
export const uuidList = kept((ids: readonly string[]): Buffer => {
  const bytes = Buffer.alloc(HEAD + ids.length * MEMBER);
  bytes.writeInt32BE(1);
  bytes.writeInt32BE(typeNumbers.uuid, 8);
  bytes.writeInt32BE(ids.length, 12);
  bytes.writeInt32BE(1, 16);
  let at = HEAD;
  for (const id of ids) {
    at = bytes.writeInt32BE(BYTES, at);
    for (let from = 0; from < id.length; from += 2) {
      if (id[from] === '-') from++;
      bytes[at++] = (digitAt(id, from) << 4) | digitAt(id, from + 1);
    }
  }
  return bytes;
});
