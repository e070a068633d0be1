import { hint } from './nearest.ts';

/** So many letters say what is meant; fewer are in too many names. */
const LEAST_PART = 4;

/**
 * Message for a kind that does not exist, with what was probably meant: the kinds whose names have the word in them
 * (`meters`: `meterdefinitions`), else the most similar name.
 */
export function unknownKind(word: string, names: readonly string[]): string {
  const part = word.toLowerCase().replace(/s$/, '');
  const longer = names.filter((name) => part.length >= LEAST_PART && name.includes(part) && name.endsWith('s'));
  const first = longer.slice(0, 3).map((name) => `'${name}'`);
  const meant = first.length > 0 ? `; did you mean ${first.join(' or ')}?` : hint(word, names);
  return `this catalog holds no kind called '${word}'${meant}`;
}
