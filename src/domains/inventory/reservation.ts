import { choice, float, ref, refs, text, time } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { MOST_UNITS, rackFaces } from './rack.ts';
import { reservationRules, reservesHalfUnits } from './reservation-rules.ts';

/** Units of a rack that are kept free for something to come. */
export const unitReservation = defineKind({
  domain: 'inventory',
  group: 'catalog.miloapis.com',
  kind: 'UnitReservation',
  plural: 'unitreservations',
  description:
    'Keeps units of a rack free: who wants them, why, and until when. As long as it holds, nothing is mounted there but the devices that it is for.',
  scope: { home: ['rackRef'] },
  topology: { inherit: 'rackRef' },
  spec: {
    rackRef: ref('Rack', {
      owned: true,
      required: true,
      immutable: 'always',
      description: 'The rack.',
      inverse: {
        name: 'reservations',
        description: 'The reservations of units of the rack, those that have ended as well.',
      },
    }),
    startUnit: float({
      required: true,
      min: 1,
      max: MOST_UNITS + 0.5,
      description: 'The lowest unit, in steps of a half.',
    }),
    unitHeight: float({
      required: true,
      min: 0.5,
      max: MOST_UNITS,
      description: 'Number of units, in steps of a half.',
    }),
    face: choice('RackFace', rackFaces, { description: 'The side of the rack; both, if none is given.' }),
    requestedBy: text({ required: true, min: 1, max: 200, description: 'Who wants the units: a person or a team.' }),
    reason: text({ required: true, min: 1, max: 500, description: 'What they are wanted for.' }),
    until: time({ description: 'When the reservation ends by itself; never, if it is not given.' }),
    deviceRefs: refs(['Node', 'NetworkDevice', 'Equipment'], {
      table: 'unit_reservation_device',
      unique: true,
      max: 200,
      abstract: 'MountedDevice',
      description: 'The devices that the units are kept for: they may be mounted there.',
      inverse: { name: 'reservations', description: 'The reservations of units that are kept for the device.' },
    }),
  },
  check: reservesHalfUnits,
  checkAll: reservationRules,
  printer: [
    { name: 'RACK', path: 'spec.rackRef.name' },
    { name: 'UNIT', path: 'spec.startUnit' },
    { name: 'HEIGHT', path: 'spec.unitHeight' },
    { name: 'BY', path: 'spec.requestedBy' },
    { name: 'UNTIL', path: 'spec.until' },
    { name: 'REASON', path: 'spec.reason', wide: true },
  ],
});
