import type { Violation } from '../../platform/errors.ts';
import type { CatalogObject, Change } from '../kind.ts';
import type { Manifest } from '../manifests/document.ts';
import { refuseAt } from '../manifests/document.ts';
import type { StoredObject } from '../manifests/spec-sql.ts';
import type { KindModel, Reference } from '../model.ts';
import type { FieldChange } from './differences.ts';

/** An object that a reference leads to, in the batch or in the store. */
export interface Referent {
  readonly kind: KindModel;
  readonly id: string;
  readonly name: string;
  readonly namespace: string | null;
  scopeId: string;
}

/** An object of a batch on its way into the store. */
export interface Draft {
  readonly manifest: Manifest;
  readonly kind: KindModel;
  readonly subject: string;
  id: string;
  /** Undefined while the spec can not be read: the object still counts as present. */
  spec: Record<string, unknown> | undefined;
  stored: StoredObject | undefined;
  readonly links: Map<Reference, Referent[]>;
  scopeId: string;
  otherScopeIds: string[];
  projectId: string | undefined;
  changes: readonly FieldChange[];
  readonly violations: Violation[];
}

/** `spec.endpoints[1].name` → its steps. */
export const stepsOf = (path: string): (string | number)[] =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name ?? '') : Number(index),
  );

export function refuse(draft: Draft, violation: Violation, steps?: readonly (string | number)[]): void {
  const { document } = draft.manifest;
  draft.violations.push(refuseAt(document, draft.subject, steps ?? stepsOf(violation.path ?? 'spec'), violation));
}

export function toChange(draft: Draft): Change {
  const { manifest, kind, id, spec = {}, stored } = draft;
  const { name, namespace, labels, annotations, group } = manifest;
  const before: CatalogObject | undefined = stored && { ...stored, kind: kind.kind };
  return { kind: kind.kind, group, id, name, namespace, labels, annotations, spec, before };
}
