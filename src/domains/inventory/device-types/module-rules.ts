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

export const bayRules = allOf(
  staysOnItsDevice,
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

/** What a module brings has names that the device has not yet. */
const bringsFreeNames: RowRule = async (changes, state) => {
  const made = changes.filter(({ before }) => before === undefined);
  if (made.length === 0) return [];
  const owners = modulesOf(made.map(({ id }) => id));
  const known = await state.query<KnownForm>(formsOf('module_type', sql`select type_id from (${owners}) k`));
  return rowRule<{ label: string; port: string; port_id: string }>(
    () => sql`select distinct on (w.module_id) w.module_id as id, w.label, 'Port/' || p.name as port, p.id as port_id
       from (${wantedPorts(owners, 'module_type', formsAsRows(known))}) w
       join port p on ${deviceOf(sql`p`)} = w.device and p.port_label = w.label and p.module_id is distinct from w.module_id
       order by w.module_id, p.name`,
    (change, { label, port, port_id: id }) =>
      refuse(
        change,
        'PORT_NAME_TAKEN',
        'spec.typeRef.name',
        `it brings a port ${label}, and the device has one: ${port}`,
        {
          accepted: 'a bay in which the names of its ports are free',
          mentions: [mentionOf(port, id)],
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
