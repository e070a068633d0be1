import { type CatalogObject, type Change, type DerivedStore, newRevision } from '../../catalog/kind.ts';
import { conversionFactor } from '../../catalog/values/unit.ts';
import { activate, activeAfter, deactivate } from './configuration-activation.ts';
import { readConfiguration } from './configuration-spec.ts';
import { stampPhases } from './lifecycle.ts';
import { linkDeclaredMeters, linkMeters, unlinkTypes } from './meter-links.ts';

/**
 * A configuration's sections become rows, all with set-based statements over the stored documents:
 *
 *   monitoredResourceTypes ──────────► monitored_resource_type ◄─┐
 *   meters | metrics ────────────────► meter_definition ◄────────┼─ meter_resource_type
 *   quota.limits, quota.metricRules ─► quota_limit, claim_rule ──┘
 *
 * A row keeps its id as long as its configuration declares its name. Its own name is `<configuration>/<rest>`,
 * which no manifest can have.
 */
const types = `
  select c.id as configuration_id, c.service_id, c.scope_id, c.phase, s.service_name, c.name as configuration_name,
    e->>'type' as canonical,
    coalesce(nullif(e->>'displayName', ''), e->'gvk'->>'kind') as display_name,
    e->>'description' as description, e->'gvk'->>'group' as gvk_group, e->'gvk'->>'kind' as gvk_kind,
    e->'labels' as declared_labels
  from service_configuration c
  join service s on s.id = c.service_id
  cross join lateral jsonb_array_elements(coalesce(c.monitored_resource_types, '[]')) e
  where c.id = any($1::uuid[])`;

const meters = `
  select c.id as configuration_id, c.service_id, c.scope_id, c.phase, s.service_name, c.name as configuration_name,
    e->>'name' as canonical, e->>'displayName' as display_name, e->>'description' as description,
    e->'measurement'->>'aggregation' as aggregation, null as metric_kind, e->'measurement'->>'unit' as unit,
    '{}'::text[] as dimensions, e->'billing'->>'consumedUnit' as consumed_unit,
    e->'billing'->>'pricingUnit' as pricing_unit, true as is_billable,
    array(select jsonb_array_elements_text(e->'monitoredResourceTypes')) as monitored_resource_types
  from service_configuration c
  join service s on s.id = c.service_id
  cross join lateral jsonb_array_elements(coalesce(c.meters, '[]')) e
  where c.id = any($1::uuid[])
  union all
  select c.id, c.service_id, c.scope_id, c.phase, s.service_name, c.name,
    e->>'name', e->>'displayName', e->>'description',
    case e->>'kind' when 'Gauge' then 'Latest' else 'Sum' end, e->>'kind', e->>'unit',
    array(select jsonb_array_elements_text(coalesce(e->'dimensions', '[]'))), e->>'unit', e->>'unit',
    cardinality(d.types) > 0, d.types
  from service_configuration c
  join service s on s.id = c.service_id
  cross join lateral jsonb_array_elements(coalesce(c.metrics, '[]')) e
  cross join lateral (
    select array(
      select d.e->>'monitoredResourceType'
      from jsonb_array_elements(coalesce(c.billing_consumer_destinations, '[]')) with ordinality as d(e, place)
      where d.e->'metrics' ? (e.value->>'name') order by d.place) as types) d
  where c.id = any($1::uuid[])`;

/** `compute.example.com/instance/cpu` of configuration `compute-v2` → `compute-v2/instance/cpu`. */
const rowName = "w.configuration_name || substr(w.canonical, strpos(w.canonical, '/'))";
/** A label value has at most 63 characters, a service name up to 253. */
const rowLabels = `jsonb_strip_nulls(jsonb_build_object(
  'app.kubernetes.io/managed-by', 'services.miloapis.com',
  'services.miloapis.com/service', case when length(w.service_name) <= 63 then w.service_name end))`;

