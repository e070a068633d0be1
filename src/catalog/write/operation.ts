import type { Violation } from '../../platform/errors.ts';
import type { FieldChange } from '../differences.ts';
import type { RefField, RefsField } from '../fields.ts';
import type { Change } from '../kind.ts';
import type { Head, InputPosition } from '../manifests/document.ts';
import type { ManifestFile, ParsedDocument } from '../manifests/parse.ts';
import type { Steps } from '../manifests/path.ts';
import type { ReadOptions, Warning } from '../manifests/read-document.ts';
import type { ActionModel, KindModel } from '../model.ts';
import type { Report } from '../report.ts';

/** An object as a request names it: by its uid, or by its name, with namespace, project and group where needed. */
export interface Selector {
  readonly id?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly project?: string;
  /** API group, for kinds that are served in several. */
  readonly group?: string;
}

/** Conditions on a stored object, without which an operation is refused. */
export interface Precondition {
  readonly id?: string;
  readonly revision?: bigint;
}

/** A reference that a request wrote as a uid; the name takes its place once the object is known. */
export interface UidReference {
  readonly field: RefField | RefsField;
  /** The kinds that it can refer to. */
  readonly kinds: readonly KindModel[];
  readonly uid: string;
  /** Path in the manifest. */
  readonly steps: Steps;
  /** Puts the reference in its written form into the content. */
  readonly write: (written: unknown) => void;
}

/** The fields of an object that a request sets, as in its manifest; `null` clears a field. */
export interface Content {
  readonly labels?: Readonly<Record<string, string | null>> | null;
  readonly annotations?: Readonly<Record<string, string | null>> | null;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly uidReferences: readonly UidReference[];
}

/** Gives the position in the request of what the manifest has at a path. */
export type InputPositionOf = (path: Steps) => InputPosition;

/** The manager that applies manifests, and owns their fields (field-owners.ts). */
export interface FieldManager {
  readonly name: string;
  /** Takes fields over from other managers instead of being refused. */
  readonly force: boolean;
}

/** Brings objects into the state that manifests describe. */
export interface ApplyOperation extends ReadOptions {
  readonly do: 'apply';
  readonly files: readonly ManifestFile[];
  readonly manager?: FieldManager;
  /** What the documents state as a draft is published. */
  readonly publish?: boolean;
  /** What exists already is refused, and documents may ask for a name of their own (`metadata.generateName`). */
  readonly createOnly?: boolean;
}

export interface CreateOperation {
  readonly do: 'create';
  readonly kind: KindModel;
  readonly group?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly project?: string;
  readonly content: Content;
  readonly positionOf: InputPositionOf;
}

/** Changes the fields in `content`, and no others. */
export interface UpdateOperation {
  readonly do: 'update';
  readonly kind: KindModel;
  readonly target: Selector;
  readonly content: Content;
  readonly precondition?: Precondition;
  readonly positionOf: InputPositionOf;
  /** It takes effect also where no field changes. */
  readonly isRepeated?: true;
}

/**
 * Only labels and annotations: no rule reads those of other objects than the one that it judges, and nothing is found,
 * named or placed by them. So what one request changes cannot make another one right or wrong.
 */
export const changesNoField = ({ content, isRepeated }: UpdateOperation): boolean =>
  isRepeated !== true && Object.keys(content.spec).length === 0 && content.uidReferences.length === 0;

export interface DeleteOperation {
  readonly do: 'delete';
  readonly kind: KindModel;
  readonly target: Selector;
  readonly precondition?: Precondition;
  /** Deletes what the object owns as well. */
  readonly cascade?: boolean;
  /** Deletes the cables as well that are plugged in there. */
  readonly disconnect?: boolean;
  /** An object that does not exist is no error. */
  readonly allowMissing?: boolean;
  /** The document that describes it, or the place in the request. */
  readonly document?: ParsedDocument;
  readonly positionOf?: InputPositionOf;
}

/** An action, which becomes operations of the other sorts inside the transaction. */
export interface ActOperation {
  readonly do: 'act';
  readonly action: ActionModel;
  readonly content: Content;
  readonly positionOf: InputPositionOf;
}

export type Operation = ApplyOperation | CreateOperation | UpdateOperation | DeleteOperation | ActOperation;

/** The outcome of creating or changing an object. */
export type WrittenOutcome = 'CREATED' | 'UPDATED' | 'UNCHANGED' | 'REFUSED';
/** The outcome of deleting an object. */
export type DeletedOutcome = 'DELETED' | 'ABSENT' | 'REFUSED';
export type OperationOutcome = WrittenOutcome | DeletedOutcome;

/** A possible mistake in an accepted change. */
export type { Warning };

/** What the transaction found for a report on a change. */
export interface FoundReport {
  readonly report: Report;
  readonly change: Change;
  readonly row: Readonly<Record<string, unknown>>;
}

/** The result for one object of a batch. */
export interface OperationResult<Outcome extends OperationOutcome = OperationOutcome> extends Head {
  /** Which operation it belongs to, from 0; an apply of many documents has many results. */
  readonly operation: number;
  readonly source?: string;
  readonly line?: number;
  readonly project?: string;
  readonly outcome: Outcome;
  readonly changes: readonly FieldChange[];
  readonly violations: readonly Violation[];
  readonly warnings: readonly Warning[];
  /** Uid of the object; absent for one that was refused or, in a trial, would be new. */
  readonly id?: string;
  readonly reports?: readonly FoundReport[];
  /** The objects that were deleted with it because it owned them. */
  readonly owned?: readonly { readonly kind: string; readonly name: string; readonly id: string }[];
}
