import { type Sql, sql } from '../../platform/db/sql.ts';
import { kept } from '../../platform/kept.ts';
import type { Access } from '../access/access.ts';
import { isDerivedLabel } from '../derived-labels.ts';
import type { KindModel } from '../model.ts';
import { requireFew } from '../selector/bounds.ts';
import { onColumn, onExpression } from '../selector/compile.ts';
import { parseSelector, type Requirement } from '../selector/parse.ts';
import { readStructured, type StructuredSelector } from '../selector/structured.ts';
import { derivedLabelsOf, type Ends, type LabelRoute, labelRoute, type Way } from './label-routes.ts';
import type { Lead, Leading } from './leads.ts';
import type { Arguments } from './plan-types.ts';

/** Whose labels they are: what is hidden from the caller gives none. */
type LabelAccess = Pick<Access, 'condition' | 'everythingIn'>;

/** A derived label as an SQL expression on the row: it is never stored, always follows from the object's own references. */
function labelValue(route: LabelRoute, row: Sql, access: LabelAccess, depth = 0): Sql {
  switch (route.by) {
    case 'column':
      return columnOf(route, row);
    case 'reference':
      return firstOf(route.ways, row, access, depth);
    case 'ends':
      return agreedValue(route.ends, row, access, depth);
  }
}

const columnOf = ({ column, isText }: Extract<LabelRoute, { by: 'column' }>, row: Sql): Sql =>
  isText ? sql`${row}.${sql.ident(column)}` : sql`${row}.${sql.ident(column)}::text`;

/** The label of what is referred to; `holder` has the columns. */
function firstOf(ways: readonly Way[], holder: Sql, access: LabelAccess, depth: number): Sql {
  const alias = sql.ident(`l${depth}`);
  const values = ways.map(({ column, kind, route }) => {
    const isMeant = sql`${alias}.id = ${holder}.${sql.ident(column)}`;
    return sql`(${selectOf(kind, alias, labelValue(route, alias, access, depth + 1), access, isMeant)})`;
  });
  const [only, another] = values;
  return only !== undefined && another === undefined ? only : sql`coalesce(${sql.join(values, ', ')})`;
}

/** Of the rows of a kind that the caller may get. */
function selectOf(kind: KindModel, alias: Sql, value: Sql, access: LabelAccess, condition: Sql): Sql {
  const visible = access.condition(kind, alias, 'get');
  const all = visible === undefined ? condition : sql`${condition} and ${visible}`;
  return sql`select ${value} from ${sql.ident(kind.table)} ${alias} where ${all}`;
}

/**
 * The label in which all ends agree; an end that is hidden agrees with none. `offset 0` has PostgreSQL look up each label once, and not
 * once more, with a plan of its own, for each time that it is named.
 */
function agreedValue(ends: readonly Ends[], row: Sql, access: LabelAccess, depth: number): Sql {
  const entry = sql.ident(`e${depth}`);
  const labels = ends.map(({ entries, ways }) => {
    const value = firstOf(ways, entries === undefined ? row : entry, access, depth);
    if (entries === undefined) return sql`select ${value} as label`;
    const { table, owner } = entries;
    return sql`select ${value} as label from ${sql.ident(table)} ${entry} where ${entry}.${sql.ident(owner)} = ${row}.id`;
  });
  return sql`(select case when count(*) = count(u.label) and min(u.label) = max(u.label) then min(u.label) end
    from (${sql.join(labels, ' union all ')} offset 0) u)`;
}

/** The derived labels that a kind has, each with its expression. */
export const derivedLabels = (
  kind: KindModel,
  row: Sql,
  access: LabelAccess,
): readonly (readonly [label: string, value: Sql])[] =>
  derivedLabelsOf(kind).map(([label, route]) => [label, labelValue(route, row, access)]);

interface LedBy extends Pick<Lead, 'ways' | 'isLess' | 'atMost'> {
  /** What is asked of a row sooner than for its label. */
  readonly asked?: (row: Sql, label: Sql) => Sql;
}

