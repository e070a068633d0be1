import { bool, choice, float, int } from '../../../catalog/fields.ts';
import { defineKind } from '../../../catalog/kind.ts';
import { uniqueIn } from '../../../catalog/rules.ts';
import { MOST_UNITS } from '../rack.ts';
import { modelOnce, productFields } from './product-fields.ts';

const outer = (what: string) => float({ min: 0, description: `${what}, in \`outerUnit\`.` });

export const rackType = defineKind({
  domain: 'inventory',
  group: 'catalog.miloapis.com',
  kind: 'RackType',
  plural: 'racktypes',
  description: 'A product that devices are mounted in: a cabinet or a frame, with its measures.',
  scope: { home: 'platform' },
  publicReading: 'everywhere',
  spec: {
    ...productFields,
    formFactor: choice(
      'RackFormFactor',
      {
        TwoPostFrame: 'A frame of two posts.',
        FourPostFrame: 'A frame of four posts.',
        FourPostCabinet: 'A cabinet with four posts.',
        WallFrame: 'A frame on a wall.',
        WallFrameVertical: 'An upright frame on a wall.',
        WallCabinet: 'A cabinet on a wall.',
        WallCabinetVertical: 'An upright cabinet on a wall.',
      },
      { description: 'How it is built.' },
    ),
    widthInches: int({ min: 1, max: 100, default: 19, description: 'Width between its posts, in inches.' }),
    uHeight: int({ min: 1, max: MOST_UNITS, required: true, description: 'Number of rack units that it has.' }),
    startingUnit: int({ min: 1, default: 1, description: 'Number of its lowest unit.' }),
    unitsDescend: bool({ default: false, description: 'Whether its units are counted from the top.' }),
    outerWidth: outer('Its width'),
    outerHeight: outer('Its height'),
    outerDepth: outer('Its depth'),
    outerUnit: choice(
      'LengthUnit',
      { Millimetre: 'Millimetres.', Inch: 'Inches.' },
      { default: 'Millimetre', description: 'The unit of its outer measures.' },
    ),
    mountingDepth: float({
      min: 0,
      description: 'The greatest distance between front and rear rails, in millimetres.',
    }),
    maxWeight: float({ min: 0, description: 'The weight that it carries, in `weightUnit`.' }),
  },
  checkAll: uniqueIn('rack_type', [modelOnce]),
  printer: [
    { name: 'MANUFACTURER', path: 'spec.manufacturer' },
    { name: 'MODEL', path: 'spec.model' },
    { name: 'UNITS', path: 'spec.uHeight' },
  ],
});
