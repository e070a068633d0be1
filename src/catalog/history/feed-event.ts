import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { KindModel } from '../model.ts';
import type { Requirement } from '../selector/parse.ts';
import type { ObjectState } from './state-sql.ts';
import type { Actor } from './stored-change.ts';

export const eventTypes = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'RESET'] as const;
export type EventType = (typeof eventTypes)[number];

/** One message of the feed. A bookmark and a reset have a type, a reason and a cursor, and no object. */
export interface FeedEvent {
  readonly type: EventType;
  /** On a deletion: DELETED or FILTERED; on a reset: why. */
  readonly reason: string | null;
  /** Null on a reset, after which the reader starts anew. */
  readonly cursor: string | null;
  readonly isInitial: boolean;
  /** On a bookmark: the initial state is complete. */
  readonly isInitialComplete: boolean;
  readonly position: bigint | null;
  readonly commit: bigint | null;
  readonly at: string | null;
  readonly kind: KindModel | null;
  readonly state: ObjectState | null;
  readonly changedFields: readonly string[];
  readonly previousRevision: bigint | null;
  readonly actor: Actor | null;
}

/** Which changes a reader wants. */
export interface FeedFilter {
  readonly kinds: readonly KindModel[];
  readonly names: readonly string[] | undefined;
  /** Uid of a scope: only objects in it or below it. */
  readonly scopeId: string | undefined;
  readonly requirements: readonly Requirement[];
  /** The filter as text; a cursor is valid for one filter only. */
  readonly fingerprint: string;
}

export interface FeedReader {
  readonly access: Access;
  readonly caller: Caller;
}

export interface FeedStep {
  readonly events: readonly FeedEvent[];
  readonly cursor: string;
  /** Everything committed so far has been read. */
  readonly isCurrent: boolean;
}

/** The fields of an event that is about no object. */
export const withoutObject = {
  isInitial: false,
  isInitialComplete: false,
  position: null,
  commit: null,
  at: null,
  kind: null,
  state: null,
  changedFields: [],
  previousRevision: null,
  actor: null,
} as const;
