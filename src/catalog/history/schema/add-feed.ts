import type { Catalog } from '../../model.ts';
import { pageSize } from '../../read/page.ts';
import { auditTarget } from '../../schema/audit-target.ts';
import type { Builder } from '../../schema/builder.ts';
import type { RequestContext } from '../../schema/context.ts';
import { kindsNamed } from '../../schema/kind-named.ts';
import { eventTypes, type FeedEvent, type FeedStep } from '../feed.ts';
import { follow } from '../follow.ts';
import { onPresentRights } from '../present-rights.ts';
import type { addActorType } from './actor-type.ts';
import { addFeedFilter, readFeedFilter } from './feed-filter.ts';
import type { addStateType } from './state-type.ts';

const meanings = {
  ADDED: 'An object is there that was not, or has come to fit the filter or into sight.',
  MODIFIED: 'An object has changed.',
  DELETED: 'An object is gone, or has left the filter or your sight.',
  BOOKMARK: 'Everything up to `cursor` has been told.',
  RESET: 'What was told is void: forget it; the present state follows.',
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
    description: 'What a message of the feed tells.',
    values: Object.fromEntries(eventTypes.map((name) => [name, { description: meanings[name] }])),
  });
  const event = builder.objectRef<FeedEvent>('ChangeEvent').implement({
    description: 'A message of the change feed.',
    fields: (t) => ({
      type: t.field({ type, description: 'What it tells.', resolve: (e) => e.type }),
      reason: t.string({
        nullable: true,
        description:
          'Of a deletion: `DELETED` for a real one, `FILTERED` when the object has left the filter or your sight. Of a reset: `CURSOR_EXPIRED`, `CURSOR_UNKNOWN` or `RIGHTS_CHANGED`.',
        resolve: (e) => e.reason,
      }),
      cursor: t.string({
        nullable: true,
        description: 'To go on behind this message: `changes(after:)`. Null for a reset.',
        resolve: (e) => e.cursor,
      }),
      initial: t.boolean({ description: 'It is part of the state at the beginning.', resolve: (e) => e.isInitial }),
      initialComplete: t.boolean({
        description: 'The state at the beginning has been told whole; what follows is live.',
        resolve: (e) => e.isInitialComplete,
      }),
      position: t.field({
        type: 'BigInt',
        nullable: true,
        description: 'Place of the change in the one order of all changes.',
        resolve: (e) => e.position,
      }),
      commit: t.field({
        type: 'BigInt',
        nullable: true,
        description: 'The same for all changes of one transaction.',
        resolve: (e) => e.commit,
      }),
      at: t.field({ type: 'DateTime', nullable: true, description: 'When it was committed.', resolve: (e) => e.at }),
      kind: t.string({ nullable: true, description: 'Kind of the object.', resolve: (e) => e.kind?.kind ?? null }),
      name: t.string({ nullable: true, description: 'Name of the object.', resolve: (e) => e.state?.name ?? null }),
      uid: t.string({ nullable: true, description: 'UUID of the object.', resolve: (e) => e.state?.id ?? null }),
      object: t.field({
        type: state,
        nullable: true,
        description: 'The object after the change; of a deletion as you last saw it.',
        resolve: (e) => (e.kind === null || e.state === null ? null : { kind: e.kind, state: e.state }),
      }),
      changedFields: t.stringList({
        description: 'Of a modification: paths of the fields that differ; a list counts as one field.',
        resolve: (e) => [...e.changedFields],
      }),
      previousRevision: t.field({
        type: 'BigInt',
        nullable: true,
        description: 'The object’s revision before.',
        resolve: (e) => e.previousRevision,
      }),
      actor: t.field({
        type: actor,
        nullable: true,
        description: 'Who did it; null when you may not know.',
        resolve: (e) => e.actor,
      }),
    }),
  });
  const page = builder.objectRef<FeedStep>('ChangePage').implement({
    description: 'A stretch of the change feed.',
    fields: (t) => ({
      events: t.field({ type: [event], description: 'What happened, in order.', resolve: (p) => [...p.events] }),
      cursor: t.string({
        description: 'To go on from, whether or not anything happened: `changes(after:)`.',
        resolve: (p) => p.cursor,
      }),
      isCurrent: t.boolean({ description: 'There is nothing more for now.', resolve: (p) => p.isCurrent }),
    }),
  });

  builder.queryField('changes', (t) =>
    t.field({
      type: page,
      nullable: false,
      description:
        'What has happened since a cursor, in the one order in which it was committed; without a cursor the present state, page by page, and then what follows it. Fails with `CURSOR_EXPIRED` when the cursor is too old or your rights have changed, and with `CURSOR_UNKNOWN` when it is not of this catalog: then begin again without one.',
      args: {
        after: t.arg.string({ description: 'The last cursor.' }),
        first: t.arg.int({ description: 'At most so many events (a bookmark may come on top); 50 when absent.' }),
        filter: t.arg({ type: filter, description: 'Which objects.' }),
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
    description: 'What can be followed as it happens, over server-sent events or WebSocket.',
    fields: (t) => ({
      changes: t.field({
        type: event,
        nullable: false,
        description:
          'Every change as it is committed, at least once and in order. It ends with a bookmark when your token expires. After that or a lost connection subscribe again with `after` set to the last cursor: clients that repeat the first variables begin anew instead.',
        args: {
          after: t.arg.string({ description: 'Go on behind this cursor.' }),
          filter: t.arg({ type: filter, description: 'Which objects.' }),
          initial: t.arg.boolean({
            defaultValue: true,
            description: 'Without `after`: tell the present state first, then a bookmark with `initialComplete`.',
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
