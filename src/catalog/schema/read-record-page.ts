import { type GraphQLResolveInfo, getNamedType } from 'graphql';
import { sql } from '../../platform/db/sql.ts';
import { connectionAnswer, connectionParts } from '../read/connection.ts';
import { seeing } from '../read/hops.ts';
import { readPage } from '../read/page.ts';
import type { Answer, Arguments } from '../read/plan-types.ts';
import type { FoundRecord } from '../read/reader.ts';
import type { Given, RecordsQuery } from '../root-query.ts';
import { planContext, type RequestContext, readWithAccess, selectionSets } from './context.ts';

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
  const found = await readWithAccess(context, async (access) => {
    const see = seeing({ catalog: context.catalog, access });
    // The statement after it finds out whether the access of both still holds.
    const { prepare } = query;
    const prepared = await prepare?.compute(await context.database.rows(prepare.rows(given, see)), context.slices);
    const rows = query.rows(given, see, prepared);
    const direction = sql.raw(page.isBackward ? 'desc' : 'asc');
    const behind =
      page.position === undefined
        ? sql``
        : sql`where e.key ${sql.raw(page.isBackward ? '<' : '>')} ${page.position[0] ?? null}::text collate "C"`;
    const total = sql`(select count(*)::int from (select 1 from (${rows}) e limit ${maxCount + 1}) n)`;
    const wanted = {
      typeName: query.record.name,
      rows: sql`select e.*, e.key as ord from (${rows}) e ${behind}
        order by e.key collate "C" ${direction} limit ${parts.needsRows ? page.size + 1 : 0}`,
      orderBy: sql`t.key collate "C"`,
      columns: [sql`t.key`, ...(parts.needsCount ? [total] : [])],
    };
    return context.reader.recordsAt(
      planContext(context, info, access),
      wanted,
      places.map(({ below }) => below),
    );
  });
  return connectionAnswer<FoundRecord>(parts, context.limits, {
    page,
    rows: found.filter(({ answers }) => answers !== undefined),
    total: Number(found[0]?.columns[1] ?? 0),
    cursorOf: ({ columns: [key] }) => cursors.encode([String(key)]),
    nodeOf: ({ answers }, selected) => answers?.[places.indexOf(selected)],
  });
}
