import type { Violation } from '../../../platform/errors.ts';
import type { Spec } from '../../kind.ts';
import type { KindModel } from '../../model.ts';
import { inLoadOrder, type Transaction } from '../batch.ts';
import { FORBIDDEN } from '../decide.ts';
import { derivedStore } from '../derived-store.ts';
import {
  bearsOnOthers,
  isSound,
  type PlacedDraft,
  type ResolvedDraft,
  refuseDraft,
  toChange,
  valueAt,
} from '../draft.ts';

/**
 * Judges what was stored by the rules over rows, on the final state; gives back violations that belong to no draft. With
 * refused drafts (`unsound`) in the batch the others are still judged, so that all refusals come at once.
 */
export async function judge(
  drafts: readonly PlacedDraft[],
  unsound: ReadonlySet<ResolvedDraft>,
  { catalog, connection, by, onProgress, pause }: Transaction,
): Promise<Violation[]> {
  const state = derivedStore(catalog, connection, by);
  const isJudged = apartFrom(unsound);
  await pause();
  const byId = new Map(drafts.map((draft) => [draft.id, draft]));
  const byKind = inLoadOrder(catalog, drafts);
  const strays: Violation[] = [];
  for (const [index, [kind, own]] of byKind.entries()) {
    onProgress?.(index, byKind.length, 'judging');
    await pause();
    const changed = own.filter(bearsOnOthers).filter(isJudged);
    if (changed.length === 0) continue;
    const changes = changed.map(toChange);
    for (const violation of unlessForbidden((await kind.checkAll?.(changes, state)) ?? [])) {
      const draft = byId.get(violation.objectId ?? '');
      if (draft === undefined) strays.push(violation);
      else refuseDraft(draft, violation);
    }
    if (!changed.every(isSound)) continue;
    for (const { objectId, ...warning } of (await kind.remark?.(changes, state)) ?? []) {
      byId.get(objectId)?.warnings.push(warning);
    }
  }
  return strays;
}

/** Whoever may not do it is told that, and of what they might learn otherwise (whether it is there already) nothing. */
function unlessForbidden(violations: readonly Violation[]): readonly Violation[] {
  const forbidden = violations.filter(({ rule }) => rule === FORBIDDEN);
  if (forbidden.length === 0) return violations;
  const ids = new Set(forbidden.map(({ objectId }) => objectId));
  return violations.filter(({ rule, objectId }) => rule === FORBIDDEN || !ids.has(objectId));
}

/**
 * Which drafts can be judged although some are refused. Not those that a refused one refers to, nor, when a refused
 * one would have changed, its siblings at the place where it still stands: their rules might only
 * report the missing change.
 */
function apartFrom(unsound: ReadonlySet<ResolvedDraft>): (draft: PlacedDraft) => boolean {
  if (unsound.size === 0) return () => true;
  const referredTo = new Set([...unsound].flatMap(({ links }) => [...links.values()].flat().map(({ id }) => id)));
  const places = new Set([...unsound].flatMap(({ kind, stored }) => referencesOf(kind, stored?.spec)));
  return ({ id, kind, spec }) => !referredTo.has(id) && !referencesOf(kind, spec).some((place) => places.has(place));
}

/** The references of a spec, as texts to compare. */
const referencesOf = (kind: KindModel, spec: Spec | undefined): string[] =>
  kind.references.flatMap(({ leaf }) => {
    const value = valueAt(spec, leaf.path);
    const entries = Array.isArray(value) ? value : value === undefined ? [] : [value];
    return entries.map((entry) => `${kind.kind} ${leaf.path} ${JSON.stringify(Object.entries(entry).sort())}`);
  });
