import { sql } from '../../../platform/db/sql.ts';
import type { Catalog } from '../../model.ts';
import { foundIn, readPagedList } from '../../read/paged-list.ts';
import { auditTarget } from '../../schema/audit-target.ts';
import type { Builder } from '../../schema/builder.ts';
import { addConnection } from '../../schema/connection-type.ts';
import { type DynamicTypes, dynamicArguments, typeNamed } from '../../schema/dynamic-types.ts';
import { kindNamed } from '../../schema/kind-named.ts';
import { namedIn, objectArguments } from '../../schema/object-arguments.ts';
import { pageArguments } from '../../schema/page-arguments.ts';
import { HISTORY_LIST } from '../history-source.ts';
import {
  historyCountSql,
  historyOrder,
  historySql,
  type ObjectChange,
  readHistory,
  stateDifferences,
} from '../object-history.ts';
import { onPresentRights } from '../present-rights.ts';
import type { AuditTypes } from './add-audit.ts';
import type { FeedTypes } from './add-feed.ts';

/** `history` of an object by its name, of those that are gone as well; the connection is also a field of every object. */
export function addObjectHistory(
  builder: Builder,
  types: DynamicTypes,
  catalog: Catalog,
  { state, actor, record }: FeedTypes & AuditTypes,
): void {
  const type = builder.enumType('ObjectChangeType', {
    description: 'What happened to an object.',
    values: {
      ADDED: { description: 'It was created.' },
      MODIFIED: { description: 'It was changed, or moved with what it stands in.' },
      DELETED: { description: 'It was deleted.' },
    },
  });
  builder.objectRef<ObjectChange>('ObjectChange').implement({
    description: 'One change in the life of an object.',
    fields: (t) => ({
      position: t.field({
        type: 'BigInt',
        description:
          'Position of the change, which `catalogAsOf(at: {position:})` takes. Positions are numbers in the order in which changes were committed.',
        resolve: (c) => c.position,
      }),
      commit: t.field({
        type: 'BigInt',
        description: 'Number of the transaction: all changes of one transaction have the same.',
        resolve: (c) => c.commit,
      }),
      type: t.field({ type, description: 'What happened.', resolve: (c) => c.type }),
      at: t.field({ type: 'DateTime', description: 'When the change was committed.', resolve: (c) => c.at }),
      actor: t.field({
        type: actor,
        nullable: true,
        description: 'Who made the change; null when you may not see that.',
        resolve: (c) => c.actor,
      }),
      before: t.field({
        type: state,
        nullable: true,
        description: 'The object before the change; null for a creation, and when history no longer holds it.',
        resolve: ({ kind, type: of, was, state: last }) => {
          const before = of === 'DELETED' ? last : was;
          return before === null ? null : { kind, state: before };
        },
      }),
      after: t.field({
        type: state,
        nullable: true,
        description: 'The object after the change; null for a deletion.',
        resolve: ({ kind, type: of, state: after }) => (of === 'DELETED' ? null : { kind, state: after }),
      }),
      changes: t.field({
        type: ['FieldChange'],
        description: 'For `MODIFIED`, every field that differs. Entries of a list that have a key are compared by key.',
        resolve: ({ kind, type: of, was, state: after }) =>
          of === 'MODIFIED' && was !== null ? stateDifferences(kind, was, after) : [],
      }),
      auditRecord: t.field({
        type: record,
        nullable: true,
        description:
          'Record of the change in the audit log: in which request it was made, from where, and by which permission. Null when you may not read the log there, when the record is no longer kept, and for a change that the catalog derived from another object.',
        resolve: ({ position, state: { id } }, _args, context) => context.auditRecords.load({ uid: id, position }),
      }),
    }),
  });
  addConnection(types, 'ObjectChange', 'One page of the history of an object, newest change first.');
  builder.queryField('history', (t) =>
    t.field({
      type: typeNamed('ObjectChangeConnection'),
      description:
        'The history of every object that has or had this kind and name, newest change first: also of objects that were deleted, and of an earlier object of the same name.',
      args: { ...objectArguments(t), ...dynamicArguments(t, pageArguments()) },
      ...auditTarget((args) => ({
        verb: 'get',
        kinds: [kindNamed(catalog, String(args.kind), 'kind').kind],
        ...namedIn(args),
        foundUid: (answer) => {
          const [uid, another] = new Set(foundIn(answer, isObjectChange).rows.map(({ state: { id } }) => id));
          return another === undefined ? uid : undefined;
        },
      })),
      resolve: (_root, args, context, info) => {
        const { database } = context.history;
        const kind = kindNamed(catalog, String(args.kind), 'kind');
        const place = (['namespace', 'project'] as const).flatMap((member) => {
          const value = args[member];
          return typeof value === 'string' ? [sql`c.state ->> ${member}::text = ${value}`] : [];
        });
        const where = sql.join([sql`c.kind = ${kind.kind} and c.name = ${String(args.name)}`, ...place], ' and ');
        return readPagedList<ObjectChange>(context, info, args, {
          name: HISTORY_LIST,
          order: historyOrder,
          loadsAlways: true,
          positionOf: ({ position }) => [String(position)],
          load: (rows) =>
            onPresentRights(context, async (reader) => {
              const [cells] = await database.cells(sql`select ${historySql({ kind, ...reader, where }, rows)}`);
              return readHistory(kind, String(cells?.[0]));
            }),
          count: (limit) =>
            onPresentRights(context, async (reader) => {
              const [cells] = await database.cells(sql`select ${historyCountSql({ kind, ...reader, where }, limit)}`);
              return Number(cells?.[0]);
            }),
        });
      },
    }),
  );
}

const isObjectChange = (row: unknown): row is ObjectChange => typeof row === 'object' && row !== null && 'state' in row;
