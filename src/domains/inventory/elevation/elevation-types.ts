import type { WalkMember, WalkType } from '../../../catalog/walk.ts';
import { wholeNumber, yes } from '../listed.ts';

const units = (description: string): WalkMember => ({ gives: 'value', type: 'Float', description });
const startUnit = units('The lowest unit, from 1 at the bottom, in steps of a half.');
const unitHeight = units('Number of units, in steps of a half.');

const block: WalkType = {
  name: 'UnitBlock',
  description: 'Units of a rack, one upon the other.',
  fields: { startUnit, unitHeight },
};

const slot: WalkType = {
  name: 'ElevatedSlot',
  description: 'A slot of a chassis that stands in a rack.',
  fields: {
    name: { gives: 'value', type: 'String', description: 'Name of the slot on the chassis.' },
    occupant: {
      gives: 'object',
      to: 'MountedDevice',
      description: 'The device that sits in it; null if the slot is empty, or you may not see the device.',
    },
  },
};

const device: WalkType = {
  name: 'ElevatedDevice',
  description: 'A device on one side of a rack, with the units that it takes there.',
  fields: {
    device: { gives: 'object', to: 'MountedDevice', description: 'The device.' },
    startUnit,
    unitHeight,
    width: {
      gives: 'value',
      type: 'RackWidth',
      description: 'How much of the width of the rack it takes, seen from this side.',
    },
    isMountedHere: yes(
      'Whether it is mounted on this side; if not, it is mounted on the other and takes the units of both.',
    ),
    slots: {
      gives: 'values',
      of: slot,
      list: true,
      assumedSize: 2,
      description: 'Its slots, if it is a chassis, by their names.',
    },
  },
};

const reservation: WalkType = {
  name: 'ElevatedReservation',
  description: 'Units of one side of a rack that are kept free for something to come.',
  fields: {
    reservation: { gives: 'object', to: 'UnitReservation', description: 'The reservation.' },
    startUnit,
    unitHeight,
  },
};

const face: WalkType = {
  name: 'RackFaceElevation',
  description: 'One side of a rack. Its lists are from the top down.',
  fields: {
    devices: {
      gives: 'values',
      of: device,
      list: true,
      assumedSize: 20,
      description: 'The devices that take units of this side.',
    },
    reservations: {
      gives: 'values',
      of: reservation,
      list: true,
      assumedSize: 2,
      description: 'The reservations that hold now.',
    },
    freeBlocks: {
      gives: 'values',
      of: block,
      list: true,
      description: 'The units that nothing stands in, not even in half of the width, and that no reservation holds.',
    },
    freeUnits: units('Number of those units.'),
    largestFreeBlock: {
      gives: 'values',
      of: block,
      nullable: true,
      description: 'The highest of those blocks, of several the lowest; null if there is none.',
    },
  },
};

export const elevationType: WalkType = {
  name: 'RackElevation',
  description:
    'A rack as one sees it: what stands in which of its units, on both sides. Devices and reservations that you may not see look absent, as everywhere.',
  fields: {
    heightU: wholeNumber('Height of the rack in units.'),
    front: { gives: 'values', of: face, description: 'The front.' },
    rear: { gives: 'values', of: face, description: 'The rear.' },
    beside: {
      gives: 'object',
      to: 'MountedDevice',
      list: true,
      assumedSize: 2,
      description: 'What is mounted in the rack and takes no units: power strips.',
    },
  },
};
