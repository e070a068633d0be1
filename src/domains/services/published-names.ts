import type { CatalogObject, Change, DerivedStore, FinalState } from '../../catalog/kind.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';
import type { Violation } from '../../platform/errors.ts';
import { isFrozen } from './lifecycle.ts';
import {
  grownMeter,
  grownType,
  type MeterMeaning,
  meterRefusals,
  type StatedMeter,
  type StatedType,
  type TypeMeaning,
  typeRefusals,
  ungrownMeter,
  ungrownType,
} from './stated-names.ts';
import { metersOf } from './stated-rows.ts';

type About = Pick<CatalogObject, 'kind' | 'name' | 'id'>;

/** The names that a document states. */
export interface Statement {
  readonly change: Change;
  readonly meters: readonly StatedMeter[];
  readonly types: readonly StatedType[];
  /** It is what counts after the batch: only that has to keep dimensions and labels that were added meanwhile. */
  readonly counts: boolean;
}

/**
 * A name keeps the meaning it was published with, whatever document states it: another revision, another kind of
 * document, one that is made after all others were deleted. Documents of one batch are held to each other as well.
 */
export async function checkMeanings(statements: readonly Statement[], state: FinalState): Promise<Violation[]> {
  const published = statements.filter(({ change }) => isFrozen(change.spec.phase));
  const meters = await loadMeters(published, state);
  const types = await loadTypes(published, state);
  return published.flatMap((statement) => refusedMeanings(statement, { meters, types }));
}

/** What published names mean, by name. */
export interface Meanings {
  readonly meters: Map<string, MeterMeaning>;
  readonly types: Map<string, TypeMeaning>;
}

/** The rule itself: how a document contradicts what names mean. What it may add is part of the meaning afterwards. */
export function refusedMeanings(
  { change, counts, ...stated }: Omit<Statement, 'change'> & { readonly change: About },
  { meters, types }: Meanings,
): Violation[] {
  return [
    ...stated.types.flatMap((one) => {
      const was = types.get(one.name);
      const refusals = was === undefined ? [] : typeRefusals(change, counts ? was : ungrownType(was), one);
      const is = counts ? one.meaning : ungrownType(one.meaning);
      if (refusals.length === 0) types.set(one.name, grownType(was ?? is, is));
      return refusals;
    }),
    ...stated.meters.flatMap((one) => {
      const was = meters.get(one.name);
      const refusals = was === undefined ? [] : meterRefusals(change, counts ? was : ungrownMeter(was), one);
      const is = counts ? one.meaning : ungrownMeter(one.meaning);
      if (refusals.length === 0) meters.set(one.name, grownMeter(was ?? is, is));
      return refusals;
    }),
  ];
}

async function loadMeters(statements: readonly Statement[], state: FinalState): Promise<Map<string, MeterMeaning>> {
  const names = statements.flatMap(({ meters }) => meters.map(({ name }) => name));
  if (names.length === 0) return new Map();
  const rows = await state.query(
    tables
      .selectFrom('published_meter')
      .selectAll()
      .where('meter_name', '=', among([...new Set(names)])),
  );
  return new Map(rows.map((row) => [row.meter_name, meaningOfMeter(row)]));
}

/** A row of `published_meter`. */
export interface PublishedMeter {
  readonly meter_name: string;
  readonly unit: string;
  readonly metric_kind: string | null;
  readonly aggregation: string;
  readonly consumed_unit: string;
  readonly pricing_unit: string;
  readonly is_billable: boolean;
  readonly dimensions: readonly string[];
}

export const meaningOfMeter = (row: PublishedMeter): MeterMeaning => ({
  unit: row.unit,
  kind: row.metric_kind,
  aggregation: row.aggregation,
  consumedUnit: row.consumed_unit,
  pricingUnit: row.pricing_unit,
  isBillable: row.is_billable,
  dimensions: row.dimensions,
});

