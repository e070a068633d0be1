import { InvalidInputError } from '../../../platform/errors.ts';
import type { Catalog } from '../../model.ts';
import type { Position } from '../../read/cursor.ts';
import { asks } from '../../schema/asks.ts';
import type { Builder } from '../../schema/builder.ts';
import { kindsNamed } from '../../schema/queries.ts';
import { latestMoment, resolveMoment } from '../as-of.ts';
import { countDifferences, loadDifferences, type ObjectDifference } from '../difference.ts';
import { stateDifferences } from '../object-history.ts';
import { readPage } from '../page.ts';
import { onPresentRights } from '../present-rights.ts';
import { addConnection } from './add-connection.ts';
import type { FeedTypes } from './add-feed.ts';
import { readFeedFilter } from './feed-filter.ts';
import { type MomentType, toMoment } from './moment-input.ts';

/** `catalogDifference`: what is not at one moment what it was at another. */
export function addDifference(builder: Builder, catalog: Catalog, { state, actor, at }: FeedTypes & MomentType): void {
  const type = builder.enumType('ObjectDifferenceType', {
    description: 'How an object differs between two moments.',
    values: {
      ADDED: { description: 'It is there at the second moment only.' },
      MODIFIED: { description: 'It is another at the second moment.' },
      DELETED: { description: 'It was there at the first moment only.' },
    },
  });
  const difference = builder.objectRef<ObjectDifference>('ObjectDifference').implement({
    description: 'What has become of one object between two moments.',
    fields: (t) => ({
      type: t.field({
        type,
        description: 'How it differs.',
        resolve: ({ before, after }) => (before === null ? 'ADDED' : after === null ? 'DELETED' : 'MODIFIED'),
      }),
      kind: t.string({ description: 'Kind of the object.', resolve: ({ kind }) => kind.kind }),
      name: t.exposeString('name', { description: 'Name of the object.' }),
      uid: t.exposeString('id', { description: 'UUID of the object.' }),
      at: t.field({ type: 'DateTime', description: 'When it last changed in between.', resolve: (d) => d.at }),
      actor: t.field({
        type: actor,
        nullable: true,
        description: 'Who last changed it in between; null when you may not know.',
        resolve: (d) => d.actor,
      }),
      before: t.field({
        type: state,
        nullable: true,
        description: 'The object at the first moment.',
        resolve: ({ kind, before }) => (before === null ? null : { kind, state: before }),
      }),
      after: t.field({
        type: state,
        nullable: true,
        description: 'The object at the second moment.',
        resolve: ({ kind, after }) => (after === null ? null : { kind, state: after }),
      }),
      changes: t.field({
        type: ['FieldChange' as never],
        description: 'Every field that differs, for an object that is there at both.',
        resolve: ({ kind, before, after }) =>
          (before === null || after === null ? [] : stateDifferences(kind, before, after)) as never,
      }),
    }),
  });
  const differences = addConnection<ObjectDifference>(
    builder,
    'ObjectDifference',
    difference,
    'A page of what differs between two moments, by kind and name.',
  );
  builder.queryField('catalogDifference', (t) =>
    t.field({
      type: differences,
      nullable: false,
      description:
        'The objects that are not at the second moment what they were at the first: what was changed and changed back is not among them.',
      args: {
        from: t.arg({ type: at, required: true, description: 'The first moment.' }),
        to: t.arg({ type: at, description: 'The second moment; now when absent.' }),
        kinds: t.arg.stringList({ description: 'Kinds, plurals or short names; all kinds when absent.' }),
        first: t.arg.int({ description: 'How many; 50 when absent.' }),
        after: t.arg.string({ description: 'Cursor of the difference before the page.' }),
      },
      ...asks(({ kinds }) => ({ verb: 'list', kinds: kindsNamed(catalog, kinds).map(({ kind }) => kind) })),
      resolve: async (_root, args, context) => {
        const { history, limits, cursors } = context;
        const { kinds } = readFeedFilter(catalog, { kinds: args.kinds });
        const from = await resolveMoment(history.database, toMoment(args.from), 'from');
        const to = args.to
          ? await resolveMoment(history.database, toMoment(args.to), 'to')
          : await latestMoment(history.database);
        if (from.position > to.position) {
          const message = 'from comes after to';
          throw new InvalidInputError(message, { violations: [{ rule: 'RANGE', path: 'from', message }] });
        }
        const query = { from: from.position, to: to.position, kinds };
        // Without `to` the second moment moves on; a cursor is good for another page all the same.
        const list = JSON.stringify([
          String(from.position),
          args.to ? String(to.position) : null,
          kinds.map(({ kind }) => kind),
        ]);
        return readPage<ObjectDifference>(
          { limits, cursors, args, list },
          (after: Position | undefined, limit) => {
            const place = after && ([String(after[0]), String(after[1]), String(after[2])] as const);
            return onPresentRights(context, (reader) =>
              loadDifferences(catalog, history.database, reader, query, place, limit),
            );
          },
          ({ kind, name, id }) => [kind.kind, name, id],
          () =>
            onPresentRights(context, (reader) => countDifferences(history.database, reader, query, limits.maxCount)),
        );
      },
    }),
  );
}
