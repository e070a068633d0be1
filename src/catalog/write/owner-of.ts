import type { Reference } from '../model.ts';
import type { BrokenConstraint } from './constraints.ts';
import { isChanged, isPlaced, type PlacedDraft, type ReadDraft } from './draft.ts';
import { rowOf } from './store.ts';

/**
 * The draft whose row broke a constraint: the draft of the table that has the key's columns or, for link tables and
 * derived tables, the draft that the key refers to.
 */
export function ownerOf({ table, key }: BrokenConstraint, drafts: readonly ReadDraft[]): ReadDraft | undefined {
  const { row } = key;
  const values = Object.values(key);
  const changed = drafts.filter(isPlaced).filter(isChanged);
  const linksBy = ({ links }: PlacedDraft, isMeant: (reference: Reference) => boolean): boolean =>
    [...links].some(([reference, found]) => isMeant(reference) && found.some(({ id }) => values.includes(id)));
  const isLinkTable = ({ field }: Reference): boolean => field.type === 'refs' && field.table === table;
  const holds = (draft: PlacedDraft): boolean => {
    const { kind } = draft;
    if (row !== undefined) return kind.table === table && row.startsWith(draft.id);
    if (kind.table !== table) return linksBy(draft, isLinkTable);
    const columns = rowOf(draft);
    const known = Object.entries(key).filter(([column]) => column in columns);
    return known.length > 0 && known.every(([column, value]) => String(columns[column]) === value);
  };
  const isDerived = !changed.some(({ kind }) => kind.table === table || kind.references.some(isLinkTable));
  return changed.findLast(holds) ?? (isDerived ? changed.findLast((draft) => linksBy(draft, () => true)) : undefined);
}
