import { type Sql, sql } from '../../platform/db/sql.ts';
import { uuidList } from '../../platform/db/uuid-list.ts';
import type { TimeSlices } from '../../platform/time-slices.ts';
import { letsNonePass } from '../link.ts';
import type { KindModel } from '../model.ts';
import { accessVersionColumn, compareAccessVersion } from './access-version.ts';
import { assembleFirst } from './assemble.ts';
import { connectionAnswer, connectionParts, keptRows } from './connection.ts';
import { equalText } from './equal-text.ts';
import { boundOf, isOfAllRows } from './first-seen.ts';
import { canBeLabelled } from './labels.ts';
import { isByLabels, type ListRows, rowsOf } from './list-rows.ts';
import { isOrderIndexed, requireLookedThrough } from './looked-through.ts';
import { byPosition, type OrderOption, type OrderTerm, orderBy, readOrder, reversed } from './order.ts';
import { readPage } from './page.ts';
import { planObject } from './plan.ts';
import type {
  Answer,
  Arguments,
  AskedRows,
  Assemble,
  ConnectionParts,
  Guard,
  Level,
  ListPlan,
  ObjectShape,
  PlanContext,
  Selected,
  Target,
} from './plan-types.ts';
import { SelectLevel } from './select-level.ts';

/** A list that is being planned. */
interface List {
  readonly context: PlanContext;
  readonly parts: ConnectionParts;
  readonly order: readonly OrderTerm[];
  /** A list below others has rows for each of them, and looks at those alone. */
  readonly isRoot: boolean;
  /** The kinds that have a part in the statement. */
  readonly shown: ReadonlySet<KindModel>;
  /** What is read of each row before anything is joined to it. */
  readonly read: readonly Sql[];
  /** Cells that are there for a parent without rows as well. */
  readonly ofParent: ReadonlySet<number | undefined>;
}

/** A statement for longer arguments is made anew. */
const LONGEST_GIVEN = 2_000;

/** Stands in a statement for the ids of its parents. */
const PARENTS = Symbol('parents');
/** Of a list at the root. */
const ROOT = sql`(values (1)) p (ord)`;

/** What is made for the rows that were asked for last: mostly they are asked for with the same arguments again. */
function lastAsked<Made>(targets: readonly Target[], make: (rows: AskedRows) => Made): (rows: AskedRows) => Made {
  let last: { readonly given: string; readonly made: Made } | undefined;
  return (rows) => {
    // Of other targets something may be asked that the arguments do not tell.
    const given = rows.targets === targets ? equalText(rows.args) : undefined;
    if (last !== undefined && last.given === given) return last.made;
    const made = make(rows);
    if (given !== undefined && given.length <= LONGEST_GIVEN) last = { given, made };
    return made;
  };
}

/** What the arguments of a list ask for; refuses those that do not go together. */
export function askedRows(
  context: Pick<PlanContext, 'cursors' | 'limits'>,
  args: Arguments,
  targets: readonly Target[],
  order: readonly OrderTerm[],
): AskedRows {
  const cursors = context.cursors.of(() => listFingerprint(targets, args, order));
  return { targets, args, page: readPage(context, args, cursors), cursors };
}

