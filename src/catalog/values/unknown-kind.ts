import { nearest } from './nearest.ts';

/** What somebody is told who asks for a kind that is not there, with the nearest of the names that are. */
export function unknownKind(word: string, names: readonly string[]): string {
  const guess = nearest(word, names);
  const hint = guess === undefined ? '' : `; did you mean '${guess}'?`;
  return `this catalog holds no kind called '${word}'${hint}`;
}
