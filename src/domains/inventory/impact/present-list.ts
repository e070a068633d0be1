import type { ObjectKey, WalkValue } from '../../../catalog/walk.ts';
import { inOrder } from './names.ts';

/** A list of which the caller sees a part (`listed`): how many there are, how many of them the caller sees, and the first of these. */
export const presentList = (
  type: string,
  { total, seen, items }: { readonly total: number; readonly seen: number; readonly items: readonly unknown[] },
  more: object = {},
): WalkValue => ({ __typename: type, totalCount: total, hiddenCount: total - seen, ...more, items });

/** A list of objects, in the order of the names that the caller may know. */
export function presentNamed(
  type: string,
  all: readonly ObjectKey[],
  first: number,
  nameOf: (key: ObjectKey) => string | undefined,
): WalkValue {
  const seen = inOrder(all, nameOf);
  return presentList(type, { total: all.length, seen: seen.length, items: seen.slice(0, first) });
}
