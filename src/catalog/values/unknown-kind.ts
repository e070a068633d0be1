import { hint } from './nearest.ts';

/** Message for a kind that does not exist, with the most similar existing name. */
export function unknownKind(word: string, names: readonly string[]): string {
  return `this catalog holds no kind called '${word}'${hint(word, names)}`;
}
