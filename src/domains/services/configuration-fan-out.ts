import { type CatalogObject, type Change, type DerivedStore, newRevision } from '../../catalog/kind.ts';
import { conversionFactor } from '../../catalog/values/unit.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
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
type Ids = readonly string[];

const types = (ids: Ids): Sql => sql`
  select c.id as configuration_id, c.service_id, c.scope_id, c.phase, s.service_name, c.name as configuration_name,
    e->>'type' as canonical,
    coalesce(nullif(e->>'displayName', ''), e->'gvk'->>'kind') as display_name,
    e->>'description' as description, e->'gvk'->>'group' as gvk_group, e->'gvk'->>'kind' as gvk_kind,
    e->'labels' as declared_labels
  from service_configuration c
  join service s on s.id = c.service_id
  cross join lateral jsonb_array_elements(coalesce(c.monitored_resource_types, '[]')) e
  where c.id = any(${ids}::uuid[])`;

const meters = (ids: Ids): Sql => sql`
  select c.id as configuration_id, c.service_id, c.scope_id, c.phase, s.service_name, c.name as configuration_name,
    e->>'name' as canonical, e->>'displayName' as display_name, e->>'description' as description,
    e->'measurement'->>'aggregation' as aggregation, null as metric_kind, e->'measurement'->>'unit' as unit,
    '{}'::text[] as dimensions, e->'billing'->>'consumedUnit' as consumed_unit,
    e->'billing'->>'pricingUnit' as pricing_unit, true as is_billable,
    array(select jsonb_array_elements_text(e->'monitoredResourceTypes')) as monitored_resource_types
  from service_configuration c
  join service s on s.id = c.service_id
  cross join lateral jsonb_array_elements(coalesce(c.meters, '[]')) e
  where c.id = any(${ids}::uuid[])
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
  where c.id = any(${ids}::uuid[])`;

/** `compute.example.com/instance/cpu` of configuration `compute-v2` → `compute-v2/instance/cpu`. */
const rowName = sql`w.configuration_name || substr(w.canonical, strpos(w.canonical, '/'))`;
/** A label value has at most 63 characters, a service name up to 253. */
const rowLabels = sql`jsonb_strip_nulls(jsonb_build_object(
  'app.kubernetes.io/managed-by', 'services.miloapis.com',
  'services.miloapis.com/service', case when length(w.service_name) <= 63 then w.service_name end))`;

/** How many consumed units make a pricing unit: three lists side by side. */
interface Factors {
  readonly consumed: readonly string[];
  readonly pricing: readonly string[];
  readonly factor: readonly (string | null)[];
}

interface Upsert {
  readonly table: string;
  readonly from: Sql;
  readonly key: string;
  /** Column → expression over `w`. */
  readonly columns: Readonly<Record<string, Sql>>;
}

function upsert({ table, from, key, columns }: Upsert): Sql {
  const all: Readonly<Record<string, Sql>> = {
    name: rowName,
    labels: rowLabels,
    scope_id: sql`w.scope_id`,
    service_id: sql`w.service_id`,
    phase: sql`w.phase`,
    display_name: sql`coalesce(nullif(w.display_name, ''), substr(w.canonical, strpos(w.canonical, '/') + 1))`,
    description: sql`w.description`,
    ...columns,
  };
  const names = Object.keys(all).map(sql.ident);
  const of = (row: Sql): Sql =>
    sql.join(
      names.map((name) => sql`${row}.${name}`),
      ', ',
    );
  return sql`
    insert into ${sql.ident(table)} as t (id, configuration_id, ${sql.ident(key)}, api_group, revision, ${sql.join(names, ', ')})
    select uuidv7(), w.configuration_id, w.canonical, 'billing.miloapis.com', nextval('catalog_revision'),
      ${sql.join(Object.values(all), ', ')}
    from (${from}) w
    on conflict (configuration_id, ${sql.ident(key)}) where configuration_id is not null do update set
      ${sql.join(
        names.map((name) => sql`${name} = excluded.${name}`),
        ', ',
      )},
      generation = t.generation + 1, revision = excluded.revision, updated_at = now()
    where (${of(sql`t`)}) is distinct from (${of(sql`excluded`)})`;
}

const upsertTypes = (ids: Ids): Sql =>
  upsert({
    table: 'monitored_resource_type',
    from: types(ids),
    key: 'resource_type_name',
    columns: { gvk_group: sql`w.gvk_group`, gvk_kind: sql`w.gvk_kind`, declared_labels: sql`w.declared_labels` },
  });

const upsertMeters = (ids: Ids, { consumed, pricing, factor }: Factors): Sql =>
  upsert({
    table: 'meter_definition',
    from: sql`select m.*, f.factor from (${meters(ids)}) m
      left join unnest(${consumed}::text[], ${pricing}::text[], ${factor}::text[]) as f(consumed, pricing, factor)
        on f.consumed = m.consumed_unit and f.pricing = m.pricing_unit`,
    key: 'meter_name',
    columns: {
      aggregation: sql`w.aggregation::meter_aggregation`,
      metric_kind: sql`w.metric_kind::metric_kind`,
      unit: sql`w.unit`,
      dimensions: sql`w.dimensions`,
      consumed_unit: sql`w.consumed_unit`,
      pricing_unit: sql`w.pricing_unit`,
      is_billable: sql`w.is_billable`,
      monitored_resource_types: sql`w.monitored_resource_types`,
      pricing_factor: sql`w.factor`,
    },
  });