/** Plans a connection over rows of one kind, or of several at once. */
export function planList(
  context: PlanContext,
  selected: Selected,
  targets: readonly Target[],
  isRoot = false,
): ListPlan {
  const { args } = selected;
  const parts = connectionParts(context.operation, selected);
  const kinds = targets.map(({ kind }) => kind);
  const order = readOrder(kinds, args.orderBy, ownOrder(targets));
  const asked = askedRows(context, args, targets, order);
  const { page, cursors } = asked;
  const isSingle = targets.length === 1;
  const list = { context, parts, order, isRoot };

  const level = new SelectLevel();
  const shown = shownOf(context, targets);
  const carried = isSingle ? undefined : carriedColumns(list, shown);
  const aliases = isSingle ? [sql`t`] : rowAliases(level, shown, carried?.kinds);
  const ord = isRoot ? undefined : level.column(sql`p.ord`);
  const versionColumn = accessVersionColumn(context.access, level, isRoot ? undefined : sql`p.ord = 1`);
  const total = parts.needsCount ? level.column(sql`n.total`) : -1;
  const tooMany = isRoot ? level.column(sql`g.too_many`) : undefined;
  const sortCells = parts.needsCursor ? order.map((_, index) => level.column(sql`t.${sortColumn(index)}::text`)) : [];
  const shapes = planNodes(list, shown, level, aliases);
  const there = placeOfRow(list, targets, level, shapes);
  const shownKinds = new Set(shown.map(({ kind }) => kind));
  const read = carried === undefined ? readOfKind(level) : ['id', ...carried.columns].map(columnOfRow);
  const cellsOfParent = new Set([ord, versionColumn, total, tooMany]);
  const rowsList: List = { ...list, shown: shownKinds, read, ofParent: cellsOfParent };
  let ofParent: Sql | undefined;
  let ofParents: Sql | undefined;
  const ofRoot = lastAsked(targets, (rows) => listStatement(rowsList, rows, level, ROOT));
  let canBeTried = isRoot && parts.needsRows && !parts.needsCount && isWorthTrying(context, targets, order);
  const firstOfRoot = lastAsked(targets, (rows) => listStatement(rowsList, rows, level, ROOT, { isTrial: true }));
  const refuse = (found: unknown): void => requireLookedThrough(found, kinds, order, context.limits.lookThrough);
  const text = (cell: unknown): string | null => (cell === null ? null : String(cell));

  return {
    level,
    order,
    asked,
    pageSize: parts.needsRows ? page.size : 1,
    shape: {
      parts,
      limits: context.limits,
      nodes: shapes,
      places: { ord, there, total, version: versionColumn, tooMany, sort: sortCells },
      refuse,
    },
    statement: (parentIds, rows = asked) => {
      if (parentIds === undefined) return ofRoot(rows);
      if (parentIds.length === 1) {
        // Of a list PostgreSQL knows the length only with its values, and plans anew for one that is short.
        const parent = sql`(values (1, ${PARENTS}::uuid)) p (ord, id)`;
        ofParent ??= listStatement(rowsList, asked, level, parent, { hasParent: true });
        return ofParent.with(PARENTS, parentIds[0]);
      }
      const parents = sql`unnest(${PARENTS}::uuid[]) with ordinality p (id, ord)`;
      ofParents ??= listStatement(rowsList, asked, level, parents, { hasParent: true, hasMany: true });
      return ofParents.with(PARENTS, uuidList(parentIds));
    },
    trial: {
      statement: (rows = asked) => (canBeTried && isOfAllRows(rows, order) ? firstOfRoot(rows) : undefined),
      fail: () => {
        canBeTried = false;
      },
    },
    assemble: async (rows, parentCount) => {
      const nodes = new Map([...shapes].map(([node, options]) => [node, assembleFirst(options)]));
      const groups: Cells[][] = Array.from({ length: parentCount }, () => []);
      const totals: number[] = Array.from({ length: parentCount }, () => 0);
      compareAccessVersion(context.access, rows[0]?.[versionColumn]);
      if (tooMany !== undefined) refuse(rows[0]?.[tooMany]);
      for (const cells of rows) {
        const index = ord === undefined ? 0 : Number(cells[ord]) - 1;
        if (parts.needsCount) totals[index] = Number(cells[total]);
        if (parts.needsRows && cells[there] !== null) groups[index]?.push(cells);
      }
      const answers: Answer[] = [];
      for (const [index, group] of groups.entries()) {
        const made = await makeNodes(nodes, keptRows(page, group), context.slices);
        const answer = connectionAnswer(parts, context.limits, {
          page,
          rows: group,
          total: totals[index] ?? 0,
          cursorOf: (cells) => cursors.encode(sortCells.map((cell) => text(cells[cell]))),
          nodeOf: (cells, node) => made.get(node)?.get(cells) ?? null,
        });
        answers.push(answer);
      }
      return answers;
    },
  };
}

type Cells = readonly unknown[];

/** So many nodes are made between two looks at the clock. */
const AT_ONCE = 10;

/** Makes the nodes of a page's rows, for each place of the selection where nodes are asked for. */
async function makeNodes(
  nodes: ReadonlyMap<Selected, Assemble>,
  rows: readonly Cells[],
  slices: TimeSlices,
): Promise<ReadonlyMap<Selected, ReadonlyMap<Cells, Answer | null>>> {
  const made = new Map([...nodes.keys()].map((node) => [node, new Map<Cells, Answer | null>()]));
  for (const [index, cells] of rows.entries()) {
    const wait = index % AT_ONCE === 0 ? slices.next() : undefined;
    if (wait !== undefined) await wait;
    for (const [node, assemble] of nodes) made.get(node)?.set(cells, assemble(cells));
  }
  return made;
}

/** Where links lead to entries of a list, these are in its order. */
function ownOrder([first, ...others]: readonly Target[]): OrderOption | undefined {
  const position = first?.link.position;
  if (position === undefined || others.some(({ link }) => link.position === undefined)) return undefined;
  const last = sql.ident(`h${(first?.link.hops?.length ?? 1) - 1}`);
  return byPosition(() => position(last));
}