interface Upsert {
  readonly table: string;
  readonly from: string;
  readonly key: string;
  /** Column → expression over `w`. */
  readonly columns: Readonly<Record<string, string>>;
}

function upsert({ table, from, key, columns }: Upsert): string {
  const all = {
    name: rowName,
    labels: rowLabels,
    scope_id: 'w.scope_id',
    service_id: 'w.service_id',
    phase: 'w.phase',
    display_name: "coalesce(nullif(w.display_name, ''), substr(w.canonical, strpos(w.canonical, '/') + 1))",
    description: 'w.description',
    ...columns,
  };
  const names = Object.keys(all);
  return `
    insert into ${table} as t (id, configuration_id, ${key}, api_group, revision, ${names.join(', ')})
    select uuidv7(), w.configuration_id, w.canonical, 'billing.miloapis.com', nextval('catalog_revision'),
      ${Object.values(all).join(', ')}
    from (${from}) w
    on conflict (configuration_id, ${key}) where configuration_id is not null do update set
      ${names.map((name) => `${name} = excluded.${name}`).join(', ')},
      generation = t.generation + 1, revision = excluded.revision, updated_at = now()
    where (${names.map((name) => `t.${name}`).join(', ')}) is distinct from (${names.map((name) => `excluded.${name}`).join(', ')})`;
}

const upsertTypes = upsert({
  table: 'monitored_resource_type',
  from: types,
  key: 'resource_type_name',
  columns: { gvk_group: 'w.gvk_group', gvk_kind: 'w.gvk_kind', declared_labels: 'w.declared_labels' },
});

const upsertMeters = upsert({
  table: 'meter_definition',
  from: `select m.*, f.factor from (${meters}) m
    left join unnest($2::text[], $3::text[], $4::text[]) as f(consumed, pricing, factor)
      on f.consumed = m.consumed_unit and f.pricing = m.pricing_unit`,
  key: 'meter_name',
  columns: {
    aggregation: 'w.aggregation::meter_aggregation',
    metric_kind: 'w.metric_kind::metric_kind',
    unit: 'w.unit',
    dimensions: 'w.dimensions',
    consumed_unit: 'w.consumed_unit',
    pricing_unit: 'w.pricing_unit',
    is_billable: 'w.is_billable',
    monitored_resource_types: 'w.monitored_resource_types',
    pricing_factor: 'w.factor',
  },
});

const insertLimits = `
  insert into quota_limit (configuration_id, name, display_name, description, metric, meter_definition_id,
    consumer_api_group, consumer_kind, unit, default_limit, max_limit)
  select c.id, e->>'name', e->>'displayName', e->>'description', e->>'metric', m.id,
    e->'consumerType'->>'apiGroup', e->'consumerType'->>'kind', e->>'unit',
    (e->>'defaultLimit')::bigint, (e->>'maxLimit')::bigint
  from service_configuration c
  cross join lateral jsonb_array_elements(coalesce(c.quota_limits, '[]')) e
  join meter_definition m on m.configuration_id = c.id and m.meter_name = e->>'metric'
  where c.id = any($1::uuid[])`;

const insertRules = `
  insert into claim_rule (configuration_id, position, metric, api_group, kind, cost)
  select c.id, r.place - 1, k.key, r.e->'selector'->>'apiGroup', r.e->'selector'->>'kind', k.value::bigint
  from service_configuration c
  cross join lateral jsonb_array_elements(coalesce(c.quota_metric_rules, '[]')) with ordinality as r(e, place)
  cross join lateral jsonb_each_text(r.e->'metricCosts') k
  where c.id = any($1::uuid[])`;

/** Rows of the active configuration are in force while it is Published or Deprecated. */
const putInForce = (table: string): string => `
  update ${table} t set in_force = w.in_force, ${newRevision}
  from (
    select c.id, (s.active_configuration_id is not distinct from c.id and c.phase in ('Published', 'Deprecated')) as in_force
    from service_configuration c join service s on s.id = c.service_id
    where c.service_id = any($1::uuid[])) w
  where t.configuration_id = w.id and t.in_force <> w.in_force`;

