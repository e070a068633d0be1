import { sql } from '../../platform/db/sql.ts';
import type { KindModel } from '../model.ts';
import { connectionAnswer, connectionParts } from '../read/connection.ts';
import { readPage } from '../read/page.ts';
import { keyset } from '../read/paged-list.ts';
import type { Arguments, ConnectionParts, Page, PlanContext, Selected, Source } from '../read/plan-types.ts';
import { historyCountSql, historyOrder, historySql, readHistory } from './object-history.ts';

/** Name of the list that any object's history is. */
export const HISTORY_LIST = 'history';
const cursorsOf = ({ cursors }: Pick<PlanContext, 'cursors'>) => cursors.of(() => HISTORY_LIST);

/** How many changes of an object are shown unless more are asked for. */
export const HISTORY_PAGE = 10;

interface Asked {
  readonly parts: ConnectionParts;
  readonly page: Page;
}

const read = (args: Arguments, context: PlanContext, selected: Selected): Asked => ({
  parts: connectionParts(context.operation, selected),
  page: readPage(context, args, cursorsOf(context), HISTORY_PAGE),
});

/** The `history` of an object: expressions of its row, so that a list of objects brings theirs along. */
export const historySource = (kind: KindModel): Source => ({
  from: 'row',
  columns: (row, args, context, selected) => {
    const { parts, page } = read(args, context, selected);
    const { access, caller, limits } = context;
    const query = { kind, access, caller, where: sql`c.object_id = ${row}.id` };
    const rows = keyset(historyOrder, page.position, page.size + 1, page.isBackward);
    return [
      parts.needsRows ? historySql(query, rows) : sql`null`,
      parts.needsCount ? historyCountSql(query, limits.maxCount) : sql`null`,
    ];
  },
  read: ([json, count], args, context, selected) => {
    const { parts, page } = read(args, context, selected);
    const cursors = cursorsOf(context);
    const changes = typeof json === 'string' ? readHistory(kind, json) : [];
    return connectionAnswer(parts, context.limits, {
      page,
      rows: page.isBackward ? changes.toReversed() : changes,
      total: Number(count ?? 0),
      cursorOf: ({ position }) => cursors.encode([String(position)]),
      nodeOf: (change) => change,
    });
  },
});
