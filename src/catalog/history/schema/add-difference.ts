import { invalidInput } from '../../../platform/errors.ts';
import type { Catalog } from '../../model.ts';
import { readPagedList } from '../../read/paged-list.ts';
import { auditTarget } from '../../schema/audit-target.ts';
import type { Builder } from '../../schema/builder.ts';
import { addConnection } from '../../schema/connection-type.ts';
import { type DynamicTypes, dynamicArguments, typeNamed } from '../../schema/dynamic-types.ts';
import { getKindsByName } from '../../schema/kinds-by-name.ts';
import { pageArguments } from '../../schema/page-arguments.ts';
import { latestMoment, resolveMoment } from '../as-of.ts';
import { countDifferences, differenceOrder, loadDifferences, type ObjectDifference } from '../difference.ts';
import { onPresentRights } from '../present-rights.ts';
import type { FeedTypes } from './change-event-type.ts';
import { type MomentType, toMoment } from './moment-input.ts';
import { addObjectDifference } from './object-difference-type.ts';

/** `catalogDifference`: objects that differ between two moments. */
export function addDifference(
  builder: Builder,
  types: DynamicTypes,
  catalog: Catalog,
  { at, ...rowTypes }: FeedTypes & MomentType,
): void {
  addObjectDifference(builder, rowTypes);
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
      ...auditTarget(({ kinds }) => ({ verb: 'list', kinds: getKindsByName(catalog, kinds).map(({ kind }) => kind) })),
      resolve: async (_root, args, context, info) => {
        const { database } = context.history;
        const wanted = new Set(getKindsByName(catalog, args.kinds));
        const kinds = catalog.kinds.filter((kind) => wanted.has(kind));
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