const tables = ['meter_definition', 'monitored_resource_type'] as const;

const typeNames = async (
  store: DerivedStore,
  by: 'service_id' | 'configuration_id',
  ids: readonly string[],
): Promise<string[]> => {
  const rows = await store.query<{ name: string }>(
    `select distinct resource_type_name as name from monitored_resource_type where ${by} = any($1::uuid[])`,
    [ids],
  );
  return rows.map((row) => row.name);
};

/** Removes the rows that are made anew from the configurations, or go with them. */
async function clear(store: DerivedStore, ids: readonly string[]): Promise<void> {
  await store.execute('delete from quota_limit where configuration_id = any($1::uuid[])', [ids]);
  await store.execute('delete from claim_rule where configuration_id = any($1::uuid[])', [ids]);
}

/** How many consumed units make a pricing unit, for every pair of units that the changed configurations use. */
function factors(changes: readonly Change[]): [consumed: string[], pricing: string[], factor: (string | null)[]] {
  const pairs = new Map<string, readonly [string, string]>();
  for (const change of changes) {
    const { meters: declared, metrics } = readConfiguration(change.spec);
    for (const { billing } of declared) {
      pairs.set(JSON.stringify([billing.consumedUnit, billing.pricingUnit]), [
        billing.consumedUnit,
        billing.pricingUnit,
      ]);
    }
    for (const { unit } of metrics) pairs.set(JSON.stringify([unit, unit]), [unit, unit]);
  }
  const all = [...pairs.values()];
  return [
    all.map(([consumed]) => consumed),
    all.map(([, pricing]) => pricing),
    all.map(([consumed, pricing]) => conversionFactor(consumed, pricing) ?? null),
  ];
}

/** Brings everything that the changed configurations declare in step with them. */
export async function fanOut(changes: readonly Change[], store: DerivedStore): Promise<void> {
  const ids = changes.map((change) => change.id);
  const active = await activeAfter(changes, store);
  const serviceIds = [...active.keys()];
  const before = await typeNames(store, 'service_id', serviceIds);
  await activate(store, active);
  await clear(store, ids);
  const stale = (key: string, source: string): string =>
    `t.configuration_id = any($1::uuid[]) and not exists (
       select from (${source}) w where w.configuration_id = t.configuration_id and w.canonical = t.${key})`;
  const staleTypes = stale('resource_type_name', types);
  await store.execute(`delete from meter_definition t where ${stale('meter_name', meters)}`, [ids]);
  await unlinkTypes(store, staleTypes, [ids]);
  await store.execute(`delete from monitored_resource_type t where ${staleTypes}`, [ids]);
  await store.execute(upsertTypes, [ids]);
  await store.execute(upsertMeters, [ids, ...factors(changes)]);
  await linkDeclaredMeters(store, ids);
  await store.execute(insertLimits, [ids]);
  await store.execute(insertRules, [ids]);
  for (const table of tables) {
    await store.execute(putInForce(table), [serviceIds]);
    await stampPhases(store, table, ids, 'configuration_id');
  }
  await stampPhases(store, 'service_configuration', ids);
  const after = await typeNames(store, 'service_id', serviceIds);
  await linkMeters(store, { typeNames: [...new Set([...before, ...after])] });
}

/** Removes everything that configurations declared, before they go themselves. */
export async function withdraw(objects: readonly CatalogObject[], store: DerivedStore): Promise<void> {
  const ids = objects.map((object) => object.id);
  const names = await typeNames(store, 'configuration_id', ids);
  await deactivate(store, ids);
  await clear(store, ids);
  await unlinkTypes(store, 't.configuration_id = any($1::uuid[])', [ids]);
  for (const table of tables)
    await store.execute(`delete from ${table} where configuration_id = any($1::uuid[])`, [ids]);
  await linkMeters(store, { typeNames: names });
}
