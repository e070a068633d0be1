import type { GraphQLObjectType, SelectionSetNode } from 'graphql';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { type InvalidInputError, invalidInput } from '../../platform/errors.ts';
import { boundedWhere } from './bounded-where.ts';
import type { Position } from './cursor.ts';
import { commonFilterFields, compileFilter, filterFields } from './filter.ts';
import { alongHops, seeing } from './hops.ts';
import { labelConditions } from './labels.ts';
import { completeOrder, isAfter, type OrderTerm, orderBy, reversed } from './order.ts';
import { objectType, planObject } from './plan.ts';
import type { Answer, Arguments, Assemble, ListPlan, PlanContext, Selected, Target } from './plan-types.ts';
import { comparePosition, positionColumn } from './position.ts';
import { select } from './select.ts';
import { SelectLevel } from './select-level.ts';

interface Page {
  readonly size: number;
  readonly isBackward: boolean;
  readonly position: Position | undefined;
  readonly hasCursor: boolean;
}

const refusal = (rule: string, path: string, message: string, value?: unknown): InvalidInputError =>
  invalidInput({ rule, path, message, ...(value !== undefined && { value }) });

const asCount = (args: Arguments, name: 'first' | 'last', max: number): number | undefined => {
  const value = args[name];
  if (typeof value !== 'number') return undefined;
  if (value < 0) throw refusal('PAGE_SIZE', name, `${name} must not be negative`, value);
  if (value > max)
    throw refusal('PAGE_TOO_LARGE', name, `${name}: ${value} is more than a page may hold; at most ${max}`, value);
  return value;
};

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function readPage(context: PlanContext, args: Arguments, fingerprint: string): Page {
  const { limits, cursors } = context;
  const first = asCount(args, 'first', limits.maxPage);
  const last = asCount(args, 'last', limits.maxPage);
  const after = asText(args.after);
  const before = asText(args.before);
  if (first !== undefined && last !== undefined)
    throw refusal('PAGE_ARGUMENTS', 'last', 'first and last exclude each other');
  if (last !== undefined && after !== undefined)
    throw refusal('PAGE_ARGUMENTS', 'after', 'after goes with first; last takes before');
  if (last === undefined && before !== undefined) throw refusal('PAGE_ARGUMENTS', 'before', 'before goes with last');
  const isBackward = last !== undefined;
  const cursor = isBackward ? before : after;
  const position =
    cursor === undefined ? undefined : cursors.decode(fingerprint, isBackward ? 'before' : 'after', cursor);
  return { size: last ?? first ?? limits.defaultPage, isBackward, position, hasCursor: cursor !== undefined };
}

const isTerm = (value: unknown): value is { by: OrderTerm['option']; direction: string } =>
  typeof value === 'object' && value !== null && 'by' in value;

const orderTerms = (args: Arguments): OrderTerm[] => {
  const asked = Array.isArray(args.orderBy) ? args.orderBy.filter(isTerm) : [];
  return completeOrder(asked.map(({ by, direction }) => ({ option: by, descending: direction === 'DESC' })));
};

/** `totalCount`, `nodes` … as selected on the connection, whatever the aliases. */
function connectionParts(context: PlanContext, type: GraphQLObjectType, sets: readonly SelectionSetNode[]) {
  const parts = select(context.operation, type, sets);
  const named = (name: string): Selected[] => parts.filter((part) => part.name === name);
  const edgeType = objectType(context, type.name.replace(/Connection$/, 'Edge'));
  const edges = named('edges').map((part) => ({
    key: part.key,
    parts: select(context.operation, edgeType, part.below),
  }));
  const pageInfoType = objectType(context, 'PageInfo');
  const pageInfo = named('pageInfo').map((part) => ({
    key: part.key,
    parts: select(context.operation, pageInfoType, part.below),
  }));
  return { nodes: named('nodes'), edges, pageInfo, counts: named('totalCount'), caps: named('totalCountCapped') };
}

