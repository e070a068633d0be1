import { choice, int, objects, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf } from '../../catalog/rules.ts';
import { builtInIsKept, builtInStays } from './built-in-profiles.ts';
import { declarationRules, declarationsGone, mappingRules } from './panel-rules.ts';
import { keepsItsShape, wiringIsOneToOne } from './profile-rules.ts';
import { slotRules } from './slot-rules.ts';

const ours = { domain: 'inventory', group: 'catalog.miloapis.com' } as const;

/** Declares an upstream Port a pass-through port: upstream has no field for its side and its positions. */
export const passThroughPort = defineKind({
  ...ours,
  kind: 'PassThroughPort',
  plural: 'passthroughports',
  isNumbered: true,
  isPart: true,
  description:
    'Declares that a port belongs to a passive device such as a patch panel: on which side of it the port is, and how many strands it carries. Traces go through such a port to the other side.',
  scope: { home: ['portRef'] },
  topology: { inherit: 'portRef' },
  spec: {
    portRef: ref('Port', {
      owned: 'always',
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
  checkAll: declarationRules,
  checkGone: declarationsGone,
  printer: [
    { name: 'PORT', path: 'spec.portRef.name' },
    { name: 'SIDE', path: 'spec.side' },
    { name: 'POSITIONS', path: 'spec.positions' },
  ],
});

/** One strand of a patch panel's inner wiring (cable-trace.md section 1). */
export const portMapping = defineKind({
  ...ours,
  kind: 'PortMapping',
  plural: 'portmappings',
  isPart: true,
  description: 'Wiring inside a passive device: one strand of a front port is joined to one strand of a rear port.',
  scope: { home: ['frontPortRef'] },
  topology: { inherit: 'frontPortRef' },
  spec: {
    frontPortRef: ref('Port', {
      owned: 'always',
      required: true,
      description: 'The port at the front.',
      inverse: {
        name: 'frontMappings',
        description: 'The wiring inside the passive device that starts at this port, if it is a front port.',
      },
    }),
    frontPosition: int({ min: 1, default: 1, description: 'Number of the strand in the front port, from 1.' }),
    rearPortRef: ref('Port', {
      owned: 'always',
      required: true,
      description: 'The port at the rear.',
      inverse: {
        name: 'rearMappings',
        description: 'The wiring inside the passive device that starts at this port, if it is a rear port.',
      },
    }),
    rearPosition: int({ min: 1, default: 1, description: 'Number of the strand in the rear port, from 1.' }),
  },
  checkAll: mappingRules,
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
    'Describes a type of cable with several connectors at an end, and how its strands run from one end to the other. The common ones are part of every catalog: `single-1c12p`, `trunk-2c4p`, `breakout-1c4p-4c1p` (family, connectors, positions of each).',
  scope: { home: 'platform' },
  publicReading: 'where its scope is public',
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
  check: wiringIsOneToOne,
  checkAll: allOf(builtInStays, keepsItsShape),
  checkGone: builtInIsKept,
  printer: [
    { name: 'A', path: 'spec.aConnectors' },
    { name: 'B', path: 'spec.bConnectors' },
  ],
});

export const deviceSlot = defineKind({
  ...ours,
  kind: 'DeviceSlot',
  plural: 'deviceslots',
  isNumbered: true,
  description: 'A slot of a chassis, and the device that sits in it.',
  scope: { home: ['chassisRef'] },
  topology: { inherit: 'chassisRef' },
  spec: {
    chassisRef: ref(['Node', 'NetworkDevice', 'Equipment'], {
      owned: true,
      required: true,
      immutable: 'always',
      abstract: 'Device',
      description: 'The device that has the slot.',
      inverse: { name: 'slots', description: 'The slots of the device, if it is a chassis.' },
    }),
    slot: text({ required: true, min: 1, description: 'Name of the slot on the chassis.' }),
    occupantRef: ref(['Node', 'NetworkDevice', 'Equipment'], {
      abstract: 'Device',
      description: 'The device that sits in the slot; null if the slot is empty.',
      inverse: {
        name: 'slot',
        one: true,
        description: 'The chassis slot that the device sits in; null if it sits in none.',
      },
    }),
  },
  checkAll: slotRules,
  printer: [
    { name: 'CHASSIS', path: 'spec.chassisRef.name' },
    { name: 'SLOT', path: 'spec.slot' },
    { name: 'OCCUPANT', path: 'spec.occupantRef.name' },
  ],
});
