import type { DerivedStore, FinalState } from '../../../catalog/kind.ts';
import { conversionFactor, conversionOf, readCount } from '../../../catalog/values/unit.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { slug } from '../stated-rows.ts';
import { asTheyAre } from './documents.ts';

/*
 * Besides meters and resource types, the configuration that counts for a service becomes
 *
 *     charge               ─► ServicePricing            edge-example-com--requests, in milo-system
 *     quota limit          ─► ResourceRegistration      unless somebody states one of the same resource type
 *     metric rule          ─► ClaimCreationPolicy
 *     user interface       ─► ConsumerPortalPlugin, ProviderPortalPlugin
 *     limit × entitlement  ─► ResourceGrant             in the project
 *
 * Each has one select here: `canonical` is what the document calls the entry, `name` what the object is called, `path`
 * where the document states it, the rest are columns.
 */

/** A part of a configuration that becomes objects of one kind. */
export interface Output {
  readonly kind: string;
  readonly table: string;
  /** Whether a configuration `c` states anything of it. */
  readonly isStatedBy: Sql;
  /** The rows that documents `c` of services `s` give (`documentsOf`). */
  readonly rows: (from: Sql) => Sql;
  /** Column of the metric that an entry is about. Of each metric it is the objects of one revision. */
  readonly about?: string;
  /** Adds to the rows what is no matter of SQL. */
  readonly complete?: (store: DerivedStore, rows: Sql) => Promise<Sql>;
  /** Columns of the kind itself, as they are called in `rows`, each with the type it is cast to. */
  readonly columns: Readonly<Record<string, Sql>>;
  /** Expressions over `w` that are added to the annotations. */
  readonly annotations?: Sql;
  /** Objects are in a namespace, or in projects. */
  readonly namespace?: string;
  readonly inProjects?: true;
}

const texts = (...names: readonly string[]): Record<string, Sql> =>
  Object.fromEntries(names.map((name) => [name, sql`w.${sql.ident(name)}`]));

const entries = (list: Sql): Sql =>
  sql`cross join lateral jsonb_array_elements(coalesce(${list}, '[]')) with ordinality as x(e, place)`;

const states = (list: Sql): Sql => sql`coalesce(${list}, '[]') <> '[]'`;

/** Columns that every one of the selects has. */
const origin = sql`c.id as configuration_id, c.scope_id, c.output_phase, c.rank, s.id as service_id, s.service_name`;

/** The metric rules of a service, one row `r (e, place)` each: what counts first. */
const claims = sql`jsonb_path_query(c.claims, '$[*][*]') with ordinality as r(e, place)`;

/** A word in a price list counts what it names: `call` is `{call}`. */
const counted = (unit: string): string => readCount(unit)?.spelling ?? unit;

/** The number between the unit of each metric and the unit of its price. */
async function withConversions(store: DerivedStore, rows: Sql): Promise<Sql> {
  const pairs = await store.query<{ unit: string; priced: string }>(
    sql`select distinct w.unit, w.pricing_unit as priced from (${rows}) w where w.unit is not null and w.pricing_unit is not null`,
  );
  const [units, priced] = [pairs.map(({ unit }) => unit), pairs.map((pair) => pair.priced)];
  const factors = pairs.map((pair) => conversionFactor(counted(pair.unit), counted(pair.priced)) ?? null);
  const conversions = pairs.map((pair) => conversionOf(counted(pair.unit), counted(pair.priced)));
  return sql`select r.*, f.factor, f.conversion from (${rows}) r
    left join unnest(${units}::text[], ${priced}::text[], ${factors}::text[], ${conversions}::text[])
      as f(unit, priced, factor, conversion) on f.unit = r.unit and f.priced = r.pricing_unit`;
}

