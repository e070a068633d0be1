import type { ActionObject } from '../action.ts';
import type { ResolvedDraft } from './draft.ts';

/** What a draft refers to at a path, as actions see it. */
export const objectsAt = (draft: ResolvedDraft, path: string): ActionObject[] =>
  [...draft.links]
    .filter(([{ leaf }]) => leaf.path === path)
    .flatMap(([, found]) => found.map(({ kind, id, name, namespace }) => ({ kind: kind.kind, id, name, namespace })));
