import { sql } from '../../../platform/db/sql.ts';
import type { Catalog } from '../../model.ts';
import { asks } from '../../schema/asks.ts';
import type { Builder } from '../../schema/builder.ts';
import { kindNamed, named } from '../../schema/queries.ts';
import { HISTORY_LIST, historyPage } from '../history-source.ts';
import { historyCountSql, historySql, type ObjectChange, stateDifferences } from '../object-history.ts';
import { type Page, pageSize } from '../page.ts';
import { onPresentRights } from '../present-rights.ts';
import type { AuditTypes } from './add-audit.ts';
import { addConnection } from './add-connection.ts';
import type { FeedTypes } from './add-feed.ts';

/** `history` of an object by its name, of those that are gone as well; the connection is also a field of every object. */
export function addObjectHistory(
  builder: Builder,
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
  const change = builder.objectRef<ObjectChange>('ObjectChange').implement({
    description: 'One change in the life of an object.',
    fields: (t) => ({
      position: t.field({
        type: 'BigInt',
        description: 'Its place in the order of all changes; `catalogAsOf(at: {position:})` takes it.',
        resolve: (c) => c.position,
      }),
      commit: t.field({
        type: 'BigInt',
        description: 'The same for all changes of one transaction.',
        resolve: (c) => c.commit,
      }),
      type: t.field({ type, description: 'What happened.', resolve: (c) => c.type }),
      at: t.field({ type: 'DateTime', description: 'When it was committed.', resolve: (c) => c.at }),
      actor: t.field({
        type: actor,
        nullable: true,
        description: 'Who did it; null when you may not know.',
        resolve: (c) => c.actor,
      }),
      before: t.field({
        type: state,
        nullable: true,
        description: 'The object before; null for a creation, or when that is no longer kept.',
        resolve: ({ kind, type: of, was, state: last }) => {
          const before = of === 'DELETED' ? last : was;
          return before === null ? null : { kind, state: before };
        },
      }),
      after: t.field({
        type: state,
        nullable: true,
        description: 'The object afterwards; null for a deletion.',
        resolve: ({ kind, type: of, state: after }) => (of === 'DELETED' ? null : { kind, state: after }),
      }),
      changes: t.field({
        type: ['FieldChange' as never],
        description: 'Of a modification: every difference; entries of a list with a key by their key.',
        resolve: ({ kind, type: of, was, state: after }) =>
          (of === 'MODIFIED' && was !== null ? stateDifferences(kind, was, after) : []) as never,
      }),
      auditRecord: t.field({
        type: record,
        nullable: true,
        description:
          'Its record in the audit log: in which request, from where, by which right. Null when you may not read the log there, when it is kept no longer, and for what the catalog has derived from another object.',
        resolve: ({ position, state: { id } }, _args, context) => context.auditRecords.load({ uid: id, position }),
      }),
    }),
  });
  const connection = addConnection<ObjectChange>(
    builder,
    'ObjectChange',
    change,
    'A page of an object’s history, newest first.',
  );
  builder.queryField('history', (t) =>
    t.field({
      type: connection,
      nullable: false,
      description:
        'What has become of the objects of a kind and name, newest first: also of one that is gone, and of an earlier one of the same name.',
      args: {
        kind: t.arg.string({ required: true, description: 'Kind, plural or short name.' }),
        name: t.arg.string({ required: true, description: 'Its name.' }),
        namespace: t.arg.string({ description: 'Its namespace, when several have one of that name.' }),
        project: t.arg.string({ description: 'Its project, for kinds that live in one.' }),
        first: t.arg.int({ description: 'How many; 50 when absent.' }),
        after: t.arg.string({ description: 'Cursor of the change before the page.' }),
      },
      ...asks((args) => ({
        verb: 'get',
        kinds: [kindNamed(catalog, String(args.kind), 'kind').kind],
        ...named(args),
        foundUid: (page) => {
          const [uid, another] = new Set((page as Page<ObjectChange>).rows.map(({ state: { id } }) => id));
          return another === undefined ? uid : undefined;
        },
      })),
      resolve: (_root, args, context) => {
        const { cursors, limits, history } = context;
        const kind = kindNamed(catalog, String(args.kind), 'kind');
        const place = (['namespace', 'project'] as const).flatMap((member) => {
          const value = args[member];
          return typeof value === 'string' ? [sql`c.state ->> ${member}::text = ${value}`] : [];
        });
        const [before] = typeof args.after === 'string' ? cursors.decode(HISTORY_LIST, 'after', args.after) : [];
        const where = sql.join([sql`c.kind = ${kind.kind} and c.name = ${String(args.name)}`, ...place], ' and ');
        const limit = pageSize(limits, args.first) + 1;
        return onPresentRights(context, async (reader) => {
          const query = { kind, ...reader, where, before: before ?? undefined, limit };
          const [cells] = await history.database.cells(
            sql`select ${historySql(query)}, ${historyCountSql(query, limits.maxCount)}`,
          );
          return historyPage(kind, String(cells?.[0]), Number(cells?.[1]), args, context);
        });
      },
    }),
  );
}
