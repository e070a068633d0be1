import { invalidInput } from '../../platform/errors.ts';
import type { Catalog, KindModel } from '../model.ts';
import { unknownKind } from '../values/unknown-kind.ts';

/** Anything a person may call a kind, or the error that names the nearest one. */
export function getKindByName(catalog: Catalog, word: string, path: string): KindModel {
  const kind = catalog.byWord(word);
  if (kind !== undefined) return kind;
  const names = catalog.kinds.flatMap((candidate) => [candidate.kind, candidate.plural]);
  const message = unknownKind(word, names);
  throw invalidInput({ rule: 'UNKNOWN_KIND', path, message, value: word });
}

/** The kinds that are named; all of them when none is. */
export const getKindsByName = (catalog: Catalog, words: unknown, path = 'kinds'): readonly KindModel[] =>
  Array.isArray(words) ? words.map((word) => getKindByName(catalog, String(word), path)) : catalog.kinds;
