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
    const body = !isWhole && isMark(content, start) ? text.slice(MARK.length) : text;
    const objects = jsonObjects(body);
    if (objects === undefined) yield { text, body, above };
    let before = above;
    for (const object of objects ?? []) {
      yield { text: object, body: object, above: before };
      before += linesIn(object);
    }
    above += linesIn(text);
  }
}

/**
 * Objects of JSON that stand one after another, as `jq -c` prints them; each with what is blank behind it, the first
 * also with what is blank before it. Undefined for anything else.
 */
function jsonObjects(body: string): string[] | undefined {
  if (!/^\s*\{/.test(body)) return undefined;
  const objects: string[] = [];
  let depth = 0;
  let start = 0;
  let isInString = false;
  for (let at = 0; at < body.length; at++) {
    const character = body.charAt(at);
    if (isInString) {
      if (character === '\\') at++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{') {
      if (depth++ > 0 || at === 0 || !/\S/.test(body.slice(start, at))) continue;
      objects.push(body.slice(start, at));
      start = at;
    } else if (character === '}') depth--;
  }
  return objects.length > 0 && objects.every(isJson) ? [...objects, body.slice(start)] : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
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
