import { CST, Lexer } from 'yaml';

/** Whether a text has so many brackets, or marks of lists and keys in one line, that it could nest deeper than that. */
function couldNest(text: string, limit: number): boolean {
  let brackets = 0;
  let marks = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === NEWLINE) marks = 0;
    else if (character === BRACE || character === BRACKET) brackets++;
    else if (character === DASH || character === QUESTION || character === COLON) marks++;
    if (brackets + marks > limit) return true;
  }
  return false;
}
const NEWLINE = 0x0a;
const BRACE = 0x7b;
const BRACKET = 0x5b;
const DASH = 0x2d;
const QUESTION = 0x3f;
const COLON = 0x3a;

/** What opens a level within its line. */
const marks: ReadonlySet<string | null> = new Set(['seq-item-ind', 'explicit-key-ind', 'map-value-ind']);
const opening: ReadonlySet<string | null> = new Set(['flow-map-start', 'flow-seq-start']);
const closing: ReadonlySet<string | null> = new Set(['flow-map-end', 'flow-seq-end']);

/**
 * The place in a YAML text from which on it nests deeper than `limit`, by brackets or within one line (`- - - …`);
 * undefined when it does not. The parser, which recurses, has not looked at it yet. Levels that are indented line by
 * line are not counted here: they take room that grows with the square of their number.
 */
export function tooDeepAt(text: string, limit: number): number | undefined {
  if (!couldNest(text, limit)) return undefined;
  let at = 0;
  let brackets = 0;
  let inLine = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    const type = isScalar ? null : CST.tokenType(token);
    isScalar = token === CST.SCALAR;
    if (type === 'newline') inLine = 0;
    else if (opening.has(type)) brackets++;
    else if (closing.has(type)) brackets--;
    else if (marks.has(type) && brackets === 0) inLine++;
    if (brackets + inLine > limit) return at;
    if (!hidden.has(token)) at += token.length;
  }
  return undefined;
}

/** Tokens that stand for no text. */
const hidden: ReadonlySet<string> = new Set([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);
