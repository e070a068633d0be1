import { isObject } from '../values/is-object.ts';

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** JSON with whole numbers beyond 2^53 as BigInt: nothing is rounded. */
export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return parse(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
      ? BigInt(source)
      : value,
  );
}

/** So deep is a document at most to be read as JSON alone. */
const DEPTH = 100;

/**
 * The mapping that a text is as JSON, where that is beyond doubt: undefined for any other text, and for JSON that
 * names a member twice, of which JSON.parse says nothing.
 */
export function parseMapping(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const value = parseJson(text);
    return isObject(value) && membersIn(value) === colonsIn(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** How many members all objects in a value have; NaN when it is too deep. */
function membersIn(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === DEPTH) return Number.NaN;
  const inner = Object.values(value);
  return inner.reduce<number>(
    (count, one) => count + membersIn(one, depth + 1),
    Array.isArray(value) ? 0 : inner.length,
  );
}

/** Number of colons of a JSON text that are outside its strings. */
function colonsIn(json: string): number {
  let count = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at++) {
    const character = json.charAt(at);
    if (character === '"') isInString = !isInString;
    else if (character === '\\') at += 1;
    else if (character === ':' && !isInString) count += 1;
  }
  return count;
}

const mark = '\u0000big:';
const marked = /"\\u0000big:(-?\d+)"/g;

/** JSON text; a BigInt is written as bare digits. */
export function stringifyJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, undefined, indent) ?? 'null';
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // There is a BigInt in it; looking for one takes many times as long.
  }
  const withMarks = (_key: string, inner: unknown) => (typeof inner === 'bigint' ? `${mark}${inner}` : inner);
  return JSON.stringify(value, withMarks, indent).replace(marked, '$1');
}
