import { isSound, type ResolvedDraft } from './draft.ts';

/** Refused drafts and all that refer to one of them: they cannot be stored, or not as they are meant. */
export function unsoundOf<Draft extends ResolvedDraft>(drafts: readonly Draft[]): ReadonlySet<Draft> {
  const unsound = new Set(drafts.filter((draft) => !isSound(draft)));
  if (unsound.size === 0) return unsound;
  const referring = new Map<string, Draft[]>();
  const note = (id: string, draft: Draft): void => {
    const known = referring.get(id);
    if (known === undefined) referring.set(id, [draft]);
    else known.push(draft);
  };
  for (const draft of drafts) {
    for (const link of draft.links.values()) {
      for (const { id } of Array.isArray(link) ? link : [link]) note(id, draft);
    }
    if (draft.project) note(draft.project.id, draft);
  }
  // A set gives what is added to it while it is gone through as well.
  for (const { id } of unsound) for (const draft of referring.get(id) ?? []) unsound.add(draft);
  return unsound;
}
