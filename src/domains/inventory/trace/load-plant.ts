import type { AskValue } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { isInUse } from '../circuit-use.ts';
import { deviceOf, siteOfPort } from '../devices.ts';
import { type PortRow, portKind } from './kinds.ts';
import { overPlainCable, plainRow } from './plain-cable.ts';
import {
  type CableFacts,
  type CircuitEnd,
  type Lead,
  type Mapping,
  noCable,
  type Plant,
  type Plug,
  type Side,
} from './plant.ts';
import type { Needs } from './trace-walk.ts';

interface CircuitEndRow extends Omit<CircuitEnd, 'key' | 'place'> {
  readonly site: string | null;
  readonly network: string | null;
}

/** A port, the plain cable that is plugged in, and the port at its other end, where a trace from there ends. */
export type Plain = readonly [
  port: string,
  device: string | null,
  side: Side,
  connector: number,
  cable: string,
  isConnected: boolean,
  lengthM: string | null,
  far: string,
  farDevice: string | null,
  farConnector: number,
];

/** What one statement says of the plant. Lists have an order of their own, which no id decides where the plant says one. */
interface Loaded {
  /** Of these ports nothing else is said. */
  readonly plain: readonly Plain[];
  readonly plugs: readonly (Plug & { readonly port: string })[];
  readonly cables: readonly Omit<CableFacts, 'leads' | 'isNone'>[];
  readonly leads: readonly (Lead & { readonly cable: string })[];
  readonly ports: readonly (PortRow & {
    readonly id: string;
    readonly positions: number | null;
    readonly device: string | null;
  })[];
  readonly mappings: readonly (Mapping & { readonly port: string })[];
  readonly demarcations: readonly { readonly port: string; readonly circuit: string; readonly side: 'A' | 'Z' }[];
  readonly circuitEnds: readonly CircuitEndRow[];
  /** Ports that a circuit itself names. */
  readonly direct: readonly { readonly port: string; readonly circuit: string; readonly side: 'A' | 'Z' }[];
}

/** Loads, by one statement, what so many traces need for their next round. Gives whether there was anything to load. */
export async function loadPlant(
  ask: AskValue,
  plant: Plant,
  needs: readonly Needs[],
  withMates: boolean,
): Promise<void> {
  const near = [...new Set(needs.flatMap((one) => one.near))].filter((port) => !plant.plugs.has(port));
  const far = [...new Set(needs.flatMap((one) => one.far))].filter((port) => !plant.ports.has(port));
  if (near.length + far.length === 0) return;
  addTo(plant, near, (await ask(plantAround(near, far, withMates))) as Loaded);
}

function addTo(plant: Plant, near: readonly string[], loaded: Loaded): void {
  for (const row of loaded.circuitEnds) plant.addCircuitEnd(circuitEndOf(row));
  const mappings = Map.groupBy(loaded.mappings, ({ port }) => port);
  const demarcations = Map.groupBy(loaded.demarcations, ({ port }) => port);
  const endsAt = Map.groupBy(loaded.circuitEnds, ({ port }) => port);
  for (const { id, positions, device, ...row } of loaded.ports) {
    const circuits = new Set(demarcations.get(id)?.map(({ circuit }) => circuit));
    const ends = endsAt.get(id) ?? [];
    const circuitEnds = ends.filter(({ circuit, isDirect }) => !isDirect && circuits.has(circuit)).map(keyOf);
    plant.ports.set(id, {
      id,
      kind: portKind(row),
      width: positions ?? 1,
      mappings: mappings.get(id) ?? [],
      circuitEnds,
      device,
    });
  }
  for (const row of loaded.plain) addPlain(plant, row);
  const leads = Map.groupBy(loaded.leads, ({ cable }) => cable);
  for (const cable of loaded.cables) {
    plant.cables.set(cable.id, { ...cable, leads: leads.get(cable.id) ?? [], isNone: false });
  }
  const plugs = Map.groupBy(loaded.plugs, ({ port }) => port);
  const direct = Map.groupBy(loaded.direct, ({ port }) => port);
  for (const port of near) {
    if (plant.plugs.has(port)) continue;
    const circuits = (direct.get(port) ?? []).flatMap((one) => plugIn(plant, one));
    plant.plugs.set(port, [...(plugs.get(port) ?? []), ...circuits]);
  }
}

