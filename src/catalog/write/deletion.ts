import type { Violation } from '../../platform/errors.ts';
import { violationAt } from '../manifests/document.ts';
import { stepsOf } from '../manifests/path.ts';
import type { LoadedObject } from './loaded-object.ts';
import type { DeleteOperation, Warning } from './operation.ts';
import type { Owned } from './owned.ts';

/** An object that is to be deleted. */
export interface PendingDeletion {
  /** Which operation of the batch asks for it. */
  readonly operation: number;
  readonly wanted: DeleteOperation;
  readonly subject: string;
  readonly violations: Violation[];
  readonly warnings: Warning[];
}

/** A deletion whose object was found. */
export interface FoundDeletion extends PendingDeletion {
  readonly stored: LoadedObject | undefined;
  /** The objects that are deleted with it. */
  readonly owned: readonly Owned[];
}

export const newDeletion = (operation: number, wanted: DeleteOperation): PendingDeletion => ({
  operation,
  wanted,
  subject: `${wanted.kind.kind}/${wanted.target.name ?? wanted.target.id}`,
  violations: [],
  warnings: [],
});

export const isFoundDeletion = (deletion: PendingDeletion): deletion is FoundDeletion => 'owned' in deletion;

/** Adds a violation to a deletion, with its position in the input. */
export function refuseDeletion(deletion: PendingDeletion, violation: Violation): void {
  const { wanted, subject, violations } = deletion;
  const { document, positionOf } = wanted;
  const origin =
    document ?? (positionOf === undefined ? undefined : { source: undefined, line: undefined, positionOf });
  const stored = isFoundDeletion(deletion) ? deletion.stored : undefined;
  const { path = 'metadata.name', ...rest } = violation;
  const about = { subject, ...(stored !== undefined && { objectId: stored.id }), ...rest };
  violations.push(origin === undefined ? about : violationAt(origin, subject, stepsOf(path), about));
}
