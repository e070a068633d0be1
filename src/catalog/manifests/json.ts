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

const mark = '\u0000big:';
const marked = /"\\u0000big:(-?\d+)"/g;

/** JSON text; a BigInt is written as bare digits. */
export const stringifyJson = (value: unknown, indent?: number): string =>
  (
    JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? `${mark}${inner}` : inner), indent) ??
    'null'
  ).replace(marked, '$1');
