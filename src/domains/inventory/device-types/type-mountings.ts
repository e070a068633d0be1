import type { Change, DerivedStore, FinalState, Remark } from '../../../catalog/kind.ts';
import type { See } from '../../../catalog/link.ts';
import { allOf, mentionOf, type RowRule, refuse, rowRule } from '../../../catalog/rules.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import type { MountedKind } from '../devices.ts';
import { claimUnits } from '../placement-rules.ts';
import { highest, lowest } from '../units.ts';
import { differing, none } from './difference-sql.ts';

/*
 *   device type                      server, network device              DeviceMounting that is made of it
 *     is_full_depth  ──────────────►   placed on one side     ─────────►   depth: BothFaces
 *     u_height 0 or n.5  ──────────►   placed on whole units  ─────────►   unitHeight: 0 or n.5
 *
 * Equipment says all of this itself, and what sits in a bay of another device is mounted nowhere.
 */

/** The unit height that a type says and that placements of whole units cannot say; null for what they can. */
const partOfUnits = (type: Sql): Sql =>
  sql`case when ${type}.u_height = 0 or ${type}.u_height <> trunc(${type}.u_height) then ${type}.u_height end`;

/** Condition on a device with a type (make-parts.ts) that it is mounted as the type says. */
const isMounted = (owner: Sql, type: Sql): Sql =>
  sql`${owner}.device_kind in ('Node', 'NetworkDevice') and ${type}.subdevice_role is distinct from 'Child'`;

/** Condition that a type says of a device what its placement cannot, and nobody has said otherwise. */
export const wantsMounting = (owner: Sql, type: Sql): Sql =>
  sql`(${isMounted(owner, type)} and (${type}.is_full_depth or ${partOfUnits(type)} is not null)
    and not exists (select from device_mounting m where coalesce(m.device_node_id, m.device_network_device_id) = ${owner}.device))`;

const said = (owners: Sql): Sql => sql`
  select o.*, t.name as type_name, ${partOfUnits(sql`t`)} as unit_height,
    case when t.is_full_depth then 'BothFaces' else 'OneFace' end::equipment_depth as depth, ${wantsMounting(sql`o`, sql`t`)} as is_wanted
  from (${owners}) o join device_type t on t.id = o.type_id where ${isMounted(sql`o`, sql`t`)}`;

export async function makeMountings(store: DerivedStore, owners: Sql): Promise<void> {
  const made = await store.query<{ node_id: string | null; network_device_id: string | null }>(sql`
    insert into device_mounting (id, revision, name, scope_id, device_node_id, device_network_device_id, depth, width, unit_height, starts_half_unit_up)
    select uuidv7(), nextval('catalog_revision'),
      case when count(*) over (partition by w.device_name) > 1 or exists (select from device_mounting taken where taken.name = w.device_name)
        then w.device_name || '-' || left(md5(w.device::text), 8) else w.device_name end,
      w.scope_id, w.device_node_id, w.device_network_device_id, w.depth, 'Full', w.unit_height, false
    from (${said(owners)}) w where w.is_wanted
    returning device_node_id as node_id, device_network_device_id as network_device_id`);
  const claim = async (kind: MountedKind, ids: readonly (string | null)[]): Promise<void> => {
    const devices = ids.flatMap((id) => (id === null ? [] : [{ id }]));
    if (devices.length > 0) await claimUnits(kind)(devices, store);
  };
  await claim(
    'Node',
    made.map((row) => row.node_id),
  );
  await claim(
    'NetworkDevice',
    made.map((row) => row.network_device_id),
  );
}

interface Clash {
  readonly device: string;
  readonly type_name: string;
  readonly rack: string;
  readonly rack_id: string;
  readonly face: string;
  readonly low: number;
  readonly high: number;
  readonly other: string;
  readonly other_id: string;
  readonly is_reserved: boolean;
}

/** What devices would take with what their type says of them, as rows of `placed_device`: `wanted` has them. */
const asTyped = sql`
  (select d.kind, d.id, d.name, d.rack_id, f.face, d.width,
    case when w.unit_height is null then d.units else int4range(lower(d.units), lower(d.units) + (2 * w.unit_height)::int) end as units
  from wanted w join placed_device d on d.id = w.device cross join unnest(enum_range(null::rack_face)) f (face)
  where w.depth = 'BothFaces' or f.face = d.face)`;

/** The mountings that follow from types are made once all is judged: so they are judged here, from the side of the type. */
const findsRoom = (owners: (ids: readonly string[]) => Sql): RowRule =>
  rowRule<Clash>(
    (ids) => sql`
    with wanted as materialized (select * from (${said(owners(ids))}) w where w.is_wanted), own as materialized (${asTyped})
    select w.id, o.kind || '/' || o.name as device, w.type_name, r.name as rack, r.id as rack_id, o.face, ${lowest(sql`c.units`)} as low, ${highest(sql`c.units`)} as high,
      c.other, c.other_id, c.is_reserved
    from wanted w join own o on o.id = w.device join rack r on r.id = o.rack_id
    cross join lateral (
      select p.kind || '/' || p.name as other, p.id as other_id, p.units, false as is_reserved from placed_device p
      where p.rack_id = o.rack_id and p.face = o.face and p.id <> o.id and p.units && o.units and p.width && o.width
        and p.id not in (select device from wanted)
      union all
      select p.kind || '/' || p.name, p.id, p.units, false from own p
      where p.rack_id = o.rack_id and p.face = o.face and p.id <> o.id and p.units && o.units and p.width && o.width
      union all
      select 'UnitReservation/' || v.name, v.id, v.units, true from held_units v
      where v.rack_id = o.rack_id and v.units && o.units and (v.face is null or v.face = o.face) and not exists (
        select from unit_reservation_device k where k.unit_reservation_id = v.id and o.id in (k.node_id, k.network_device_id, k.equipment_id))
    ) c order by w.id, c.other`,
    (change, row) => {
      const { device, type_name: type, rack, other } = row;
      const message = `${device} is a ${type}, which takes units of rack ${rack} (${row.face}) where ${other} has U${row.low}–U${row.high}`;
      return refuse(change, row.is_reserved ? 'UNITS_RESERVED' : 'UNITS_TAKEN', 'spec.typeRef.name', message, {
        value: type,
        accepted: `units that are free for a ${type}, or a DeviceMounting that says what the device takes`,
        mentions: [mentionOf(other, row.other_id), mentionOf(`Rack/${rack}`, row.rack_id)],
      });
    },
  );