async function loadTypes(statements: readonly Statement[], state: FinalState): Promise<Map<string, TypeMeaning>> {
  const names = statements.flatMap(({ types }) => types.map(({ name }) => name));
  if (names.length === 0) return new Map();
  const rows = await state.query(
    tables
      .selectFrom('published_resource_type')
      .select(['resource_type_name', 'gvk_group', 'gvk_kind', 'labels'])
      .where('resource_type_name', '=', among([...new Set(names)])),
  );
  return new Map(rows.map((row) => [row.resource_type_name, meaningOfType(row)]));
}

/** A row of `published_resource_type`. */
export interface PublishedType {
  readonly resource_type_name: string;
  readonly gvk_group: string;
  readonly gvk_kind: string;
  readonly labels: unknown;
}

export const meaningOfType = (row: PublishedType): TypeMeaning => ({
  group: row.gvk_group,
  kind: row.gvk_kind,
  labels: row.labels as Readonly<Record<string, boolean>>,
});

/**
 * Keeps the meaning of meters: `from` gives `canonical`, `meter_id`, the members of the meaning, and `counts`: whether what
 * can grow is to be kept, too.
 */
export async function keepMeters(store: DerivedStore, from: Sql): Promise<void> {
  await store.execute(sql`
    insert into published_meter as h (meter_name, meter_id, aggregation, metric_kind, unit, consumed_unit, pricing_unit, dimensions, is_billable)
    select distinct on (w.canonical) w.canonical, coalesce(w.meter_id, uuidv7()), w.aggregation::meter_aggregation,
      w.metric_kind::metric_kind, w.unit, w.consumed_unit, w.pricing_unit,
      case when w.counts then coalesce(w.dimensions, '{}') else '{}' end, w.counts and w.is_billable
    from (${from}) w order by w.canonical, w.counts desc
    on conflict (meter_name) do update set
      metric_kind = coalesce(h.metric_kind, excluded.metric_kind),
      is_billable = h.is_billable or excluded.is_billable,
      dimensions = h.dimensions || array(select unnest(excluded.dimensions) except select unnest(h.dimensions))
    where h.metric_kind is null and excluded.metric_kind is not null or excluded.is_billable > h.is_billable
      or not h.dimensions @> excluded.dimensions`);
}

/** The same for resource types; `labels` is `{name: whether it is required}`. */
export async function keepTypes(store: DerivedStore, from: Sql): Promise<void> {
  await store.execute(sql`
    insert into published_resource_type as h (resource_type_name, resource_type_id, gvk_group, gvk_kind, labels)
    select distinct on (w.canonical) w.canonical, coalesce(w.type_id, uuidv7()), w.gvk_group, w.gvk_kind,
      case when w.counts then w.labels else '{}' end
    from (${from}) w order by w.canonical, w.counts desc
    on conflict (resource_type_name) do update set labels = h.labels || excluded.labels
    where h.labels is distinct from h.labels || excluded.labels`);
}

/**
 * What the active configurations `ids` state is with them, until another one takes their place and states it. Nothing is, of
 * services that are drafts.
 */
export async function holdMetrics(store: DerivedStore, ids: readonly string[]): Promise<void> {
  await store.execute(sql`
    update published_meter h set configuration_id = w.configuration_id
    from (${metersOf(ids)}) w join service s on s.id = w.service_id and s.phase <> 'Draft'
    where h.meter_name = w.canonical and h.configuration_id is distinct from w.configuration_id`);
}

/** Before configurations are deleted. */
export async function releaseMetrics(store: DerivedStore, ids: readonly string[]): Promise<void> {
  await store.execute(
    sql`update published_meter set configuration_id = null where configuration_id = any(${ids}::uuid[])`,
  );
}

/** Labels of a type as a document lists them → `{name: whether it is required}`. */
export const requiredByName = (labels: Sql): Sql => sql`coalesce((
  select jsonb_object_agg(l->>'name', coalesce((l->>'required')::boolean, false))
  from jsonb_array_elements(coalesce(${labels}, '[]'::jsonb)) l), '{}')`;
