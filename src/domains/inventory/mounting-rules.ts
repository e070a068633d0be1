import type { CatalogObject, Change, FinalState } from '../../catalog/kind.ts';
import { allOf, mentionOf, type RowRule, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { mountedTables } from './devices.ts';
import { findsRoom } from './placement-rules.ts';
import { keepsOffReservedUnits } from './reservation-rules.ts';

/** Units come in halves. */
export function mountingFits(change: Change): Violation[] {
  const { unitHeight, startsHalfUnitUp } = change.spec as { unitHeight?: number; startsHalfUnitUp?: boolean };
  if (unitHeight !== undefined && !Number.isInteger(unitHeight * 2)) {
    const accepted = `${Math.floor(unitHeight * 2) / 2} or ${Math.ceil(unitHeight * 2) / 2}`;
    const evidence = { value: unitHeight, accepted };
    return [refuse(change, 'NOT_A_HALF_UNIT', 'spec.unitHeight', `unitHeight is ${unitHeight}`, evidence)];
  }
  if (startsHalfUnitUp !== true) return [];
  const path = 'spec.startsHalfUnitUp';
  if (unitHeight === 0) {
    const message = 'the device takes no units, and begins at none';
    return [refuse(change, 'TAKES_NO_UNITS', path, message, { value: true, accepted: 'false' })];
  }
  if (unitHeight !== undefined) return [];
  const message = 'unitHeight is missing: the device does not take all of its placement';
  return [refuse(change, 'REQUIRED', 'spec.unitHeight', message, { accepted: 'half a unit less than its placement' })];
}

interface TooHigh {
  readonly mounting: string;
  readonly mounting_id: string;
  readonly device: string;
  readonly device_id: string;
  /** Units up to which the device reaches in its placement, and those of the placement. */
  readonly wanted: number;
  readonly given: number;
}

/** Mountings that take more than the placements of their devices have. */
const tooHigh = (which: Sql): Sql => sql`
  select x.* from (
    select m.id as mounting_id, m.name as mounting, d.id as device_id, d.kind || '/' || d.name as device,
      coalesce(m.unit_height, d.height) + case when m.starts_half_unit_up then 0.5 else 0 end as wanted, d.height as given
    from device_mounting m join (
      select id, 'Node' as kind, name, placement_unit_height as height from node
      union all select id, 'NetworkDevice', name, placement_unit_height from network_device
    ) d on d.id = coalesce(m.device_node_id, m.device_network_device_id)
  ) x where x.wanted > x.given and ${which}`;

const staysInPlace = rowRule<TooHigh>(
  (ids) => sql`select t.mounting_id as id, t.* from (${tooHigh(sql`x.mounting_id = any(${ids}::uuid[])`)}) t`,
  (change, { device, device_id: id, wanted, given }) =>
    refuse(
      change,
      'MOUNTING_TOO_HIGH',
      'spec.unitHeight',
      `it reaches ${wanted} units up, and ${device} is placed on ${given}`,
      {
        value: change.spec.unitHeight,
        accepted: `at most ${given} units in all, or a placement of more`,
        mentions: [mentionOf(device, id)],
      },
    ),
);

/** The same from the side of the device. */
export const holdsItsMounting = (device: 'Node' | 'NetworkDevice'): RowRule => {
  const table = sql.ident(mountedTables[device]);
  return rowRule<TooHigh>(
    (ids) =>
      sql`select t.device_id as id, t.* from (${tooHigh(sql`x.device_id = any(${ids}::uuid[])`)}) t join ${table} d on d.id = t.device_id`,
    (change, { mounting, mounting_id: id, wanted, given }) =>
      refuse(
        change,
        'MOUNTING_TOO_HIGH',
        'spec.placement.unitHeight',
        `DeviceMounting/${mounting} reaches ${wanted} units up`,
        {
          value: given,
          accepted: `at least ${Math.ceil(wanted)}`,
          mentions: [{ kind: 'DeviceMounting', id, name: mounting }],
        },
      ),
  );
};

/** A device that a mounting is about, in the place of the mounting. */
type Described = CatalogObject & { readonly mounting: CatalogObject };

/** The devices of mountings, also of deleted ones. */
export async function devicesOf(mountings: readonly CatalogObject[], state: FinalState): Promise<Described[]> {
  const named = mountings.map(({ spec }) => spec.deviceRef as { readonly kind: string; readonly name: string });
  const rows = await state.query<{ id: string; place: number }>(sql`
    select coalesce(n.id, d.id) as id, w.place::int as place
    from unnest(${named.map(({ kind }) => kind)}::text[], ${named.map(({ name }) => name)}::text[]) with ordinality w (kind, name, place)
    left join node n on w.kind = 'Node' and n.name = w.name
    left join network_device d on w.kind = 'NetworkDevice' and d.name = w.name
    where num_nonnulls(n.id, d.id) = 1 order by w.place`);
  return rows.flatMap(({ id, place }) => {
    const mounting = mountings[place - 1];
    return mounting === undefined ? [] : [{ ...mounting, kind: named[place - 1]?.kind ?? '', id, mounting }];
  });
}

/** Whether the devices still find room, asked of what is said or not said any more of their mounting. */
async function devicesFindRoom(mountings: readonly CatalogObject[], state: FinalState): Promise<Violation[]> {
  if (mountings.length === 0) return [];
  const devices = await devicesOf(mountings, state);
  const asChanges = devices.map((device): Change => ({ ...device, before: undefined }));
  const found = await allOf(findsRoom, keepsOffReservedUnits)(asChanges, state);
  const mountingOf = new Map(devices.map(({ id, mounting }) => [id, mounting]));
  return found.map((violation): Violation => {
    const mounting = mountingOf.get(violation.objectId ?? '');
    if (mounting === undefined) return violation;
    const { value: _unit, ...rest } = violation;
    return { ...rest, subject: `${mounting.kind}/${mounting.name}`, objectId: mounting.id, path: 'spec' };
  });
}

export const mountingRules: RowRule = allOf(
  staysInPlace,
  devicesFindRoom,
  uniqueIn('device_mounting', [
    {
      columns: [(row) => sql`coalesce(${row}.device_node_id, ${row}.device_network_device_id)`],
      rule: 'MOUNTING_DECLARED_TWICE',
      path: 'spec.deviceRef.name',
      message: 'how the device is mounted has been stated already',
      accepted: 'a device of which no other mounting speaks, or an update of that mounting',
    },
  ]),
);

/** What is not described any more takes all of its placement. */
export const unmountedFits = devicesFindRoom;