interface TooHigh {
  readonly device: string;
  readonly type_name: string;
  readonly wanted: number;
  readonly given: number;
}

const staysInPlace = (owners: (ids: readonly string[]) => Sql): RowRule =>
  rowRule<TooHigh>(
    (ids) => sql`
    select w.id, w.device_kind || '/' || w.device_name as device, w.type_name, w.unit_height as wanted, d.height as given
    from (${said(owners(ids))}) w join lateral (
      select placement_unit_height as height from node where id = w.device_node_id
      union all select placement_unit_height from network_device where id = w.device_network_device_id
    ) d on w.unit_height > d.height where w.is_wanted`,
    (change, { device, type_name: type, wanted, given }) =>
      refuse(
        change,
        'MOUNTING_TOO_HIGH',
        'spec.typeRef.name',
        `a ${type} takes ${wanted} units, and ${device} is placed on ${given}`,
        { value: type, accepted: `a placement of at least ${Math.ceil(wanted)} units` },
      ),
  );

/** Devices of which a type is stated have room for what it says of them. `which` are the ids of those assets. */
export const mountingsFit =
  (owners: (ids: readonly string[]) => Sql, which: (changes: readonly Change[]) => readonly string[]): RowRule =>
  (changes, state) => {
    const ids = new Set(which(changes));
    return allOf(findsRoom(owners), staysInPlace(owners))(
      changes.filter(({ id }) => ids.has(id)),
      state,
    );
  };

/** A placement on other than the whole units that the type says is accepted, and told: what stands there may be measured otherwise. */
export const tellHeights =
  (owners: (ids: readonly string[]) => Sql, which: (changes: readonly Change[]) => readonly string[]) =>
  async (changes: readonly Change[], state: FinalState): Promise<Remark[]> => {
    const ids = which(changes);
    if (ids.length === 0) return [];
    const rows = await state.query<TooHigh & { readonly id: string }>(sql`
      select o.id, o.device_kind || '/' || o.device_name as device, t.name as type_name, t.u_height as wanted, d.height as given
      from (${owners(ids)}) o join device_type t on t.id = o.type_id join lateral (
        select placement_unit_height as height from node where id = o.device_node_id
        union all select placement_unit_height from network_device where id = o.device_network_device_id
        union all select placement_unit_height from equipment where id = o.device_equipment_id
      ) d on d.height <> t.u_height
      where o.device_kind = 'Equipment' or ${partOfUnits(sql`t`)} is null`);
    return rows.map(({ id, device, type_name: type, wanted, given }) => ({
      objectId: id,
      code: 'HEIGHT_DIFFERS',
      path: 'spec.typeRef.name',
      message: `${device} is placed on ${given} units, and a ${type} takes ${wanted}`,
    }));
  };

/** What types say of mountings now or said earlier, a row for each fact. */
export const saidMountings = sql`
  (select distinct h.object_id as type_id, f.field, f.value
  from change h cross join lateral (select h.state->'spec' as spec) v
  cross join lateral (select (v.spec->>'uHeight')::float8 as u_height) t
  cross join lateral (values
    ('depth', to_jsonb(case v.spec->>'isFullDepth' when 'false' then 'OneFace' else 'BothFaces' end)),
    ('unitHeight', to_jsonb(${partOfUnits(sql`t`)}))) f (field, value)
  where f.value is not null and h.kind = 'DeviceType' and h.object_id in (table typed))`;

/** A mounting of which something was set by hand, to what the type never said, is kept. */
export const mountingDifferences = (see: See): Sql[] => {
  const wasSaid = sql`exists (select from said_mounting s where s.type_id = w.type_id and s.field = v.field and s.value = v.was)`;
  return [
    sql`(select ${differing(sql`w`, 'DeviceMounting', 'Missing')}, null::uuid as id, w.device_name as part, ${none}
      from (${said(sql`table owner`)}) w where w.is_wanted)`,
    sql`(select ${differing(sql`w`, 'DeviceMounting', 'Changed')}, m.id, w.device_name as part, d.changes, d.is_by_hand as is_blocked,
        array(select 'DeviceMounting/' || m.name where d.is_by_hand) as blockers, null::uuid[] as ends
      from (${said(sql`table owner`)}) w
      join device_mounting m on coalesce(m.device_node_id, m.device_network_device_id) = w.device and ${see('DeviceMounting', sql`m`)}
      cross join lateral (
        select jsonb_agg(jsonb_build_object('field', v.field, 'before', v.was, 'after', v.becomes) order by v.field) as changes,
          bool_or(v.was is not null and not ${wasSaid}) or m.starts_half_unit_up as is_by_hand
        from (values ('depth', to_jsonb(m.depth::text), to_jsonb(w.depth::text)),
          ('unitHeight', to_jsonb(m.unit_height), to_jsonb(w.unit_height))) v (field, was, becomes)
        where v.was is distinct from v.becomes) d
      where d.changes is not null)`,
  ];
};