const sortColumn = (index: number): Sql => sql.ident(`s${index}`);
const isSortColumn = (name: string): boolean => /^s\d+$/.test(name);

/** Whether it is worth to look at the first rows alone: the caller may be one who sees most. */
function isWorthTrying(
  { access, limits }: PlanContext,
  [target, another]: readonly Target[],
  order: readonly OrderTerm[],
): boolean {
  if (target === undefined || another !== undefined) return false;
  const visible = access.condition(target.kind, sql`r`, 'list');
  return visible !== undefined && !letsNonePass(visible) && isOrderIndexed(target.kind, order, limits.lookThrough);
}

/** Of several kinds those of which the caller may see anything; one at least. */
function shownOf({ access }: PlanContext, targets: readonly Target[]): readonly Target[] {
  const [first, ...others] = targets;
  if (first === undefined || others.length === 0) return targets;
  const shown = targets.filter(({ kind }) => !letsNonePass(access.condition(kind, sql`r`, 'list')));
  return shown.length === 0 ? [first] : shown;
}

/** Of several kinds those of which an object can be what is asked for; one at least. */
function fitting(targets: readonly Target[], args: Arguments): readonly Target[] {
  const able = targets.filter(({ kind }) => canBeLabelled(kind, args));
  return able.length === 0 ? targets.slice(0, 1) : able;
}

/** Columns that the tables of all kinds have, of one type. */
const commonColumns: ReadonlySet<string> = new Set([
  'id',
  'name',
  'created_at',
  'updated_at',
  'generation',
  'revision',
]);

/**
 * Kinds of which nothing is read but columns that all kinds have: their rows bring these along, and need no join. Joins of 72 kinds
 * take PostgreSQL longer to plan than all the rest.
 */
function carriedColumns(list: Pick<List, 'context' | 'parts'>, targets: readonly Target[]): Carried {
  const used = new Set<string>();
  const kinds = targets.flatMap((target): KindModel[] => {
    const level = new SelectLevel();
    planNodes(list, [target], level, [sql`t`]);
    const columns = level.columns.flatMap(({ text }) => columnsOf(text));
    if (level.joins.length > 0 || columns.some((column) => !commonColumns.has(column))) return [];
    for (const column of columns) if (column !== 'id') used.add(column);
    return [target.kind];
  });
  return { kinds: new Set(kinds), columns: [...used] };
}

interface Carried {
  readonly kinds: ReadonlySet<KindModel>;
  readonly columns: readonly string[];
}

/** What an expression reads of the row `t`, by the names of its columns; what is no column of it is not among `commonColumns`. */
const columnsOf = (text: string): string[] =>
  [...text.matchAll(/\bt\b(?:\.(?:"(\w+)"|(\w+)))?/g)].map(([whole, quoted, plain]) => quoted ?? plain ?? whole);

/** What is read of the rows `t` of one kind; of a row that is read as a whole, all. */
function readOfKind({ columns, joins }: Level): readonly Sql[] {
  const names = new Set([...columns, ...joins].flatMap(({ text }) => columnsOf(text)));
  return names.has('t') ? [sql`r.*`] : [...names].filter((name) => !isSortColumn(name)).map(columnOfRow);
}

const columnOfRow = (name: string): Sql => sql`r.${sql.ident(name)}`;

/** The alias of the row of each of several kinds: `t` where it brings along what is read of it, else a join of its own. */
function rowAliases(level: Level, targets: readonly Target[], carried: Carried['kinds'] = new Set()): readonly Sql[] {
  return targets.map(({ kind }, index) => {
    if (carried.has(kind)) return sql`t`;
    const alias = sql.ident(`t${index}`);
    level.joins.push(sql`left join ${sql.ident(kind.table)} ${alias} on t.kind = ${kind.kind} and ${alias}.id = t.id`);
    return alias;
  });
}

/** What is read of nodes, for each place of the selection where they are asked for. */
function planNodes(
  { context, parts }: Pick<List, 'context' | 'parts'>,
  targets: readonly Target[],
  level: Level,
  aliases: readonly Sql[],
): Map<Selected, readonly ObjectShape[]> {
  const plan = ({ below }: Selected): readonly ObjectShape[] => {
    const before: Guard[] = [];
    return targets.map(({ kind }, index) => {
      const row = aliases[index] ?? sql`t`;
      const id =
        targets.length > 1 && row.text === 't' ? sql`case when t.kind = ${kind.kind} then t.id end` : undefined;
      const shape = planObject(context, level, kind, row, below, { guards: [...before], id });
      if (shape.id !== undefined) before.push({ cell: shape.id, is: 'null' });
      return shape;
    });
  };
  return new Map([...parts.nodes, ...parts.edges.flatMap(({ nodes }) => nodes)].map((node) => [node, plan(node)]));
}

