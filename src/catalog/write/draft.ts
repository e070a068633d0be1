import type { Violation } from '../../platform/errors.ts';
import { MOST_OF_OBJECT } from '../../platform/violation.ts';
import type { FieldChange } from '../differences.ts';
import type { CatalogObject, Change } from '../kind.ts';
import type { CheckedSpec } from '../manifests/check-spec.ts';
import { type Manifest, violationAt } from '../manifests/document.ts';
import { pathText, type Steps, stepsOf } from '../manifests/path.ts';
import type { KindModel, Reference } from '../model.ts';
import { isObject } from '../values/is-object.ts';
import type { LoadedObject } from './loaded-object.ts';
import type { FieldManager, Warning } from './operation.ts';

/*
 * An object of a batch on its way into the store. Each step takes drafts of one stage and gives the next:
 *
 *   ReadDraft ─ find ─► FoundDraft ─ resolve ─► ResolvedDraft ─ compare ─► ComparedDraft ─ place ─► PlacedDraft
 *
 * All stages are the same JavaScript object, so every holder of it sees its violations; each step adds members.
 */

/** What a document or an operation says. */
export interface ReadDraft {
  /**
   * - `apply`: its manifest is complete; the object is created, or brought into this state.
   * - `managed`: its manifest has the fields of one manager; all others stay as they are stored.
   * - `create`: its spec is complete once its references have names. · `update`: it exists, and the change was merged
   *   into it already.
   */
  readonly mode: 'apply' | 'managed' | 'create' | 'update';
  readonly manifest: Manifest;
  readonly kind: KindModel;
  /** `Rack/a14`, for people. */
  readonly subject: string;
  /** Uid of the stored object, or the one that a new object will get. */
  readonly id: string;
  /** The spec as it came in, in the kind's one model, whether or not it is sound. */
  readonly rawSpec: unknown;
  /**
   * The spec once it is validated; undefined before, and when it cannot be read: the object still counts as present.
   */
  readonly spec: Record<string, unknown> | undefined;
  /** Uids that the request gave in place of names, by the path of the reference. */
  readonly uids: Map<string, string>;
  /** Who applies it, for a managed one. */
  readonly manager: FieldManager | undefined;
  /** Of a managed one, as long as nothing has completed it: what is made out of it before its batch has its turn. */
  readonly ahead: { readonly checked: CheckedSpec; readonly paths: ReadonlySet<string> } | undefined;
  /** It must not exist yet. */
  readonly isNew: boolean;
  /** Another document of the batch described the object first. */
  readonly isDuplicate: boolean;
  /** It takes effect also where no field changes. */
  readonly isRepeated?: true;
  /** Its spec, with all that it refers to and its place, is the stored one: nothing but labels and annotations may differ. */
  readonly keepsSpec?: true;
  readonly violations: Violation[];
  /** Those of the violations that are of its form alone, and do not keep it from being judged by all other rules. */
  readonly excused: ReadonlySet<Violation>;
  /** Paths in its spec of what could not be read: nothing else is said about them. */
  readonly unread: readonly string[];
  readonly warnings: Warning[];
}

/** Field paths by the manager who owns them; a path may have several owners, who then agree on its value. */
export type Owners = ReadonlyMap<string, ReadonlySet<string>>;

/** A draft whose stored object was looked up. */
export interface FoundDraft extends ReadDraft {
  readonly stored: LoadedObject | undefined;
  /** An object of that name exists that the author may not see: it looks absent, but the name is not free. */
  readonly isHeldByHidden: boolean;
  /** The stored object is kept by another one, and no manifest changes it. */
  readonly isDerived?: boolean;
  /** For `managed`: the owners of the stored object's fields, and the paths of the fields in the manifest. */
  readonly managed: { readonly owners: Owners; readonly paths: ReadonlySet<string> } | undefined;
}

/** An object that a reference leads to, in the batch or in the store. */
export interface Referent {
  readonly kind: KindModel;
  readonly id: string;
  readonly name: string;
  readonly namespace: string | null;
  /** Undefined for an object of the batch that has not been placed yet. */
  readonly scopeId: string | undefined;
  /** Where it is in its lifecycle, for kinds that have one. */
  readonly phase: string | undefined;
  /** Values of the spec fields by which it is referred to somewhere, by path. */
  readonly naturalKeys: Readonly<Record<string, string>>;
}

