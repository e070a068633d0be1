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
  ADDED: 'An object was created, or now fits the filter, or you may now see it.',
  MODIFIED: 'An object was changed.',
  DELETED: 'An object was deleted, or no longer fits the filter, or you may no longer see it.',
  BOOKMARK: 'Every event up to `cursor` has been sent.',
  RESET: 'Discard everything that was sent before: the present state follows.',
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
    description: 'What an event of the change feed says.',
    values: Object.fromEntries(eventTypes.map((name) => [name, { description: meanings[name] }])),
  });
  const event = builder.objectRef<FeedEvent>('ChangeEvent').implement({
    description: 'One event of the change feed.',
    fields: (t) => ({
      type: t.field({ type, description: 'What happened.', resolve: (e) => e.type }),
      reason: t.string({
        nullable: true,
        description:
          'For an event of type `DELETED`: `DELETED` when the object was deleted, `FILTERED` when it no longer fits the filter or you may no longer see it. For `RESET`: `CURSOR_EXPIRED`, `CURSOR_UNKNOWN` or `RIGHTS_CHANGED`.',
        resolve: (e) => e.reason,
      }),
      cursor: t.string({
        nullable: true,
        description: 'Cursor after this event, for `changes(after:)`; null for `RESET`.',
        resolve: (e) => e.cursor,
      }),
      initial: t.boolean({
        description: 'Whether the event is part of the present state, which is sent first.',
        resolve: (e) => e.isInitial,
      }),
      initialComplete: t.boolean({
        description: 'Whether the present state is now complete; the events that follow are changes.',
        resolve: (e) => e.isInitialComplete,
      }),
      position: t.field({
        type: 'BigInt',
        nullable: true,
        description: 'Position of the change. Positions are numbers in the order in which changes were committed.',
        resolve: (e) => e.position,
      }),
      commit: t.field({
        type: 'BigInt',
        nullable: true,
        description: 'Number of the transaction: all changes of one transaction have the same.',
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
        description: 'The object after the change; for `DELETED`, the object as you last saw it.',
        resolve: (e) => (e.kind === null || e.state === null ? null : { kind: e.kind, state: e.state }),
      }),
      changedFields: t.stringList({
        description: 'For `MODIFIED`, the paths of the fields that differ. A list counts as one field.',
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
        description: 'Who made the change; null when you may not see that.',
        resolve: (e) => e.actor,
      }),
    }),
  });
  const page = builder.objectRef<FeedStep>('ChangePage').implement({
    description: 'Some events of the change feed, and the cursor after them.',
    fields: (t) => ({
      events: t.field({ type: [event], description: 'The events, in order.', resolve: (p) => [...p.events] }),
      cursor: t.string({
        description: 'Cursor for the next call, `changes(after:)`, also when there are no events.',
        resolve: (p) => p.cursor,
      }),
      isCurrent: t.boolean({ description: 'Whether there are no more events for now.', resolve: (p) => p.isCurrent }),
    }),
  });

  builder.queryField('changes', (t) =>
    t.field({
      type: page,
      nullable: false,
      description:
        'The changes since a cursor, in the order in which they were committed. Without a cursor: the present state, page by page, and then the changes that follow. Fails with `CURSOR_EXPIRED` when the cursor is too old or your permissions have changed, and with `CURSOR_UNKNOWN` when the cursor is not of this catalog; then start again without a cursor.',
      args: {
        after: t.arg.string({ description: 'Cursor of the last event that you have received.' }),
        first: t.arg.int({
          description: 'How many events to return at most; one more, a bookmark, may follow. Default: 50.',
        }),
        filter: t.arg({ type: filter, description: 'Which objects to follow.' }),
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
    description: 'Everything that can be subscribed to, over server-sent events or WebSocket.',
    fields: (t) => ({
      changes: t.field({
        type: event,
        nullable: false,
        description:
          'Every change as it is committed, in order and at least once. The subscription ends with a bookmark when your token expires. After that, or after a lost connection, subscribe again with `after` set to the last cursor. A client that repeats its first variables starts from the beginning.',
        args: {
          after: t.arg.string({ description: 'Send the events after this cursor.' }),
          filter: t.arg({ type: filter, description: 'Which objects to follow.' }),
          initial: t.arg.boolean({
            defaultValue: true,
            description:
              'Without `after`: whether to send the present state first, followed by a bookmark with `initialComplete`.',
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
