import type { Violation } from '../platform/errors.ts';
import type { CatalogObject, Change, FinalState, Remark } from './kind.ts';

/** What a batch has changed and deleted of some kinds. */
export interface TouchedObjects {
  readonly changes: readonly Change[];
  readonly gone: readonly CatalogObject[];
}

/**
 * Rules over rows of several kinds, asked once for a batch, on its final state: whatever has been changed or deleted may
 * have broken them. Violations and remarks are about objects of the batch, by `objectId`.
 */
export interface Judge {
  readonly kinds: readonly string[];
  readonly judge: (
    touched: TouchedObjects,
    state: FinalState,
  ) => Promise<{ readonly violations: readonly Violation[]; readonly remarks: readonly Remark[] }>;
}
