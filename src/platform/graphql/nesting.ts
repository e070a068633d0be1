import { type InvalidInputError, invalidInput } from '../errors.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HASH = 0x23;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** What a character does to the depth, by its code. */
const steps = new Int8Array(128);
for (const bracket of '{[(') steps[bracket.charCodeAt(0)] = 1;
for (const bracket of '}])') steps[bracket.charCodeAt(0)] = -1;

/** Deeper than anybody writes; parsers and checks that recurse have their stacks for more. */
export const DEEPEST = 100;

/** Refuses a text that nests too deep to be parsed; `what` it is called. */
export function requireShallow(text: string, what: string): void {
  // Fewer characters cannot be deeper.
  if (text.length > DEEPEST && nestingOf(text, DEEPEST) > DEEPEST) throw nestsTooDeep(what);
}

/** The same of what has been parsed already. */
export function requireShallowValue(value: unknown, what: string): void {
  if (isDeeper(value, DEEPEST)) throw nestsTooDeep(what);
}

/** It goes no deeper than the limit, however deep the value may be. */
function isDeeper(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  for (const inner of Object.values(value)) if (isDeeper(inner, limit - 1)) return true;
  return false;
}

export const nestsTooDeep = (what: string): InvalidInputError =>
  invalidInput({
    rule: 'NESTED_TOO_DEEP',
    message: `${what} nests more than ${DEEPEST} brackets deep`,
    accepted: `at most ${DEEPEST} levels`,
  });

/**
 * How deep the brackets of a text nest, which is what parsers recurse by; those in strings and comments do not count.
 * For JSON and for GraphQL documents alike. It ends at the first place that is deeper than `limit`.
 */
export function nestingOf(text: string, limit: number): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === HASH) at = endOfLine(text, at);
    else {
      depth += steps[code] ?? 0;
      if (depth > deepest) deepest = depth;
      if (deepest > limit) return deepest;
    }
  }
  return deepest;
}

/** Where the string that begins here ends: at its last quote, or with the text. */
function endOfString(text: string, start: number): number {
  if (text.startsWith('"""', start)) {
    let end = text.indexOf('"""', start + 3);
    while (end > 0 && text.charCodeAt(end - 1) === BACKSLASH) end = text.indexOf('"""', end + 3);
    return end < 0 ? text.length : end + 2;
  }
  // Most of a large body is text in strings: its quotes are looked for, not its characters.
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

/** An odd number of backslashes stands before it. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}

function endOfLine(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE || code === RETURN) return at;
  }
  return text.length;
}
