import { invalidInput } from '../../platform/errors.ts';
import type { Catalog, KindModel } from '../model.ts';
import { nearest } from '../values/nearest.ts';

/** Anything a person may call a kind, or the error that names the nearest one. */
export function kindNamed(catalog: Catalog, word: string, path: string): KindModel {
  const kind = catalog.named(word);
  if (kind !== undefined) return kind;
  const guess = nearest(
    word,
    catalog.kinds.flatMap((candidate) => [candidate.kind, candidate.plural]),
  );
  const hint = guess === undefined ? '' : `; did you mean ${guess}?`;
  const message = `this catalog holds no kind called ${JSON.stringify(word)}${hint}`;
  throw invalidInput({ rule: 'UNKNOWN_KIND', path, message, value: word });
}

/** The kinds that are named; all of them when none is. */
export const kindsNamed = (catalog: Catalog, words: unknown): readonly KindModel[] =>
  Array.isArray(words) ? words.map((word) => kindNamed(catalog, String(word), 'kinds')) : catalog.kinds;
