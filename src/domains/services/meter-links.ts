import { type DerivedStore, newRevision } from '../../catalog/kind.ts';

/** Brings the links of some meters in step with `wanted` (meter, position, type); only meters whose links differ change. */
const relink = (affected: string, wanted: string): string => `
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

const standingAlone =
  'm.configuration_id is null and (m.id = any($1::uuid[]) or m.monitored_resource_types && $2::text[])';
const relinkStandingAlone = relink(
  standingAlone,
  `select m.id, n.place - 1, t.id
   from meter_definition m
   cross join lateral unnest(m.monitored_resource_types) with ordinality as n(name, place)
   cross join lateral (
     select id from monitored_resource_type t where t.resource_type_name = n.name
     order by t.in_force desc, t.configuration_id is null desc, t.id desc limit 1) t
   where ${standingAlone}`,
);

/**
 * Points meters that stand on their own at the resource types they name: at the type in force of that name, else at
 * the one declared on its own, else at the newest. Done for the given meters and for all that name the given types.
 */
export async function linkMeters(
  store: DerivedStore,
  { meterIds = [], typeNames = [] }: { readonly meterIds?: readonly string[]; readonly typeNames?: readonly string[] },
): Promise<void> {
  await store.execute(relinkStandingAlone, [meterIds, typeNames]);
}

const declared = 'm.configuration_id = any($1::uuid[])';
const relinkDeclared = relink(
  declared,
  `select m.id, n.place - 1, t.id
   from meter_definition m
   cross join lateral unnest(m.monitored_resource_types) with ordinality as n(name, place)
   join monitored_resource_type t on t.configuration_id = m.configuration_id and t.resource_type_name = n.name
   where ${declared}`,
);

/** Points the meters that configurations declare at the resource types of the same configuration. */
export async function linkDeclaredMeters(store: DerivedStore, configurationIds: readonly string[]): Promise<void> {
  await store.execute(relinkDeclared, [configurationIds]);
}

/** Takes resource types from all meters, before they are deleted; `doomed` is a condition on `t`. */
export async function unlinkTypes(store: DerivedStore, doomed: string, values: readonly unknown[]): Promise<void> {
  await store.execute(
    `with gone as (
       delete from meter_resource_type l using monitored_resource_type t
       where t.id = l.monitored_resource_type_id and ${doomed}
       returning l.meter_definition_id as id
     )
     update meter_definition m set ${newRevision} where m.id in (select id from gone)`,
    values,
  );
}
