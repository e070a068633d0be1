import type { Change } from '../../catalog/kind.ts';
import { type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { activeAfter } from './activate.ts';
import { isInForce } from './lifecycle.ts';
import { typesOf } from './stated-rows.ts';

type Ids = readonly string[];

interface Claim {
  readonly path: string;
  readonly canonical: string;
  readonly gvk_group: string;
  readonly gvk_kind: string;
  readonly other: string;
  readonly other_id: string | null;
}

/** `a.example.com/Machine/v2` goes on with the Kind of `a.example.com/Machine`, which is billed beside it for a while. */
const stem = (name: Sql): Sql => sql`regexp_replace(${name}, '/v[0-9]{1,9}$', '')`;

/** Resource types in force, by what their documents and services will be once all is derived. */
const inForce = sql`
  select t.resource_type_name as canonical, t.gvk_group, t.gvk_kind, t.id
  from monitored_resource_type t
  join service s on s.id = t.service_id and s.phase in ('Published', 'Deprecated')
  left join service_configuration c on c.id = t.configuration_id
  where coalesce(c.phase, t.phase) in ('Published', 'Deprecated')`;

/**
 * Kinds of `mine` (`id` of the changed object, `canonical`, `gvk_group`, `gvk_kind`, `path`) that a resource type of another
 * name claims already.
 */
const claims = (mine: Sql): Sql => sql`
  with mine as (${mine})
  select distinct on (m.id, m.path) m.id, m.path, m.canonical, m.gvk_group, m.gvk_kind, o.canonical as other, o.id as other_id
  from mine m
  join (${inForce} union all select x.canonical, x.gvk_group, x.gvk_kind, null from mine x) o
    on o.gvk_group = m.gvk_group and o.gvk_kind = m.gvk_kind
  where ${stem(sql`o.canonical`)} <> ${stem(sql`m.canonical`)}
  order by m.id, m.path, o.canonical, o.id nulls last`;

const refuseClaim = (
  change: Change,
  { path, canonical, gvk_group: group, gvk_kind: kind, other, other_id: id }: Claim,
) => {
  const message = `${canonical} claims the Kind ${kind} of ${group}, which ${other} claims already.`;
  return refuse(change, 'KIND_CLAIMED', path, message, {
    value: kind,
    accepted: 'a Kind that no other resource type claims, or a next version of that one: its name followed by /v2',
    mentions: id === null ? [] : [{ kind: 'MonitoredResourceType', id, name: other }],
  });
};

/** For the resource types that a configuration states, as soon as it counts for its service. */
export const configurationClaims: RowRule = async (changes, state) => {
  const published = changes.filter(({ spec }) => isInForce(spec.phase));
  if (published.length === 0) return [];
  const active = new Set((await activeAfter(changes, state)).map(({ now }) => now));
  const stated = (ids: Ids): Sql =>
    claims(sql`
    select w.configuration_id as id, w.canonical, w.gvk_group, w.gvk_kind,
      'spec.monitoredResourceTypes[' || w.place - 1 || '].gvk' as path from (${typesOf(ids)}) w`);
  return rowRule<Claim>(stated, refuseClaim)(
    published.filter(({ id }) => active.has(id)),
    state,
  );
};

/** For resource types that are documents of their own. */
export const typeClaims: RowRule = (changes, state) =>
  rowRule<Claim>(
    (ids) =>
      claims(sql`select t.id, t.resource_type_name as canonical, t.gvk_group, t.gvk_kind, 'spec.gvk' as path
        from monitored_resource_type t where t.id = any(${ids}::uuid[])`),
    refuseClaim,
  )(
    changes.filter(({ spec }) => isInForce(spec.phase)),
    state,
  );

/** For what a service has stated as a draft, once it is published. */
export const serviceClaims: RowRule = (changes, state) =>
  rowRule<Claim>(
    (ids) =>
      claims(sql`select t.service_id as id, t.resource_type_name as canonical, t.gvk_group, t.gvk_kind, 'spec.phase' as path
        from monitored_resource_type t left join service_configuration c on c.id = t.configuration_id
        where t.service_id = any(${ids}::uuid[]) and coalesce(c.phase, t.phase) in ('Published', 'Deprecated')`),
    refuseClaim,
  )(
    changes.filter(({ before, spec }) => before?.spec.phase === 'Draft' && isInForce(spec.phase)),
    state,
  );