/** A draft whose references are resolved. */
export interface ResolvedDraft extends FoundDraft {
  readonly links: Map<Reference, Referent[]>;
  /** The project that it lives in. */
  readonly project: Referent | undefined;
}

/** A draft that was compared with the stored object. */
export interface ComparedDraft extends ResolvedDraft {
  readonly changes: readonly FieldChange[];
}

/** A draft whose scope in the permission hierarchy is known. */
export interface PlacedDraft extends ComparedDraft {
  /** The object itself, if it is a scope. */
  readonly scopeId: string;
  readonly otherScopeIds: readonly string[];
  /** The scope that contains it; for a scope, its parent. */
  readonly standsInId: string;
}

/** Adds what a step has found out. */
export const advance = <Draft extends ReadDraft, More extends object>(draft: Draft, more: More): Draft & More =>
  Object.assign(draft, more);

/** Whether the spec of a draft is the stored one. */
export const keepsSpec = (draft: ReadDraft): boolean => draft.keepsSpec === true;

export const isFound = (draft: ReadDraft): draft is FoundDraft => 'stored' in draft;
export const isResolved = (draft: ReadDraft): draft is ResolvedDraft => 'links' in draft;
export const isCompared = (draft: ReadDraft): draft is ComparedDraft => 'changes' in draft;
export const isPlaced = (draft: ReadDraft): draft is PlacedDraft => 'standsInId' in draft;

/** Notes what is wrong with a draft, with its place in the input. */
export function refuseDraft(draft: ReadDraft, violation: Violation, steps?: Steps): void {
  const { document } = draft.manifest;
  const { unread } = draft;
  if (unread.length > 0 && isInside(pathText(steps ?? stepsOf(violation.path ?? 'spec')), unread)) return;
  const about = { ...violation, objectId: draft.id };
  // Violations beyond the limit are not reported, so they need no position.
  if (draft.violations.length >= MOST_OF_OBJECT) draft.violations.push({ ...about, subject: draft.subject });
  else draft.violations.push(violationAt(document, draft.subject, steps ?? stepsOf(violation.path ?? 'spec'), about));
}

/** Whether a path is one of these, or inside or around one; the whole spec is around nothing. */
const isInside = (path: string, places: readonly string[]): boolean =>
  path !== 'spec' && places.some((place) => startsPath(place, path) || startsPath(path, place));
const startsPath = (start: string, path: string): boolean =>
  path.startsWith(start) && ['', '.', '['].includes(path.charAt(start.length));

/** Nothing is found wrong with what it says, as far as that can be understood. */
export const isSound = ({ violations, excused }: ReadDraft): boolean =>
  violations.every((violation) => excused.has(violation));
/** It is new, or differs from what is stored. */
export const isChanged = ({ stored, changes, isRepeated }: ComparedDraft): boolean =>
  stored === undefined || changes.length > 0 || isRepeated === true;

/** Of a stored object, nothing but labels and annotations. */
export const changesLabelsOnly = ({ stored, changes, isRepeated }: ComparedDraft): boolean =>
  stored !== undefined &&
  isRepeated !== true &&
  changes.every(({ path }) => /^metadata\.(labels|annotations)\b/.test(path));

/** Whether rules over rows may judge it otherwise than before, or something else follows from it. */
export const bearsOnOthers = (draft: ComparedDraft): boolean =>
  isChanged(draft) && !(draft.kind.labelsAreFree === true && changesLabelsOnly(draft));

export function toChange(draft: FoundDraft): Change {
  const { manifest, kind, id, spec = {}, stored, isRepeated } = draft;
  const { name, namespace, labels, annotations, group } = manifest;
  const before: CatalogObject | undefined = stored && { ...stored, kind: kind.kind };
  const repeated = isRepeated === true ? { isRepeated } : {};
  return { kind: kind.kind, group, id, name, namespace, labels, annotations, spec, before, ...repeated };
}

export const valueAt = (spec: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, step) => (isObject(inner) ? inner[step] : undefined), spec);