interface ByScopes {
  readonly names: readonly string[];
  readonly scope: KindModel;
  readonly ends: readonly Ends[];
}

/** By what columns objects come to a label with one of these values. */
const ledBy = (ways: readonly Way[], values: Sql, access: LabelAccess, depth: number): Lead['ways'] =>
  ways.map(({ column, ...way }) => ({ column, ids: idsOf(way, values, access, depth) }));

/** Ids of the objects of a kind that have the label, or their scopes. */
function idsOf(
  { kind, route }: Omit<Way, 'column'>,
  values: Sql,
  access: LabelAccess,
  depth: number,
  column: 'id' | 'scope_id' = 'id',
): Sql {
  const alias = sql.ident(`w${depth}`);
  const having = (condition: Sql): Sql => selectOf(kind, alias, sql`${alias}.${sql.ident(column)}`, access, condition);
  if (route.by !== 'reference') return having(sql`${labelValue(route, alias, access)} = any(${values})`);
  const selects = ledBy(route.ways, values, access, depth + 1).map((way) =>
    having(sql`${alias}.${sql.ident(way.column)} in (${way.ids})`),
  );
  return sql.join(selects, ' union all ');
}

/** Those of which all ends have the label; of several columns, those of which the first has it. */
function ledByEnds(ends: readonly Ends[], values: Sql, access: LabelAccess): LedBy {
  const [first] = ends;
  const isLess = ends.length > 1;
  const ways = ledBy(first?.ways ?? [], values, access, 0);
  if (first?.entries === undefined) return { ways, isLess };
  const table = sql.ident(first.entries.table);
  const owner = sql.ident(first.entries.owner);
  const having = ways.map(
    ({ column, ids }) => sql`select k.${owner} from ${table} k where k.${sql.ident(column)} in (${ids})`,
  );
  const ids = sql`select h.owner from (${sql.join(having, ' union all ')}) h (owner) group by h.owner
    having count(*) = (select count(*) from ${table} k where k.${owner} = h.owner)`;
  return { ways: [{ column: 'id', ids }], isLess };
}

/**
 * That all scopes of a row are among the ids of a table. The first of its others is looked up in a hash of them: an index of the others would
 * be read for each of the scopes, and for all rows that have none, and to compare the lists takes longer.
 */
function areAmong(row: Sql, scopes: Sql): Sql {
  const others = sql`${row}.other_scope_ids`;
  const all = sql`(select s.id from ${scopes} s)`;
  return sql`${row}.scope_id = any(array${all})
    and case when (${others}[1] in ${all}) is not false then ${others} <@ array${all} else false end`;
}

/** So many scopes are looked up; with more, most rows would be found. */
const MOST_SCOPES = 500;

/**
 * Those of which all scopes are in ones of these names. Of a single one, where the caller sees everything in it by which the label is come
 * by, these are the ones that have it; else each of them is asked, since ends might be in one each.
 */
