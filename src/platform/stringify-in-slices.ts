import { holdsMany } from './holds-many.ts';
import { JsonText } from './json-text.ts';
import type { TimeSlices } from './time-slices.ts';

/** A long text as it is sent, in pieces that hold whole letters. */
export type EncodedText = readonly Buffer[];

/** So many values become text in about a millisecond. */
const PIECE = 4_000;
/** So many characters are encoded at once, in less than that. */
const ENCODED_AT_ONCE = 65_536;

// What says itself how it becomes text is not counted through before.
const isLong = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !('toJSON' in value) && holdsMany(value, PIECE);

/**
 * The text that JSON.stringify gives. A long one is made and encoded piece by piece, so that others have their turn in
 * between; it is never put together.
 */
export function stringifyInSlices(value: unknown, slices: TimeSlices): string | Promise<EncodedText> {
  const written = writtenResult(value);
  if (written !== undefined) return written.length > ENCODED_AT_ONCE ? encodeLong(written, slices) : String(written);
  return isLong(value) ? stringifyLong(value, slices) : JSON.stringify(value);
}

/** The text of a result whose data is text already; undefined for any other value. */
function writtenResult(value: unknown): JsonText | undefined {
  if (typeof value !== 'object' || value === null || !('data' in value) || !(value.data instanceof JsonText)) return;
  const names = Object.keys(value);
  if (names.length === 1) return new JsonText(['{"data":', ...value.data.pieces, '}']);
  const members = Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    if (member === undefined) return [];
    return [',', `${JSON.stringify(key)}:`, ...(member instanceof JsonText ? member.pieces : [JSON.stringify(member)])];
  });
  return new JsonText(['{', ...members.slice(1), '}']);
}

/** Pieces of a text one after another, encoded so many characters at a time. */
function createEncoder() {
  const encoded: Buffer[] = [];
  let texts: string[] = [];
  let length = 0;
  const encode = (): void => {
    if (texts.length > 0) encoded.push(Buffer.from(texts.join('')));
    texts = [];
    length = 0;
  };
  return {
    add: (piece: string | Buffer): void => {
      if (typeof piece === 'string') {
        texts.push(piece);
        length += piece.length;
        if (length >= ENCODED_AT_ONCE) encode();
      } else {
        encode();
        encoded.push(piece);
      }
    },
    all: (): EncodedText => {
      encode();
      return encoded;
    },
  };
}

async function encodeLong({ pieces }: JsonText, slices: TimeSlices): Promise<EncodedText> {
  const { add, all } = createEncoder();
  for (const piece of pieces) {
    add(piece);
    const wait = slices.next();
    if (wait !== undefined) await wait;
  }
  return all();
}

async function stringifyLong(root: object, slices: TimeSlices): Promise<EncodedText> {
  const { add, all } = createEncoder();
  const write = async (value: object): Promise<void> => {
    const isList = Array.isArray(value);
    let separator = isList ? '[' : '{';
    for (const [key, inner] of Object.entries(value)) {
      const below = isLong(inner) ? inner : undefined;
      const text = below === undefined ? (JSON.stringify(inner) as string | undefined) : '';
      if (text === undefined && !isList) continue;
      add(separator);
      if (!isList) add(`${JSON.stringify(key)}:`);
      add(text ?? 'null');
      separator = ',';
      if (below !== undefined) await write(below);
      const wait = slices.next();
      if (wait !== undefined) await wait;
    }
    if (separator !== ',') add(separator);
    add(isList ? ']' : '}');
  };
  await write(root);
  return all();
}
