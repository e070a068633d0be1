import { type Sql, sql } from '../../../platform/db/sql.ts';

type Ids = readonly string[];

/*
 * What follows from the configurations of a service follows from documents `c`: the one that counts, and of every earlier
 * revision that is the last to have stated a metric what it says about that metric. A metric that the revision in force
 * leaves out is billed until the one that stated it last is retired; so long it has its price, and is limited.
 *
 *     revision 1   a: price, limit, cost of Kind K                 Deprecated   a: price, limit, cost of Kind K
 *     revision 2         b: price, limit, cost of Kind K           counts             b: price, limit, cost of Kind K
 *
 * `rank` says which one has an entry that two of them state: what counts, then what is in force, then the latest.
 * `claims` are the lists of metric rules of all documents of the service, in that order.
 */

const columns =
  sql.raw(`id, scope_id, service_id, activated_at, output_phase, metrics, charges, quota_limits, quota_metric_rules,
  user_interface_consumer, user_interface_provider, billing_quota_gating`);

/**
 * The configuration that counts for each of some services: the active one, or the last of those that were, once it is
 * retired. Nothing follows from drafts. Those that are `going` are about to be deleted.
 */
const counting = (serviceIds: Ids, going: Ids): Sql => sql`
  select distinct on (c.service_id) c.*, greatest(s.phase, c.phase) as output_phase
  from service_configuration c join service s on s.id = c.service_id
  where c.service_id = any(${serviceIds}::uuid[]) and c.id <> all(${going}::uuid[]) and s.phase <> 'Draft'
    and (c.id = s.active_configuration_id or s.active_configuration_id is null and c.phase = 'Retired')
  order by c.service_id, c.activated_at desc nulls last, c.revision_number desc`;

/** Names of the metrics and meters that a configuration states. */
const statedBy = (c: Sql): Sql =>
  sql`array(select e->>'name' from jsonb_array_elements(coalesce(${c}.metrics, '[]') || coalesce(${c}.meters, '[]')) e)`;

/** Configurations `ids`, as if each counted for its service. */
const assumed = (ids: Ids): Sql => sql`
  select c.*, greatest(s.phase, c.phase) as output_phase
  from service_configuration c join service s on s.id = c.service_id
  where c.id = any(${ids}::uuid[]) and c.phase <> 'Draft' and s.phase <> 'Draft'`;

/** The entries of a list for which a condition on `x.e` holds; null if there are none. */
const those = (list: Sql, condition: Sql): Sql => sql`(
  select jsonb_agg(x.e order by x.place) from jsonb_array_elements(${list}) with ordinality as x(e, place) where ${condition})`;

const isInForce = sql`o.output_phase <> 'Retired'`;

/**
 * The costs in rules of an earlier revision `o` that go on: of metrics that it stated last, and of Kinds whose resource type
 * it stated last and for which what counts has no rule, as far as they are of metrics that are in force.
 */
const remainingRules = sql`(
  select jsonb_agg(jsonb_build_object('selector', x.e->'selector', 'metricCosts', w.costs) order by x.place)
  from jsonb_array_elements(o.quota_metric_rules) with ordinality as x(e, place)
  cross join lateral (
    select exists (select from monitored_resource_type t where t.configuration_id = o.id
        and t.gvk_group = x.e #>> '{selector,apiGroup}' and t.gvk_kind = x.e #>> '{selector,kind}')
      and not coalesce(k.quota_metric_rules, '[]') @> jsonb_build_array(jsonb_build_object('selector', x.e->'selector')) as is_left) l
  cross join lateral (
    select jsonb_object_agg(m.key, m.value) as costs from jsonb_each(x.e->'metricCosts') m
    where m.key = any(o.held) or l.is_left and exists (
      select from published_meter h join service_configuration p on p.id = h.configuration_id
      where h.meter_name = m.key and p.phase in ('Published', 'Deprecated'))) w
  where w.costs is not null)`;

/** The earlier revisions, beside `counting`, that still say something. */
const remaining = sql`(
  select o.id, o.scope_id, o.service_id, o.activated_at, o.output_phase, o.metrics,
    ${those(sql`o.charges`, sql`x.e #>> '{usage,metricRef}' = any(o.held)`)} as charges,
    case when ${isInForce} then ${those(sql`o.quota_limits`, sql`x.e->>'metric' = any(o.held)`)} end as quota_limits,
    case when ${isInForce} then ${remainingRules} end as quota_metric_rules,
    null::jsonb as user_interface_consumer, null::jsonb as user_interface_provider, o.billing_quota_gating
  from counting k cross join lateral (select ${statedBy(sql`k`)} as names offset 0) n
  cross join lateral (
    select c.*, greatest(s.phase, c.phase, 'Deprecated') as output_phase,
      array(select h.meter_name from published_meter h where h.configuration_id = c.id and h.meter_name <> all(n.names)) as held
    from service_configuration c join service s on s.id = c.service_id
    where c.service_id = k.service_id and c.id <> k.id and c.phase <> 'Draft') o
  where o.held <> '{}' or exists (select from monitored_resource_type t where t.configuration_id = o.id))`;

const ranked = sql`(
  select d.*,
    row_number() over w as rank,
    jsonb_agg(d.quota_metric_rules) filter (where d.quota_metric_rules is not null) over (
      w rows between unbounded preceding and unbounded following) as claims
  from (select ${columns}, true as is_counting from counting union all select ${columns}, false from remaining) d
  window w as (partition by d.service_id order by d.is_counting desc, d.output_phase = 'Retired', d.activated_at desc nulls last, d.id))`;

const from = (documents: Sql): Sql => sql`(${documents}) c join service s on s.id = c.service_id`;

/** The documents from which everything follows that follows from the configurations of some services. */
export const documentsOf = (serviceIds: Ids, going: Ids = []): Sql =>
  from(sql`with counting as materialized (${counting(serviceIds, going)}), remaining as (${remaining}) ${ranked}`);

/** The documents that configurations `ids` leave in force beside them, if each counts for its service. */
export const documentsBeside = (ids: Ids): Sql =>
  from(sql`with counting as materialized (${assumed(ids)}), remaining as (${remaining})
    select d.* from ${ranked} d where not d.is_counting and d.output_phase <> 'Retired'`);

/** Configurations as they are, under a condition on `c`. */
export const asTheyAre = (condition: Sql): Sql =>
  from(sql`select c.*, c.phase as output_phase, 1 as rank, jsonb_build_array(c.quota_metric_rules) as claims
    from service_configuration c where ${condition}`);
