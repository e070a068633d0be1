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

/** `history`: the changes of an object by its name, also of one that was deleted. Each object has the same list as a field. */
export function addObjectHistory(
  builder: Builder,
  types: DynamicTypes,
  catalog: Catalog,
  { state, actor, record }: FeedTypes & AuditTypes,
): void {
  const type = builder.enumType('ObjectChangeType', {
    description: 'How an object was changed.',
    values: {
      ADDED: { description: 'The object was created.' },
      MODIFIED: { description: 'The object was changed, or moved together with an object that it belongs to.' },
      DELETED: { description: 'The object was deleted.' },
    },
  });
  builder.objectRef<ObjectChange>('ObjectChange').implement({
    description: 'One change of an object.',
    fields: (t) => ({
      position: t.field({
        type: 'BigInt',
        description:
          'Position of the change in the sequence of all changes; `catalogAsOf(at: {position:})` accepts it.',
        resolve: (c) => c.position,
      }),
      commit: t.field({
        type: 'BigInt',
        description: 'Number of the transaction: the same for all changes that were committed together.',
        resolve: (c) => c.commit,
      }),
      type: t.field({ type, description: 'How the object was changed.', resolve: (c) => c.type }),
      at: t.field({ type: 'DateTime', description: 'When the change was committed.', resolve: (c) => c.at }),
      actor: t.field({
        type: actor,
        nullable: true,
        description: 'Who made the change; null if you may not read the audit log there.',
        resolve: (c) => c.actor,
      }),
      before: t.field({
        type: state,
        nullable: true,
        description: 'The object before the change; null if it was created, or if that state is no longer kept.',
        resolve: ({ kind, type: of, was, state: last }) => {
          const before = of === 'DELETED' ? last : was;
          return before === null ? null : { kind, state: before };
        },
      }),
      after: t.field({
        type: state,
        nullable: true,
        description: 'The object after the change; null if it was deleted.',
        resolve: ({ kind, type: of, state: after }) => (of === 'DELETED' ? null : { kind, state: after }),
      }),
      changes: t.field({
        type: ['FieldChange'],
        description:
          'For a modification: the fields that changed. Entries of a list that have a key are compared by it.',
        resolve: ({ kind, type: of, was, state: after }) =>
          of === 'MODIFIED' && was !== null ? stateDifferences(kind, was, after) : [],
      }),
      auditRecord: t.field({
        type: record,
        nullable: true,
        description:
          'The audit record of the change: its request, client and permissions. Null if you may not read the audit log there, if the record is no longer kept, or if the catalog derived the change from another object.',
        resolve: ({ position, state: { id } }, _args, context) => context.auditRecords.load({ uid: id, position }),
      }),
    }),
  });
  addConnection(types, 'ObjectChange', 'One page of the history of an object, newest change first.');
  builder.queryField('history', (t) =>
    t.field({
      type: typeNamed('ObjectChangeConnection'),
      description:
        'The changes of all objects that have or had this kind and name, newest first, including deleted objects.',
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
