import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Mention } from '../../platform/violation.ts';
import type { Access } from '../access/access.ts';
import type { Catalog, KindModel } from '../model.ts';
import { andMore, listed } from '../values/listed.ts';
import type { Address } from './addresses.ts';

/**
 * What refers to an object, of one kind: how many the author may see, the first of them, and how many others there are.
 */
export interface Referrers {
  readonly target: string;
  readonly kind: KindModel;
  readonly count: number;
  readonly first: readonly Mention[];
  /** Where those that the author may see refer to it: paths in their spec. */
  readonly paths: readonly string[];
  readonly hiddenCount: number;
}

const SHOWN = 5;

/**
 * The objects that refer to the given ones or live in their scope, and are not deleted with them, found by one
 * statement over all kinds and link tables. Of objects that the author may not see there is only their number; references of
 * the objects in `apart` do not count.
 */
export async function loadReferrers(
  catalog: Catalog,
  connection: Queryable,
  going: ReadonlyMap<KindModel, readonly string[]>,
  access: Access | undefined,
  apart: ReadonlyMap<KindModel, readonly string[]> = new Map(),
): Promise<Referrers[]> {
  const leavingOf = (from: KindModel): readonly string[] => [...(going.get(from) ?? []), ...(apart.get(from) ?? [])];
  const part = (from: KindModel, path: string | null, target: Sql, join: Sql, condition: Sql): Sql =>
    referring(from, leavingOf(from), path, target, join, condition, access?.condition(from, sql`r`, 'get'));
  const all = [...going.values()].flat();
  const naming = catalog.kinds.flatMap((from): Sql[] => {
    const { held } = from.namesAny ?? {};
    if (held === undefined || all.length === 0) return [];
    const target = sql`h.${sql.ident(held.column)}`;
    const join = sql` join ${sql.ident(held.table)} h on h.${sql.ident(held.by)} = r.id`;
    return [part(from, null, target, join, sql`${target} = any(${all}::uuid[])`)];
  });
  const pointing = [...going].flatMap(([kind, ids]): Sql[] => {
    if (ids.length === 0) return [];
    const stated = kind.referrers
      .filter(({ from, reference }) => from.references.includes(reference))
      .map(({ from, reference: { field, leaf }, column }) => {
        const id = sql.ident(column);
        if (field.type === 'ref') return part(from, leaf.path, sql`r.${id}`, sql``, sql`r.${id} = any(${ids}::uuid[])`);
        const owner = sql.ident(field.ownerColumn ?? `${from.table}_id`);
        const join = sql` join ${sql.ident(field.table)} k on k.${owner} = r.id`;
        return part(from, leaf.path, sql`k.${id}`, join, sql`k.${id} = any(${ids}::uuid[])`);
      });
    if (!kind.isOwnScope) return stated;
    // Objects of these kinds name their scope in no reference.
    const inside = catalog.kinds.filter(
      ({ scope }) => 'home' in scope && (scope.home === 'namespace' || scope.home === 'project'),
    );
    return [
      ...stated,
      ...inside.map((from) => part(from, null, sql`r.scope_id`, sql``, sql`r.scope_id = any(${ids}::uuid[])`)),
    ];
  });
  const parts = [...naming, ...pointing];
  if (parts.length === 0) return [];
  const rows = await connection.rows<{
    target: string;
    kind: string;
    count: number;
    first: { id: string; name: string }[] | null;
    paths: string[] | null;
    hidden: number;
  }>(sql`
    select target, kind, count(*) filter (where visible)::int as count,
      to_json((array_agg(json_build_object('id', id, 'name', name) order by name) filter (where visible))[1:${sql.raw(String(SHOWN))}]) as first,
      to_json(array_agg(distinct paths) filter (where visible and paths is not null)) as paths,
      count(*) filter (where not visible)::int as hidden
    from (
      select target, kind, id, name, visible, string_agg(path, ' ') as paths
      from (${sql.join(parts, ' union ')}) p group by target, kind, id, name, visible) u
    group by target, kind order by target, kind`);
  return rows.map(({ target, kind, count, first, paths, hidden }) => ({
    target,
    kind: catalog.get(kind),
    count,
    first: (first ?? []).map((one) => ({ kind, ...one })),
    paths: [...new Set((paths ?? []).flatMap((one) => one.split(' ')))],
    hiddenCount: hidden,
  }));
}

