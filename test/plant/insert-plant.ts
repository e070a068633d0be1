import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { RandomCircuitEnd, RandomPlant } from './random-plant.ts';

/** Names are the ids, so that answers and plants can be compared. */
export const uuid = (text: string): string =>
  createHash('md5')
    .update(text)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** Common columns of every row: the scope is that of the rack. */
const common = `1 as revision, (select scope_id from port where name = 'base') as scope_id`;

/**
 * Writes a plant behind the service's back. `deviceOf` gives the device of a port as column and id; by default it is the one rack. Ends of
 * circuits in a facility are in that which `siteOf` gives, by default the only one.
 */
export async function insertPlant(
  database: pg.Client,
  { ports, mappings, cables, circuits, circuitEnds }: RandomPlant,
  deviceOf: (port: string) => { readonly column: string; readonly id: string } | undefined = () => undefined,
  siteOf: (end: RandomCircuitEnd) => string = () => 'fra1',
): Promise<void> {
  const add = (into: string, columns: string, rows: readonly object[], shape: string) =>
    database.query(`insert into ${into} select ${columns} from jsonb_to_recordset($1) r (${shape})`, [
      JSON.stringify(rows),
    ]);
  await add(
    'port (id, name, revision, scope_id, device_rack_id, device_node_id, device_network_device_id, device_equipment_id, type, port_label)',
    `r.id, r.id, ${common}, case when num_nonnulls(r.node, r.network_device, r.equipment) = 0 then (select id from rack) end,
      r.node, r.network_device, r.equipment, r.type::port_type, r.id`,
    ports.map(({ id, isPanel }) => {
      const device = deviceOf(id);
      return { id, type: isPanel ? 'PatchPanel' : 'Optical', ...(device && { [device.column]: device.id }) };
    }),
    'id uuid, type text, node uuid, network_device uuid, equipment uuid',
  );
  await add(
    'pass_through_port (id, name, revision, scope_id, port_id, side, positions)',
    `r.id, r.id, ${common}, r.id, r.side::pass_through_side, r.positions`,
    ports.filter(({ side }) => side !== null),
    'id uuid, side text, positions int',
  );
  await add(
    'port_mapping (id, name, revision, scope_id, front_port_id, front_position, rear_port_id, rear_position)',
    `gen_random_uuid(), gen_random_uuid(), ${common}, r.front, r."frontPosition", r.rear, r."rearPosition"`,
    mappings,
    'front uuid, "frontPosition" int, rear uuid, "rearPosition" int',
  );
  await add(
    'cable (id, name, revision, scope_id, media, status, length_m, length_m_value, profile_id)',
    `r.id, r.id, ${common}, 'FiberSMF', case when r."isConnected" then 'Connected' else 'Planned' end::cable_status, r."lengthM", r."lengthM"::numeric,
      (select id from cable_profile f where f.name = r.profile)`,
    cables,
    'id uuid, "isConnected" boolean, "lengthM" text, profile text',
  );
  await add(
    'cable_termination (cable_id, position, side, connector, port_id)',
    'r.cable, r.position, r.side::cable_side, r.connector, r.port',
    cables.flatMap(({ id, leads }) => leads.map((lead, position) => ({ ...lead, cable: id, position }))),
    'cable uuid, position int, side text, connector int, port uuid',
  );
  const siteNamed = (end: RandomCircuitEnd | undefined): string | undefined =>
    end?.isInSite ? siteOf(end) : undefined;
  const own = (circuit: string, side: 'A' | 'Z') =>
    circuitEnds.find((end) => end.circuit === circuit && end.side === side && end.termination === null);
  await add(
    'circuit (id, name, revision, scope_id, provider_id, type, a_end_port_id, z_end_port_id, a_end_site_id, z_end_site_id)',
    `r.id, r.id, ${common}, (select id from provider), 'ProviderCircuit', r.a, r.z,
      (select id from site s where s.name = r."aSite"), (select id from site s where s.name = r."zSite")`,
    circuits.map((id) => ({
      id,
      a: own(id, 'A')?.port,
      z: own(id, 'Z')?.port,
      aSite: siteNamed(own(id, 'A')),
      zSite: siteNamed(own(id, 'Z')),
    })),
    'id uuid, a uuid, z uuid, "aSite" text, "zSite" text',
  );
  await add(
    `circuit_termination (id, name, revision, scope_id, circuit_id, side, place_port_id, place_site_id, place_provider_network_id, distance_m,
      distance_m_value, status)`,
    `r.termination, r.termination, ${common}, r.circuit, r.side::circuit_side, r.port, (select id from site s where s.name = r.site),
      (select id from provider_network n where n.name = r.network), r."distanceM", r."distanceM"::numeric, 'Active'`,
    circuitEnds.filter(({ termination }) => termination !== null).map((end) => ({ ...end, site: siteNamed(end) })),
    'termination uuid, circuit uuid, side text, port uuid, site text, network text, "distanceM" text',
  );
}
