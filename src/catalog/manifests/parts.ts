/** A piece of a file that can be read by itself: as a rule one document, with the mark in front of it. */
export interface Part {
  readonly text: string;
  /** The same without the mark. */
  readonly body: string;
  /** Number of lines before it. */
  readonly above: number;
}

const MARK = '---';
/** What reaches beyond one document: directives, and marks of ends. */
const isWide = (content: string): boolean =>
  ['%', '...'].some((sign) => content.startsWith(sign) || content.includes(`\n${sign}`));

/**
 * Cuts a file at the marks between its documents, which no text of YAML can hold at the beginning of a line. `above`: so
 * many lines stand before the content already.
 */
export function* partsOf(content: string, above = 0): Generator<Part> {
  const isWhole = isWide(content);
  for (let start = 0, end = 0; start < content.length; start = end) {
    end = isWhole ? content.length : nextMark(content, start);
    const text = content.slice(start, end);
    yield { text, body: !isWhole && isMark(content, start) ? text.slice(MARK.length) : text, above };
    above += linesIn(text);
  }
}

/** Where the next document begins. */
function nextMark(content: string, from: number): number {
  let at = content.indexOf(`\n${MARK}`, from);
  while (at >= 0 && !isMark(content, at + 1)) at = content.indexOf(`\n${MARK}`, at + 1);
  return at < 0 ? content.length : at + 1;
}

/** After it comes a blank, or nothing. */
const isMark = (content: string, at: number): boolean =>
  content.startsWith(MARK, at) && ' \t\r\n'.includes(content.charAt(at + MARK.length));

/** How many lines end in a text. */
export function linesIn(text: string, end = text.length): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
