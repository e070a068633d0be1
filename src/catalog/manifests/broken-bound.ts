import type { Violation } from '../../platform/errors.ts';
import { DEEPEST, LARGEST_DOCUMENT, MOST_MEMBERS, MOST_VALUES } from './limits.ts';
import type { Steps } from './path.ts';
import { tooDeepAt } from './yaml-nesting.ts';

/** A bound on documents that one of them goes beyond. */
export type BrokenBound = Pick<Violation, 'rule' | 'message' | 'accepted'>;

const counted = (count: number): string => count.toLocaleString('en');

const nested: BrokenBound = {
  rule: 'NESTED_TOO_DEEP',
  message: `the document nests more than ${DEEPEST} levels deep`,
  accepted: `at most ${DEEPEST} levels`,
};

/** The limit that a text exceeds before it is parsed, and at which offset. */
export function brokenByText(text: string): (BrokenBound & { readonly offset: number }) | undefined {
  const size = Buffer.byteLength(text);
  if (size > LARGEST_DOCUMENT) {
    const message = `the document has ${counted(size)} bytes`;
    return { rule: 'DOCUMENT_TOO_LARGE', message, accepted: `at most ${counted(LARGEST_DOCUMENT)} bytes`, offset: 0 };
  }
  const offset = tooDeepAt(text, DEEPEST);
  return offset === undefined ? undefined : { ...nested, offset };
}

/** The limit that a parsed document exceeds, and at which path. */
export function brokenByValue(value: unknown): (BrokenBound & { readonly path: Steps }) | undefined {
  const path: (string | number)[] = [];
  let values = 0;
  const look = (inner: unknown): BrokenBound | undefined => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    if (path.length === DEEPEST) return nested;
    const keys = Object.keys(inner);
    if (keys.length > MOST_MEMBERS) return tooMany(Array.isArray(inner), keys.length);
    values += keys.length;
    if (values > MOST_VALUES) return tooManyInAll;
    for (const [key, below] of Object.entries(inner)) {
      path.push(key);
      const found = look(below);
      if (found !== undefined) return found;
      path.pop();
    }
    return undefined;
  };
  const found = look(value);
  return found && { ...found, path };
}

const tooMany = (isList: boolean, count: number): BrokenBound => ({
  rule: 'TOO_MANY_MEMBERS',
  message: `the ${isList ? 'list' : 'mapping'} has ${counted(count)} ${isList ? 'entries' : 'keys'}`,
  accepted: `at most ${counted(MOST_MEMBERS)}`,
});

/** Also of a document that repeats itself by aliases. */
export const tooManyInAll: BrokenBound = {
  rule: 'TOO_MANY_MEMBERS',
  message: `the document has more than ${counted(MOST_VALUES)} keys and entries in all`,
  accepted: `at most ${counted(MOST_VALUES)}`,
};
