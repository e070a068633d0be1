import type { DerivedStore, FollowedObject, Follower } from '../../catalog/kind.ts';
import { sql } from '../../platform/db/sql.ts';
import { type MountedKind, mountedTables } from './devices.ts';

interface Named {
  readonly kind: MountedKind;
  readonly name: string;
}

/**
 * Keeps the rack of devices, and of what sits in their slots and in the slots of that, and moves them in the hierarchy of
 * rights with everything inside them:
 *
 *     rack ◄─ chassis (mounted) ◄─ slot ◄─ blade ◄─ slot ◄─ module
 */
async function settleRacks(ids: readonly string[], store: DerivedStore): Promise<void> {
  if (ids.length === 0) return;
  const moved = await store.query<{ kind: MountedKind; id: string }>(sql`
    with recursive down (id) as (
      select unnest(${ids}::uuid[]) union select s.occupant_id from down d join device_seat s on s.chassis_id = d.id
    ), up (id, at) as (
      select id, id from down union select u.id, s.chassis_id from up u join device_seat s on s.occupant_id = u.at
    ), mounted (id, rack_id) as (
      select id, placement_rack_id from node where placement_rack_id is not null and id in (select at from up)
      union all
      select id, placement_rack_id from network_device where placement_rack_id is not null and id in (select at from up)
      union all
      select id, placement_rack_id from equipment where placement_rack_id is not null and id in (select at from up)
    ), found as materialized (
      select u.id, (array_agg(m.rack_id order by m.rack_id))[1] as rack_id from up u left join mounted m on m.id = u.at group by u.id
    ), nodes as (
      update node r set rack_id = f.rack_id, revision = nextval('catalog_revision'), updated_at = write_instant()
      from found f where f.id = r.id and r.rack_id is distinct from f.rack_id returning r.id
    ), network_devices as (
      update network_device r set rack_id = f.rack_id, revision = nextval('catalog_revision'), updated_at = write_instant()
      from found f where f.id = r.id and r.rack_id is distinct from f.rack_id returning r.id
    ), panels as (
      update equipment r set rack_id = f.rack_id, revision = nextval('catalog_revision'), updated_at = write_instant()
      from found f where f.id = r.id and r.rack_id is distinct from f.rack_id returning r.id
    )
    select 'Node' as kind, id from nodes union all select 'NetworkDevice', id from network_devices
    union all select 'Equipment', id from panels`);
  for (const [kind, rows] of Map.groupBy(moved, (row) => row.kind)) {
    await store.rescope(
      kind,
      rows.map(({ id }) => id),
    );
  }
}

/** What a slot holds, and what it held before. */
const occupants = ({ spec, before }: FollowedObject): Named[] =>
  [spec.occupantRef, before?.spec.occupantRef].filter((one): one is Named => one !== undefined && one !== null);

const followSlots: Follower = {
  kind: 'DeviceSlot',
  follow: async (slots, store) => {
    const wanted = slots.flatMap(occupants);
    if (wanted.length === 0) return;
    const named = (kind: MountedKind) => wanted.filter((one) => one.kind === kind).map(({ name }) => name);
    const rows = await store.query<{ id: string }>(sql`
      select id from node where name = any(${named('Node')}::text[])
      union all select id from network_device where name = any(${named('NetworkDevice')}::text[])
      union all select id from equipment where name = any(${named('Equipment')}::text[])`);
    await settleRacks(
      rows.map(({ id }) => id),
      store,
    );
  },
};

const rackOf = (spec: FollowedObject['spec'] | undefined): unknown =>
  (spec?.placement as { readonly rackRef?: { readonly name: string } } | undefined)?.rackRef?.name;

/** Only what is mounted elsewhere than before; what was deleted has emptied its slots. */
const followDevices = (kind: MountedKind): Follower => ({
  kind,
  follow: (devices, store) =>
    settleRacks(
      devices.filter(({ spec, before }) => rackOf(spec) !== rackOf(before?.spec)).map(({ id }) => id),
      store,
    ),
});

export const seatFollowers: readonly Follower[] = [
  followSlots,
  ...(Object.keys(mountedTables) as MountedKind[]).map(followDevices),
];
