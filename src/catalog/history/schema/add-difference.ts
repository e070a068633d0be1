import { invalidInput } from '../../../platform/errors.ts';
import type { Catalog } from '../../model.ts';
import { readPagedList } from '../../read/paged-list.ts';
import { auditTarget } from '../../schema/audit-target.ts';
import type { Builder } from '../../schema/builder.ts';
import { addConnection } from '../../schema/connection-type.ts';
import { type DynamicTypes, dynamicArguments, typeNamed } from '../../schema/dynamic-types.ts';
import { kindsNamed } from '../../schema/kind-named.ts';
import { pageArguments } from '../../schema/page-arguments.ts';
import { latestMoment, resolveMoment } from '../as-of.ts';
import { countDifferences, differenceOrder, loadDifferences, type ObjectDifference } from '../difference.ts';
import { stateDifferences } from '../object-history.ts';
import { onPresentRights } from '../present-rights.ts';
import type { FeedTypes } from './add-feed.ts';
import { readFeedFilter } from './feed-filter.ts';
import { type MomentType, toMoment } from './moment-input.ts';

/** `catalogDifference`: objects that differ between two moments. */
export function addDifference(
  builder: Builder,
  types: DynamicTypes,
  catalog: Catalog,
  { state, actor, at }: FeedTypes & MomentType,
): void {
  const type = builder.enumType('ObjectDifferenceType', {
    description: 'How an object differs between two moments.',
    values: {
      ADDED: { description: 'The object exists at the second moment only.' },
      MODIFIED: { description: 'The object exists at both moments and differs.' },
      DELETED: { description: 'The object exists at the first moment only.' },
    },
  });
  builder.objectRef<ObjectDifference>('ObjectDifference').implement({
    description: 'An object that differs between two moments.',
    fields: (t) => ({
      type: t.field({
        type,
        description: 'Whether the object was added, modified or deleted.',
        resolve: ({ before, after }) => (before === null ? 'ADDED' : after === null ? 'DELETED' : 'MODIFIED'),
      }),
      kind: t.string({ description: 'Kind of the object.', resolve: ({ kind }) => kind.kind }),
      name: t.exposeString('name', { description: 'Name of the object.' }),
      uid: t.exposeString('id', { description: 'UUID of the object.' }),
      at: t.field({
        type: 'DateTime',
        description: 'When the object last changed between the two moments.',
        resolve: (d) => d.at,
      }),
      actor: t.field({
        type: actor,
        nullable: true,
        description:
          'Who last changed the object between the two moments; null if you may not read the audit log there.',
        resolve: (d) => d.actor,
      }),
      before: t.field({
        type: state,
        nullable: true,
        description: 'The object at the first moment; null if it did not exist.',
        resolve: ({ kind, before }) => (before === null ? null : { kind, state: before }),
      }),
      after: t.field({
        type: state,
        nullable: true,
        description: 'The object at the second moment; null if it did not exist.',
        resolve: ({ kind, after }) => (after === null ? null : { kind, state: after }),
      }),
      changes: t.field({
        type: ['FieldChange'],
        description: 'The fields that differ, for an object that exists at both moments.',
        resolve: ({ kind, before, after }) =>
          before === null || after === null ? [] : stateDifferences(kind, before, after),
      }),
    }),
  });
  addConnection(types, 'ObjectDifference', 'One page of the differences between two moments, sorted by kind and name.');
  builder.queryField('catalogDifference', (t) =>
    t.field({
      type: typeNamed('ObjectDifferenceConnection'),
      description:
        'Compares the catalog at two moments: the objects that were added, modified or deleted. An object that is the same at both moments is not listed, even if it changed in between.',
      args: {
        from: t.arg({ type: at, required: true, description: 'The earlier moment.' }),
        to: t.arg({ type: at, description: 'The later moment. Default: now.' }),
        kinds: t.arg.stringList({
          description:
            'Compare only objects of these kinds: their names, plurals or short names, in any case. Default: all kinds.',
        }),
        ...dynamicArguments(t, pageArguments()),
      },
      ...auditTarget(({ kinds }) => ({ verb: 'list', kinds: kindsNamed(catalog, kinds).map(({ kind }) => kind) })),
      resolve: async (_root, args, context, info) => {
        const { database } = context.history;
        const { kinds } = readFeedFilter(catalog, { kinds: args.kinds });
        const from = await resolveMoment(database, toMoment(args.from), 'from');
        const to = args.to ? await resolveMoment(database, toMoment(args.to), 'to') : await latestMoment(database);
        if (from.position > to.position) {
          throw invalidInput({ rule: 'RANGE', path: 'from', message: 'from comes after to' });
        }
        const query = { from: from.position, to: to.position, kinds };
        // Without `to` the second moment is now; a cursor is valid for the next page all the same.
        const compared = [String(from.position), args.to ? String(to.position) : null, kinds.map(({ kind }) => kind)];
        return readPagedList<ObjectDifference>(context, info, args, {
          name: JSON.stringify(compared),
          order: differenceOrder,
          positionOf: ({ kind, name, id }) => [kind.kind, name, id],
          load: (rows) => onPresentRights(context, (reader) => loadDifferences(catalog, database, reader, query, rows)),
          count: (limit) => onPresentRights(context, (reader) => countDifferences(database, reader, query, limit)),
        });
      },
    }),
  );
}
