import { choice, objects, quantity, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { letsAllPass, letsNonePass, type See, unlessAllIn } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { portHardware } from './port-hardware.ts';
import { ofUpstreamsDevices, portRules, speedFitsType } from './port-rules.ts';
import { portTypes } from './port-types.ts';

/**
 * Condition that what takes a port, by its row of `cabled_port`, is something that the caller may see. What takes it is in the
 * scope of the port, too: where the caller sees everything there, it is not looked up.
 */
export const isInSight = (taking: Sql, scope: Sql, see: See): Sql => {
  const takers = [
    ['Cable', sql`cable`, sql`${taking}.cable_id`],
    ['Circuit', sql`circuit`, sql`${taking}.circuit_id`],
  ] as const;
  if (takers.every(([kind]) => letsAllPass(see(kind, sql`taker`)))) return sql`true`;
  const ways = takers.map(([kind, table, id]) => {
    const isSeen = sql`exists (select from ${table} taker where taker.id = ${id} and ${see(kind, sql`taker`)})`;
    return sql`${id} is not null and ${unlessAllIn(see, kind, scope, isSeen)}`;
  });
  return sql`(${sql.join(ways, ' or ')})`;
};

/**
 * The same where it is asked once for a scope: when `isWhole`, all that takes ports there and that the caller may see is what
 * `on` lets pass, without looking at any of it.
 */
export const wholeTakings = (taking: Sql, scope: Sql, see: See): { readonly isWhole: Sql; readonly on: Sql } => {
  const seesNoCircuit = letsNonePass(see('Circuit', sql`taker`));
  const kinds = seesNoCircuit ? ['Cable'] : ['Cable', 'Circuit'];
  const isWhole = sql.join(
    kinds.map((kind) => unlessAllIn(see, kind, scope, sql`false`)),
    ' and ',
  );
  return { isWhole, on: seesNoCircuit ? sql`${taking}.cable_id is not null` : sql`true` };
};

/** Whether something that the caller may see takes a port. In scopes where all of that is seen, nothing is asked of what takes it. */
export const isConnected = (row: Sql, see: See): Sql => {
  const scope = sql`${row}.scope_id`;
  const isTaken = (which: Sql): Sql => sql`exists (select from cabled_port x where x.port_id = ${row}.id and ${which})`;
  const inSight = isInSight(sql`x`, scope, see);
  if (letsAllPass(inSight)) return isTaken(inSight);
  const { isWhole, on } = wholeTakings(sql`x`, scope, see);
  return sql`case when ${isWhole} then ${isTaken(on)} else ${isTaken(inSight)} end`;
};

export const port = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  alsoGroups: ['catalog.miloapis.com'],
  kind: 'Port',
  plural: 'ports',
  isPart: true,
  isNumbered: true,
  description:
    'A socket of a device that a cable can be plugged into. Ports of equipment and of modules, and those of which the hardware is known, are written in the group catalog.miloapis.com; where a patch panel or power strip is not stated as equipment, its ports belong to the rack itself.',
  scope: { home: ['deviceRef'] },
  topology: { inherit: 'deviceRef' },
  spec: {
    deviceRef: ref(['Node', 'NetworkDevice', 'Rack', 'Equipment'], {
      owned: true,
      required: true,
      immutable: 'always',
      abstract: 'Device',
      description: 'The device that has the port.',
      inverse: { name: 'ports', description: 'The ports of the device.' },
    }),
    type: choice('PortType', portTypes, {
      required: true,
      description: 'What can be plugged into the port.',
    }),
    name: text({
      required: true,
      min: 1,
      as: 'label',
      isNumbered: true,
      column: 'port_label',
      description: 'Name of the port on the device: `Ethernet1/1`.',
    }),
    speed: quantity({ description: 'Line rate of the port in bit/s: `100G`.' }),
    moduleRef: ref('Module', {
      owned: 'always',
      isRare: true,
      immutable: 'always',
      description: 'The module that brings the port, and takes it along; null for a port of the device itself.',
      inverse: { name: 'ports', description: 'The ports that the module brings.' },
    }),
    hardware: objects('PortHardware', portHardware, {
      single: true,
      keptWhenLeftOut: true,
      description: 'What the port is as a part; filled in where the device or the module is of a type.',
    }),
  },
  writtenIn: (row) =>
    sql`case when ${row}.device_equipment_id is null and ${row}.module_id is null and ${row}.hardware is null then 'inventory.miloapis.com' else 'catalog.miloapis.com' end`,
  shapes: {
    'inventory.miloapis.com': 'Ports of equipment and of modules, and `hardware`, are written in catalog.miloapis.com.',
  },
  refuses: ofUpstreamsDevices,
  check: speedFitsType,
  labelsAreFree: true,
  checkAll: portRules,
  printer: [
    { name: 'DEVICE-KIND', path: 'spec.deviceRef.kind' },
    { name: 'DEVICE', path: 'spec.deviceRef.name' },
    { name: 'TYPE', path: 'spec.type' },
    { name: 'PORT', path: 'spec.name' },
    { name: 'SPEED', path: 'spec.speed' },
  ],
});
