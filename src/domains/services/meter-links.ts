import { type DerivedStore, newRevision } from '../../catalog/kind.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';

interface Affected {
  readonly meterIds?: readonly string[];
  /** All meters of these services. */
  readonly serviceIds?: readonly string[];
  /** All meters that stand on their own and name one of these types. */
  readonly typeNames?: readonly string[];
}

/** Links meters to the resource types they name; those whose links differ get a new revision, once in a transaction. */
export async function linkMeters(store: DerivedStore, of: Affected): Promise<void> {
  const { meterIds = [], serviceIds = [], typeNames = [] } = of;
  const affected = sql`(m.id = any(${meterIds}::uuid[]) or m.service_id = any(${serviceIds}::uuid[])
    or m.configuration_id is null and m.monitored_resource_types && ${typeNames}::text[])`;
  await store.execute(sql`
    with wanted (meter, position, type) as (
      select m.id, n.place - 1, t.id
      from meter_definition m
      cross join lateral unnest(m.monitored_resource_types) with ordinality as n(name, place)
      join monitored_resource_type t on t.resource_type_name = n.name
      where ${affected}
    ), gone as (
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
    update meter_definition m set ${newRevision}
    where m.id in (select id from gone union select id from put) and m.updated_at < write_instant()`);
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
