import type { DerivedStore } from '../../catalog/kind.ts';
import { conversionFactor, conversionOf } from '../../catalog/values/unit.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { instantsOf, phaseInForce, statedPhase } from './in-force.ts';
import { type Columns, mergeRows } from './merge-rows.ts';

type Ids = readonly string[];

/** The resource types that stored configurations state, one row each. */
export const typesOf = (ids: Ids): Sql => sql`
  select c.id as configuration_id, c.name as configuration_name, c.revision_number, c.service_id, c.scope_id, s.service_name,
    ${statedPhase} as stated_phase, e->>'type' as canonical, x.place, coalesce(nullif(e->>'displayName', ''), e->'gvk'->>'kind') as display_name,
    e->>'description' as description, e->'gvk'->>'group' as gvk_group, e->'gvk'->>'kind' as gvk_kind,
    e->'labels' as declared_labels
  from service_configuration c
  join service s on s.id = c.service_id
  cross join lateral jsonb_array_elements(coalesce(c.monitored_resource_types, '[]')) with ordinality as x(e, place)
  where c.id = any(${ids}::uuid[])`;

/**
 * The metrics that stored configurations state, in either notation; `meters` has no place for dimensions. Those that no
 * destination lists only count for quota: their names keep their meaning, but they are no meters.
 */
export const metersOf = (ids: Ids): Sql => sql`
  select c.id as configuration_id, c.name as configuration_name, c.revision_number, c.service_id, c.scope_id, s.service_name,
    ${statedPhase} as stated_phase, e->>'name' as canonical, 'meters' as section, x.place, e->>'displayName' as display_name, e->>'description' as description,
    e->'measurement'->>'aggregation' as aggregation, null as metric_kind, e->'measurement'->>'unit' as unit,
    null::text[] as dimensions, e->'billing'->>'consumedUnit' as consumed_unit,
    e->'billing'->>'pricingUnit' as pricing_unit, true as is_billable,
    array(select jsonb_array_elements_text(e->'monitoredResourceTypes')) as monitored_resource_types
  from service_configuration c
  join service s on s.id = c.service_id
  cross join lateral jsonb_array_elements(coalesce(c.meters, '[]')) with ordinality as x(e, place)
  where c.id = any(${ids}::uuid[])
  union all
  select c.id, c.name, c.revision_number, c.service_id, c.scope_id, s.service_name, ${statedPhase},
    e->>'name', 'metrics', x.place, e->>'displayName', e->>'description',
    case e->>'kind' when 'Gauge' then 'Latest' else 'Sum' end, e->>'kind', e->>'unit',
    array(select jsonb_array_elements_text(coalesce(e->'dimensions', '[]'))), e->>'unit', e->>'unit',
    d.types is not null, coalesce(d.types, '{}')
  from service_configuration c
  join service s on s.id = c.service_id
  cross join lateral jsonb_array_elements(coalesce(c.metrics, '[]')) with ordinality as x(e, place)
  left join lateral (
    select m.name, array_agg(b.e->>'monitoredResourceType' order by b.place) as types
    from jsonb_array_elements(coalesce(c.billing_consumer_destinations, '[]')) with ordinality as b(e, place)
    cross join lateral jsonb_array_elements_text(b.e->'metrics') m(name)
    group by m.name) d on d.name = x.e->>'name'
  where c.id = any(${ids}::uuid[])`;

/** Object name of what is derived: `a.example.com/route/sent` → `a-example-com-route-sent`. */
export const slug = (canonical: Sql): Sql =>
  sql`btrim(regexp_replace(lower(${canonical}), '[^a-z0-9]', '-', 'g'), '-')`;

/** A label value has at most 63 characters, a service name up to 253. */
export const rowLabels = sql`jsonb_strip_nulls(jsonb_build_object(
  'app.kubernetes.io/managed-by', 'services.miloapis.com',
  'services.miloapis.com/service', case when length(w.service_name) <= 63 then w.service_name end))`;

