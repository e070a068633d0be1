import type { DerivedStore } from '../../catalog/kind.ts';

const affected = 'm.configuration_id is null and (m.id = any($1::uuid[]) or m.monitored_resource_types && $2::text[])';

/**
 * Points meters that stand on their own at the resource types they name: at the type in force of that name, else at
 * the one declared on its own, else at the newest. Done for the given meters and for all that name the given types.
 */
export async function linkMeters(
  store: DerivedStore,
  { meterIds = [], typeNames = [] }: { readonly meterIds?: readonly string[]; readonly typeNames?: readonly string[] },
): Promise<void> {
  const values = [meterIds, typeNames];
  await store.execute(
    `delete from meter_resource_type l using meter_definition m where l.meter_definition_id = m.id and ${affected}`,
    values,
  );
  await store.execute(
    `insert into meter_resource_type (meter_definition_id, position, monitored_resource_type_id)
     select m.id, n.place - 1, t.id
     from meter_definition m
     cross join lateral unnest(m.monitored_resource_types) with ordinality as n(name, place)
     cross join lateral (
       select id from monitored_resource_type t where t.resource_type_name = n.name
       order by t.in_force desc, t.configuration_id is null desc, t.id desc limit 1) t
     where ${affected}`,
    values,
  );
}