const pricings: Output = {
  kind: 'ServicePricing',
  table: 'service_pricing',
  about: 'metric',
  namespace: 'milo-system',
  isStatedBy: states(sql`c.charges`),
  rows: (from) => sql`
    select ${origin}, x.e->>'name' as canonical, 'spec.charges[' || x.place - 1 || '].name' as path,
      ${slug(sql`split_part(x.e->>'name', '/', 1)`)} || '--' || ${slug(sql`substr(x.e->>'name', strpos(x.e->>'name', '/') + 1)`)} as name,
      x.e->>'chargeType' as charge_type, coalesce(x.e->>'currency', 'USD') as currency,
      coalesce(nullif(x.e->>'displayName', ''), (
        select nullif(m.e->>'displayName', '') from jsonb_array_elements(coalesce(c.metrics, '[]')) m(e)
        where m.e->>'name' = x.e->'usage'->>'metricRef')) as display_name,
      (select m.e->>'unit' from jsonb_array_elements(coalesce(c.metrics, '[]')) m(e)
        where m.e->>'name' = x.e->'usage'->>'metricRef') as unit,
      x.e->'usage'->>'metricRef' as metric, x.e->'usage'->>'pricingUnit' as pricing_unit, x.e->'usage'->'rates' as rates,
      coalesce(x.e->'oneTime'->>'amount', x.e->'recurring'->>'amount') as amount,
      x.e->'oneTime'->>'trigger' as trigger, x.e->'recurring'->>'interval' as interval
    from ${from} ${entries(sql`c.charges`)}`,
  complete: withConversions,
  columns: {
    ...texts('service_id', 'currency', 'display_name', 'metric', 'pricing_unit', 'rates', 'amount'),
    pricing_factor: sql`w.factor`,
    conversion: sql`w.conversion::unit_conversion`,
    charge_type: sql`w.charge_type::charge_type`,
    trigger: sql`w.trigger::charge_trigger`,
    interval: sql`w.interval::charge_interval`,
  },
};

/** Upstream counts in units of one; what the limit calls its unit is kept as an annotation. */
const registrations: Output = {
  kind: 'ResourceRegistration',
  table: 'resource_registration',
  about: 'resource_type',
  isStatedBy: states(sql`c.quota_limits`),
  rows: (from) => sql`
    select ${origin}, x.e->>'name' as canonical, 'spec.quota.limits[' || x.place - 1 || '].name' as path, ${slug(sql`x.e->>'name'`)} as name,
      x.e->>'metric' as resource_type, x.e->'consumerType'->>'apiGroup' as consumer_type_api_group,
      x.e->'consumerType'->>'kind' as consumer_type_kind, left(nullif(x.e->>'description', ''), 500) as description,
      x.e->>'displayName' as shown, x.e->>'description' as explanation, x.e->>'unit' as unit,
      coalesce((
        select jsonb_agg(k.kind order by k.place) from (
          select r.e->'selector' as kind, min(r.place) as place
          from ${claims}
          where r.e->'metricCosts' ? (x.e->>'metric') group by r.e->'selector' order by place limit 20) k),
        jsonb_build_array(x.e->'consumerType')) as claiming_resources
    from ${from} ${entries(sql`c.quota_limits`)}
    where not exists (
      select from resource_registration o where o.resource_type = x.e->>'metric' and o.configuration_id is null)`,
  columns: {
    ...texts('resource_type', 'consumer_type_api_group', 'consumer_type_kind', 'description', 'claiming_resources'),
    type: sql`'Entity'::quota_measure`,
    base_unit: sql`'1'`,
    display_unit: sql`'1'`,
    unit_conversion_factor: sql`1::bigint`,
  },
  annotations: sql`jsonb_build_object('kubernetes.io/display-name', w.shown, 'kubernetes.io/description', w.explanation,
    'catalog.miloapis.com/unit', w.unit)`,
};

const ruleName = sql`((x.e->'selector'->>'apiGroup') || '-' || (x.e->'selector'->>'kind'))`;

