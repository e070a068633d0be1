import type { ExtraField } from '../../catalog/extra-field.ts';
import type { Link } from '../../catalog/link.ts';
import { sql } from '../../platform/db/sql.ts';
import { isBuiltIn } from './built-in-profiles.ts';
import { cableFields } from './cable-fields.ts';
import { capacityFields } from './capacity/capacity-fields.ts';
import { circuitServiceFields } from './circuit-service.ts';
import { siteOf } from './circuit-site.ts';
import { dependsOnFields } from './depends/fields.ts';
import { elevationField } from './elevation/field.ts';
import { impactFields } from './impact/fields.ts';
import { neighboursField } from './neighbours/field.ts';
import { isConnected } from './port.ts';
import { powerDrawField } from './power-draw.ts';
import { deploymentConditions } from './reach/deployment-conditions.ts';
import { siteFields } from './site-fields.ts';
import { traceFields } from './trace/fields.ts';
import { highest, lowest } from './units.ts';

const fk = (column: string): Link => ({ on: (from, to) => sql`${to}.${sql.ident(column)} = ${from}.id` });

export const inventoryFields: readonly ExtraField[] = [
  deploymentConditions,
  ...cableFields,
  {
    on: 'Port',
    name: 'circuits',
    gives: 'many',
    to: 'Circuit',
    description: 'The circuits that have one of their ends at the port, as they say or their terminations.',
    link: {
      on: (from, to, see) => sql`${to}.id in (
        select carried.id from circuit carried where carried.a_end_port_id = ${from}.id union all select carried.id from circuit carried where carried.z_end_port_id = ${from}.id
        union all select ending.circuit_id from circuit_termination ending where ending.place_port_id = ${from}.id and ${see('CircuitTermination', sql`ending`)})`,
    },
  },
  ...traceFields,
  elevationField,
  neighboursField,
  ...capacityFields,
  ...impactFields,
  ...dependsOnFields,
  ...siteFields,
  powerDrawField,
  ...circuitServiceFields,
  {
    on: 'CableProfile',
    name: 'isBuiltIn',
    gives: 'value',
    type: 'Boolean',
    isFilter: true,
    description: 'Whether the profile is part of every catalog, and can be neither changed nor deleted.',
    value: isBuiltIn,
  },
  {
    on: 'Circuit',
    name: 'aSite',
    gives: 'one',
    to: 'Site',
    description: 'The facility of end A. If end A is a port, it is the facility of the port’s device.',
    link: { on: (from, to, see) => sql`${to}.id = ${siteOf(from, 'a', see)}` },
  },
  {
    on: 'Circuit',
    name: 'zSite',
    gives: 'one',
    to: 'Site',
    description: 'The facility of end Z. If end Z is a port, it is the facility of the port’s device.',
    link: { on: (from, to, see) => sql`${to}.id = ${siteOf(from, 'z', see)}` },
  },
  {
    on: 'Circuit',
    name: 'distanceM',
    gives: 'value',
    type: 'Float',
    nullable: true,
    description: 'Length of the circuit in metres, as its terminations say.',
    value: (row, see) => sql`(select max(ending.distance_m_value)::float8 from circuit_termination ending
      where ending.circuit_id = ${row}.id and ${see('CircuitTermination', sql`ending`)})`,
  },
  {
    on: 'Port',
    name: 'isConnected',
    gives: 'value',
    type: 'Boolean',
    isFilter: true,
    description:
      'Whether a cable is plugged into the port, or a circuit ends at it. What you may not see does not count.',
    value: isConnected,
  },
  {
    on: 'Rack',
    name: 'devices',
    gives: 'many',
    to: 'MountedDevice',
    description:
      'The servers, network devices and equipment in the rack: those that are mounted in it, and what sits in their slots.',
    link: {
      Node: fk('rack_id'),
      NetworkDevice: fk('rack_id'),
      Equipment: fk('rack_id'),
    },
  },
  {
    on: 'Rack',
    name: 'usedUnits',
    gives: 'value',
    type: 'Int',
    description:
      'Number of rack units that are occupied, on the front, the rear or both. Devices that you may not see do not count.',
    value: (row, see) => sql`(select count(distinct u)::int from rack_unit_claim x
      left join node n on n.id = x.node_id and ${see('Node', sql`n`)}
      left join network_device d on d.id = x.network_device_id and ${see('NetworkDevice', sql`d`)}
      left join equipment q on q.id = x.equipment_id and ${see('Equipment', sql`q`)}
      cross join lateral generate_series(${lowest(sql`x.units`)}, ${highest(sql`x.units`)}) u
      where x.rack_id = ${row}.id and num_nonnulls(n.id, d.id, q.id) = 1)`,
  },
  {
    on: 'Site',
    name: 'devices',
    gives: 'many',
    to: 'MountedDevice',
    description: 'The servers, network devices and equipment in the facility.',
    link: { Node: fk('site_id'), NetworkDevice: fk('site_id'), Equipment: fk('site_id') },
  },
  {
    on: 'Node',
    name: 'phase',
    gives: 'value',
    type: 'String',
    description: '`Assigned` if the server belongs to a cluster, otherwise `Unassigned`.',
    value: (row) => sql`case when ${row}.assignment_cluster_id is null then 'Unassigned' else 'Assigned' end`,
  },
  {
    on: 'Node',
    name: 'allocatedVcpus',
    gives: 'value',
    type: 'Int',
    description:
      'Number of virtual processors that are allocated to virtual machines on the server. Machines that you may not see do not count.',
    value: (row, see) =>
      sql`(select coalesce(sum(v.allocation_vcpus), 0)::int from virtual_machine v where v.host_id = ${row}.id and ${see('VirtualMachine', sql`v`)})`,
  },
  {
    on: 'Node',
    name: 'allocatedMemoryBytes',
    gives: 'value',
    type: 'BigInt',
    description:
      'Memory in bytes that is allocated to virtual machines on the server. Machines that you may not see do not count.',
    value: (row, see) =>
      sql`(select coalesce(sum(v.allocation_memory_bytes), 0)::bigint from virtual_machine v where v.host_id = ${row}.id and ${see('VirtualMachine', sql`v`)})`,
  },
  {
    on: 'Rack',
    name: 'region',
    gives: 'one',
    to: 'Region',
    description: 'The region that the rack is in.',
    link: {
      hops: [{ table: 'site', on: (from, hop) => sql`${hop}.id = ${from}.site_id` }],
      on: (hop, to) => sql`${to}.id = ${hop}.region_id`,
    },
  },
];
