import { isSound, type ResolvedDraft } from './draft.ts';

/** Refused drafts and all that refer to one of them: they cannot be stored, or not as they are meant. */
export function unsoundOf<Draft extends ResolvedDraft>(drafts: readonly Draft[]): ReadonlySet<Draft> {
  const unsound = new Set(drafts.filter((draft) => !isSound(draft)));
  if (unsound.size === 0) return unsound;
  const ids = new Set([...unsound].map(({ id }) => id));
  for (let before = -1; before < unsound.size; ) {
    before = unsound.size;
    for (const draft of drafts) {
      if (unsound.has(draft)) continue;
      const refersTo = [...draft.links.values()].flat().map(({ id }) => id);
      if (![...refersTo, draft.project?.id ?? ''].some((id) => ids.has(id))) continue;
      unsound.add(draft);
      ids.add(draft.id);
    }
  }
  return unsound;
}
