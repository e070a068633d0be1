import type { KindModel, Leaf } from '../model.ts';

/** A text of an object by which it is found: what clients call it, and its column. */
export interface SearchedText {
  readonly field: string;
  readonly column: string;
}

/**
 * What objects of a kind are found by, beside their labels: name, natural keys, display name, and what their definition says.
 * A text that names something which its reader may not see is hidden from them, so nobody finds anything by it.
 */
export const searchedTexts = (kind: KindModel): readonly SearchedText[] => [
  { field: 'name', column: 'name' },
  ...kind.leaves
    .filter((leaf) => isSearched(kind, leaf))
    .map(({ path, column }) => ({ field: `spec.${path}`, column })),
];

function isSearched({ kind, keys }: KindModel, { path, field }: Leaf): boolean {
  if (field.type !== 'text') return false;
  const isMeant = field.isSearched === true || keys.includes(path) || path === 'displayName';
  if (field.names === undefined) return isMeant;
  if (field.isSearched === true) throw new Error(`${kind}.${path} names what may be hidden and cannot be searched`);
  return false;
}
