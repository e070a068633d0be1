import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import type { Link } from '../link.ts';
import type { KindModel } from '../model.ts';
import { boundsInNaturalOrder } from './beginning.ts';
import { boundedWhere } from './bounded-where.ts';
import type { Position } from './cursor.ts';
import { type Asked, commonFilterFields, compileFilter, filterFields } from './filter.ts';
import { firstSeen } from './first-seen.ts';
import { alongHops, seeing } from './hops.ts';
import { labelConditions } from './labels.ts';
import { type Alternative, alternativesOf, Leading, type LookThrough, type RangeOfRows } from './leads.ts';
import { isOrderIndexed, type LookedThrough, lookThroughRows } from './looked-through.ts';
import { isAfter, type OrderTerm, orderBy } from './order.ts';
import type { Arguments, PlanContext, Target } from './plan-types.ts';
import { rangeRows, whereAll } from './range-rows.ts';

export interface RowsOptions {
  readonly hasParent: boolean;
  readonly order: readonly OrderTerm[];
  readonly position: Position | undefined;
  readonly isSingle: boolean;
  readonly body: 'rows' | 'count';
  /** Of a list of one kind only the first rows are looked at: they may be too few. */
  readonly isTrial: boolean;
  /** So many are wanted, and one more where there are more. */
  readonly size: number;
  /** So many kinds share what the list may look through. */
  readonly sharing: number;
  /** What is read of each row: of one kind, or of several. */
  readonly read: readonly Sql[];
  /** Begins the names of what is found before the rows. */
  readonly prefix: string;
}

export interface ListRows {
  /** Members of the statement's `with`. */
  readonly found: readonly Sql[];
  /** Selects of which no two give the same row. */
  readonly selects: readonly Sql[];
  /** Where rows are looked through that no index leads to. */
  readonly lookedThrough: LookedThrough | undefined;
  /** One plan is good for all values: it needs none of them. */
  readonly isForAll: boolean;
}

/** The rows of one kind that belong to the list, for one parent `p` if there is one. */
export function rowsOf(context: PlanContext, target: Target, args: Arguments, options: RowsOptions): ListRows {
  const { kind, link } = target;
  const row = sql`r`;
  const { mostFollowed } = context.limits;
  const lookThrough = shareOf(context.limits.lookThrough, options.sharing);
  const { from, ways } = placesOf(context, target, row, options);
  const near =
    options.hasParent && link.homeOf !== undefined
      ? ({ by: 'parent', kind: link.homeOf, id: sql`p.id` } as const)
      : undefined;
  const visible = context.access.condition(kind, row, 'list', { near });
  // Of one parent's rows each is asked, and each of several kinds' of which there are few.
  const isEachAsked = options.hasParent || (!options.isSingle && lookThrough.isSmall?.(kind.table) === true);
  const leading = isEachAsked ? undefined : new Leading({ table: kind.table, lookThrough, prefix: options.prefix });
  const fitting = conditionsOf(context, target, args, { row, access: context.access, leading }, options.isSingle);
  const leads = leading?.leads ?? [];
  const inRange = leading?.range;
  const isInOrder = isOrderIndexed(kind, options.order, lookThrough);
  const isAlone = leads.length === 0 && target.where === undefined && !isByLabels(args);
  const isByRange = isAlone && options.isSingle && isInOrder;
  const conditions = inRange === undefined || isByRange ? fitting : [...fitting, inRange.asked(row)];
  const { found: led, all: alternatives } = alternativesOf(leads, row, mostFollowed, options.prefix);
  const found = [...(leading?.known ?? []), ...led];
  const whole = options.hasParent ? wholeOf(context, kind, link) : undefined;
  const { sorts, joins } = sortedBy(context, row, options);
  const paged = options.position === undefined ? [] : [isAfter(options.order, sorts, options.position)];
  const given = (selects: readonly Sql[], isForAll = false): ListRows => ({
    found,
    selects,
    lookedThrough: undefined,
    isForAll,
  });
  const one = sql`1`;
  if (options.body === 'count' && visible !== undefined && whole !== undefined) {
    // One of the two runs, and the first can be answered from an index.
    const plain = whole.ways(row).map((way) => select(one, from, [whole.condition, way, ...conditions]));
    const checked = ways.map((way) => select(one, from, [sql`not ${whole.condition}`, ...way, visible, ...conditions]));
    return given([...plain, ...checked]);
  }
  const seen = visible === undefined || whole === undefined ? visible : sql`(${whole.condition} or ${visible})`;
  const isCount = options.body === 'count';
  const named = sorts.map((sort, index) => sql`${sort} as ${sql.ident(`s${index}`)}`);
  const ofKind = options.isSingle ? [] : [sql`${kind.kind}::text as kind`];
  const columns = isCount ? one : sql.join([...ofKind, ...options.read, ...named], ', ');
  const asked = [...(seen === undefined ? [] : [seen]), ...conditions];
  const behind = isCount ? [] : paged;
  const selectsOf = ({ when, conditions: ofWay }: Alternative): Sql[] =>
    ways.map((way) => select(columns, from, [...way, ...asked, ...when, ...ofWay, ...behind], joins));
  const last = alternatives.at(-1);
  const order = sql` order by ${orderBy(options.order, sorts)}`;
  const table = sql.ident(kind.table);
  if (options.isTrial && visible !== undefined) {
    const sight = context.access.condition(kind, row, 'list', { howMany: 'one' }) ?? visible;
    const name = sql.ident(`${options.prefix}seen`);
    return firstSeen({ table, columns, position: paged, order, sight, size: options.size, name });
  }
  if (inRange !== undefined && isByRange) {
    const name = sql.ident(`${options.prefix}range`);
    const { most } = lookThrough;
    const bounds = boundsOf(inRange, options.order[0], row, context.access);
    const inOrder = isCount ? undefined : order;
    const { asked: isInRange } = inRange;
    const rows = rangeRows({
      table,
      inRange: isInRange,
      bounds,
      columns,
      visible,
      conditions,
      position: behind,
      order: inOrder,
      name,
      most,
    });
    return { ...rows, lookedThrough: undefined, isForAll: true };
  }
  const isOrdered = isCount || isInOrder;
  const isAsked = conditions.length > 0 || leads.length > 0;
  const isIndexed =
    leading === undefined || (isCount ? leading.isCountedByIndex : leading.isByIndex) || target.where !== undefined;
  const isForAll = !isAsked && visible === undefined && target.where === undefined && !options.hasParent;
  if (last === undefined || last.isLed || isIndexed || (isOrdered && !isAsked))
    return given(alternatives.flatMap(selectsOf), isForAll);
  const through = lookThroughRows({
    most: Math.ceil(lookThrough.most / leading.weight),
    columns,
    from: sql`${table} r`,
    joins,
    when: last.when,
    position: behind,
    visible,
    fitting: [...conditions, ...last.conditions],
    order: isCount ? sql`` : order,
    isInOrder: isOrdered,
    isAlone: options.isSingle,
    isCount,
    name: (of) => sql.ident(`${options.prefix}${of}_${options.body}`),
    shared: (of) => sql.ident(`${options.prefix}${of}`),
    wanted: options.size,
  });
  const others = alternatives.slice(0, -1).flatMap(selectsOf);
  return { found, selects: [...others, ...through.selects], lookedThrough: through, isForAll: false };
}

