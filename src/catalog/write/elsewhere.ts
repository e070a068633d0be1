import type { Reference } from '../model.ts';
import { isObject } from '../values/is-object.ts';
import type { ResolvedDraft } from './draft.ts';
import type { Pointer } from './pointers.ts';

/*
 * A reference that may name an object of another control plane (`elsewhere` of the field):
 *
 *   manifest: projectRef ──┬─ it is an object of this catalog ─► spec.projectRef       a link, like any other
 *                          └─ it is none, or one of another kind ─► spec.externalProject   a text, with a warning
 */

const openReferences = ({ kind }: ResolvedDraft): readonly Reference[] =>
  kind.references.filter(({ field }) => field.elsewhere !== undefined);

/** What was kept as a text is looked for again: the object may have come meanwhile. */
export function recallElsewhere(draft: ResolvedDraft): void {
  const { spec } = draft;
  if (spec === undefined) return;
  for (const reference of openReferences(draft)) {
    const { leaf, field, targets } = reference;
    const place = field.elsewhere ?? '';
    spec[leaf.path] ??= spec[place];
    delete spec[place];
    if (spec[leaf.path] === undefined) delete spec[leaf.path];
    else if (!targets.some(({ kind }) => isOf(kind, spec[leaf.path]))) keep(draft, reference);
  }
}

const isOf = (kind: { readonly groups: readonly string[]; readonly kind: string }, named: unknown): boolean =>
  isObject(named) && named.kind === kind.kind && kind.groups.includes(String(named.apiGroup));

/** Keeps what a pointer names as a text, if its field allows that. */
export function keepElsewhere({ draft, reference }: Pointer): boolean {
  if (reference?.field.elsewhere === undefined) return false;
  keep(draft, reference);
  return true;
}

function keep({ spec = {}, stored, warnings }: ResolvedDraft, { leaf, field, targets }: Reference): void {
  const place = field.elsewhere ?? '';
  const { apiGroup, kind, name, namespace } = spec[leaf.path] as Record<string, string>;
  const kept = { apiGroup, kind, name, ...(namespace !== undefined && { namespace }) };
  delete spec[leaf.path];
  spec[place] = kept;
  if (JSON.stringify(kept) === JSON.stringify(stored?.spec[place])) return;
  const wanted = targets[0]?.kind.kind ?? '';
  warnings.push({
    code: `${wanted.toUpperCase()}_ELSEWHERE`,
    path: `spec.${leaf.path}`,
    message: `${kind}/${name} of ${apiGroup} is no ${wanted.toLowerCase()} of this catalog: its name is kept as a text`,
  });
}