interface Writing {
  readonly table: string;
  readonly from: Sql;
  /** Column of the canonical name. */
  readonly key: string;
  readonly columns: Columns;
  /** What a new row has where the expression needs an old one. */
  readonly fresh?: Columns;
}

/** Brings the one row of each stated name up to date; a new one gets the uid that belongs to its name. */
function write({ table, from, key, columns, fresh = {} }: Writing): Sql {
  return mergeRows({
    table,
    from,
    on: sql`t.${sql.ident(key)} = w.canonical`,
    columns: {
      name: slug(sql`w.canonical`),
      labels: rowLabels,
      annotations: sql`'{}'::jsonb`,
      api_group: sql`'billing.miloapis.com'`,
      // As long as a name for people may be.
      display_name: sql`coalesce(nullif(w.display_name, ''), substr(w.canonical, strpos(w.canonical, '/') + 1, 128))`,
      description: sql`w.description`,
      ...columns,
    },
    places: {
      scope_id: sql`w.scope_id`,
      service_id: sql`w.service_id`,
      configuration_id: sql`w.configuration_id`,
      revision_number: sql`w.revision_number`,
    },
    // As `settleInForce` would have it: a row that is new is written once.
    fresh: {
      id: sql`w.id`,
      [key]: sql`w.canonical`,
      phase: sql`w.stated_phase`,
      in_force: phaseInForce(sql`w.stated_phase`),
      ...instantsOf(sql`w.stated_phase`, sql`w.first_published_at`, () => sql`null::timestamptz`),
      ...fresh,
    },
  });
}

export const writeTypes = (store: DerivedStore, ids: Ids): Promise<number> =>
  store.execute(
    write({
      table: 'monitored_resource_type',
      from: sql`select w.*, h.resource_type_id as id, h.published_at as first_published_at from (${typesOf(ids)}) w
        join published_resource_type h on h.resource_type_name = w.canonical`,
      key: 'resource_type_name',
      columns: { gvk_group: sql`w.gvk_group`, gvk_kind: sql`w.gvk_kind`, declared_labels: sql`w.declared_labels` },
    }),
  );

export async function writeMeters(store: DerivedStore, ids: Ids): Promise<void> {
  const pairs = await store.query<{ consumed: string; pricing: string }>(
    sql`select distinct w.consumed_unit as consumed, w.pricing_unit as pricing from (${metersOf(ids)}) w where w.is_billable`,
  );
  const factors = pairs.map(({ consumed, pricing }) => conversionFactor(consumed, pricing) ?? null);
  const conversions = pairs.map(({ consumed, pricing }) => conversionOf(consumed, pricing));
  const columns = {
    aggregation: sql`w.aggregation::meter_aggregation`,
    metric_kind: sql`w.metric_kind::metric_kind`,
    unit: sql`w.unit`,
    consumed_unit: sql`w.consumed_unit`,
    pricing_unit: sql`w.pricing_unit`,
    is_billable: sql`w.is_billable`,
    monitored_resource_types: sql`w.monitored_resource_types`,
    pricing_factor: sql`w.factor`,
    conversion: sql`w.conversion::unit_conversion`,
  };
  const from = sql`select w.*, f.factor, f.conversion, h.meter_id as id, h.published_at as first_published_at,
    h.dimensions as kept_dimensions from (${metersOf(ids)}) w
    join published_meter h on h.meter_name = w.canonical and w.is_billable
    left join unnest(${pairs.map((pair) => pair.consumed)}::text[], ${pairs.map((pair) => pair.pricing)}::text[], ${factors}::text[],
        ${conversions}::text[]) as f(consumed, pricing, factor, conversion) on f.consumed = w.consumed_unit and f.pricing = w.pricing_unit`;
  await store.execute(
    write({
      table: 'meter_definition',
      from,
      key: 'meter_name',
      columns: { ...columns, dimensions: sql`coalesce(w.dimensions, t.dimensions)` },
      fresh: { dimensions: sql`coalesce(w.dimensions, w.kept_dimensions)` },
    }),
  );
}
