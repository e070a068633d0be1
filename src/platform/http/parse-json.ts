import { DEEPEST, nestsTooDeep } from '../graphql/nesting.ts';
import type { TimeSlices } from '../time-slices.ts';

/** So many characters of one string are read at once. */
const PIECE = 65_536;
/** So many values are read between two looks at the clock. */
const VALUES = 500;

type Open = { readonly list: unknown[] } | { readonly members: Record<string, unknown>; key: string };

const literals: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };
const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const blanks = /[ \t\n\r]*/y;

/** Where in a text something ends that is looked for at a place: the place itself when it is not there. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** An odd number of backslashes stands before it, back to where its string or piece begins. */
function isEscaped(text: string, at: number, from: number): boolean {
  let before = at;
  while (before > from && text[before - 1] === '\\') before--;
  return (at - before) % 2 === 1;
}

function closingQuote(text: string, from: number, to: number): number {
  let quote = text.indexOf('"', from);
  while (quote >= 0 && quote < to && isEscaped(text, quote, from)) quote = text.indexOf('"', quote + 1);
  return quote < to ? quote : -1;
}

/** The longest escape sequence is `\u0000`. */
const LONGEST_ESCAPE = 6;

/** A place near `to` that is inside no escape sequence. */
function safeCut(text: string, from: number, to: number): number {
  const backslash = text.lastIndexOf('\\', to - 1);
  if (backslash < from || to - backslash > LONGEST_ESCAPE) return to;
  return isEscaped(text, backslash, from) ? to : backslash;
}

const unquoted = (text: string): string => JSON.parse(`"${text}"`) as string;

/**
 * What JSON.parse gives, for long texts: others have their turn in between. Throws SyntaxError, and what `nestsTooDeep`
 * makes when brackets nest deeper than a request may.
 */
export async function parseJsonInSlices(text: string, what: string, slices: TimeSlices): Promise<unknown> {
  const stack: Open[] = [];
  let at = 0;
  const skip = (): void => {
    at = endOf(blanks, text, at);
  };
  const unexpected = (): SyntaxError =>
    new SyntaxError(
      at < text.length ? `unexpected ${JSON.stringify(text[at])} at position ${at}` : 'it ends too early',
    );

  const longString = async (): Promise<string> => {
    const parts: string[] = [];
    for (let from = at + 1; ; ) {
      const to = Math.min(from + PIECE, text.length);
      const end = closingQuote(text, from, to);
      const cut = end < 0 ? safeCut(text, from, to) : end;
      parts.push(unquoted(text.slice(from, cut)));
      from = cut;
      at = end + 1;
      if (end >= 0) return parts.join('');
      if (to === text.length) throw new SyntaxError('it ends too early');
      const wait = slices.next();
      if (wait !== undefined) await wait;
    }
  };
  const string = (): string | Promise<string> => {
    if (text[at] !== '"') throw unexpected();
    const end = closingQuote(text, at + 1, at + PIECE);
    if (end < 0) return longString();
    const value = unquoted(text.slice(at + 1, end));
    at = end + 1;
    return value;
  };
  /** A list or an object begins; what it is when it ends at once. */
  const open = (isList: boolean): unknown => {
    at++;
    skip();
    const container: Open = isList ? { list: [] } : { members: {}, key: '' };
    if (text[at] === (isList ? ']' : '}')) {
      at++;
      return 'list' in container ? container.list : container.members;
    }
    if (stack.length === DEEPEST) throw nestsTooDeep(what);
    stack.push(container);
    return undefined;
  };
  const plain = (): unknown => {
    const end = endOf(literal, text, at);
    if (end === at) throw unexpected();
    const word = text.slice(at, end);
    at = end;
    return word in literals ? literals[word] : Number(word);
  };
  /** Puts a value where it belongs, and ends what ends with it; the whole, when all of the text has been read. */
  const put = (value: unknown): { readonly whole: unknown } | undefined => {
    for (let inner = value; ; ) {
      const top = stack.at(-1);
      skip();
      if (top === undefined) {
        if (at < text.length) throw unexpected();
        return { whole: inner };
      }
      if ('list' in top) top.list.push(inner);
      else if (top.key === '__proto__') Object.defineProperty(top.members, top.key, ownMember(inner));
      else top.members[top.key] = inner;
      const sign = text[at];
      if (sign !== ',' && sign !== ('list' in top ? ']' : '}')) throw unexpected();
      at++;
      if (sign === ',') return undefined;
      stack.pop();
      inner = 'list' in top ? top.list : top.members;
    }
  };

  for (let count = 1; ; count++) {
    const wait = count % VALUES === 0 ? slices.next() : undefined;
    if (wait !== undefined) await wait;
    skip();
    const top = stack.at(-1);
    if (top !== undefined && 'members' in top) {
      const key = string();
      top.key = typeof key === 'string' ? key : await key;
      skip();
      if (text[at++] !== ':') throw unexpected();
      skip();
    }
    const sign = text[at];
    const isContainer = sign === '[' || sign === '{';
    const value = isContainer ? open(sign === '[') : sign === '"' ? string() : plain();
    if (isContainer && value === undefined) continue;
    const read = put(value instanceof Promise ? await value : value);
    if (read !== undefined) return read.whole;
  }
}

const ownMember = (value: unknown): PropertyDescriptor => ({
  value,
  writable: true,
  enumerable: true,
  configurable: true,
});