/** Plans a connection over rows of one kind, or of several at once. */
export function planList(context: PlanContext, { args, below, type }: Selected, targets: readonly Target[]): ListPlan {
  const parts = connectionParts(context, objectType(context, type), below);
  const needsRows = parts.nodes.length > 0 || parts.edges.length > 0 || parts.pageInfo.length > 0;
  const needsCount = parts.counts.length > 0 || parts.caps.length > 0;
  const needsCursor =
    parts.pageInfo.length > 0 || parts.edges.some((edge) => edge.parts.some(({ name }) => name === 'cursor'));

  const order = orderTerms(args);
  const fingerprint = listFingerprint(targets, args, order);
  const page = readPage(context, args, fingerprint);
  const effective = page.isBackward ? reversed(order) : order;

  const level = new SelectLevel();
  const row = sql`t`;
  const isSingle = targets.length === 1;
  const aliases = targets.map((_, index) => (isSingle ? row : sql.ident(`t${index}`)));
  if (!isSingle) {
    for (const [index, { kind }] of targets.entries()) {
      const alias = aliases[index] ?? row;
      level.joins.push(
        sql`left join ${sql.ident(kind.table)} ${alias} on t.kind = ${kind.kind} and ${alias}.id = t.id`,
      );
    }
  }
  const ord = level.column(sql`p.ord`);
  const position = positionColumn(context.access, level);
  const total = needsCount ? level.column(sql`n.total`) : -1;
  const id = level.column(needsRows ? sql`t.id` : sql`null::uuid`);
  const sortCells = needsCursor ? order.map((_, index) => level.column(sql`t.${sql.ident(`s${index}`)}::text`)) : [];
  const assembleNode = (sets: readonly SelectionSetNode[]): Assemble => {
    const options = targets.map(({ kind }, index) => planObject(context, level, kind, aliases[index] ?? row, sets));
    const [only] = options;
    return isSingle && only !== undefined ? only : (cells) => firstOf(options, cells);
  };
  const nodes = parts.nodes.map(({ key, below: sets }) => ({ key, assemble: assembleNode(sets) }));
  const edges = parts.edges.map((edge) => ({
    key: edge.key,
    cursors: edge.parts.filter(({ name }) => name === 'cursor').map(({ key }) => key),
    nodes: edge.parts
      .filter(({ name }) => name === 'node')
      .map(({ key, below: sets }) => ({ key, assemble: assembleNode(sets) })),
  }));

  const cursorOf = (cells: readonly unknown[]): string =>
    context.cursors.encode(
      fingerprint,
      sortCells.map((cell) => (cells[cell] === null ? null : String(cells[cell]))),
    );

  return {
    level,
    statement: (parentIds) => {
      const source = (target: Target, body: 'rows' | 'count'): Sql =>
        rowsOf(context, target, args, {
          hasParent: parentIds !== undefined,
          order: effective,
          position: body === 'rows' ? page.position : undefined,
          isSingle,
          body,
        });
      const parents =
        parentIds === undefined
          ? sql`(values (1)) p (ord)`
          : sql`unnest(${parentIds}::uuid[]) with ordinality p (id, ord)`;
      const count = needsCount
        ? sql` left join lateral (select count(*)::int as total from (${sql.join(
            targets.map((target) => source(target, 'count')),
            ' union all ',
          )} limit ${context.limits.maxCount + 1}) c) n on true`
        : sql``;
      const sorts = effective.map((_, index) => sql.ident(`s${index}`));
      const rows = needsRows
        ? sql` left join lateral (${sql.join(
            targets.map((target) => {
              const rows = source(target, 'rows');
              return isSingle ? rows : sql`(${rows} order by ${orderBy(effective, sorts)} limit ${page.size + 1})`;
            }),
            ' union all ',
          )} order by ${orderBy(effective, sorts)} limit ${page.size + 1}) t on true`
        : sql``;
      const outer = needsRows
        ? sql`, ${orderBy(
            order,
            sorts.map((sort) => sql`t.${sort}`),
          )}`
        : sql``;
      const joins = needsRows ? sql.join([sql``, ...level.joins], ' ') : sql``;
      return sql`select ${sql.join(level.columns, ', ')} from ${parents}${count}${rows}${joins} order by p.ord${outer}`;
    },
    assemble: (rows, parentCount) => {
      const groups: (readonly unknown[])[][] = Array.from({ length: parentCount }, () => []);
      const totals: number[] = Array.from({ length: parentCount }, () => 0);
      comparePosition(context.access, rows[0]?.[position]);
      for (const cells of rows) {
        const index = Number(cells[ord]) - 1;
        if (needsCount) totals[index] = Number(cells[total]);
        if (needsRows && cells[id] !== null) groups[index]?.push(cells);
      }
      return groups.map((group, index): Answer => {
        const hasMore = group.length > page.size;
        // A backward page is read in the list's own order, so the surplus row stands first.
        const kept = hasMore
          ? page.isBackward
            ? group.slice(group.length - page.size)
            : group.slice(0, page.size)
          : group;
        const answer: Answer = { __typename: type };
        for (const { key, assemble } of nodes) answer[key] = kept.map(assemble);
        for (const edge of edges) {
          answer[edge.key] = kept.map((cells) => {
            const item: Answer = {};
            for (const key of edge.cursors) item[key] = cursorOf(cells);
            for (const { key, assemble } of edge.nodes) item[key] = assemble(cells);
            return item;
          });
        }
        for (const { key, parts: infoParts } of parts.pageInfo) {
          const [first] = kept;
          const last = kept.at(-1);
          const values: Answer = {
            hasNextPage: page.isBackward ? page.hasCursor : hasMore,
            hasPreviousPage: page.isBackward ? hasMore : page.hasCursor,
            startCursor: first === undefined ? null : cursorOf(first),
            endCursor: last === undefined ? null : cursorOf(last),
          };
          answer[key] = Object.fromEntries(infoParts.map((part) => [part.key, values[part.name]]));
        }
        const counted = totals[index] ?? 0;
        for (const { key } of parts.counts) answer[key] = Math.min(counted, context.limits.maxCount);
        for (const { key } of parts.caps) answer[key] = counted > context.limits.maxCount;
        return answer;
      });
    },
  };
}

