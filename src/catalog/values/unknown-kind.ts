import { nearest } from './nearest.ts';

/** Message for a kind that does not exist, with the most similar existing name. */
export function unknownKind(word: string, names: readonly string[]): string {
  const guess = nearest(word, names);
  const hint = guess === undefined ? '' : `; did you mean '${guess}'?`;
  return `this catalog holds no kind called '${word}'${hint}`;
}