export function addPlain(plant: Plant, row: Plain): void {
  const [port, device, side, connector, cable, isConnected, lengthM, far, farDevice, farConnector] = row;
  const known = { kind: 'Interface', width: 1, mappings: [], circuitEnds: [] } as const;
  plant.ports.set(port, { ...known, id: port, device });
  plant.ports.set(far, { ...known, id: far, device: farDevice });
  plant.plugs.set(port, [{ cable, side, connector }]);
  plant.plain.set(port, { cable, far });
  const leads: Lead[] = [
    { side, connector, at: port },
    { side: side === 'A' ? 'B' : 'A', connector: farConnector, at: far },
  ];
  plant.cables.set(cable, { id: cable, isConnected, lengthM, profile: null, leads, isNone: false });
}

/** A port that a circuit itself names is plugged in there as if by a cable. */
function plugIn(plant: Plant, { port, circuit, side }: Loaded['direct'][number]): Plug[] {
  const ends = plant.endsOf(circuit).filter((end) => end.side === side);
  return ends.map(({ key }) => {
    plant.plugDirectly(port, key);
    return { cable: noCable(key), side: 'A', connector: 1 };
  });
}

const keyOf = ({ circuit, side, termination }: Pick<CircuitEnd, 'circuit' | 'side' | 'termination'>): string =>
  [circuit, side, termination ?? ''].join('/');

const circuitEndOf = ({ site, network, ...end }: CircuitEndRow): CircuitEnd => ({
  ...end,
  key: keyOf(end),
  place:
    network !== null ? { kind: 'ProviderNetwork', id: network } : site !== null ? { kind: 'Site', id: site } : null,
});

const list = (row: Sql, from: Sql): Sql => sql`(select coalesce(jsonb_agg(${row}), '[]') ${from})`;

/**
 * What is plugged into ports, what that leads to, and what is inside of it:
 *
 *   near ─► plain (and nothing else)
 *   near ─► plug ─► cable ─► lead ─► reached ─► mapping ─► other port
 *     └───► circuit (direct) ─┐        └──────► demarcation ─► circuit ─► circuit_side (both)
 *                             └──────────────────────────────────┘
 *
 * The walk does not depend on who asks (cable-trace.md 11): what the caller may see is asked when it is at its end.
 */
