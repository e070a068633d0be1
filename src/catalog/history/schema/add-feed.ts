import type { Catalog } from '../../model.ts';
import { pageSize } from '../../read/page.ts';
import { auditTarget } from '../../schema/audit-target.ts';
import type { Builder } from '../../schema/builder.ts';
import type { RequestContext } from '../../schema/context.ts';
import { kindsNamed } from '../../schema/kind-named.ts';
import { eventTypes, type FeedEvent, type FeedStep } from '../feed-event.ts';
import { follow } from '../follow.ts';
import { onPresentRights } from '../present-rights.ts';
import type { addActorType } from './actor-type.ts';
import { addFeedFilter, readFeedFilter } from './feed-filter.ts';
import type { addStateType } from './state-type.ts';

const meanings = {
  ADDED: 'An object was created, or now meets the filter, or may now be read by you.',
  MODIFIED: 'An object was changed.',
  DELETED: 'An object was deleted, or no longer meets the filter, or may no longer be read by you.',
  BOOKMARK: 'All changes up to `cursor` have been sent.',
  RESET: 'Discard what you have received: the current state follows from the beginning.',
} as const;

/** Until the service ends, nobody listens any longer, or the caller's token expires: nobody listens on without one. */
function whileValid({ history, gone, expiresAt }: RequestContext): AbortSignal {
  if (expiresAt === undefined) return AbortSignal.any([history.closing, gone]);
  const leftMs = Math.max(0, expiresAt * 1_000 - Date.now());
  return AbortSignal.any([history.closing, gone, AbortSignal.timeout(Math.min(leftMs, 2 ** 31 - 1))]);
}

export interface FeedTypes {
  readonly state: ReturnType<typeof addStateType>;
  readonly actor: ReturnType<typeof addActorType>;
}

const asksWatch = (catalog: Catalog) =>
  auditTarget(({ filter }) => {
    const { kinds } = (filter ?? {}) as { readonly kinds?: unknown };
    return { verb: 'watch', kinds: kindsNamed(catalog, kinds).map(({ kind }) => kind) };
  });

/** `changes`: as a query for those who ask now and then, and as a subscription. */
export function addFeed(builder: Builder, catalog: Catalog, { state, actor }: FeedTypes): void {
  const filter = addFeedFilter(builder);
  const type = builder.enumType('ChangeEventType', {
    description: 'The type of a message of the change feed.',
    values: Object.fromEntries(eventTypes.map((name) => [name, { description: meanings[name] }])),
  });
  const event = builder.objectRef<FeedEvent>('ChangeEvent').implement({
    description: 'A message of the change feed.',
    fields: (t) => ({
      type: t.field({ type, description: 'The type of the message.', resolve: (e) => e.type }),
      reason: t.string({
        nullable: true,
        description:
          'For `DELETED`: `DELETED` if the object was deleted, `FILTERED` if it no longer meets the filter or you may no longer read it. For `RESET`: `CURSOR_EXPIRED`, `CURSOR_UNKNOWN` or `RIGHTS_CHANGED`.',
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
  const page = builder.objectRef<FeedStep>('ChangePage').implement({
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

  builder.queryField('changes', (t) =>
    t.field({
      type: page,
      nullable: false,
      description:
        'The changes after a cursor, in the order in which they were committed. Without a cursor: the current state, page by page, and then the changes that follow it. Fails with `CURSOR_EXPIRED` if the cursor is too old or your permissions have changed, and with `CURSOR_UNKNOWN` if it is from another catalog: then start again without a cursor.',
      args: {
        after: t.arg.string({ description: 'The cursor of the previous page.' }),
        first: t.arg.int({ description: 'The maximum number of messages, not counting a bookmark. Default: 50.' }),
        filter: t.arg({ type: filter, description: 'Report only changes of these objects.' }),
      },
      ...asksWatch(catalog),
      resolve: (_root, args, context) => {
        const wanted = readFeedFilter(catalog, args.filter);
        const cursor = typeof args.after === 'string' ? args.after : undefined;
        const limit = pageSize(context, args, 'first') ?? context.limits.defaultPage;
        return onPresentRights(context, (reader) => context.history.feed.step(reader, wanted, cursor, limit));
      },
    }),
  );

  builder.subscriptionType({
    description: 'Data that is sent as it changes, over server-sent events or WebSocket.',
    fields: (t) => ({
      changes: t.field({
        type: event,
        nullable: false,
        description:
          'Every change as it is committed, at least once and in order. The subscription ends with a bookmark when your token expires. To continue then, or after a lost connection, subscribe again with `after` set to the last cursor you received; with the first variables you would start from the beginning.',
        args: {
          after: t.arg.string({ description: 'Continue after this cursor.' }),
          filter: t.arg({ type: filter, description: 'Report only changes of these objects.' }),
          initial: t.arg.boolean({
            defaultValue: true,
            description: 'Without `after`: send the current state first, then a bookmark with `initialComplete`.',
          }),
        },
        ...asksWatch(catalog),
        subscribe: (_root, args, context) => {
          const { feed, wakeUp } = context.history;
          const wanted = readFeedFilter(catalog, args.filter);
          return follow({
            step: (cursor, limit) => onPresentRights(context, (reader) => feed.step(reader, wanted, cursor, limit)),
            now: () => onPresentRights(context, (reader) => feed.now(reader, wanted)),
            wakeUp,
            after: typeof args.after === 'string' ? args.after : undefined,
            sendsInitial: args.initial !== false,
            signal: whileValid(context),
          });
        },
        resolve: (one) => one as FeedEvent,
      }),
    }),
  });
}
