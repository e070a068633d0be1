import { choice, int, objects, quantity, ref, refs, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { cableMedia } from './cable.ts';
import { findsItsPortsFree, fitsItsPorts, takePorts } from './cabling-rules.ts';

const ours = { domain: 'inventory', group: 'catalog.miloapis.com' } as const;

/** Declares an upstream Port a pass-through port: upstream has no field for its side and its positions. */
export const passThroughPort = defineKind({
  ...ours,
  kind: 'PassThroughPort',
  plural: 'passthroughports',
  description:
    'Declares that a port belongs to a passive device such as a patch panel: on which side of it the port is, and how many strands it carries. Traces go through such a port to the other side.',
  scope: { home: ['portRef'] },
  spec: {
    portRef: ref('Port', {
      owned: true,
      required: true,
      immutable: 'always',
      description: 'The port that is declared.',
      inverse: {
        name: 'passThrough',
        one: true,
        description: 'The declaration of the port as one of a passive device; null for an ordinary port.',
      },
    }),
    side: choice(
      'PassThroughSide',
      { Front: 'The front of the device.', Rear: 'The rear of the device.' },
      {
        required: true,
        description: 'The side of the passive device that the port is on.',
      },
    ),
    positions: int({
      min: 1,
      max: 1024,
      default: 1,
      description: 'Number of strands (fibres or wire pairs) that the port carries.',
    }),
  },
  printer: [
    { name: 'PORT', path: 'spec.portRef.name' },
    { name: 'SIDE', path: 'spec.side' },
    { name: 'POSITIONS', path: 'spec.positions' },
  ],
});

/** Both ports are on the same device, and the positions are within their widths. */
const joinsOneDevice = rowRule<{ same: boolean; front: boolean; rear: boolean }>(
  (ids) => sql`select m.id,
     (f.device_node_id, f.device_network_device_id, f.device_rack_id) is not distinct from (r.device_node_id, r.device_network_device_id, r.device_rack_id) as same,
     m.front_position <= coalesce((select positions from pass_through_port where port_id = f.id), 1) as front,
     m.rear_position <= coalesce((select positions from pass_through_port where port_id = r.id), 1) as rear
   from port_mapping m join port f on f.id = m.front_port_id join port r on r.id = m.rear_port_id where m.id = any(${ids}::uuid[])`,
  (change, { same, front, rear }) => {
    const across = 'the two ports are on different devices';
    const outside = (side: string): Violation =>
      refuse(change, 'POSITION_OUTSIDE_PORT', `spec.${side}Position`, `the ${side} port has no such position`);
    return [
      ...(same ? [] : [refuse(change, 'MAPPING_ACROSS_DEVICES', 'spec.rearPortRef.name', across)]),
      ...(front ? [] : [outside('front')]),
      ...(rear ? [] : [outside('rear')]),
    ];
  },
);

/** One strand of a patch panel's inner wiring (cable-trace.md section 1). */
export const portMapping = defineKind({
  ...ours,
  kind: 'PortMapping',
  plural: 'portmappings',
  description: 'Wiring inside a passive device: one strand of a front port is joined to one strand of a rear port.',
  scope: { home: ['frontPortRef'] },
  spec: {
    frontPortRef: ref('Port', {
      owned: true,
      required: true,
      description: 'The port at the front.',
      inverse: {
        name: 'frontMappings',
        description: 'The wiring inside the passive device that starts at this port, if it is a front port.',
      },
    }),
    frontPosition: int({ min: 1, default: 1, description: 'Number of the strand in the front port, from 1.' }),
    rearPortRef: ref('Port', {
      owned: true,
      required: true,
      description: 'The port at the rear.',
      inverse: {
        name: 'rearMappings',
        description: 'The wiring inside the passive device that starts at this port, if it is a rear port.',
      },
    }),
    rearPosition: int({ min: 1, default: 1, description: 'Number of the strand in the rear port, from 1.' }),
  },
  checkAll: joinsOneDevice,
  printer: [
    { name: 'FRONT', path: 'spec.frontPortRef.name' },
    { name: 'POSITION', path: 'spec.frontPosition' },
    { name: 'REAR', path: 'spec.rearPortRef.name' },
    { name: 'REAR-POSITION', path: 'spec.rearPosition' },
  ],
});

export const cableProfile = defineKind({
  ...ours,
  kind: 'CableProfile',
  plural: 'cableprofiles',
  description:
    'Describes a type of cable with several connectors at an end, and how its strands run from one end to the other.',
  scope: { home: 'platform' },
  spec: {
    aConnectors: int({ required: true, min: 1, max: 64, description: 'Number of connectors at end A.' }),
    aPositions: int({ required: true, min: 1, max: 64, description: 'Number of strands in each connector at end A.' }),
    bConnectors: int({ required: true, min: 1, max: 64, description: 'Number of connectors at end B.' }),
    bPositions: int({ required: true, min: 1, max: 64, description: 'Number of strands in each connector at end B.' }),
    wiring: objects(
      'StrandWiring',
      {
        a: text({
          required: true,
          pattern: /^\d+\.\d+$/,
          accepts: 'connector.position',
          description:
            'Connector and strand at end A, both counted from 1: `1.3` is the third strand of the first connector.',
        }),
        b: text({
          required: true,
          pattern: /^\d+\.\d+$/,
          accepts: 'connector.position',
          description: 'Connector and strand at end B, both counted from 1.',
        }),
      },
      {
        key: 'a',
        description:
          'The wiring, strand by strand. When empty, the strands run straight: the first of end A to the first of end B, and so on.',
      },
    ),
  },
  printer: [
    { name: 'A', path: 'spec.aConnectors' },
    { name: 'B', path: 'spec.bConnectors' },
  ],
});

export const cableAssembly = defineKind({
  ...ours,
  kind: 'CableAssembly',
  plural: 'cableassemblies',
  description: 'A cable with several connectors at an end, such as a trunk or a breakout cable.',
  scope: { home: ['aEnds'], also: ['bEnds'], createdOn: 'all' },
  spec: {
    aEnds: refs('Port', {
      table: 'cable_assembly_a_end',
      required: true,
      min: 1,
      unique: true,
      description: 'The ports at end A, one for each connector, in the order of the connectors.',
      inverse: {
        name: 'assembliesAtA',
        description: 'The cables with several connectors that are plugged in here with their end A.',
      },
    }),
    bEnds: refs('Port', {
      table: 'cable_assembly_b_end',
      required: true,
      min: 1,
      unique: true,
      description: 'The ports at end B, one for each connector, in the order of the connectors.',
      inverse: {
        name: 'assembliesAtB',
        description: 'The cables with several connectors that are plugged in here with their end B.',
      },
    }),
    profileRef: ref('CableProfile', {
      description: 'The profile that describes the connectors of the cable and its wiring.',
      inverse: { name: 'assemblies', description: 'The cables that have this profile.' },
    }),
    media: choice('CableMedia', cableMedia, {
      required: true,
      description: 'Material or technology of the cable.',
    }),
    status: choice(
      'CableStatus',
      {
        Connected: 'The cable is installed.',
        Planned: 'The cable is planned, and not installed yet.',
        Decommissioning: 'The cable is to be removed.',
      },
      {
        default: 'Connected',
        description: 'Whether the cable is installed.',
      },
    ),
    lengthM: quantity({ description: 'Length of the cable in metres.' }),
    label: text({ description: 'Text printed on the label of the cable.' }),
  },
  checkAll: allOf(fitsItsPorts('CableAssembly'), findsItsPortsFree('CableAssembly')),
  derive: takePorts('CableAssembly'),
  printer: [
    { name: 'MEDIA', path: 'spec.media' },
    { name: 'PROFILE', path: 'spec.profileRef.name' },
    { name: 'STATUS', path: 'spec.status' },
  ],
});

export const deviceSlot = defineKind({
  ...ours,
  kind: 'DeviceSlot',
  plural: 'deviceslots',
  description: 'A slot of a chassis, and the device that sits in it.',
  scope: { home: ['chassisRef'] },
  spec: {
    chassisRef: ref(['Node', 'NetworkDevice'], {
      owned: true,
      required: true,
      immutable: 'always',
      abstract: 'Device',
      description: 'The device that has the slot.',
      inverse: { name: 'slots', description: 'The slots of the device, if it is a chassis.' },
    }),
    slot: text({ required: true, min: 1, description: 'Name of the slot on the chassis.' }),
    occupantRef: ref(['Node', 'NetworkDevice'], {
      abstract: 'Device',
      description: 'The device that sits in the slot; null if the slot is empty.',
      inverse: {
        name: 'slot',
        one: true,
        description: 'The chassis slot that the device sits in; null if it sits in none.',
      },
    }),
  },
  printer: [
    { name: 'CHASSIS', path: 'spec.chassisRef.name' },
    { name: 'SLOT', path: 'spec.slot' },
    { name: 'OCCUPANT', path: 'spec.occupantRef.name' },
  ],
});
