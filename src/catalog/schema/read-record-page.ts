import { type GraphQLResolveInfo, getNamedType } from 'graphql';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { connectionAnswer, connectionParts } from '../read/connection.ts';
import { seeing } from '../read/hops.ts';
import { readPage } from '../read/page.ts';
import type { Answer, Arguments, Page } from '../read/plan-types.ts';
import type { FoundRow } from '../read/rows-plan.ts';
import type { Given, RecordsQuery, WithinPage } from '../root-query.ts';
import { planContext, type RequestContext, readWithAccess, selectionSets } from './context.ts';
import { prepareRecords } from './prepare-records.ts';

/** All rows of a select. */
export const everything: WithinPage = () => sql``;

const inPage = ({ size, isBackward }: Page, key: Sql, needsRows: boolean): Sql =>
  sql`order by (${key}) collate "C" ${sql.raw(isBackward ? 'desc' : 'asc')} limit ${needsRows ? size + 1 : 0}`;

/** Rows behind the page's position in the order of their keys, or before it. */
const withinPage =
  (page: Page, needsRows: boolean): WithinPage =>
  (key) => {
    const [position] = page.position ?? [];
    const beyond = sql.raw(page.isBackward ? '<' : '>');
    const behind = position === undefined ? sql`` : sql` and (${key}) collate "C" ${beyond} ${position}::text`;
    return sql`${behind} ${inPage(page, key, needsRows)}`;
  };

/** A page of records, by one statement: in the order of their keys, counted if that is asked for. */
export async function readRecordPage(
  context: RequestContext,
  info: GraphQLResolveInfo,
  query: RecordsQuery,
  args: Arguments,
  given: Given,
): Promise<Answer> {
  const type = getNamedType(info.returnType).name;
  const parts = connectionParts(info, { type, below: selectionSets(info) });
  const cursors = context.cursors.of(() => JSON.stringify([query.name, given]));
  const page = readPage(context, args, cursors);
  const { maxCount } = context.limits;
  const places = [...parts.nodes, ...parts.edges.flatMap(({ nodes }) => nodes)];
  const cursorOf = ({ columns: [key] }: Pick<FoundRow, 'columns'>): string => cursors.encode([String(key)]);
  const found = await readWithAccess(context, async (access) => {
    const see = seeing({ catalog: context.catalog, access });
    const prepared = await prepareRecords(query, given, see, context);
    const total = (): Sql => sql`(select count(*)::int from (
      select 1 from (${query.rows(given, see, prepared, everything)}) e limit ${maxCount + 1}) n)`;
    const wanted = {
      typeName: query.record.name,
      rows: sql`select e.*, e.key as ord from (${query.rows(given, see, prepared, withinPage(page, parts.needsRows))}) e
        ${inPage(page, sql`e.key`, parts.needsRows)}`,
      orderBy: sql`t.key collate "C"`,
      columns: [sql`t.key`, ...(parts.needsCount ? [total()] : [])],
    };
    return context.reader.recordsAt(
      planContext(context, info, access),
      wanted,
      places.map(({ below }) => below),
      { page, places: parts.nodes.length, cursorOf: parts.needsCursor ? cursorOf : undefined },
    );
  });
  return connectionAnswer<FoundRow>(parts, context.limits, {
    page,
    rows: found.rows.filter(({ isFound }) => isFound),
    total: Number(found.rows[0]?.columns[1] ?? 0),
    cursorOf,
    nodeOf: ({ answers }, selected) => answers[places.indexOf(selected)],
    nodesOf: (selected) => found.lists[places.indexOf(selected)],
  });
}
