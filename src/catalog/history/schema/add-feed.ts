import type { Catalog } from '../../model.ts';
import { pageSize } from '../../read/page.ts';
import { auditTarget } from '../../schema/audit-target.ts';
import type { Builder } from '../../schema/builder.ts';
import { getKindsByName } from '../../schema/kinds-by-name.ts';
import type { FeedEvent, FeedReader } from '../feed-event.ts';
import { follow } from '../follow.ts';
import { onPresentRights, sharedOnPresentRights } from '../present-rights.ts';
import { addChangeEvent, addChangePage, type FeedTypes } from './change-event-type.ts';
import { addFeedWhere, readFeedWhere } from './feed-where.ts';
import { whileValid } from './while-valid.ts';

const asksWatch = (catalog: Catalog) =>
  auditTarget(({ where }) => {
    const { kinds } = (where ?? {}) as { readonly kinds?: unknown };
    return { verb: 'watch', kinds: getKindsByName(catalog, kinds).map(({ kind }) => kind) };
  });

/** `changes`: as a query for those who ask now and then, and as a subscription. */
export function addFeed(builder: Builder, catalog: Catalog, types: FeedTypes): void {
  const wheres = addFeedWhere(builder);
  const event = addChangeEvent(builder, types);
  const page = addChangePage(builder, event);

  builder.queryField('changes', (t) =>
    t.field({
      type: page,
      nullable: false,
      description:
        'The changes after a cursor, in the order in which they were committed. Without a cursor: the current state, page by page, and then the changes that follow it. Fails with `CURSOR_EXPIRED` if the cursor is too old or your permissions have changed, and with `CURSOR_UNKNOWN` if it is from another catalog: then start again without a cursor.',
      args: {
        after: t.arg.string({ description: 'The cursor of the previous page.' }),
        first: t.arg.int({ description: 'The maximum number of messages, not counting a bookmark. Default: 50.' }),
        where: t.arg({ type: wheres, description: 'Report only changes of these objects.' }),
      },
      ...asksWatch(catalog),
      resolve: (_root, args, context) => {
        const wanted = readFeedWhere(catalog, args.where);
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
          where: t.arg({ type: wheres, description: 'Report only changes of these objects.' }),
          initial: t.arg.boolean({
            defaultValue: true,
            description: 'Without `after`: send the current state first, then a bookmark with `initialComplete`.',
          }),
        },
        ...asksWatch(catalog),
        subscribe: (_root, args, context) => {
          const { feed, wakeUp } = context.history;
          const wanted = readFeedWhere(catalog, args.where);
          return follow({
            step: (cursor, limit) => {
              const read = (reader: FeedReader) => feed.step(reader, wanted, cursor, limit);
              if (cursor === undefined) return onPresentRights(context, read);
              // The cursor names the filter and the position. A read that began before the last hint may have missed it.
              return sharedOnPresentRights(context, JSON.stringify([wakeUp.count, limit, cursor]), read);
            },
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
