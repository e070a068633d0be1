import { mapWithPauses } from '../../../platform/pauses.ts';
import { differences, type FieldChange, memberDifferences } from '../../differences.ts';
import type { Fields } from '../../fields.ts';
import { stringifyJson } from '../../manifests/json.ts';
import type { StoredObject } from '../../manifests/spec-sql.ts';
import { withArticle } from '../../values/names.ts';
import type { Transaction } from '../batch.ts';
import { advance, type ComparedDraft, isSound, keepsSpec, type ResolvedDraft, refuseDraft, valueAt } from '../draft.ts';
import { refuseDerived } from '../loaded-object.ts';

/** Finds what differs from the stored state, and refuses changes of what is frozen. */
export const compare = (drafts: readonly ResolvedDraft[], { pause }: Transaction): Promise<ComparedDraft[]> =>
  mapWithPauses(drafts, pause, (draft) => {
    const { stored, spec, manifest, kind } = draft;
    if (stored === undefined || spec === undefined || !isSound(draft)) return advance(draft, { changes: [] });
    const inSpec = keepsSpec(draft) ? [] : memberDifferences(stored.spec, spec, 'spec', kind.spec);
    const changes = [
      ...differences(stored.labels, manifest.labels, 'metadata.labels'),
      ...differences(stored.annotations, manifest.annotations, 'metadata.annotations'),
      ...inSpec,
    ];
    if (draft.isDerived !== true) refuseFrozen(draft, stored, inSpec);
    else if (changes[0] !== undefined)
      refuseDraft(draft, {
        ...refuseDerived(draft.subject, stored),
        path: changes[0].path,
        accepted: 'the object as it is',
      });
    return advance(draft, { changes });
  });

function refuseFrozen(draft: ResolvedDraft, stored: StoredObject, inSpec: readonly FieldChange[]): void {
  const { kind } = draft;
  const phase = kind.phase === undefined ? undefined : valueAt(stored.spec, kind.phase);
  const isPublished = phase !== undefined && phase !== 'Draft';
  for (const { path, since } of frozenPaths(kind.spec)) {
    if (since === 'published' && !isPublished) continue;
    const specPath = `spec.${path}`;
    const change = inSpec.find(
      (one) => one.path === specPath || one.path.startsWith(`${specPath}.`) || one.path.startsWith(`${specPath}[`),
    );
    if (change === undefined) continue;
    const accepted = change.before === undefined ? 'absent' : stringifyJson(change.before);
    const when = since === 'always' ? 'after creation' : `once ${withArticle(kind.kind)} is ${String(phase)}`;
    const value = change.after === undefined ? {} : { value: change.after };
    const message = `${path} cannot be changed ${when}; it is ${accepted}`;
    refuseDraft(draft, { rule: 'IMMUTABLE', message, path: change.path, ...value, accepted });
  }
}

interface Frozen {
  readonly path: string;
  readonly since: 'always' | 'published';
}

/** Paths of fields that may not change: from creation, or from Published onward. */
const frozenPaths = (fields: Fields, path = ''): Frozen[] =>
  Object.entries(fields).flatMap(([name, field]): Frozen[] => {
    const here = path === '' ? name : `${path}.${name}`;
    if (field.immutable !== undefined) return [{ path: here, since: field.immutable }];
    return field.type === 'group' ? frozenPaths(field.fields, here) : [];
  });
