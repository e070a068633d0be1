import { type Sql, sql } from '../../platform/db/sql.ts';
import { boundedWhere } from './bounded-where.ts';
import type { Position } from './cursor.ts';
import { commonFilterFields, compileFilter, filterFields } from './filter.ts';
import { alongHops, seeing } from './hops.ts';
import { labelConditions } from './labels.ts';
import { isAfter, type OrderTerm } from './order.ts';
import type { Arguments, PlanContext, Target } from './plan-types.ts';

export interface RowsOptions {
  readonly hasParent: boolean;
  readonly order: readonly OrderTerm[];
  readonly position: Position | undefined;
  readonly isSingle: boolean;
  readonly body: 'rows' | 'count';
}

/** The rows of one kind that belong to the list, for one parent `p` if there is one. */
export function rowsOf(
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
  if (extra !== undefined) conditions.push(extra(row, seeing(context)));
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
  const sorts = options.order.map(({ term }) => term(row, context.access));
  const named = sql.join(
    sorts.map((sort, index) => sql`${sort} as ${sql.ident(`s${index}`)}`),
    ', ',
  );
  const paged = options.position === undefined ? [] : [isAfter(options.order, sorts, options.position)];
  const columns = options.isSingle ? sql`r.*` : sql`${kind.kind}::text as kind, r.id`;
  return sql`select ${columns}, ${named} from ${sql.join(from, ', ')}${where(paged)}`;
}
