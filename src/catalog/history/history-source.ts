import { sql } from '../../platform/db/sql.ts';
import type { KindModel } from '../model.ts';
import type { Arguments, PlanContext, Source } from '../read/plan-types.ts';
import { type HistoryQuery, historyCountSql, historySql, type ObjectChange, readHistory } from './object-history.ts';
import { type Page, pageSize } from './page.ts';

/** Cursors of any object's history. */
export const HISTORY_LIST = 'history';

/** The `history` of an object: one expression of its row, so that a list of objects brings theirs along. */
export const historySource = (kind: KindModel): Source => {
  const query = (row: ReturnType<typeof sql>, args: Arguments, context: PlanContext): HistoryQuery => {
    const { access, caller, cursors, limits } = context;
    const [before] = typeof args.after === 'string' ? cursors.decode(HISTORY_LIST, 'after', args.after) : [];
    return {
      kind,
      access,
      caller,
      where: sql`c.object_id = ${row}.id`,
      before: before ?? undefined,
      limit: pageSize(limits, args.first) + 1,
    };
  };
  return {
    from: 'row',
    columns: (row, args, context) => {
      const asked = query(row, args, context);
      return [historySql(asked), historyCountSql(asked, context.limits.maxCount)];
    },
    read: ([json, count], args, context): Page<ObjectChange> =>
      historyPage(kind, String(json), Number(count), args, context),
  };
};

/** The page behind what `historySql` and `historyCountSql` gave. */
export function historyPage(
  kind: KindModel,
  json: string,
  count: number,
  args: Arguments,
  { cursors, limits }: Pick<PlanContext, 'cursors' | 'limits'>,
): Page<ObjectChange> {
  const size = pageSize(limits, args.first);
  const changes = readHistory(kind, json);
  return {
    rows: changes.slice(0, size),
    hasNextPage: changes.length > size,
    hasPreviousPage: typeof args.after === 'string',
    cursorOf: ({ position }) => cursors.encode(HISTORY_LIST, [String(position)]),
    count: () => Promise.resolve(count),
  };
}
