import { wordsOf } from './words.ts';

/** A piece of a text that was found, and whether it is what was looked for. */
export interface Piece {
  readonly text: string;
  readonly isMatch: boolean;
}

/** Cuts a text where what was looked for stands in it: all of it, else the words of it at the beginnings of words. */
export function highlight(value: string, wanted: string): readonly Piece[] {
  const whole = places(value, wanted, /^/u);
  const marked =
    whole.length > 0 ? whole.slice(0, 1) : wordsOf(wanted).flatMap((word) => places(value, word, /[^\p{L}\p{N}]$|^$/u));
  const pieces: Piece[] = [];
  let end = 0;
  for (const [from, to] of marked.sort(([a], [b]) => a - b)) {
    if (from < end) continue;
    if (from > end) pieces.push({ text: value.slice(end, from), isMatch: false });
    pieces.push({ text: value.slice(from, to), isMatch: true });
    end = to;
  }
  if (end < value.length) pieces.push({ text: value.slice(end), isMatch: false });
  return pieces;
}

/** Where a text stands in another, whatever the case, behind something that ends as `behind` says. */
function places(value: string, wanted: string, behind: RegExp): [from: number, to: number][] {
  const pattern = new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu');
  return [...value.matchAll(pattern)].flatMap(({ index, 0: { length } }): [number, number][] =>
    behind.test(value.slice(0, index)) ? [[index, index + length]] : [],
  );
}