const plantAround = (near: readonly string[], far: readonly string[], withMates: boolean): Sql => sql`(
  with plain as materialized (
    select ${plainRow({ port: sql`p`, plug: sql`e`, far: sql`q`, farPlug: sql`o` })} as told, p.id as port_id
    from unnest(${near}::uuid[]) n (port_id) join port p on p.id = n.port_id ${overPlainCable} and ${withMates}::boolean
  ), near as materialized (
    select unnest(${near}::uuid[]) as port_id except select port_id from plain
  ), plug as materialized (
    select e.port_id, e.cable_id, e.side, e.connector from near n join cable_termination e on e.port_id = n.port_id
  ), lead as materialized (
    select e.cable_id, e.side, e.connector, e.position, e.port_id from cable_termination e
    where e.cable_id in (select cable_id from plug)
  ), reached as materialized (
    select port_id from lead l where ${withMates}::boolean
      or exists (select from plug p where p.cable_id = l.cable_id and p.side <> l.side)
    union select port_id from near where ${withMates}::boolean
    union select unnest(${far}::uuid[])
  ), mapping as materialized (
    select front_port_id as port_id, front_position as position, rear_port_id as to_id, rear_position as to_position
    from port_mapping where front_port_id in (select port_id from reached)
    union all
    select rear_port_id, rear_position, front_port_id, front_position
    from port_mapping where rear_port_id in (select port_id from reached)
  ), demarcation as materialized (
    select t.place_port_id as port_id, t.circuit_id, t.side from circuit_termination t
    where t.place_port_id in (select port_id from reached)
  ), direct as materialized (
    select a_end_port_id as port_id, id as circuit_id, 'A'::circuit_side as side from circuit where a_end_port_id in (select port_id from near)
    union all
    select z_end_port_id, id, 'Z' from circuit where z_end_port_id in (select port_id from near)
  ), touched as materialized (
    select circuit_id from demarcation union select circuit_id from direct
  ), circuit_end as materialized (
    select t.circuit_id, t.side, t.id as termination_id, t.place_port_id as port_id, false as is_direct, t.place_site_id as site_id,
      t.place_provider_network_id as network_id, t.distance_m_value
    from circuit_termination t where t.circuit_id in (select circuit_id from touched)
    union all
    select k.id, e.side, null, e.port_id, e.port_id is not null, e.site_id, null, null
    from circuit k cross join lateral (values
      ('A'::circuit_side, k.a_end_port_id, k.a_end_site_id), ('Z', k.z_end_port_id, k.z_end_site_id)) e (side, port_id, site_id)
    where k.id in (select circuit_id from touched) and num_nonnulls(e.port_id, e.site_id) > 0
      and not exists (select from circuit_termination t where t.circuit_id = k.id and t.side = e.side)
  )
  select jsonb_build_object(
    'plain', ${list(sql`l.told`, sql`from plain l`)},
    'plugs', ${list(
      sql`jsonb_build_object('port', p.port_id, 'cable', p.cable_id, 'side', p.side, 'connector', p.connector) order by p.cable_id, p.side, p.connector`,
      sql`from plug p`,
    )},
    'cables', ${list(
      sql`jsonb_build_object('id', c.id, 'isConnected', c.status = 'Connected', 'lengthM', trim_scale(c.length_m_value)::text,
        'profile', case when f.id is not null then jsonb_build_object('aPositions', f.a_positions, 'bPositions', f.b_positions, 'wiring', f.wiring) end)`,
      sql`from cable c left join cable_profile f on f.id = c.profile_id where c.id in (select cable_id from plug)`,
    )},
    'leads', ${list(
      sql`jsonb_build_object('cable', l.cable_id, 'side', l.side, 'connector', l.connector, 'at', l.port_id) order by l.connector, l.position`,
      sql`from lead l`,
    )},
    'ports', ${list(
      sql`jsonb_build_object('id', p.id, 'type', p.type, 'side', t.side, 'positions', t.positions, 'role', w.power_role, 'part', p.hardware ->> 'part', 'device', ${deviceOf(sql`p`)},
        'isDemarcation', p.id in (select port_id from demarcation))`,
      sql`from port p left join pass_through_port t on t.port_id = p.id left join power_port w on w.port_id = p.id
        where p.id in (select port_id from reached)`,
    )},
    'mappings', ${list(
      sql`jsonb_build_object('port', m.port_id, 'position', m.position, 'to', m.to_id, 'toPosition', m.to_position, 'toWidth', coalesce(t.positions, 1),
        'toCables', array(select e.cable_id from cable_termination e where e.port_id = m.to_id order by e.cable_id)) order by m.position, m.to_position`,
      sql`from mapping m left join pass_through_port t on t.port_id = m.to_id`,
    )},
    'demarcations', ${list(
      sql`jsonb_build_object('port', d.port_id, 'circuit', d.circuit_id, 'side', d.side)`,
      sql`from demarcation d`,
    )},
    'direct', ${list(
      sql`jsonb_build_object('port', d.port_id, 'circuit', d.circuit_id, 'side', d.side) order by d.circuit_id, d.side`,
      sql`from direct d`,
    )},
    'circuitEnds', ${list(
      sql`jsonb_build_object('circuit', e.circuit_id, 'side', e.side, 'termination', e.termination_id, 'port', e.port_id, 'isDirect', e.is_direct,
        'site', coalesce(e.site_id, ${siteOfPort(sql`p`)}), 'network', e.network_id, 'distanceM', trim_scale(e.distance_m_value)::text, 'device', ${deviceOf(sql`p`)}, 'isInUse', ${isInUse(sql`e.circuit_id`)},
        'cables', array(select c.cable_id from cable_termination c where c.port_id = e.port_id and not e.is_direct order by c.cable_id)) order by e.side, e.termination_id`,
      sql`from circuit_end e left join port p on p.id = e.port_id`,
    )}))`;
