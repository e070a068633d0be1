import type { Violation } from '../../platform/errors.ts';
import type { FieldChange } from '../differences.ts';
import type { CatalogObject, Change } from '../kind.ts';
import { type Manifest, refuseAt } from '../manifests/document.ts';
import { type Steps, stepsOf } from '../manifests/path.ts';
import type { StoredObject } from '../manifests/spec-sql.ts';
import type { KindModel, Reference } from '../model.ts';
import { isObject } from '../values/is-object.ts';
import type { FieldManager, Warning } from './operation.ts';

/** An object that a reference leads to, in the batch or in the store. */
export interface Referent {
  readonly kind: KindModel;
  readonly id: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly scopeId: string;
  /** Where it is in its lifecycle, for kinds that have one. */
  readonly phase: string | undefined;
}

/** Field paths by the manager who owns them; a path may have several owners, who then agree on its value. */
export type Owners = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * An object of a batch on its way into the store.
 * - `apply`: its manifest says it whole; it is made, or brought into this state.
 * - `managed`: its manifest says what one manager has an opinion on; the rest stays as stored.
 * - `create`: it must not exist yet. · `update`: it exists, and a change was laid over it already.
 */
export interface Draft {
  readonly by: 'apply' | 'managed' | 'create' | 'update';
  manifest: Manifest;
  readonly kind: KindModel;
  readonly subject: string;
  /** The spec as it came in, in the kind's one model, whether or not it is sound. */
  given: unknown;
  /** Uids that the request gave in place of names, by the path of the reference. */
  readonly uids: Map<string, string>;
  /** Who applies it, for a managed one. */
  manager: FieldManager | undefined;
  /** Paths of the fields that a managed one says. */
  said: ReadonlySet<string> | undefined;
  /** Which fields of the stored object have an owner, where that matters. */
  owners: Owners | undefined;
  /** Another document of the batch described the object first. */
  isDuplicate: boolean;
  /** There is an object of that name that the author may not see: for them it is not there, and the name not free. */
  isHeldByHidden: boolean;
  id: string;
  /** Undefined while the spec cannot be read: the object still counts as present. */
  spec: Record<string, unknown> | undefined;
  stored: StoredObject | undefined;
  readonly links: Map<Reference, Referent[]>;
  scopeId: string;
  otherScopeIds: string[];
  /** For a leaf that is a scope of its own: where it stands. */
  standsIn?: string;
  projectId: string | undefined;
  changes: readonly FieldChange[];
  readonly violations: Violation[];
  readonly warnings: Warning[];
}

export function refuse(draft: Draft, violation: Violation, steps?: Steps): void {
  const { document } = draft.manifest;
  const about = { ...violation, objectId: draft.id };
  draft.violations.push(refuseAt(document, draft.subject, steps ?? stepsOf(violation.path ?? 'spec'), about));
}

export const isSound = ({ violations }: Draft): boolean => violations.length === 0;
/** It is new, or differs from what is stored. */
export const isChanged = ({ stored, changes }: Draft): boolean => stored === undefined || changes.length > 0;

export function toChange(draft: Draft): Change {
  const { manifest, kind, id, spec = {}, stored } = draft;
  const { name, namespace, labels, annotations, group } = manifest;
  const before: CatalogObject | undefined = stored && { ...stored, kind: kind.kind };
  return { kind: kind.kind, group, id, name, namespace, labels, annotations, spec, before };
}

export const valueAt = (spec: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, step) => (isObject(inner) ? inner[step] : undefined), spec);
