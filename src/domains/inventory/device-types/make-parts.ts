import type { Change, DerivedStore } from '../../../catalog/kind.ts';
import { newRevision } from '../../../catalog/kind.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { deviceOf, mountedDeviceOf } from '../devices.ts';
import {
  formsAsRows,
  formsOf,
  freeName,
  type KnownForm,
  nameOf,
  placed,
  portCalled,
  type TypeTable,
  templates,
  wantedPorts,
} from './parts-sql.ts';
import { makeInlets, makeOutlets } from './power-parts.ts';
import { makeMountings } from './type-mountings.ts';

type Ids = readonly string[];

const deviceColumns = sql`device_node_id, device_network_device_id, device_equipment_id`;
const ofDevice = (row: Sql): Sql =>
  sql`${row}.device_node_id, ${row}.device_network_device_id, ${row}.device_equipment_id`;
/** Name and scope of a device, whatever its kind. */
const deviceRow = (row: Sql): Sql => sql`join lateral (
    select name, scope_id from node where id = ${row}.device_node_id
    union all select name, scope_id from network_device where id = ${row}.device_network_device_id
    union all select name, scope_id from equipment where id = ${row}.device_equipment_id) d on true`;

/** Devices of which assets that fit say the type, as owners of parts (parts-sql.ts). */
export const typedDevices = (fits: (asset: Sql) => Sql): Sql => sql`
  select a.id, a.type_id,
    case when a.device_node_id is not null then 'Node' when a.device_network_device_id is not null then 'NetworkDevice' else 'Equipment' end as device_kind,
    ${mountedDeviceOf(sql`a`)} as device, d.name as device_name, ${ofDevice(sql`a`)}, d.scope_id,
    null::uuid as module_id, null::uuid as bay_id, '{}'::text[] as places
  from asset a ${deviceRow(sql`a`)} where a.type_id is not null and ${fits(sql`a`)}`;

export const devicesOf = (assetIds: Ids): Sql => typedDevices((one) => sql`${one}.id = any(${assetIds}::uuid[])`);

/** Bays in bays are followed no further: one that is inside itself is refused (module-rules.ts), but not before this is asked. */
const DEEPEST = 100;

/** Modules in their bays, as owners of parts. */
export const modulesOf = (moduleIds: Ids): Sql => sql`
  select m.id, m.type_id, ${mountedDeviceOf(sql`b`)} as device, d.name as device_name, ${ofDevice(sql`b`)}, d.scope_id,
    m.id as module_id, b.id as bay_id, (
      with recursive up (bay, level) as (
        select m.bay_id, 1 union all select u.parent_id, up.level + 1 from up join module_bay u on u.id = up.bay where u.parent_id is not null and up.level < ${DEEPEST}
      )
      select array_agg(coalesce(nullif(v.position, ''), v.bay_label) order by up.level desc) from up join module_bay v on v.id = up.bay
    ) as places
  from module m join module_bay b on b.id = m.bay_id ${deviceRow(sql`b`)} where m.id = any(${moduleIds}::uuid[])`;

const base = { labels: sql`'{}'::jsonb`, annotations: sql`'{}'::jsonb` };

/** Ports that are there already keep what they are, and learn what the type knows of them as parts. */
const ports = (wanted: Sql): Sql => sql`
  merge into port t using (
    select w.*, ${freeName('port', sql`w.device_name`, sql`w.label`)} as free from (${wanted}) w order by w.device_name, w.section, w.place
  ) w on ${deviceOf(sql`t`)} = w.device and t.port_label = w.label
  when matched and t.hardware is null then update set hardware = w.hardware, ${newRevision}
  when not matched then
    insert (id, revision, name, labels, annotations, scope_id, ${deviceColumns}, type, port_label, speed, speed_value, module_id, hardware)
    values (uuidv7(), nextval('catalog_revision'), w.free, ${base.labels}, ${base.annotations}, w.scope_id, ${ofDevice(sql`w`)},
      w.type::port_type, w.label, w.speed, w.speed_value, w.module_id, w.hardware)`;

const declarations = (wanted: Sql): Sql => sql`
  with w as materialized (${wanted})
  insert into pass_through_port (id, revision, name, scope_id, port_id, side, positions)
  select uuidv7(), nextval('catalog_revision'), ${nameOf('pass_through_port', sql`p`)}, p.scope_id, p.id,
    case w.section when 'frontPorts' then 'Front' else 'Rear' end::pass_through_side, coalesce((w.entry->>'positions')::int, 1)
  from w ${portCalled(sql`w.label`)} p
  where w.section in ('frontPorts', 'rearPorts') and not exists (select from pass_through_port o where o.port_id = p.id)`;