const policies: Output = {
  kind: 'ClaimCreationPolicy',
  table: 'claim_creation_policy',
  isStatedBy: states(sql`c.quota_metric_rules`),
  rows: (from) => sql`
    select ${origin}, ${ruleName} as canonical, 'spec.quota.metricRules[' || x.place - 1 || '].selector' as path, ${slug(ruleName)} as name,
      (x.e->'selector'->>'apiGroup') || '/*' as trigger_resource_api_version, x.e->'selector'->>'kind' as trigger_resource_kind,
      jsonb_build_object(
        'metadata', jsonb_build_object(
          'name', lower(x.e->'selector'->>'kind') || '-{{ trigger.metadata.name }}', 'namespace', '{{ requestInfo.namespace }}'),
        'spec', jsonb_build_object('requests', (
          select jsonb_agg(jsonb_build_object('resourceType', k.metric, 'amount', k.cost) order by k.metric)
          from (
            select distinct on (m.key) m.key as metric, m.value as cost
            from ${claims} cross join lateral jsonb_each(r.e->'metricCosts') m
            where r.e->'selector' = x.e->'selector' order by m.key, r.place) k))) as target_resource_claim_template
    from ${from} ${entries(sql`c.quota_metric_rules`)}`,
  columns: texts('trigger_resource_api_version', 'trigger_resource_kind', 'target_resource_claim_template'),
};

const plugin = (kind: string, table: string, member: 'consumer' | 'provider', columns: readonly string[]): Output => {
  const block = sql.ident(`user_interface_${member}`);
  return {
    kind,
    table,
    isStatedBy: sql`c.${block} is not null`,
    rows: (from) => sql`
      select ${origin}, s.service_name as canonical, ${`spec.userInterface.${member}`}::text as path, ${slug(sql`s.service_name`)} as name,
        c.${block}->'assets' as assets, (c.${block}->>'suspend')::boolean as suspend, c.${block}->'visibility' as visibility
      from ${from} where c.${block} is not null and c.output_phase <> 'Retired'`,
    columns: texts('service_id', ...columns),
  };
};

/** What services grant to the projects that may use them, unless it waits for an offer. */
export const grants: Output = {
  kind: 'ResourceGrant',
  table: 'resource_grant',
  namespace: 'milo-system',
  inProjects: true,
  isStatedBy: states(sql`c.quota_limits`),
  rows: (from) => sql`
    select c.id as configuration_id, c.output_phase, c.rank, s.id as service_id, s.service_name, p.id as project_id, n.scope_id, n.id as entitlement_id,
      x.e->>'name' as canonical, 'spec.quota.limits[' || x.place - 1 || '].name' as path,
      'rg-' || left(encode(sha256(convert_to(s.service_name || '/' || p.name || '/' || (x.e->>'name'), 'UTF8')), 'hex'), 16) as name,
      x.e->'consumerType'->>'apiGroup' as consumer_ref_api_group, 'Project' as consumer_ref_kind, p.name as consumer_ref_name,
      jsonb_build_array(jsonb_build_object('resourceType', x.e->>'metric',
        'buckets', jsonb_build_array(jsonb_build_object('amount', (x.e->>'defaultLimit')::bigint)))) as allowances
    from ${from}
    join service_entitlement n on n.service_id = s.id and n.status_phase = 'Active'
    join project p on p.id = n.project_id
    ${entries(sql`c.quota_limits`)}
    where x.e->'consumerType'->>'kind' = 'Project' and c.billing_quota_gating is distinct from 'BillingEntitlement'`,
  columns: texts('consumer_ref_api_group', 'consumer_ref_kind', 'consumer_ref_name', 'allowances'),
};

/** Everything that a configuration becomes by itself, whoever uses its service. */
export const outputs: readonly Output[] = [
  pricings,
  registrations,
  policies,
  plugin('ConsumerPortalPlugin', 'consumer_portal_plugin', 'consumer', ['assets', 'suspend', 'visibility']),
  plugin('ProviderPortalPlugin', 'provider_portal_plugin', 'provider', ['assets', 'suspend']),
];

/** The names among some under which published configurations would keep prices. */
export async function pricingsStatedBy(state: FinalState, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const rows = await state.query<{ name: string }>(sql`
    select distinct w.name from (${pricings.rows(
      asTheyAre(sql`c.phase in ('Published', 'Deprecated') and ${state.isVisible('ServiceConfiguration', sql`c`)}`),
    )}) w
    where w.name = any(${names})`);
  return rows.map(({ name }) => name);
}