/** A cell that is set where there is a row; of one kind that may be what tells that there is a node. */
function placeOfRow(
  { parts }: Pick<List, 'parts'>,
  targets: readonly Target[],
  level: Level,
  nodes: ReadonlyMap<Selected, readonly ObjectShape[]>,
): number {
  if (!parts.needsRows) return level.column(sql`null::uuid`);
  if (targets.length > 1) return level.column(sql`t.kind`);
  const [node] = nodes.values();
  return node?.[0]?.id ?? level.column(sql`t.id`);
}

/** The statement of the list for these parents. */
function listStatement(
  { context, parts, order, isRoot, shown, read, ofParent }: List,
  { targets, args, page }: AskedRows,
  level: Level,
  parents: Sql,
  { hasParent = false, hasMany = false, isTrial = false }: StatementOptions = {},
): Sql {
  const isSingle = targets.length === 1;
  const effective = page.isBackward ? reversed(order) : order;
  const sorts = order.map((_, index) => sortColumn(index));
  const sorted = orderBy(effective, sorts);
  const able = fitting(
    targets.filter(({ kind }) => shown.has(kind)),
    args,
  );
  const { lookThrough, maxCount } = context.limits;
  const large = able.filter(({ kind }) => lookThrough.isSmall?.(kind.table) !== true);
  const source = (body: 'rows' | 'count'): ListRows[] =>
    able.map((target, index) =>
      rowsOf(context, target, args, {
        hasParent,
        order: effective,
        position: body === 'rows' ? page.position : undefined,
        isSingle,
        isTrial,
        body,
        size: body === 'rows' ? page.size : maxCount,
        sharing: Math.max(1, large.length),
        read,
        prefix: `f${index}_`,
      }),
    );
  const counts = parts.needsCount ? source('count') : [];
  const rows = parts.needsRows ? source('rows') : [];
  const selectsOf = (all: readonly ListRows[]): Sql[] => all.flatMap(({ selects }) => selects);
  const found = (parts.needsRows ? rows : counts).flatMap((one) => one.found);
  const looked = [...rows, ...counts].flatMap((one) => one.lookedThrough ?? []);
  const refusal = refusalOf(rows, counts);
  const members = distinct([...found, ...looked.flatMap((one) => one.found), ...refusal.found]);
  const first = members.length === 0 ? sql`` : sql`with ${sql.join(members, ', ')} `;
  const isForAll = [...rows, ...counts].every((one) => one.isForAll);
  const mostCounted = isForAll ? sql.raw(String(maxCount + 1)) : sql`${maxCount + 1}`;
  const counted = parts.needsCount
    ? sql` left join lateral (select count(*)::int as total from (${sql.join(selectsOf(counts), ' union all ')} limit ${mostCounted}) c${refusal.unlessRows}) n on true`
    : sql``;
  const columns = sql.join(level.columns, ', ');
  const told = isRoot ? sql` cross join lateral (select ${refusal.isRefused} as too_many) g` : sql``;
  if (!parts.needsRows) return sql`${first}select ${columns} from ${parents}${counted}${told} order by p.ord`;
  const limit = sql`limit ${page.size + 1}`;
  const [only = sql``, ...more] = selectsOf(rows);
  // A limit that PostgreSQL sees when it plans: of a number that it is given later it takes a tenth of all rows for granted, finds a plan for
  // the number at hand cheaper, and plans each time anew.
  const bound = isForAll ? sql.raw(`limit ${boundOf(page.size + 1)}`) : limit;
  const own = (select: Sql): Sql => sql`(${select} order by ${sorted} ${bound})`;
  const isPlain = more.length === 0 && !isForAll;
  const each = sql.join([only, ...more].map(own), ' union all ');
  const all = isPlain ? only : isForAll ? sql`select * from (${each}) u` : each;
  const pageOf = sql`${all} order by ${sorted} ${limit}`;
  const whole = refusal.unlessCount === undefined ? pageOf : sql`select u.* from (${pageOf}) u${refusal.unlessCount}`;
  const isJoined = level.joins.length > 0;
  const from = ({ selected, rows }: Paged): Sql =>
    sql`${first}select ${selected} from ${parents}${counted} left join lateral ${rows} on true${told}`;
  const ordered = (): Sql => {
    const plain = { selected: columns, rows: sql`(${whole}) t` };
    // For one parent after the other the rows are found in their order, and stay in it unless something is joined to them.
    if (!isJoined && !page.isBackward) return from(plain);
    return hasMany ? joinedOutside(level, order, from(plain)) : from(joinedInOrder(level, ofParent, order, whole));
  };
  const statement = ordered();
  const planned = isSingle || !isJoined ? statement : sql.manyJoins(statement);
  return isByLabels(args) ? sql.byValues(planned) : planned;
}

