import { bool, choice, float, ref } from '../../catalog/fields.ts';
import { defineKind, type Follower } from '../../catalog/kind.ts';
import type { MountedKind } from './devices.ts';
import { devicesOf, mountingFits, mountingRules, unmountedFits } from './mounting-rules.ts';
import { claimUnits } from './placement-rules.ts';
import { depths, MOST_UNITS, widths } from './rack.ts';

/** Upstream places servers and network devices on whole units of one side; Equipment says all of this itself. */
export const deviceMounting = defineKind({
  domain: 'inventory',
  group: 'catalog.miloapis.com',
  kind: 'DeviceMounting',
  plural: 'devicemountings',
  description:
    'Says how much of its placement a server or network device takes: both sides of the rack, half of its width, half a unit, no unit at all. It goes with the device to wherever that is placed, and the device shows its fields as its own.',
  scope: { home: ['deviceRef'] },
  topology: { inherit: 'deviceRef' },
  declares: 'deviceRef',
  spec: {
    deviceRef: ref(['Node', 'NetworkDevice'], {
      owned: true,
      required: true,
      immutable: 'always',
      union: 'PlacedDevice',
      description: 'The device that is described.',
      inverse: {
        name: 'mounting',
        one: true,
        description: 'How much of its placement the device takes; null if it takes all of it, on one side.',
      },
    }),
    depth: choice('EquipmentDepth', depths, {
      default: 'OneFace',
      description: 'Whether it leaves room for another device behind it.',
    }),
    width: choice('RackWidth', widths, { default: 'Full', description: 'How much of the width of the rack it takes.' }),
    unitHeight: float({
      as: 'exactUnitHeight',
      min: 0,
      max: MOST_UNITS,
      description:
        'Number of rack units that it takes, in steps of a half: at most as many as its placement has, which is the default; 0 for what is mounted beside the units.',
    }),
    startsHalfUnitUp: bool({
      default: false,
      description: 'Whether what it takes begins half a unit above the lowest unit of its placement.',
    }),
  },
  check: mountingFits,
  checkAll: mountingRules,
  checkGone: unmountedFits,
  printer: [
    { name: 'DEVICE-KIND', path: 'spec.deviceRef.kind' },
    { name: 'DEVICE', path: 'spec.deviceRef.name' },
    { name: 'DEPTH', path: 'spec.depth' },
    { name: 'HEIGHT', path: 'spec.unitHeight' },
    { name: 'WIDTH', path: 'spec.width', wide: true },
  ],
});

/** The units that a device takes change with what is said of its mounting. */
export const claimsFollowMountings: Follower = {
  kind: 'DeviceMounting',
  follow: async (mountings, store) => {
    const devices = await devicesOf(mountings, store);
    for (const [kind, own] of Map.groupBy(devices, (device) => device.kind as MountedKind)) {
      await claimUnits(kind)(own, store);
    }
  },
};
