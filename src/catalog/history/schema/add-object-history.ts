import { sql } from '../../../platform/db/sql.ts';
import type { Catalog } from '../../model.ts';
import { foundIn, readPagedList } from '../../read/paged-list.ts';
import { auditTarget } from '../../schema/audit-target.ts';
import type { Builder } from '../../schema/builder.ts';
import { addConnection } from '../../schema/connection-type.ts';
import { type DynamicTypes, dynamicArguments, typeNamed } from '../../schema/dynamic-types.ts';
import { getKindByName } from '../../schema/kinds-by-name.ts';
import { nameArguments, objectArguments } from '../../schema/object-arguments.ts';
import { pageArguments } from '../../schema/page-arguments.ts';
import { HISTORY_LIST } from '../history-source.ts';
import { historyCountSql, historyOrder, historySql, type ObjectChange, readHistory } from '../object-history.ts';
import { onPresentRights } from '../present-rights.ts';
import type { AuditTypes } from './add-audit.ts';
import type { FeedTypes } from './change-event-type.ts';
import { addObjectChange } from './object-change-type.ts';

/** `history`: the changes of an object by its name, also of one that was deleted. Each object has the same list as a field. */
export function addObjectHistory(
  builder: Builder,
  types: DynamicTypes,
  catalog: Catalog,
  rowTypes: FeedTypes & AuditTypes,
): void {
  addObjectChange(builder, rowTypes);
  addConnection(types, 'ObjectChange', 'One page of the history of an object, newest change first.');
  builder.queryField('history', (t) =>
    t.field({
      type: typeNamed('ObjectChangeConnection'),
      description:
        'The changes of all objects that have or had this kind and name, newest first, including deleted objects.',
      args: { ...objectArguments(t), ...dynamicArguments(t, pageArguments()) },
      ...auditTarget((args) => ({
        verb: 'get',
        kinds: [getKindByName(catalog, String(args.kind), 'kind').kind],
        ...nameArguments(args),
        foundUid: (answer) => {
          const [uid, another] = new Set(foundIn(answer, isObjectChange).rows.map(({ state: { id } }) => id));
          return another === undefined ? uid : undefined;
        },
      })),
      resolve: (_root, args, context, info) => {
        const { database } = context.history;
        const kind = getKindByName(catalog, String(args.kind), 'kind');
        const container = (['namespace', 'project'] as const).flatMap((member) => {
          const value = args[member];
          return typeof value === 'string' ? [sql`c.state ->> ${member}::text = ${value}`] : [];
        });
        const where = sql.join([sql`c.kind = ${kind.kind} and c.name = ${String(args.name)}`, ...container], ' and ');
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
