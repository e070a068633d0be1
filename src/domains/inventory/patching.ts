import { choice, int, objects, quantity, ref, refs, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { findsItsPortsFree, fitsItsPorts, takePorts } from './cabling-rules.ts';

const ours = { domain: 'inventory', group: 'catalog.miloapis.com' } as const;

/** Declares an upstream Port a pass-through port: upstream has no field for its side and its positions. */
export const passThroughPort = defineKind({
  ...ours,
  kind: 'PassThroughPort',
  plural: 'passthroughports',
  description: 'Declares that a port is the front or the rear of a passive device, and how many strands it has.',
  scope: { home: ['portRef'] },
  spec: {
    portRef: ref('Port', {
      owned: true,
      required: true,
      immutable: 'always',
      description: 'The port.',
      inverse: { name: 'passThrough', one: true, description: 'How the port passes through, when it does.' },
    }),
    side: choice('PassThroughSide', ['Front', 'Rear'], {
      required: true,
      description: 'Its side of the inner wiring.',
    }),
    positions: int({ min: 1, max: 1024, default: 1, description: 'How many strands it has.' }),
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
  description: 'Inner wiring of a passive device: one position of a front port is joined to one of a rear port.',
  scope: { home: ['frontPortRef'] },
  spec: {
    frontPortRef: ref('Port', {
      owned: true,
      required: true,
      description: 'The front port.',
      inverse: { name: 'frontMappings', description: 'The wiring behind the port, seen from the front.' },
    }),
    frontPosition: int({ min: 1, default: 1, description: 'Position in the front port.' }),
    rearPortRef: ref('Port', {
      owned: true,
      required: true,
      description: 'The rear port.',
      inverse: { name: 'rearMappings', description: 'The wiring behind the port, seen from the rear.' },
    }),
    rearPosition: int({ min: 1, default: 1, description: 'Position in the rear port.' }),
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
  description: 'How the strands run inside a cable with several connectors.',
  scope: { home: 'platform' },
  spec: {
    aConnectors: int({ required: true, min: 1, max: 64, description: 'Connectors at end A.' }),
    aPositions: int({ required: true, min: 1, max: 64, description: 'Positions of each connector at end A.' }),
    bConnectors: int({ required: true, min: 1, max: 64, description: 'Connectors at end B.' }),
    bPositions: int({ required: true, min: 1, max: 64, description: 'Positions of each connector at end B.' }),
    wiring: objects(
      'StrandWiring',
      {
        a: text({
          required: true,
          pattern: /^\d+\.\d+$/,
          accepts: 'connector.position',
          description: 'Connector and position at end A: `1.3`.',
        }),
        b: text({
          required: true,
          pattern: /^\d+\.\d+$/,
          accepts: 'connector.position',
          description: 'Connector and position at end B.',
        }),
      },
      { key: 'a', description: 'The wiring, where it is not straight.' },
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
  description: 'A cable with several ends on a side: a trunk or a breakout.',
  scope: { home: ['aEnds'], also: ['bEnds'], createdOn: 'all' },
  spec: {
    aEnds: refs('Port', {
      table: 'cable_assembly_a_end',
      required: true,
      min: 1,
      unique: true,
      description: 'The ports at end A, by connector.',
      inverse: { name: 'assembliesAtA', description: 'The multi-ended cables whose end A is plugged in here.' },
    }),
    bEnds: refs('Port', {
      table: 'cable_assembly_b_end',
      required: true,
      min: 1,
      unique: true,
      description: 'The ports at end B, by connector.',
      inverse: { name: 'assembliesAtB', description: 'The multi-ended cables whose end B is plugged in here.' },
    }),
    profileRef: ref('CableProfile', {
      description: 'Profile that says how the strands run.',
      inverse: { name: 'assemblies', description: 'The cables of this profile.' },
    }),
    media: choice('CableMedia', ['Copper', 'FiberSMF', 'FiberMMF', 'Power', 'DAC'], {
      required: true,
      description: 'Medium of the cable.',
    }),
    status: choice('CableStatus', ['Connected', 'Planned', 'Decommissioning'], {
      default: 'Connected',
      description: 'Whether the cable is installed.',
    }),
    lengthM: quantity({ description: 'Length in metres.' }),
    label: text({ description: 'Text on the label of the cable.' }),
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
  description: 'A slot of a chassis and what sits in it.',
  scope: { home: ['chassisRef'] },
  spec: {
    chassisRef: ref(['Node', 'NetworkDevice'], {
      owned: true,
      required: true,
      immutable: 'always',
      abstract: 'Device',
      description: 'The chassis.',
      inverse: { name: 'slots', description: 'The slots of the chassis.' },
    }),
    slot: text({ required: true, min: 1, description: 'Its name on the chassis.' }),
    occupantRef: ref(['Node', 'NetworkDevice'], {
      abstract: 'Device',
      description: 'What sits in it.',
      inverse: { name: 'slot', one: true, description: 'The chassis slot the device sits in.' },
    }),
  },
  printer: [
    { name: 'CHASSIS', path: 'spec.chassisRef.name' },
    { name: 'SLOT', path: 'spec.slot' },
    { name: 'OCCUPANT', path: 'spec.occupantRef.name' },
  ],
});