/** Strands between ports that are declared as the type says; others wait until they are. */
const wiring = (wanted: Sql): Sql => sql`
  with w as materialized (select *, coalesce((entry->>'rearPortPosition')::int, 1) as strand from (${wanted}) w where section = 'frontPorts')
  insert into port_mapping (id, revision, name, scope_id, front_port_id, front_position, rear_port_id, rear_position)
  select uuidv7(), nextval('catalog_revision'), ${nameOf('port_mapping', sql`f`)}, f.scope_id, f.id, 1, r.id, w.strand
  from w ${portCalled(sql`w.label`)} f ${portCalled(sql`w.rear_label`)} r
  where (f.type = 'Power') = (r.type = 'Power')
    and exists (select from pass_through_port d where d.port_id = f.id and d.side = 'Front')
    and exists (select from pass_through_port d where d.port_id = r.id and d.side = 'Rear' and d.positions >= w.strand)
    and not exists (select from port_mapping o where o.front_port_id = f.id and o.front_position = 1)
    and not exists (select from port_mapping o where o.rear_port_id = r.id and o.rear_position = w.strand)`;

const slots = (owners: Sql): Sql => sql`
  insert into device_slot (id, revision, name, scope_id, chassis_node_id, chassis_network_device_id, chassis_equipment_id, slot)
  select uuidv7(), nextval('catalog_revision'), ${freeName('device_slot', sql`o.device_name`, sql`e.name`)}, o.scope_id, ${ofDevice(sql`o`)}, e.name
  from (${owners}) o join (${templates('device_type', ['deviceBays'], sql`select type_id from (${owners}) k`)}) e on e.type_id = o.type_id
  where not exists (select from device_slot s where s.slot = e.name
    and coalesce(s.chassis_node_id, s.chassis_network_device_id, s.chassis_equipment_id) = o.device)`;

const bays = (owners: Sql, table: TypeTable): Sql => sql`
  insert into module_bay (id, revision, name, scope_id, ${deviceColumns}, bay_label, position, parent_id)
  select uuidv7(), nextval('catalog_revision'), ${freeName('module_bay', sql`w.device_name`, sql`w.label`)}, w.scope_id, ${ofDevice(sql`w`)},
    w.label, w.position, w.bay_id
  from (
    select o.*, case when o.bay_id is null or strpos(e.name, '{module}') > 0 then '' else (select bay_label || ' ' from module_bay inside where inside.id = o.bay_id) end
        || ${placed(sql`e.name`, sql`o.places`)} as label, ${placed(sql`e.entry->>'position'`, sql`o.places`)} as position
    from (${owners}) o join (${templates(table, ['moduleBays'], sql`select type_id from (${owners}) k`)}) e on e.type_id = o.type_id
  ) w
  where not exists (select from module_bay b where b.bay_label = w.label and ${mountedDeviceOf(sql`b`)} = w.device)`;

/** Makes what owners have not of the parts of their types. The number of statements depends on nothing. */
async function make(store: DerivedStore, owners: Sql, table: TypeTable): Promise<void> {
  const known = await store.query<KnownForm>(formsOf(table, sql`select type_id from (${owners}) k`));
  const wanted = wantedPorts(owners, table, formsAsRows(known));
  if (known.length > 0) await store.execute(ports(wanted));
  if (known.some(({ section }) => section === 'frontPorts' || section === 'rearPorts')) {
    await store.execute(declarations(wanted));
    await store.execute(wiring(wanted));
  }
  if (known.some(({ section }) => section === 'powerPorts' || section === 'powerOutlets')) {
    await store.execute(makeInlets(wanted));
    await store.execute(makeOutlets(wanted));
  }
  if (table === 'device_type') {
    await store.execute(slots(owners));
    await makeMountings(store, owners);
  }
  await store.execute(bays(owners, table));
}

const typeOf = (spec: Change['spec'] | undefined): unknown => spec?.typeRef ?? undefined;

/** Assets that state a type for the first time, or of which an action wants it applied. */
export const typedNow = (changes: readonly Change[]): string[] =>
  changes
    .filter(
      (one) => typeOf(one.spec) !== undefined && (typeOf(one.before?.spec) === undefined || one.isRepeated === true),
    )
    .map(({ id }) => id);

export async function makeParts(changes: readonly Change[], store: DerivedStore): Promise<void> {
  const ids = typedNow(changes);
  if (ids.length > 0) await make(store, devicesOf(ids), 'device_type');
}

/** Modules that are new, or of which an action wants the type applied. */
export const madeNow = (changes: readonly Change[]): string[] =>
  changes.filter((one) => one.before === undefined || one.isRepeated === true).map(({ id }) => id);

export async function makePartsOfModules(changes: readonly Change[], store: DerivedStore): Promise<void> {
  const ids = madeNow(changes);
  if (ids.length > 0) await make(store, modulesOf(ids), 'module_type');
}
