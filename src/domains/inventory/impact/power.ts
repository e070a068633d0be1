import type { AskValue } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { deviceOf, portHolders } from '../devices.ts';
import type { Gone } from './remaining-plant.ts';

/** A power port of a device, and what its cable leads to. */
export interface PowerLead {
  readonly device: string;
  readonly port: string;
  readonly role: PowerRole;
  /** The inlet that feeds this outlet, where that is said. */
  readonly fedBy: string | null;
  readonly cable: string | null;
  readonly far: {
    readonly port: string;
    readonly device: string;
    readonly role: PowerRole;
    readonly fedBy: string | null;
  } | null;
}

/** What of nobody has said which it is is an outlet on a rack, an inlet on a device, and either on equipment. */
export type PowerRole = 'Outlet' | 'Inlet' | 'Feed' | 'OfRack' | 'OfEquipment' | 'OfDevice';

export async function loadPower(ask: AskValue, devices: readonly string[]): Promise<readonly PowerLead[]> {
  return (await ask(powerOf(devices))) as readonly PowerLead[];
}

const roleOf = (port: Sql, said: Sql): Sql => sql`coalesce(${said}.power_role::text, case
  when ${port}.device_rack_id is not null then 'OfRack' when ${port}.device_equipment_id is not null then 'OfEquipment' else 'OfDevice' end)`;

const fedBy = (said: Sql): Sql => sql`(select i.port_id from power_port i where i.id = ${said}.inlet_id)`;

const powerOf = (devices: readonly string[]): Sql => sql`(
  with own as materialized (
    ${sql.join(
      portHolders.map(
        ([, , column]) =>
          sql`(select p.* from port p where p.${sql.ident(column)} = any(${devices}::uuid[]) and p.type = 'Power')`,
      ),
      ' union all ',
    )}
  )
  select coalesce(jsonb_agg(jsonb_build_object('device', ${deviceOf(sql`p`)}, 'port', p.id, 'role', ${roleOf(sql`p`, sql`w`)}, 'fedBy', ${fedBy(sql`w`)},
    'cable', c.id, 'far', case when q.id is not null then jsonb_build_object('port', q.id, 'device', ${deviceOf(sql`q`)},
      'role', ${roleOf(sql`q`, sql`v`)}, 'fedBy', ${fedBy(sql`v`)}) end) order by p.id, q.id), '[]')
  from own p
  left join power_port w on w.port_id = p.id
  left join cable_termination e on e.port_id = p.id
  left join cable c on c.id = e.cable_id and c.status = 'Connected'
  left join cable_termination o on o.cable_id = c.id and o.side <> e.side
  left join port q on q.id = o.port_id
  left join power_port v on v.port_id = q.id)`;

/** How many inlets of a device have power, before and after. */
export interface Powered {
  readonly before: number;
  readonly after: number;
}

const ranks: Readonly<Record<PowerRole, number>> = {
  Feed: 5,
  OfRack: 4,
  Outlet: 3,
  OfEquipment: 2,
  OfDevice: 1,
  Inlet: 0,
};

/** Power flows from the far end into this port. */
export const isFed = ({ role, far }: PowerLead): boolean =>
  far !== null && role !== 'Outlet' && role !== 'Feed' && ranks[far.role] > ranks[role];
const feeds = ({ role, far }: PowerLead): boolean =>
  far !== null && far.role !== 'Outlet' && far.role !== 'Feed' && ranks[role] > ranks[far.role];

/**
 * Follows power from what is gone to what it fed: a device without any inlet that has power is dead, and so is an outlet whose
 * inlet, or else whose device, is. Of what no inlet is connected, nothing is known: it has power.
 *
 *   feed ──► strip's inlet ┄ outlet ──► device's inlet
 */
export async function powerLost(
  touched: readonly string[],
  gone: Gone,
  load: (devices: readonly string[]) => Promise<ReadonlyMap<string, readonly PowerLead[]>>,
): Promise<ReadonlyMap<string, Powered>> {
  const powered = new Map<string, Powered>();
  const dead = new Set<string>();
  const deadInlets = new Set<string>();
  const known = new Map<string, readonly PowerLead[]>();
  const isGone = (port: string, device: string): boolean => gone.ports.has(port) || gone.devices.has(device);
  const isLive = (far: NonNullable<PowerLead['far']>): boolean => {
    if (isGone(far.port, far.device)) return false;
    if (far.role === 'Feed') return true;
    return far.fedBy === null ? !dead.has(far.device) : !deadInlets.has(far.fedBy);
  };
  let queue = [...new Set(touched)];
  while (queue.length > 0) {
    const unknown = queue.filter((device) => !known.has(device));
    if (unknown.length > 0) for (const [device, leads] of await load(unknown)) known.set(device, leads);
    const next = new Set<string>();
    for (const device of queue) {
      if (gone.devices.has(device)) continue;
      const leads = known.get(device) ?? [];
      const fed = new Map<string, boolean>();
      for (const lead of leads) {
        if (!isFed(lead) || lead.far === null) continue;
        const has = !isGone(lead.port, device) && !gone.cables.has(lead.cable ?? '') && isLive(lead.far);
        fed.set(lead.port, (fed.get(lead.port) ?? false) || has);
      }
      if (fed.size === 0) continue;
      const after = [...fed.values()].filter(Boolean).length;
      powered.set(device, { before: fed.size, after });
      const sizes = dead.size + deadInlets.size;
      for (const [inlet, has] of fed) if (!has) deadInlets.add(inlet);
      if (after === 0) dead.add(device);
      if (dead.size + deadInlets.size === sizes) continue;
      for (const lead of leads) if (feeds(lead) && lead.far !== null) next.add(lead.far.device);
    }
    queue = [...next];
  }
  return powered;
}
