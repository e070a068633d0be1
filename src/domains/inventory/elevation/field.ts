import type { ExtraField } from '../../../catalog/extra-field.ts';
import type { ObjectKey, WalkValue } from '../../../catalog/walk.ts';
import type { Block, Elevation, FaceElevation, ObjectName } from './elevation.ts';
import { elevationType } from './elevation-types.ts';
import { loadElevations } from './load-elevations.ts';

const keyOf = ({ kind, id }: ObjectName): ObjectKey => ({ kind, id });
const block = ({ startUnit, unitHeight }: Block): WalkValue => ({ __typename: 'UnitBlock', startUnit, unitHeight });

const face = ({ devices, reservations, freeBlocks, freeUnits, largestFreeBlock }: FaceElevation): WalkValue => ({
  __typename: 'RackFaceElevation',
  devices: devices.map(({ device, ...place }) => ({
    ...place,
    __typename: 'ElevatedDevice',
    device: keyOf(device),
    slots: device.slots.map(({ name, occupant }) => ({
      __typename: 'ElevatedSlot',
      name,
      occupant: occupant && keyOf(occupant),
    })),
  })),
  reservations: reservations.map(({ reservation, ...place }) => ({
    ...place,
    __typename: 'ElevatedReservation',
    reservation: keyOf(reservation),
  })),
  freeBlocks: freeBlocks.map(block),
  freeUnits,
  largestFreeBlock: largestFreeBlock && block(largestFreeBlock),
});

const present = ({ heightU, front, rear, beside }: Elevation): WalkValue => ({
  __typename: 'RackElevation',
  heightU,
  front: face(front),
  rear: face(rear),
  beside: beside.map(keyOf),
});

export const elevationField: ExtraField = {
  on: 'Rack',
  name: 'elevation',
  gives: 'walk',
  walk: {
    walk: async (racks, _given, see, ask) => {
      const found = await loadElevations(ask, see, racks);
      return new Map([...found].map(([id, elevation]) => [id, present(elevation)]));
    },
  },
  shape: { gives: 'values', of: elevationType, nullable: true },
  price: 5,
  description:
    'What stands in which unit, on the front and on the rear, and what is free; as a picture at `/racks/NAME/elevation.svg`.',
};
