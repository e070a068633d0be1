import type { Builder } from '../../schema/builder.ts';
import { eventTypes, type FeedEvent, type FeedStep } from '../feed-event.ts';
import type { addActorType } from './actor-type.ts';
import type { addStateType } from './state-type.ts';

const meanings = {
  ADDED: 'An object was created, or now fits `where`, or may now be read by you.',
  MODIFIED: 'An object was changed.',
  DELETED: 'An object was deleted, or no longer fits `where`, or may no longer be read by you.',
  BOOKMARK: 'All changes up to `cursor` have been sent.',
  RESET: 'Discard what you have received: the current state follows from the beginning.',
} as const;

export interface FeedTypes {
  readonly state: ReturnType<typeof addStateType>;
  readonly actor: ReturnType<typeof addActorType>;
}

/** The type `ChangeEvent`: a message of the change feed. */
export function addChangeEvent(builder: Builder, { state, actor }: FeedTypes) {
  const type = builder.enumType('ChangeEventType', {
    description: 'The type of a message of the change feed.',
    values: Object.fromEntries(eventTypes.map((name) => [name, { description: meanings[name] }])),
  });
  return builder.objectRef<FeedEvent>('ChangeEvent').implement({
    description: 'A message of the change feed.',
    fields: (t) => ({
      type: t.field({ type, description: 'The type of the message.', resolve: (e) => e.type }),
      reason: t.string({
        nullable: true,
        description:
          'For `DELETED`: `DELETED` if the object was deleted, `FILTERED` if it no longer fits `where` or you may no longer read it. For `RESET`: `CURSOR_EXPIRED`, `CURSOR_UNKNOWN` or `RIGHTS_CHANGED`.',
        resolve: (e) => e.reason,
      }),
      cursor: t.string({
        nullable: true,
        description: 'Pass it to `changes(after:)` to continue after this message. Null for `RESET`.',
        resolve: (e) => e.cursor,
      }),
      initial: t.boolean({ description: 'The object is part of the initial state.', resolve: (e) => e.isInitial }),
      initialComplete: t.boolean({
        description: 'The initial state is complete; changes follow.',
        resolve: (e) => e.isInitialComplete,
      }),
      position: t.field({
        type: 'BigInt',
        nullable: true,
        description: 'Position of the change in the sequence of all changes.',
        resolve: (e) => e.position,
      }),
      commit: t.field({
        type: 'BigInt',
        nullable: true,
        description: 'Number of the transaction: the same for all changes that were committed together.',
        resolve: (e) => e.commit,
      }),
      at: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the change was committed.',
        resolve: (e) => e.at,
      }),
      kind: t.string({ nullable: true, description: 'Kind of the object.', resolve: (e) => e.kind?.kind ?? null }),
      name: t.string({ nullable: true, description: 'Name of the object.', resolve: (e) => e.state?.name ?? null }),
      uid: t.string({ nullable: true, description: 'UUID of the object.', resolve: (e) => e.state?.id ?? null }),
      object: t.field({
        type: state,
        nullable: true,
        description: 'The object after the change; for `DELETED` as you could last read it.',
        resolve: (e) => (e.kind === null || e.state === null ? null : { kind: e.kind, state: e.state }),
      }),
      changedFields: t.stringList({
        description: 'For `MODIFIED`: paths of the fields that changed. A list counts as one field.',
        resolve: (e) => [...e.changedFields],
      }),
      previousRevision: t.field({
        type: 'BigInt',
        nullable: true,
        description: 'Revision of the object before the change.',
        resolve: (e) => e.previousRevision,
      }),
      actor: t.field({
        type: actor,
        nullable: true,
        description: 'Who made the change; null if you may not read the audit log there.',
        resolve: (e) => e.actor,
      }),
    }),
  });
}

/** The type `ChangePage`: some messages of the change feed, one after another. */
export const addChangePage = (builder: Builder, event: ReturnType<typeof addChangeEvent>) =>
  builder.objectRef<FeedStep>('ChangePage').implement({
    description: 'A page of the change feed.',
    fields: (t) => ({
      events: t.field({
        type: [event],
        description: 'The messages, in the order of the changes.',
        resolve: (p) => [...p.events],
      }),
      cursor: t.string({
        description: 'Pass it to `changes(after:)` to get the next page, even if this one is empty.',
        resolve: (p) => p.cursor,
      }),
      isCurrent: t.boolean({
        description: 'The page reaches the last change that has been committed.',
        resolve: (p) => p.isCurrent,
      }),
    }),
  });