const firstOf = (options: readonly Assemble[], cells: readonly unknown[]): Answer | null => {
  for (const assemble of options) {
    const answer = assemble(cells);
    if (answer !== null) return answer;
  }
  return null;
};

/** What a cursor belongs to: kinds, order, filter, selector; not the page size and not the caller's rights. */
const listFingerprint = (targets: readonly Target[], args: Arguments, order: readonly OrderTerm[]): string =>
  JSON.stringify(
    [
      targets.map(({ kind }) => kind.kind),
      order.map(({ option, descending }) => [option.name, descending]),
      args.where ?? null,
      args.labelSelector ?? null,
      args.labels ?? null,
    ],
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );

interface RowsOptions {
  readonly hasParent: boolean;
  readonly order: readonly OrderTerm[];
  readonly position: Position | undefined;
  readonly isSingle: boolean;
  readonly body: 'rows' | 'count';
}

/** The rows of one kind that stand in the list, of one parent `p` where there is one. */
function rowsOf(
  context: PlanContext,
  { kind, link, where: extra }: Target,
  args: Arguments,
  options: RowsOptions,
): Sql {
  const row = sql`r`;
  const from: Sql[] = [];
  const conditions: Sql[] = [];
  if (options.hasParent) {
    const last = alongHops(context, sql`p`, link, (rows, on) => {
      const alias = sql.ident(`h${from.length}`);
      from.push(sql`${rows} ${alias}`);
      conditions.push(on(alias));
      return alias;
    });
    conditions.push(link.on(last, row, seeing(context)));
  }
  from.push(sql`${sql.ident(kind.table)} ${row}`);
  const visible = context.access.condition(kind, row, 'list');
  if (visible !== undefined) conditions.push(visible);
  if (extra !== undefined) conditions.push(extra(row));
  const filter = compileFilter(
    options.isSingle ? filterFields(kind) : commonFilterFields,
    boundedWhere(args.where),
    row,
    context.access,
  );
  if (filter !== undefined) conditions.push(filter);
  conditions.push(...labelConditions(kind, args, row, context.access));
  const where = (more: readonly Sql[]): Sql =>
    conditions.length + more.length === 0 ? sql`` : sql` where ${sql.join([...conditions, ...more], ' and ')}`;
  if (options.body === 'count') return sql`select 1 from ${sql.join(from, ', ')}${where([])}`;
  const sorts = options.order.map(({ option }) => option.term(row, context.access));
  const named = sql.join(
    sorts.map((sort, index) => sql`${sort} as ${sql.ident(`s${index}`)}`),
    ', ',
  );
  const paged = options.position === undefined ? [] : [isAfter(options.order, sorts, options.position)];
  const columns = options.isSingle ? sql`r.*` : sql`${kind.kind}::text as kind, r.id`;
  return sql`select ${columns}, ${named} from ${sql.join(from, ', ')}${where(paged)}`;
}
