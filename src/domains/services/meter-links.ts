import { type DerivedStore, newRevision } from '../../catalog/kind.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';

/** Updates the links of some meters to `wanted` (meter, position, type); only meters whose links differ change. */
const relink = (affected: Sql, wanted: Sql): Sql => sql`
  with wanted (meter, position, type) as (${wanted}),
  gone as (
    delete from meter_resource_type l using meter_definition m
    where m.id = l.meter_definition_id and ${affected}
      and not exists (select from wanted w where w.meter = l.meter_definition_id and w.position = l.position)
    returning l.meter_definition_id as id
  ), put as (
    insert into meter_resource_type as l (meter_definition_id, position, monitored_resource_type_id)
    select meter, position, type from wanted
    on conflict (meter_definition_id, position) do update set monitored_resource_type_id = excluded.monitored_resource_type_id
      where l.monitored_resource_type_id <> excluded.monitored_resource_type_id
    returning l.meter_definition_id as id
  )
  update meter_definition m set ${newRevision} where m.id in (select id from gone union select id from put)`;

/**
 * Links separately declared meters to the resource types they name: to the type in force with that name, else to the
 * separately declared one, else to the newest. Done for the given meters and for all that name the given types.
 */
export async function linkMeters(
  store: DerivedStore,
  { meterIds = [], typeNames = [] }: { readonly meterIds?: readonly string[]; readonly typeNames?: readonly string[] },
): Promise<void> {
  const standingAlone = sql`m.configuration_id is null
    and (m.id = any(${meterIds}::uuid[]) or m.monitored_resource_types && ${typeNames}::text[])`;
  const wanted = sql`
    select m.id, n.place - 1, t.id
    from meter_definition m
    cross join lateral unnest(m.monitored_resource_types) with ordinality as n(name, place)
    cross join lateral (
      select id from monitored_resource_type t where t.resource_type_name = n.name
      order by t.in_force desc, t.configuration_id is null desc, t.id desc limit 1) t
    where ${standingAlone}`;
  await store.execute(relink(standingAlone, wanted));
}

/** Links the meters that configurations declare to the resource types of the same configuration. */
export async function linkDeclaredMeters(store: DerivedStore, configurationIds: readonly string[]): Promise<void> {
  const declared = sql`m.configuration_id = any(${configurationIds}::uuid[])`;
  const wanted = sql`
    select m.id, n.place - 1, t.id
    from meter_definition m
    cross join lateral unnest(m.monitored_resource_types) with ordinality as n(name, place)
    join monitored_resource_type t on t.configuration_id = m.configuration_id and t.resource_type_name = n.name
    where ${declared}`;
  await store.execute(relink(declared, wanted));
}

/** Takes resource types from all meters, before they are deleted; `condition` is on `t`. */
export async function unlinkTypes(store: DerivedStore, condition: Sql): Promise<void> {
  await store.execute(
    sql`with gone as (
       delete from meter_resource_type l using monitored_resource_type t
       where t.id = l.monitored_resource_type_id and ${condition}
       returning l.meter_definition_id as id
     )
     update meter_definition m set ${newRevision} where m.id in (select id from gone)`,
  );
}
