import { type Sql, sql } from '../../platform/db/sql.ts';
import { kept } from '../../platform/kept.ts';
import type { Access } from '../access/access.ts';
import { NAMESPACE_PATH } from '../manifests/left-out.ts';
import type { Place } from '../manifests/place.ts';
import { placesOf } from '../manifests/references-sql.ts';
import { textPlaces } from '../manifests/text-places.ts';
import type { KindModel } from '../model.ts';

/**
 * A text[] expression: the paths at which the manifest of a row, or its status as well, names objects that the caller may
 * not get. Undefined when there can be none, so that for whoever sees all of it nothing is asked.
 */
export function hiddenPathsSql(
  kind: KindModel,
  row: Sql,
  access: Access,
  which: 'spec' | 'all' = 'spec',
): Sql | undefined {
  const parts = placesOf(kind, which).flatMap((place) => hiddenAt(kind, place, row, access) ?? []);
  return parts.length === 0 ? undefined : sql`array(${sql.join(parts, ' union all ')})`;
}

/**
 * The namespace of a row, unless it is that of an organization that the caller may not get: it is called after it.
 */
export function namespaceSql(kind: KindModel, row: Sql, access: Access): Sql {
  const namespace = sql`${row}.namespace`;
  const place = placesOf(kind, 'spec').find(({ path }) => path === NAMESPACE_PATH);
  const hidden = place && hiddenAt(kind, place, row, access);
  return hidden === undefined ? namespace : sql`case when not exists (${hidden}) then ${namespace} end`;
}

/**
 * Whether the values at a path name other objects as texts: it is inside the group by which objects of the kind name one
 * of any kind, or says itself what it names.
 */
export const isNameByText = (kind: KindModel, path: string): boolean =>
  isInsideAny(kind, path) || textsAt(kind, path).length > 0;

const isInsideAny = ({ namesAny }: KindModel, path: string): boolean =>
  namesAny !== undefined && `${path}.`.startsWith(`${namesAny.path}.`);

const textsOf = kept((kind: KindModel): readonly Place[] => [
  ...textPlaces(kind, 'spec'),
  ...textPlaces(kind, 'status'),
]);

const textsAt = (kind: KindModel, path: string): Place[] =>
  textsOf(kind).filter((place) => place.path === `spec.${path}` || place.path === `status.${path}`);

/** A value at such a path, of a list its known entries; none when what it names is hidden. */
export function knownName(kind: KindModel, path: string, row: Sql, access: Access, value: Sql): Sql {
  const hidden = hiddenRows(kind, path, row, access);
  if (hidden === undefined) return value;
  const leaf = [...kind.leaves, ...kind.statusLeaves].find((one) => one.path === path);
  if (leaf?.field.type !== 'texts') return sql`case when not exists (${hidden}) then ${value} end`;
  return sql`array(select entry.word from unnest(${value}) with ordinality entry(word, place)
    where not exists (select from (${hidden}) h where h.path like '%[' || (entry.place - 1) || ']') order by entry.place)`;
}

/** A text[] expression: what is hidden of the objects in a column, as paths; undefined when nothing can be. */
export function hiddenInColumn(kind: KindModel, path: string, row: Sql, access: Access): Sql | undefined {
  const hidden = hiddenRows(kind, path, row, access);
  return hidden && sql`array(${hidden})`;
}

function hiddenRows(kind: KindModel, path: string, row: Sql, access: Access): Sql | undefined {
  const places = isInsideAny(kind, path)
    ? placesOf(kind, 'spec').filter((place) => place.to === undefined || place.path === `spec.${path}`)
    : textsAt(kind, path);
  const hidden = places.flatMap((place) => hiddenAt(kind, place, row, access) ?? []);
  return hidden.length === 0 ? undefined : sql.join(hidden, ' union all ');
}

function hiddenAt({ kinds }: KindModel, { to, rows }: Place, row: Sql, access: Access): Sql | undefined {
  const visible = to === undefined ? scopeVisible(kinds, access, sql`named`) : objectVisible(to, access, sql`named`);
  return visible && sql`select named.path from (${rows(row)}) named where named.id is not null and not ${visible}`;
}

function objectVisible(to: KindModel, access: Access, name: Sql): Sql | undefined {
  const visible = access.condition(to, sql`seen`, 'get');
  return visible && sql`exists (select from ${sql.ident(to.table)} seen where seen.id = ${name}.id and ${visible})`;
}

/**
 * Whether the caller may get the object of any kind that is a scope, on a row with its `kind` and `id`; undefined when
 * all of them may be got. What is no object of the catalog, like the platform, is nobody's secret. What is public only once
 * it is published counts as not published, which a scope does not say.
 */
export function scopeVisible(kinds: readonly KindModel[], access: Access, name: Sql): Sql | undefined {
  return anyVisible(
    kinds,
    (kind) => access.historyCondition(kind, sql`v`, 'get'),
    sql`${name}.kind`,
    (condition) =>
      sql`(select ${condition} from (select ${name}.id as id, ${name}.id as scope_id, '{}'::uuid[] as other_scope_ids, true as is_draft) v)`,
    sql`true`,
  );
}

/** A condition that depends on the kind of a row, each of its forms once; undefined when it holds for every kind. */
export function anyVisible(
  kinds: readonly KindModel[],
  conditionOf: (kind: KindModel) => Sql | undefined,
  kindName: Sql,
  on: (condition: Sql) => Sql,
  otherwise: Sql,
): Sql | undefined {
  const rules = new Map<string, { readonly condition: Sql | undefined; readonly names: string[] }>();
  for (const kind of kinds) {
    const condition = conditionOf(kind);
    const key = condition === undefined ? '' : JSON.stringify([condition.text, condition.values]);
    const rule = rules.get(key) ?? { condition, names: [] };
    rule.names.push(kind.kind);
    rules.set(key, rule);
  }
  if (rules.size === 0 || (rules.size === 1 && rules.has(''))) return undefined;
  const cases = [...rules.values()].map(({ condition, names }): Sql => {
    const rule = condition === undefined ? sql`true` : sql`coalesce(${on(condition)}, false)`;
    return sql`when ${kindName} = any(${names}::text[]) then ${rule}`;
  });
  return sql`case ${sql.join(cases, ' ')} else ${otherwise} end`;
}
