import { type GraphQLResolveInfo, getNamedType } from 'graphql';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { invalidInput } from '../../../platform/errors.ts';
import { inSlices } from '../../../platform/in-slices.ts';
import type { Access } from '../../access/access.ts';
import type { Catalog } from '../../model.ts';
import { connectionAnswer, connectionParts } from '../../read/connection.ts';
import { seeing } from '../../read/hops.ts';
import { objectType } from '../../read/object-type.ts';
import { readPage } from '../../read/page.ts';
import type { Answer, Arguments, Page } from '../../read/plan-types.ts';
import type { FoundRow } from '../../read/rows-plan.ts';
import { select } from '../../read/select.ts';
import type { EntriesQuery, Given, Within } from '../../root-query.ts';
import { planContext, type RequestContext, readWithAccess, selectionSets } from '../../schema/context.ts';
import { type ResolvedMoment, resolveMoment } from '../as-of.ts';
import { thenAt } from '../entries.ts';
import { toMoment } from './moment-input.ts';

const momentOf = async (context: RequestContext, { asOf }: Arguments): Promise<ResolvedMoment | undefined> =>
  asOf === undefined || asOf === null ? undefined : resolveMoment(context.history.database, toMoment(asOf), 'asOf');

/** The records of now, or of the moment. */
function sourceOf(
  query: EntriesQuery,
  catalog: Catalog,
  access: Access,
  moment: ResolvedMoment | undefined,
  given: Given,
  isListed: boolean,
): (within: Within) => Sql {
  return (within) =>
    moment === undefined
      ? query.live(given, seeing({ catalog, access }), within, isListed)
      : query.past(given, thenAt(catalog, access, moment.position), within, isListed);
}

/** A page of the records, with the position that it is of. */
export async function readEntries(
  context: RequestContext,
  info: GraphQLResolveInfo,
  query: EntriesQuery,
  args: Arguments,
  given: Given,
): Promise<Answer> {
  const moment = await momentOf(context, args);
  const below = selectionSets(info);
  const type = getNamedType(info.returnType).name;
  const parts = connectionParts(info, { type, below });
  const cursors = context.cursors.of(() => JSON.stringify([query.name, given, args.asOf ?? null], textOfBigInt));
  const page = readPage(context, args, cursors);
  const { maxCount } = context.limits;
  const places = [...parts.nodes, ...parts.edges.flatMap(({ nodes }) => nodes)];
  const cursorOf = ({ columns: [key, kind] }: Pick<FoundRow, 'columns'>): string =>
    cursors.encode([String(key), String(kind)]);
  const found = await readWithAccess(context, (access) => {
    const source = sourceOf(query, context.catalog, access, moment, given, true);
    const rows = source(withinPage(page, parts.needsRows));
    const direction = sql.raw(page.isBackward ? 'desc' : 'asc');
    const columns = [
      sql`t.key`,
      sql`t.kind`,
      moment === undefined ? sql`(select position from change_head)` : sql`${moment.position}::bigint`,
      ...(parts.needsCount
        ? [sql`(select count(*)::int from (select 1 from (${source(() => sql``)}) e limit ${maxCount + 1}) n)`]
        : []),
    ];
    const wanted = {
      typeName: query.record.name,
      rows: sql`select e.*, e.kind as ord from (${rows}) e
        order by e.key ${direction}, e.kind ${direction} limit ${parts.needsRows ? page.size + 1 : 0}`,
      orderBy: sql`t.key, t.kind`,
      columns,
    };
    return context.reader.recordsAt(
      planContext(context, info, access),
      wanted,
      places.map(({ below: sets }) => sets),
      { page, places: parts.nodes.length, cursorOf: parts.needsCursor ? cursorOf : undefined },
    );
  });
  const [first] = found.rows;
  const answer = connectionAnswer<FoundRow>(parts, context.limits, {
    page,
    rows: found.rows.filter(({ isFound }) => isFound),
    total: Number(first?.columns[3] ?? 0),
    cursorOf,
    nodeOf: ({ answers }, selected) => answers[places.indexOf(selected)],
    nodesOf: (selected) => found.lists[places.indexOf(selected)],
  });
  for (const { key, name } of select(info, objectType(info, type), below))
    if (name === 'position') answer[key] = first?.columns[2];
  return answer;
}

/** Rows behind the page's position in the order of keys and kinds, or before it: so many of each kind are enough. */
const withinPage =
  ({ size, isBackward, position }: Page, needsRows: boolean): Within =>
  (key, kind) => {
    const [after = null, ofKind = null] = position ?? [];
    const isSame = ofKind !== null && (isBackward ? kind < ofKind : kind > ofKind);
    const beyond = sql.raw((isBackward ? '<' : '>') + (isSame ? '=' : ''));
    const behind = after === null ? sql`` : sql` and ${key} ${beyond} ${after}::text`;
    return sql`${behind} order by ${key} ${sql.raw(isBackward ? 'desc' : 'asc')} limit ${needsRows ? size + 1 : 0}`;
  };

const textOfBigInt = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** The record of each key; null where there is none. */
export async function lookUp(
  context: RequestContext,
  info: GraphQLResolveInfo,
  query: EntriesQuery,
  args: Arguments,
  given: Given,
): Promise<readonly unknown[]> {
  const { argument } = query.byKey;
  const keys = Array.isArray(args[argument]) ? args[argument].map(String) : [];
  const { maxPage } = context.limits;
  if (keys.length > maxPage) {
    const message = `${argument} has ${keys.length} entries, more than the ${maxPage} of one call`;
    throw invalidInput({ rule: 'PAGE_TOO_LARGE', path: argument, message, accepted: `at most ${maxPage}` });
  }
  const moment = await momentOf(context, args);
  const found = await readWithAccess(context, (access) => {
    const source = sourceOf(query, context.catalog, access, moment, given, false);
    const one = source((key) => sql` and ${key} = k.key`);
    const wanted = {
      typeName: query.record.name,
      rows: sql`select e.*, k.place as ord from unnest(${keys}::text[]) with ordinality k (key, place)
        left join lateral (select * from (${one}) o order by o.kind limit 1) e on true`,
      key: sql`t.key`,
      columns: [sql`t.key`],
    };
    return context.reader.recordsAt(planContext(context, info, access), wanted, [selectionSets(info)]);
  });
  const answers = found.rows.flatMap(({ isFound, columns: [key], answers: [made = null] }) =>
    isFound ? [key === null ? null : made] : [],
  );
  return info.isWritten === true ? answers : inSlices(answers, context.slices);
}