function ledByScopes(kind: KindModel, { scope, ends, names }: ByScopes, access: LabelAccess, leading: Leading): LedBy {
  const table = sql.ident(kind.table);
  const named = selectOf(scope, sql`w`, sql`w.id`, access, sql`w.name = any(${names}::text[])`);
  const scopes = leading.once(sql`select i.descendant_id from scope_closure i where i.ancestor_id in (${named})`);
  const inner = sql`select s.id from ${scopes} s`;
  const areFew = sql`cardinality(array(${inner})) <= ${sql.raw(String(MOST_SCOPES))}`;
  const ids = sql`select k.id from ${table} k where ${areFew} and ${areAmong(sql`k`, scopes)}
    union all select k.id from ${table} k where not ${areFew}`;
  // `is true` has PostgreSQL hash them: to join them it would go through all of them for each row, and takes them for few.
  const isInside = (row: Sql): Sql =>
    sql`(${row}.scope_id in (${inner})) is true and not exists (select from unnest(${row}.other_scope_ids) o (id) where o.id not in (${inner}))`;
  const sights = [...kindsOn(ends.flatMap(({ ways }) => ways))].flatMap((one): Sql[] => {
    const all = one === scope ? undefined : access.everythingIn(one, sql`w.id`, 'get');
    if (all === undefined) return [];
    const isThere = sql`select from ${sql.ident(one.table)} x join scope_closure j on j.descendant_id = x.scope_id where j.ancestor_id = w.id`;
    return [sql`(${all} or not exists (${isThere}))`];
  });
  const isSeen =
    sights.length === 0
      ? sql`true`
      : sql`not exists (select from ${leading.once(sql`${named} and not (${sql.join(sights, ' and ')})`)})`;
  return {
    ways: [{ column: 'id', ids }],
    isLess: true,
    asked: (row, label) => sql`(${isInside(row)} and ${names.length > 1 ? label : sql`(${isSeen} or ${label})`})`,
  };
}

/** So many are asked for their label; of more each row of the list is, in its order. */
const MOST_ASKED = 2_500;

/**
 * Those of which all scopes are ones in which something gives ends the label: of very many ends most lead to something else, and each of
 * them would be looked up. Undefined where the scopes of ends do not follow from what gives them the label.
 */
function ledByEndScopes(kind: KindModel, ends: readonly Ends[], values: Sql, access: LabelAccess): LedBy | undefined {
  if (!isInScopesOfEnds(kind, ends)) return undefined;
  const scopes = ends.flatMap(({ ways }) => ways).flatMap((way) => scopesGiving(way, values, access));
  if (!scopes.every((one) => one !== undefined)) return undefined;
  const table = sql.ident(kind.table);
  const label = agreedValue(ends, sql`c`, access, 0);
  const areFew = sql`(select count(*) <= ${sql.raw(String(MOST_SCOPES))} from giving)`;
  const areAsked = sql`(${areFew} and (select count(*) <= ${sql.raw(String(MOST_ASKED))} from candidate))`;
  const ids = sql`with giving (id) as materialized (${sql.join(scopes, ' union ')} limit ${sql.raw(String(MOST_SCOPES + 1))}),
    candidate as materialized (select k.* from ${table} k where ${areFew} and ${areAmong(sql`k`, sql`giving`)}
      limit ${sql.raw(String(MOST_ASKED + 1))})
    select c.id from candidate c where ${areAsked} and ${label} = any(${values})
    union all select null from generate_series(1, ${sql.raw(String(ENDLESS))}) where not ${areAsked}`;
  return { ways: [{ column: 'id', ids }] };
}

/** Whether the scopes of an object are those of its ends, and no others. */
function isInScopesOfEnds({ scope, references }: KindModel, [end, another]: readonly Ends[]): boolean {
  if (!('also' in scope) || typeof scope.home === 'string' || another !== undefined) return false;
  const paths = new Set([...scope.home, ...(scope.also ?? [])]);
  const field = references.find(({ leaf }) => paths.has(leaf.path))?.field;
  return paths.size === 1 && field?.type === 'refs' && field.table === end?.entries?.table;
}

/** More than what may be followed. */
const ENDLESS = 1_000_000;

/** Selects of the scopes that rows of a kind are in where what they refer to gives them the label. */
function scopesGiving({ kind, route }: Way, values: Sql, access: LabelAccess): (Sql | undefined)[] {
  const { scope } = kind;
  if (route.by !== 'reference' || 'own' in scope || 'also' in scope || typeof scope.home === 'string')
    return [undefined];
  const [home, another] = scope.home;
  if (another !== undefined) return [undefined];
  const targets = kind.references.find(({ leaf }) => leaf.path === home)?.targets ?? [];
  return route.ways.map((way) => {
    if (!targets.some(({ column }) => column === way.column)) return undefined;
    return idsOf(way, values, access, 1, way.kind.isOwnScope ? 'id' : 'scope_id');
  });
}

