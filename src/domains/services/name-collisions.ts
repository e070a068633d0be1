import type { FinalState } from '../../catalog/kind.ts';
import { mentionOf, type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { metersOf, slug, typesOf } from './stated-rows.ts';

type Ids = readonly string[];

/** Every name that published configurations state, and where: `id` is the configuration's. */
const statedNames = (ids: Ids): Sql => sql`
  select n.*, ${slug(sql`n.canonical`)} as slug from (
    select w.configuration_id as id, 'MeterDefinition' as kind, w.canonical,
      'spec.' || w.section || '[' || w.place - 1 || '].name' as path
    from (${metersOf(ids)}) w where w.is_billable
    union all
    select w.configuration_id, 'MonitoredResourceType', w.canonical,
      'spec.monitoredResourceTypes[' || w.place - 1 || '].type'
    from (${typesOf(ids)}) w) n
  join service_configuration c on c.id = n.id and c.phase <> 'Draft'`;

/** Rows of both kinds that fit a condition on `r`. */
const rows = (condition: Sql): Sql => sql`
  select 'MeterDefinition' as kind, r.meter_name as canonical, r.name, r.id from meter_definition r where ${condition}
  union all
  select 'MonitoredResourceType', r.resource_type_name, r.name, r.id from monitored_resource_type r where ${condition}`;

const duplicates: Readonly<Record<string, string>> = {
  MeterDefinition: 'DUPLICATE_METER_NAME',
  MonitoredResourceType: 'DUPLICATE_RESOURCE_TYPE_NAME',
};

/** What a configuration states is not an object of its own as well, unless that one is retired: then it goes on here. */
const statedOnce: RowRule = rowRule<{ kind: string; path: string; canonical: string; other: string; other_id: string }>(
  (ids) => sql`select n.id, n.kind, n.path, n.canonical, n.kind || '/' || o.name as other, o.id as other_id
    from (${statedNames(ids)}) n
    join (${rows(sql`r.configuration_id is null and r.phase <> 'Retired'`)}) o on o.kind = n.kind and o.canonical = n.canonical
    order by n.canonical`,
  (change, { kind, path, canonical, other, other_id: id }) => {
    const message = `${canonical} is an object of its own already: ${other}.`;
    const evidence = {
      value: canonical,
      accepted: 'a name that no other object has',
      mentions: [mentionOf(other, id)],
    };
    return refuse(change, duplicates[kind] ?? '', path, message, evidence);
  },
);

/** Two names that differ give object names that differ. */
const slugsDiffer: RowRule = rowRule<{
  kind: string;
  path: string;
  canonical: string;
  slug: string;
  other: string;
  other_id: string | null;
}>(
  (ids) => sql`with stated as (${statedNames(ids)})
    select distinct on (n.id, n.path) n.id, n.kind, n.path, n.canonical, n.slug, o.canonical as other, o.id as other_id
    from stated n
    join (
      select kind, canonical, slug, null::uuid as id from stated
      union all
      select x.kind, x.canonical, x.name, x.id from (${rows(sql`r.api_group = 'billing.miloapis.com'
        and r.name = any(array(select slug from stated))`)}) x) o
      on o.kind = n.kind and o.slug = n.slug and o.canonical <> n.canonical
    order by n.id, n.path, o.canonical, o.id`,
  (change, { kind, path, canonical, slug: taken, other, other_id: id }) => {
    const message = `${canonical} and ${other} would both be kept as ${taken}.`;
    return refuse(change, 'NAME_COLLISION', path, message, {
      value: canonical,
      accepted: 'a name that differs by more than its punctuation',
      mentions: id === null ? [] : [{ kind, id, name: other }],
    });
  },
);

export const nameCollisions: readonly RowRule[] = [statedOnce, slugsDiffer];

/** What of a service is in force, held by one configuration, and not stated by the one that counts from now on. */
export interface LeftOut {
  readonly service_id: string;
  readonly kind: string;
  readonly configuration_id: string;
  readonly configuration: string;
  readonly names: readonly string[];
  /** Those among them that are Published. */
  readonly published: readonly string[];
}

export const loadLeftOut = (state: FinalState, serviceIds: Ids, active: Ids): Promise<LeftOut[]> =>
  state.query<LeftOut>(sql`
    with stated as (${statedNames(active)}), present as (
      select r.service_id, 'MeterDefinition' as kind, r.meter_name as canonical, r.configuration_id, r.phase from meter_definition r
      where r.service_id = any(${serviceIds}::uuid[]) and r.in_force
      union all
      select r.service_id, 'MonitoredResourceType', r.resource_type_name, r.configuration_id, r.phase from monitored_resource_type r
      where r.service_id = any(${serviceIds}::uuid[]) and r.in_force)
    select p.service_id, p.kind, c.id as configuration_id, c.name as configuration, array_agg(p.canonical order by p.canonical) as names,
      coalesce(array_agg(p.canonical order by p.canonical) filter (where p.phase = 'Published'), '{}') as published
    from present p join service_configuration c on c.id = p.configuration_id
    where not exists (select from stated n where n.kind = p.kind and n.canonical = p.canonical)
    group by p.service_id, p.kind, c.id, c.name order by c.name, p.kind`);
