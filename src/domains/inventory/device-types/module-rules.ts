import type { CatalogObject, DerivedStore, FinalState, FollowedObject, Follower } from '../../../catalog/kind.ts';
import { allOf, mentionOf, type RowRule, refuse, rowRule, uniqueIn } from '../../../catalog/rules.ts';
import { sql } from '../../../platform/db/sql.ts';
import type { Violation } from '../../../platform/errors.ts';
import { deviceOf, mountedDeviceOf } from '../devices.ts';
import { madeNow, modulesOf } from './make-parts.ts';
import { mayMakeParts } from './may-make-parts.ts';
import { formsAsRows, formsOf, type KnownForm, wantedPorts } from './parts-sql.ts';

/** A bay of a module is on the device of the bay that the module sits in. */
const staysOnItsDevice = rowRule<{ parent: string; parent_id: string }>(
  (
    ids,
  ) => sql`select b.id, 'ModuleBay/' || p.name as parent, p.id as parent_id from module_bay b join module_bay p on p.id = b.parent_id
     where b.id = any(${ids}::uuid[]) and (b.device_node_id, b.device_network_device_id, b.device_equipment_id)
       is distinct from (p.device_node_id, p.device_network_device_id, p.device_equipment_id)`,
  (change, { parent, parent_id: id }) =>
    refuse(change, 'BAY_ACROSS_DEVICES', 'spec.parentRef.name', `${parent} is on another device`, {
      accepted: 'a bay of the same device',
      mentions: [mentionOf(parent, id)],
    }),
);

/** Where a bay is never changes: only bays that are made together can be inside each other. */
const isNotInsideItself = rowRule<object>(
  (ids) => sql`with recursive up (id, bay) as (
       select b.id, b.parent_id from module_bay b where b.id = any(${ids}::uuid[])
       union select u.id, p.parent_id from up u join module_bay p on p.id = u.bay
     ) select id from up where bay = id`,
  (change) =>
    refuse(change, 'BAY_CYCLE', 'spec.parentRef.name', 'the bay is inside itself', {
      value: (change.spec.parentRef as { readonly name: string }).name,
      accepted: 'a bay that is not inside this one',
    }),
);

export const bayRules = allOf(
  staysOnItsDevice,
  isNotInsideItself,
  uniqueIn('module_bay', [
    {
      columns: [mountedDeviceOf, 'bay_label'],
      rule: 'BAY_NAME_TAKEN',
      path: 'spec.name',
      message: 'the device has a bay of this name already',
      accepted: 'a name that no other bay of the device has',
    },
  ]),
);

/** What a module brings has names that the device has not yet, and that no other part of this write brings. */
const bringsFreeNames: RowRule = async (changes, state) => {
  const made = changes.filter(({ before }) => before === undefined);
  if (made.length === 0) return [];
  const owners = modulesOf(made.map(({ id }) => id));
  const known = await state.query<KnownForm>(formsOf('module_type', sql`select type_id from (${owners}) k`));
  return rowRule<{ label: string; other: string; other_id: string }>(
    () => sql`with wanted as materialized (${wantedPorts(owners, 'module_type', formsAsRows(known))})
       select distinct on (w.module_id) w.module_id as id, w.label, x.other, x.other_id
       from wanted w cross join lateral (
         select 'Port/' || p.name as other, p.id as other_id from port p
           where ${deviceOf(sql`p`)} = w.device and p.port_label = w.label and p.module_id is distinct from w.module_id
         union all select 'Module/' || m.name, m.id from wanted o join module m on m.id = o.module_id
           where o.device = w.device and o.label = w.label and (o.module_id, o.section, o.place) <> (w.module_id, w.section, w.place)
       ) x order by w.module_id, x.other`,
    (change, { label, other, other_id: id }) =>
      refuse(
        change,
        'PORT_NAME_TAKEN',
        'spec.typeRef.name',
        id === change.id
          ? `it brings two ports called ${label}`
          : `it brings a port ${label}, and ${other.startsWith('Port/') ? 'the device has one' : 'so does another'}: ${other}`,
        {
          accepted: 'a bay in which the names of its ports are free',
          mentions: [mentionOf(other, id)],
        },
      ),
  )(made, state);
};

const isOnce = uniqueIn('module', [
  {
    columns: ['bay_id'],
    rule: 'BAY_TAKEN',
    path: 'spec.bayRef.name',
    message: 'the bay holds a module already',
    accepted: 'an empty bay',
  },
  {
    columns: ['asset_tag'],
    rule: 'ASSET_TAG_TAKEN',
    path: 'spec.assetTag',
    message: 'another module has this asset tag',
    accepted: 'a tag that no other module has, or none',
  },
]);

export const moduleRules = allOf(isOnce, bringsFreeNames, mayMakeParts('module_type', modulesOf, madeNow));

const bayOf = ({ spec }: CatalogObject): string => String((spec.bayRef as { readonly name: string }).name);

/** A module in whose bays others sit stays until they are out. */
export async function modulesGone(objects: readonly CatalogObject[], state: FinalState): Promise<Violation[]> {
  const rows = await state.query<{ bay: string; module: string; module_id: string }>(
    sql`select p.name as bay, 'Module/' || m.name as module, m.id as module_id
     from module_bay p join module_bay b on b.parent_id = p.id join module m on m.bay_id = b.id
     where p.name = any(${objects.map(bayOf)}) and not exists (select from module o where o.bay_id = p.id) order by m.name desc`,
  );
  const byBay = new Map(rows.map((row) => [row.bay, row]));
  return objects.flatMap((object) => {
    const row = byBay.get(bayOf(object));
    if (row === undefined) return [];
    return [
      refuse(object, 'MODULE_HOLDS_MODULES', 'metadata.name', `${row.module} sits in one of its bays`, {
        accepted: 'a module whose bays are empty',
        mentions: [mentionOf(row.module, row.module_id)],
      }),
    ];
  });
}

/** The bays of a module go with it, the innermost first. */
export const takeNestedBays: Follower = {
  kind: 'Module',
  follow: async (objects: readonly FollowedObject[], store: DerivedStore): Promise<void> => {
    for (;;) {
      const rows = await store.query<{ id: string }>(sql`with recursive inside as (
          select b.id from module_bay p join module_bay b on b.parent_id = p.id
          where p.name = any(${objects.map(bayOf)}) and not exists (select from module m where m.bay_id = p.id)
          union select b.id from inside i join module_bay b on b.parent_id = i.id
        ) select id from inside i where not exists (select from module_bay b where b.parent_id = i.id)
          and not exists (select from module m where m.bay_id = i.id)`);
      if (rows.length === 0) return;
      await store.remove(
        'ModuleBay',
        rows.map(({ id }) => id),
      );
    }
  },
};