/** What all rows of a range have in common that the order of the list shows, where they are gone through in it. */
function boundsOf(
  { column, asked, beginning }: RangeOfRows,
  first: OrderTerm | undefined,
  row: Sql,
  access: Access,
): Sql[] {
  if (first?.column !== column) return [];
  return first.isNatural === true ? boundsInNaturalOrder(first.term(row, access), beginning) : [asked(row)];
}

/** Labels are asked for, of which some are on most rows and some on none. */
export const isByLabels = ({ labelSelector, labels }: Arguments): boolean =>
  [labelSelector, labels].some((given) => given !== undefined && given !== null);

/** What one of several kinds may look through: they take the time of one list. */
const shareOf = ({ most, ...others }: LookThrough, sharing: number): LookThrough => ({
  ...others,
  most: Math.ceil(most / sharing),
});

/** What rows are sorted by. Very many that no index has in that order are joined to what their first term is looked up in. */
function sortedBy({ access }: PlanContext, row: Sql, { order, hasParent, body }: RowsOptions) {
  const first = hasParent || body === 'count' ? undefined : order[0]?.joined?.(row, access, sql`o0`);
  const sorts = order.map(({ term }, index) => (index === 0 && first !== undefined ? first.term : term(row, access)));
  return { sorts, joins: first?.join ?? sql`` };
}

const select = (columns: Sql, from: readonly Sql[], all: readonly Sql[], joins = sql``): Sql =>
  sql`select ${columns} from ${sql.join([...from], ', ')}${joins}${whereAll(all)}`;

/** Where rows are that belong to the list, and the ways in which one belongs to the parent, of which it has one. */
function placesOf(context: PlanContext, { kind, link }: Target, row: Sql, { hasParent, body }: RowsOptions) {
  const from: Sql[] = [];
  const table = sql`${sql.ident(kind.table)} ${row}`;
  if (!hasParent) return { from: [table], ways: [[]] };
  const hops: Sql[] = [];
  const see = seeing(context);
  const last = alongHops(context, sql`p`, link, (rows, on) => {
    const alias = sql.ident(`h${from.length}`);
    from.push(sql`${rows} ${alias}`);
    hops.push(on(alias));
    return alias;
  });
  const apart = body === 'count' ? link.apart?.(last, row, see) : undefined;
  return { from: [...from, table], ways: (apart ?? [link.on(last, row, see)]).map((way) => [...hops, way]) };
}

/** What is asked of each row; what leads to the rows is said to `asked.leading`. */
function conditionsOf(context: PlanContext, { kind, where }: Target, args: Arguments, asked: Asked, isSingle: boolean) {
  const filter = compileFilter(isSingle ? filterFields(kind) : commonFilterFields, boundedWhere(args.where), asked);
  return [
    ...(where === undefined ? [] : [where(asked.row, seeing(context))]),
    ...(filter === undefined ? [] : [filter]),
    ...labelConditions(kind, args, asked.row, asked.access, asked.leading),
  ];
}

/** Whether the caller sees everything that a link inside a scope can lead to: asked once for each parent. */
function wholeOf(context: PlanContext, kind: KindModel, { inside }: Link) {
  const all = inside && context.access.everythingIn(kind, sql`p.id`, 'list');
  if (inside === undefined || all === undefined) return undefined;
  const condition = sql`(${all} and ${inside.areAllInSight(sql`p`, seeing(context))})`;
  return { condition, ways: (row: Sql): readonly Sql[] => inside.apart?.(sql`p`, row) ?? [inside.on(sql`p`, row)] };
}