function referring(
  from: KindModel,
  leaving: readonly string[],
  path: string | null,
  target: Sql,
  join: Sql,
  condition: Sql,
  visible: Sql | undefined,
): Sql {
  const isOwn = from.ownedBy === undefined ? sql`` : sql` and r.${sql.ident(from.ownedBy)} is null`;
  const stays = leaving.length === 0 ? sql`` : sql` and r.id <> all(${leaving}::uuid[])`;
  return sql`select ${target} as target, ${from.kind}::text as kind, ${path}::text as path, r.id, r.name, coalesce(${visible ?? sql`true`}, false) as visible
    from ${sql.ident(from.table)} r${join} where ${condition}${stays}${isOwn}`;
}

/** `is referred to by 3 racks (a1, a2, a3), 12 ports (p1, p2, p3, p4, p5 and 7 more)`. */
export function describeReferrers(referrers: readonly Referrers[]): string {
  const shown = referrers
    .filter(({ count }) => count > 0)
    .map(
      ({ kind, count, first }) =>
        `${count} ${count === 1 ? kind.singular : kind.plural} (${listed(
          first.map(({ name }) => name),
          { of: count },
        )})`,
    );
  const hidden = referrers.reduce((sum, { hiddenCount }) => sum + hiddenCount, 0);
  if (hidden === 0) return `is referred to by ${shown.join(', ')}`;
  if (shown.length > 0) return `is referred to by ${shown.join(', ')} ${andMore(hidden)} that you may not see`;
  return `is referred to by ${hidden} ${hidden === 1 ? 'object' : 'objects'} that you may not see`;
}

/**
 * What would be accepted in place of deleting an object while these refer to it, by their kinds:
 * `delete Rack/a1, Rack/a2 as well or change their spec.siteRef; delete Port/p1 as well (cascade takes ports along)`.
 * `addresses`: by uid, what finding an object takes besides its name: `delete Role/r1 in namespace milo-system as well`.
 */
export function clearance(referrers: readonly Referrers[], addresses: ReadonlyMap<string, Address>): string {
  const steps = referrers
    .filter(({ count }) => count > 0)
    .map(({ kind: from, count, first, paths }) => {
      const names = listed(
        first.map(({ id, name }) => [`${from.kind}/${name}`, addresses.get(id)?.text ?? []].flat().join(' ')),
        { of: count },
      );
      const references = from.references.filter(({ leaf }) => paths.includes(leaf.path));
      const along = references.every(isPluggedIn) ? ` (disconnect takes ${from.plural} along)` : '';
      const how = references.every(isOwning)
        ? ` (cascade takes ${from.plural} along)`
        : `${along}${otherwise(references, count === 1 ? 'its' : 'their')}`;
      return `delete ${names} as well${references.length === 0 ? '' : how}`;
    });
  const hidden = referrers.reduce((sum, { hiddenCount }) => sum + hiddenCount, 0);
  if (hidden === 0) return steps.join('; ');
  const objects = hidden === 1 ? '1 object' : `${hidden} objects`;
  return [...steps, `${objects} that you may not see would have to go or change as well`].join('; ');
}

type References = KindModel['references'];

/** Whatever refers by it is owned by what it refers to, and goes with that when the deletion cascades. */
const isOwning = ({ field }: References[number]): boolean => field.type === 'ref' && field.owned === true;

const isPluggedIn = ({ field }: References[number]): boolean => field.type === 'refs' && field.isPluggedIn === true;

/** ` or change its spec.siteRef`, where all of the references can be changed. */
function otherwise(references: References, whose: string): string {
  const isFixed = ({ field }: References[number]) => (field.immutable ?? field.frozenByRule) !== undefined;
  if (references.some(isFixed)) return '';
  return ` or change ${whose} ${references.map(({ leaf }) => `spec.${leaf.path}`).join(', ')}`;
}
