import { DEEPEST, nestsTooDeep } from '../graphql/nesting.ts';
import type { TimeSlices } from '../time-slices.ts';

/** So many characters of one string are read at once. */
const PIECE = 65_536;
/** So many values are read between two looks at the clock. */
const VALUES = 500;
/** A number as it is written; nobody needs one as long. */
const LONGEST_LITERAL = 10_000;

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

/** A text that comes in parts: as much of it as is being read, and from where on it is unread. */
class Window {
  text = '';
  at = 0;
  readonly #parts: Iterator<string>;
  #passed = 0;

  constructor(parts: Iterable<string>) {
    this.#parts = parts[Symbol.iterator]();
  }

  /** Where it is in the whole. */
  get position(): number {
    return this.#passed + this.at;
  }

  /** Sees to it that so many characters are there to be read, unless the whole ends before. */
  lookAhead(count: number): void {
    if (this.text.length - this.at >= count) return;
    const pieces = [this.text.slice(this.at)];
    let length = pieces[0]?.length ?? 0;
    while (length < count + PIECE) {
      const { value, done } = this.#parts.next();
      if (done === true) break;
      pieces.push(value);
      length += value.length;
    }
    this.#passed += this.at;
    this.at = 0;
    this.text = pieces.join('');
  }

  skipBlanks(): void {
    do {
      this.lookAhead(1);
      this.at = endOf(blanks, this.text, this.at);
    } while (this.at === this.text.length && this.#hasMore());
  }

  #hasMore(): boolean {
    this.lookAhead(1);
    return this.at < this.text.length;
  }
}

/**
 * What JSON.parse gives, for a long text that comes in parts: others have their turn in between, and the whole is never
 * put together. Throws SyntaxError, and what `nestsTooDeep` makes when brackets nest deeper than a request may.
 */
export async function parseJsonInSlices(parts: Iterable<string>, what: string, slices: TimeSlices): Promise<unknown> {
  const stack: Open[] = [];
  const window = new Window(parts);
  const unexpected = (): SyntaxError => {
    const sign = window.text[window.at];
    return new SyntaxError(
      sign === undefined ? 'it ends too early' : `unexpected ${JSON.stringify(sign)} at position ${window.position}`,
    );
  };

  const longString = async (): Promise<string> => {
    const pieces: string[] = [];
    for (window.at++; ; ) {
      window.lookAhead(PIECE);
      const { text, at: from } = window;
      const to = Math.min(from + PIECE, text.length);
      const end = closingQuote(text, from, to);
      const cut = end < 0 ? safeCut(text, from, to) : end;
      pieces.push(unquoted(text.slice(from, cut)));
      window.at = end < 0 ? cut : end + 1;
      if (end >= 0) return pieces.join('');
      if (to === text.length) throw new SyntaxError('it ends too early');
      const wait = slices.next();
      if (wait !== undefined) await wait;
    }
  };
  const string = (): string | Promise<string> => {
    window.lookAhead(PIECE + 1);
    const { text, at } = window;
    if (text[at] !== '"') throw unexpected();
    const end = closingQuote(text, at + 1, at + PIECE);
    if (end < 0) return longString();
    const value = unquoted(text.slice(at + 1, end));
    window.at = end + 1;
    return value;
  };
  /** A list or an object begins; what it is when it ends at once. */
  const open = (isList: boolean): unknown => {
    window.at++;
    window.skipBlanks();
    const container: Open = isList ? { list: [] } : { members: {}, key: '' };
    if (window.text[window.at] === (isList ? ']' : '}')) {
      window.at++;
      return 'list' in container ? container.list : container.members;
    }
    if (stack.length === DEEPEST) throw nestsTooDeep(what);
    stack.push(container);
    return undefined;
  };
  const plain = (): unknown => {
    window.lookAhead(LONGEST_LITERAL + 1);
    const { text, at } = window;
    const end = endOf(literal, text, at);
    if (end === at) throw unexpected();
    if (end - at > LONGEST_LITERAL) throw new SyntaxError(`a number has more than ${LONGEST_LITERAL} digits`);
    const word = text.slice(at, end);
    window.at = end;
    return word in literals ? literals[word] : Number(word);
  };
  /** Puts a value where it belongs, and ends what ends with it; the whole, when all of the text has been read. */
  const put = (value: unknown): { readonly whole: unknown } | undefined => {
    for (let inner = value; ; ) {
      const top = stack.at(-1);
      window.skipBlanks();
      if (top === undefined) {
        if (window.at < window.text.length) throw unexpected();
        return { whole: inner };
      }
      if ('list' in top) top.list.push(inner);
      else if (top.key === '__proto__') Object.defineProperty(top.members, top.key, ownMember(inner));
      else top.members[top.key] = inner;
      const sign = window.text[window.at];
      if (sign !== ',' && sign !== ('list' in top ? ']' : '}')) throw unexpected();
      window.at++;
      if (sign === ',') return undefined;
      stack.pop();
      inner = 'list' in top ? top.list : top.members;
    }
  };

  for (let count = 1; ; count++) {
    const wait = count % VALUES === 0 ? slices.next() : undefined;
    if (wait !== undefined) await wait;
    window.skipBlanks();
    const top = stack.at(-1);
    if (top !== undefined && 'members' in top) {
      const key = string();
      top.key = typeof key === 'string' ? key : await key;
      window.skipBlanks();
      if (window.text[window.at] !== ':') throw unexpected();
      window.at++;
      window.skipBlanks();
    }
    const sign = window.text[window.at];
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
