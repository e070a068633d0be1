import type { Violation } from '../platform/errors.ts';
import type { FinalState } from './kind.ts';

/** A create or an update whose author has the right to it. */
export interface GuardedWrite {
  readonly kind: string;
  /** The scopes that contain it and exist already: before and after, home and others. */
  readonly scopeIds: readonly string[];
  addViolation(violation: Violation): void;
}

/**
 * A rule on everything that is made or changed by anyone but the system, whatever the kind, judged before other rules
 * and with one statement for the whole batch. It does not see deletions.
 */
export type WriteGuard = (writes: readonly GuardedWrite[], state: Pick<FinalState, 'query'>) => Promise<void>;
