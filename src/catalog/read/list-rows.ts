import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Link } from '../link.ts';
import type { KindModel } from '../model.ts';
import { boundedWhere } from './bounded-where.ts';
import type { Position } from './cursor.ts';
import { commonFilterFields, compileFilter, filterFields } from './filter.ts';
import { alongHops, seeing } from './hops.ts';
import { labelConditions } from './labels.ts';
import { alternativesOf, type Lead } from './leads.ts';
import { isAfter, type OrderTerm } from './order.ts';
import type { Arguments, PlanContext, Target } from './plan-types.ts';

export interface RowsOptions {
  readonly hasParent: boolean;
  readonly order: readonly OrderTerm[];
  readonly position: Position | undefined;
  readonly isSingle: boolean;
  readonly body: 'rows' | 'count';
  /** Begins the names of what is found before the rows. */
  readonly prefix: string;
}

export interface ListRows {
  /** Members of the statement's `with`. */
  readonly found: readonly Sql[];
  /** Selects of which no two give the same row. */
  readonly selects: readonly Sql[];
}

/** The rows of one kind that belong to the list, for one parent `p` if there is one. */
export function rowsOf(
  context: PlanContext,
  { kind, link, where: extra }: Target,
  args: Arguments,
  options: RowsOptions,
): ListRows {
  const row = sql`r`;
  const see = seeing(context);
  const from: Sql[] = [];
  /** Ways in which a row belongs to the parent, of which it has one. */
  let ways: readonly (readonly Sql[])[] = [[]];
  if (options.hasParent) {
    const hops: Sql[] = [];
    const last = alongHops(context, sql`p`, link, (rows, on) => {
      const alias = sql.ident(`h${from.length}`);
      from.push(sql`${rows} ${alias}`);
      hops.push(on(alias));
      return alias;
    });
    const apart = options.body === 'count' ? link.apart?.(last, row, see) : undefined;
    ways = (apart ?? [link.on(last, row, see)]).map((way) => [...hops, way]);
  }
  from.push(sql`${sql.ident(kind.table)} ${row}`);
  const visible = context.access.condition(kind, row, 'list');
  const conditions: Sql[] = [];
  // Of one parent's rows each is asked.
  const leads: Lead[] | undefined = options.hasParent ? undefined : [];
  if (extra !== undefined) conditions.push(extra(row, see));
  const filter = compileFilter(
    options.isSingle ? filterFields(kind) : commonFilterFields,
    boundedWhere(args.where),
    row,
    context.access,
    leads,
  );
  if (filter !== undefined) conditions.push(filter);
  conditions.push(...labelConditions(kind, args, row, context.access, leads));
  const { found, all: alternatives } = alternativesOf(leads ?? [], row, context.limits.mostFollowed, options.prefix);
  const given = (selects: readonly Sql[]): ListRows => ({ found, selects });
  const whole = options.hasParent ? wholeOf(context, kind, link) : undefined;
  const select = (columns: Sql, all: readonly Sql[]): Sql =>
    sql`select ${columns} from ${sql.join(from, ', ')}${all.length === 0 ? sql`` : sql` where ${sql.join([...all], ' and ')}`}`;
  if (options.body === 'count') {
    const one = sql`1`;
    if (visible === undefined || whole === undefined) {
      const seen = visible === undefined ? [] : [visible];
      return given(
        ways.flatMap((way) => alternatives.map((led) => select(one, [...way, ...seen, ...conditions, ...led]))),
      );
    }
    // One of the two runs, and the first can be answered from an index.
    const plain = whole.ways(row).map((way) => select(one, [whole.condition, way, ...conditions]));
    const checked = ways.map((way) => select(one, [sql`not ${whole.condition}`, ...way, visible, ...conditions]));
    return given([...plain, ...checked]);
  }
  const belonging = ways.flat();
  if (visible !== undefined) belonging.push(whole === undefined ? visible : sql`(${whole.condition} or ${visible})`);
  const sorts = options.order.map(({ term }) => term(row, context.access));
  const named = sql.join(
    sorts.map((sort, index) => sql`${sort} as ${sql.ident(`s${index}`)}`),
    ', ',
  );
  const paged = options.position === undefined ? [] : [isAfter(options.order, sorts, options.position)];
  const columns = options.isSingle ? sql`r.*` : sql`${kind.kind}::text as kind, r.id`;
  return given(
    alternatives.map((led) => select(sql`${columns}, ${named}`, [...belonging, ...conditions, ...led, ...paged])),
  );
}

/** Whether the caller sees everything that a link inside a scope can lead to: asked once for each parent. */
function wholeOf(context: PlanContext, kind: KindModel, { inside }: Link) {
  const all = inside && context.access.everythingIn(kind, sql`p.id`, 'list');
  if (inside === undefined || all === undefined) return undefined;
  const condition = sql`(${all} and ${inside.areAllInSight(sql`p`, seeing(context))})`;
  return { condition, ways: (row: Sql): readonly Sql[] => inside.apart?.(sql`p`, row) ?? [inside.on(sql`p`, row)] };
}
