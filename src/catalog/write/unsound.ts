import { isSound, type ResolvedDraft } from './draft.ts';

/** Refused drafts and all that refer to one of them: they cannot be stored, or not as they are meant. */
export function unsoundOf<Draft extends ResolvedDraft>(drafts: readonly Draft[]): ReadonlySet<Draft> {
  const unsound = new Set(drafts.filter((draft) => !isSound(draft)));
  if (unsound.size === 0) return unsound;
  const referring = new Map<string, Draft[]>();
  for (const draft of drafts) {
    for (const { id } of [...draft.links.values(), draft.project ?? []].flat()) {
      const known = referring.get(id);
      if (known === undefined) referring.set(id, [draft]);
      else known.push(draft);
    }
  }
  // A set gives what is added to it while it is gone through as well.
  for (const { id } of unsound) for (const draft of referring.get(id) ?? []) unsound.add(draft);
  return unsound;
}
