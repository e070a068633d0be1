import type { Catalog, KindModel } from '../model.ts';
import type { FoundDeletion } from './deletion.ts';

/** Uids of the objects that are deleted, by kind, in load order. */
export type Going = ReadonlyMap<KindModel, readonly string[]>;

export function goingOf(catalog: Catalog, deletions: readonly FoundDeletion[]): Going {
  const ids = new Map<KindModel, Set<string>>();
  const add = (kind: KindModel, id: string): unknown => ids.get(kind)?.add(id) ?? ids.set(kind, new Set([id]));
  for (const { wanted, stored, owned } of deletions) {
    if (stored !== undefined) add(wanted.kind, stored.id);
    for (const one of owned) add(one.kind, one.stored.id);
  }
  return new Map(
    catalog.kinds.flatMap((kind): [KindModel, string[]][] => {
      const own = ids.get(kind);
      return own === undefined ? [] : [[kind, [...own]]];
    }),
  );
}
