import { bool, choice, float } from '../../../catalog/fields.ts';
import { defineKind } from '../../../catalog/kind.ts';
import { uniqueIn } from '../../../catalog/rules.ts';
import { MOST_UNITS } from '../rack.ts';
import { bayTemplates, deviceBays, inventoryItems, portTemplates } from './component-templates.ts';
import { modelOnce, productFields } from './product-fields.ts';
import { typeIsSound } from './template-rules.ts';
import { typeRemarks } from './type-remarks.ts';

/** A product of which there are devices; the vocabulary is that of the community library of device types. */
export const deviceType = defineKind({
  domain: 'inventory',
  group: 'catalog.miloapis.com',
  kind: 'DeviceType',
  plural: 'devicetypes',
  description:
    'A product: what each device of the type has of ports, wiring, slots and bays. A change of the type changes no device until it is applied to them.',
  scope: { home: 'platform' },
  publicReading: 'everywhere',
  spec: {
    ...productFields,
    uHeight: float({
      min: 0,
      max: MOST_UNITS,
      default: 1,
      description: 'Number of rack units that it takes, in steps of a half; 0 for what takes none.',
    }),
    isFullDepth: bool({ default: true, description: 'Whether it takes the units of both sides of a rack.' }),
    width: choice(
      'DeviceWidth',
      { Full: 'The whole width of a rack.', Half: 'Half of it: two stand side by side.' },
      { default: 'Full', description: 'How much of the width of a rack it takes.' },
    ),
    airflow: choice(
      'Airflow',
      {
        FrontToRear: 'From the front to the rear.',
        RearToFront: 'From the rear to the front.',
        LeftToRight: 'From left to right.',
        RightToLeft: 'From right to left.',
        SideToRear: 'From the sides to the rear.',
        RearToSide: 'From the rear to the sides.',
        BottomToTop: 'From below upwards.',
        TopToBottom: 'From above downwards.',
        Passive: 'It has no fans.',
        Mixed: 'Several ways.',
      },
      { description: 'The way that air takes through it.' },
    ),
    subdeviceRole: choice(
      'SubdeviceRole',
      {
        Parent: 'It has bays that other devices are put into.',
        Child: 'It is put into a bay of another device.',
      },
      { description: 'Its part where devices sit in devices; null if it has none.' },
    ),
    isPowered: bool({ default: true, description: 'Whether it needs power.' }),
    ...portTemplates,
    ...bayTemplates,
    deviceBays,
    inventoryItems,
  },
  check: typeIsSound,
  remark: typeRemarks,
  checkAll: uniqueIn('device_type', [modelOnce]),
  printer: [
    { name: 'MANUFACTURER', path: 'spec.manufacturer' },
    { name: 'MODEL', path: 'spec.model' },
    { name: 'UNITS', path: 'spec.uHeight' },
    { name: 'PART-NUMBER', path: 'spec.partNumber', wide: true },
  ],
});
