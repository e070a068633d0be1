import { choice, float, group, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf } from '../../catalog/rules.ts';
import { takesHalfUnits } from './half-units.ts';
import { claimUnits, fitsTheRack, releaseUnits } from './placement-rules.ts';
import { depths, MOST_UNITS, rackFaces, standsIn, widths } from './rack.ts';
import { sitsWithoutPlace } from './slot-rules.ts';

/** What is mounted in racks and is neither a server nor a network device; upstream has no kind for it. */
export const equipment = defineKind({
  domain: 'inventory',
  group: 'catalog.miloapis.com',
  kind: 'Equipment',
  plural: 'equipment',
  isNumbered: true,
  listField: 'equipmentItems',
  description:
    'A device that is neither a server nor a network device: a patch panel, a power distribution unit, a cassette, an uninterruptible power supply, a console server, a shelf. It is placed like the others, and its ports have names of their own.',
  scope: { home: ['placement.rackRef', 'siteRef'], kept: 'rackRef' },
  topology: {
    paths: {
      region: 'siteRef.regionRef',
      site: 'siteRef',
      'site-type': 'siteRef.type',
      rack: 'rackRef',
    },
  },
  spec: {
    siteRef: ref('Site', {
      required: true,
      immutable: 'always',
      description: 'The facility that the equipment is in.',
      inverse: { name: 'equipment', description: 'The panels, power distribution units and the like in the facility.' },
    }),
    type: choice(
      'EquipmentType',
      {
        PatchPanel: 'A patch panel: its ports lead through it.',
        Cassette: 'A module of a patch panel, which sits in one of its slots.',
        PowerDistributionUnit: 'A power strip: it distributes power to the devices of a rack.',
        UninterruptiblePowerSupply: 'An uninterruptible power supply.',
        ConsoleServer: 'A console server: it leads to the serial ports of other devices.',
        Shelf: 'A shelf or a tray that other things stand on.',
        Other: 'Anything else that is mounted in racks.',
      },
      { required: true, description: 'What the equipment is.' },
    ),
    depth: choice('EquipmentDepth', depths, {
      default: 'OneFace',
      description: 'Whether it leaves room for another device behind it.',
    }),
    description: text({ max: 500, description: 'What people should know of it, as free text.' }),
    placement: group(
      'EquipmentPlacement',
      {
        rackRef: ref('Rack', { required: true, description: 'The rack that the equipment is mounted in.' }),
        startUnit: float({
          min: 1,
          max: MOST_UNITS + 0.5,
          description: 'The lowest rack unit that it takes, from 1, in steps of a half; none if it takes no units.',
        }),
        unitHeight: float({
          required: true,
          min: 0,
          max: MOST_UNITS,
          description:
            'Number of rack units that it takes, in steps of a half; 0 for what is mounted beside the units.',
        }),
        face: choice('RackFace', rackFaces, {
          default: 'Front',
          description: 'The side of the rack that it is mounted on.',
        }),
        width: choice('RackWidth', widths, {
          default: 'Full',
          description: 'How much of the width of the rack it takes.',
        }),
      },
      { description: 'The place in a rack where the equipment is mounted; null if it is not mounted.' },
    ),
  },
  check: takesHalfUnits,
  status: standsIn,
  labelsAreFree: true,
  checkAll: allOf(fitsTheRack('Equipment'), sitsWithoutPlace('Equipment')),
  derive: claimUnits('Equipment'),
  undo: releaseUnits('Equipment'),
  printer: [
    { name: 'SITE', path: 'spec.siteRef.name' },
    { name: 'TYPE', path: 'spec.type' },
    { name: 'RACK', path: 'status.rackRef.name' },
    { name: 'UNIT', path: 'spec.placement.startUnit' },
    { name: 'HEIGHT', path: 'spec.placement.unitHeight', wide: true },
  ],
});