const insertLimits = (ids: Ids): Sql => sql`
  insert into quota_limit (configuration_id, name, display_name, description, metric, meter_definition_id,
    consumer_api_group, consumer_kind, unit, default_limit, max_limit)
  select c.id, e->>'name', e->>'displayName', e->>'description', e->>'metric', m.id,
    e->'consumerType'->>'apiGroup', e->'consumerType'->>'kind', e->>'unit',
    (e->>'defaultLimit')::bigint, (e->>'maxLimit')::bigint
  from service_configuration c
  cross join lateral jsonb_array_elements(coalesce(c.quota_limits, '[]')) e
  join meter_definition m on m.configuration_id = c.id and m.meter_name = e->>'metric'
  where c.id = any(${ids}::uuid[])`;

const insertRules = (ids: Ids): Sql => sql`
  insert into claim_rule (configuration_id, position, metric, api_group, kind, cost)
  select c.id, r.place - 1, k.key, r.e->'selector'->>'apiGroup', r.e->'selector'->>'kind', k.value::bigint
  from service_configuration c
  cross join lateral jsonb_array_elements(coalesce(c.quota_metric_rules, '[]')) with ordinality as r(e, place)
  cross join lateral jsonb_each_text(r.e->'metricCosts') k
  where c.id = any(${ids}::uuid[])`;

const tables = ['meter_definition', 'monitored_resource_type'] as const;

/** Rows of the active configuration are in force while it is Published or Deprecated. */
const putInForce = (table: (typeof tables)[number], serviceIds: Ids): Sql => sql`
  update ${sql.ident(table)} t set in_force = w.in_force, ${newRevision}
  from (
    select c.id, (s.active_configuration_id is not distinct from c.id and c.phase in ('Published', 'Deprecated')) as in_force
    from service_configuration c join service s on s.id = c.service_id
    where c.service_id = any(${serviceIds}::uuid[])) w
  where t.configuration_id = w.id and t.in_force <> w.in_force`;

const typeNames = async (
  store: DerivedStore,
  by: 'service_id' | 'configuration_id',
  ids: readonly string[],
): Promise<string[]> => {
  const rows = await store.query<{ name: string }>(
    sql`select distinct resource_type_name as name from monitored_resource_type where ${sql.ident(by)} = any(${ids}::uuid[])`,
  );
  return rows.map((row) => row.name);
};

/** Removes the rows that are written again from the configurations, or deleted with them. */
async function clear(store: DerivedStore, ids: readonly string[]): Promise<void> {
  await store.execute(sql`delete from quota_limit where configuration_id = any(${ids}::uuid[])`);
  await store.execute(sql`delete from claim_rule where configuration_id = any(${ids}::uuid[])`);
}

/** How many consumed units make a pricing unit, for every pair of units that the changed configurations use. */
function factorsOf(changes: readonly Change[]): Factors {
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
  return {
    consumed: all.map(([consumed]) => consumed),
    pricing: all.map(([, pricing]) => pricing),
    factor: all.map(([consumed, pricing]) => conversionFactor(consumed, pricing) ?? null),
  };
}

/** Updates the rows of everything that the changed configurations declare. */
export async function fanOut(changes: readonly Change[], store: DerivedStore): Promise<void> {
  const ids = changes.map((change) => change.id);
  const active = await activeAfter(changes, store);
  const serviceIds = [...active.keys()];
  const before = await typeNames(store, 'service_id', serviceIds);
  await activate(store, active);
  await clear(store, ids);
  const staleMeters = sql`t.configuration_id = any(${ids}::uuid[]) and not exists (
    select from (${meters(ids)}) w where w.configuration_id = t.configuration_id and w.canonical = t.meter_name)`;
  const staleTypes = sql`t.configuration_id = any(${ids}::uuid[]) and not exists (
    select from (${types(ids)}) w where w.configuration_id = t.configuration_id and w.canonical = t.resource_type_name)`;
  await store.execute(sql`delete from meter_definition t where ${staleMeters}`);
  await unlinkTypes(store, staleTypes);
  await store.execute(sql`delete from monitored_resource_type t where ${staleTypes}`);
  await store.execute(upsertTypes(ids));
  await store.execute(upsertMeters(ids, factorsOf(changes)));
  await linkDeclaredMeters(store, ids);
  await store.execute(insertLimits(ids));
  await store.execute(insertRules(ids));
  for (const table of tables) {
    await store.execute(putInForce(table, serviceIds));
    await stampPhases(store, table, ids, 'configuration_id');
  }
  await stampPhases(store, 'service_configuration', ids);
  const after = await typeNames(store, 'service_id', serviceIds);
  await linkMeters(store, { typeNames: [...new Set([...before, ...after])] });
}

/** Deletes everything that configurations declared, before they are deleted themselves. */
export async function withdraw(objects: readonly CatalogObject[], store: DerivedStore): Promise<void> {
  const ids = objects.map((object) => object.id);
  const names = await typeNames(store, 'configuration_id', ids);
  await deactivate(store, ids);
  await clear(store, ids);
  await unlinkTypes(store, sql`t.configuration_id = any(${ids}::uuid[])`);
  for (const table of tables)
    await store.execute(sql`delete from ${sql.ident(table)} where configuration_id = any(${ids}::uuid[])`);
  await linkMeters(store, { typeNames: names });
}