/** The kinds of all objects on these ways. */
const kindsOn = (ways: readonly Way[]): Set<KindModel> =>
  new Set(ways.flatMap(({ kind, route }) => [kind, ...(route.by === 'reference' ? kindsOn(route.ways) : [])]));

/** How many objects there can be by which others come to a label with one of so many values, where these are their names. */
function mostNamed(ways: readonly Way[], values: number, leading: Leading): Pick<LedBy, 'atMost'> {
  const areNamed = ways.every(({ kind, route }) => route.by === 'column' && leading.isUnique(kind.table, route.column));
  return areNamed ? { atMost: ways.length * values } : {};
}

/** What leads to the rows that have a label with one of these values; undefined where each has to be asked. */
function leadBy(
  kind: KindModel,
  route: LabelRoute,
  values: readonly string[],
  access: LabelAccess,
  leading: Leading,
): LedBy | undefined {
  const texts = sql`${values}::text[]`;
  switch (route.by) {
    case 'column':
      return undefined;
    case 'reference':
      return { ways: ledBy(route.ways, texts, access, 0), ...mostNamed(route.ways, values.length, leading) };
    case 'ends':
      if (route.scope !== undefined)
        return ledByScopes(kind, { ends: route.ends, scope: route.scope, names: values }, access, leading);
      return (
        ledByEndScopes(kind, route.ends, texts, access) ?? {
          ...ledByEnds(route.ends, texts, access),
          // With several values, ends might have one each and not agree.
          ...(values.length > 1 && { isLess: true }),
        }
      );
  }
}

/** What arguments ask of labels; those of a list of all kinds are read once. */
const requirementsOf = kept((args: Arguments): readonly Requirement[] => {
  const requirements = [
    ...(typeof args.labelSelector === 'string' ? parseSelector(args.labelSelector, 'labelSelector') : []),
    ...(args.labels === undefined || args.labels === null
      ? []
      : readStructured(args.labels as StructuredSelector, 'labels')),
  ];
  requireFew(requirements.length, 'labelSelector');
  return requirements;
});

const isMetWithout: ReadonlySet<Requirement['operator']> = new Set(['absent', 'notin']);

/** Whether objects of a kind can meet what is asked of labels: not without a derived label that none of them has. */
export const canBeLabelled = (kind: KindModel, args: Arguments): boolean =>
  requirementsOf(args).every(
    ({ key, operator }) => isMetWithout.has(operator) || !isDerivedLabel(key) || labelRoute(kind, key) !== undefined,
  );

/** How many times as long it takes to work a derived label out as to compare a column. */
const WEIGHTS: Readonly<Record<LabelRoute['by'], number>> = { column: 1, reference: 3, ends: 20 };

/**
 * Conditions of `labelSelector` (Kubernetes' string grammar) and `labels` (the structured form) on a row. Those on derived
 * labels that say what is to be found lead to the rows, which is said to `leading`.
 */
export function labelConditions(
  kind: KindModel,
  args: Arguments,
  row: Sql,
  access: LabelAccess,
  leading?: Leading,
): Sql[] {
  const labels = sql`${row}.labels`;
  return requirementsOf(args).flatMap((requirement): Sql[] => {
    const { key, operator, values } = requirement;
    if (!isDerivedLabel(key)) {
      if (operator === 'in' || operator === 'exists') leading?.byLabel();
      return [onColumn(labels, requirement)];
    }
    const route = labelRoute(kind, key);
    const asked = onExpression(route === undefined ? sql`null::text` : labelValue(route, row, access), requirement);
    const led = operator === 'in' && leading !== undefined && route && leadBy(kind, route, values, access, leading);
    if (route !== undefined && (!led || led.asked === undefined)) leading?.weigh(WEIGHTS[route.by]);
    if (!led) return [asked];
    leading.add({ ...led, asked: led.asked?.(row, asked) ?? asked });
    return [];
  });
}
