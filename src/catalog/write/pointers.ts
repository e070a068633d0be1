import { withEntryMembers } from '../entry-members.ts';
import type { RefField, RefsField } from '../fields.ts';
import { pathText, type Steps } from '../manifests/path.ts';
import type { KindModel, Reference } from '../model.ts';
import { type Referent, type ResolvedDraft, valueAt } from './draft.ts';

/** A referent that was looked up by one of its names. */
export interface Known extends Referent {
  readonly projectId: string | null;
  /** The author may not see it. */
  readonly isHidden?: boolean;
}

/** One reference as a draft writes it down. */
export interface Pointer {
  readonly draft: ResolvedDraft;
  /** Undefined for the project that the draft lives in. */
  readonly reference: Reference | undefined;
  readonly kind: KindModel;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly uid: string | undefined;
  readonly steps: Steps;
  /** Takes note of what it leads to, and writes the canonical form back into the spec. */
  readonly follow: (found: Known) => void;
}

interface Written {
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
}

/** Names with this prefix belong to the platform itself and live in its namespace. */
const SYSTEM_PREFIX = 'system:';
const SYSTEM_NAMESPACE = 'milo-system';

/** Every reference that a draft's spec writes down. */
export function pointersOf(draft: ResolvedDraft): Pointer[] {
  const { spec, kind } = draft;
  if (spec === undefined) return [];
  return kind.references.flatMap((reference) => {
    const { leaf, field } = reference;
    const value = valueAt(spec, leaf.path);
    if (value === undefined) return [];
    const path = ['spec', ...leaf.path.split('.')];
    if (field.type === 'ref')
      return pointer(draft, reference, value, path, (canonicalForm) => setAt(spec, leaf.path, canonicalForm));
    const list = value as unknown[];
    const { wrap } = field;
    return list.flatMap((entry, index) =>
      pointer(
        draft,
        reference,
        wrap === undefined ? entry : valueAt(entry, wrap),
        wrap === undefined ? [...path, index] : [...path, index, wrap],
        (canonicalForm) => {
          list[index] = wrap === undefined ? withEntryMembers(field, entry, canonicalForm) : { [wrap]: canonicalForm };
        },
      ),
    );
  });
}

function pointer(
  draft: ResolvedDraft,
  reference: Reference,
  written: unknown,
  steps: Steps,
  write: (canonicalForm: unknown) => void,
): Pointer[] {
  const { field, targets } = reference;
  const {
    kind: wanted,
    name,
    namespace,
    uid,
  } = typeof written === 'string' ? ({ name: written } as Written) : (written as Written);
  const kind = (targets.length === 1 ? targets[0] : targets.find((target) => target.kind.kind === wanted))?.kind;
  if (kind === undefined) return [];
  const own = name.startsWith(SYSTEM_PREFIX) ? SYSTEM_NAMESPACE : (namespace ?? draft.manifest.namespace ?? undefined);
  const follow = (found: Known): void => {
    write(canonical(field, found));
    draft.links.set(reference, [...(draft.links.get(reference) ?? []), found]);
  };
  const asked = uid ?? (draft.uids.size === 0 ? undefined : draft.uids.get(pathText(steps)));
  return [{ draft, reference, kind, name, namespace: kind.namespaced ? own : undefined, uid: asked, steps, follow }];
}

function setAt(spec: Record<string, unknown>, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const parent = steps.reduce<Record<string, unknown>>((inner, step) => inner[step] as Record<string, unknown>, spec);
  parent[last] = value;
}

/** The reference as it is exported: by name (or natural key), with namespace and uid where its form has them. */
export function canonical(field: RefField | RefsField, found: Omit<Known, 'projectId' | 'scopeId' | 'phase'>): unknown {
  const natural = field.by !== undefined && field.exportName !== true ? found.naturalKeys[field.by] : undefined;
  const name = natural ?? found.name;
  const namespace = found.namespace === null ? {} : { namespace: found.namespace };
  switch (field.form) {
    case 'string':
      return name;
    case 'name':
      return { name };
    case 'namespaced':
      return { name, ...namespace };
    case 'kind':
      return { kind: found.kind.kind, name };
    case 'subject':
      return { kind: found.kind.kind, name, ...namespace, uid: found.id };
    case 'object':
      return { apiGroup: found.kind.groups[0], kind: found.kind.kind, name, ...namespace };
  }
}

/** A reference as people write it: `name`, or `namespace/name`. */
export const pointerText = ({ name, namespace }: Pick<Pointer, 'name' | 'namespace'>): string =>
  namespace === undefined ? name : `${namespace}/${name}`;