/** What a statement selects of the rows of a page, and these. */
interface Paged {
  readonly selected: Sql;
  readonly rows: Sql;
}

interface StatementOptions {
  readonly hasParent?: boolean;
  /** Of any number of parents. */
  readonly hasMany?: boolean;
  readonly isTrial?: boolean;
}

/** By the names of what the rows are sorted by. */
const outerOrder = (order: readonly OrderTerm[]): Sql =>
  orderBy(
    order,
    order.map((_, index) => sql`t.${sortColumn(index)}`),
  );

/** The rows of many parents, with what is joined to all of them: what many of them have in common is read once. */
const joinedOutside = ({ joins }: Level, order: readonly OrderTerm[], from: Sql): Sql =>
  sql`${sql.join([from, ...joins], ' ')} order by p.ord, ${outerOrder(order)}`;

/**
 * The rows of the one page, in the order of the list, with what is joined to them. Inside, PostgreSQL sees that the joins leave them in the
 * order in which an index has them, and sorts nothing.
 */
function joinedInOrder(
  level: Level,
  ofParent: ReadonlySet<number | undefined>,
  order: readonly OrderTerm[],
  page: Sql,
): Paged {
  const cells = level.columns.map((column, index) => ({
    column,
    name: sql.ident(`c${index}`),
    isOutside: ofParent.has(index),
  }));
  const selected = cells.map(({ column, name, isOutside }) => (isOutside ? column : sql`u.${name}`));
  const inside = cells.flatMap(({ column, name, isOutside }) => (isOutside ? [] : [sql`${column} as ${name}`]));
  const joined = sql.join([sql`(${page}) t`, ...level.joins], ' ');
  return {
    selected: sql.join(selected, ', '),
    rows: sql`(select ${sql.join(inside, ', ')} from ${joined} order by ${outerOrder(order)}) u`,
  };
}

/** That rows may be missing, and that nothing is looked through in vain: neither the rows where they cannot be counted, nor for their number where they are refused. */
function refusalOf(rows: readonly ListRows[], counts: readonly ListRows[]) {
  const any = (all: readonly Sql[]): Sql => (all.length === 0 ? sql`false` : sql.join([...all], ' or '));
  const unless = (all: readonly Sql[]): Sql => sql` where not (${any(all)})`;
  const total = sql`n.total`;
  const before = counts.flatMap(({ lookedThrough }) => lookedThrough?.isRefusedBefore ?? []);
  const ofRows = rows.flatMap(({ lookedThrough }) => lookedThrough?.isRefused(total) ?? []);
  const ofCount = counts.flatMap(({ lookedThrough }) => lookedThrough?.isRefused(total) ?? []);
  const name = sql`refused_rows`;
  const areRows = ofRows.length === 0 ? [] : [sql`(select is_refused from ${name})`];
  return {
    found: ofRows.length === 0 ? [] : [sql`${name} as materialized (select ${any(ofRows)} as is_refused)`],
    isRefused: any([...before, ...areRows, ...ofCount]),
    unlessRows: areRows.length === 0 ? sql`` : unless(areRows),
    unlessCount: before.length === 0 ? undefined : unless(before),
  };
}

/** Members of a `with`: one that is found for the rows is the same for their number. */
const distinct = (members: readonly Sql[]): Sql[] => [
  ...new Map(members.map((member) => [member.text, member])).values(),
];

/** What every list takes. */
const listArguments = new Set(['first', 'after', 'last', 'before', 'where', 'orderBy', 'labelSelector', 'labels']);

/** What only this list takes: those of a field that a domain adds. */
const ownArguments = (args: Arguments): (readonly [string, unknown])[] =>
  Object.entries(args).filter(([name, value]) => !listArguments.has(name) && value !== undefined && value !== null);

/** What a cursor belongs to: kinds, order, filter, selector; not the page size and not the caller's rights. */
const listFingerprint = (targets: readonly Target[], args: Arguments, order: readonly OrderTerm[]): string =>
  JSON.stringify(
    [
      targets.map(({ kind }) => kind.kind),
      order.map(({ name, isDescending }) => [name, isDescending]),
      args.where ?? null,
      args.labelSelector ?? null,
      args.labels ?? null,
      ...ownArguments(args),
    ],
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
