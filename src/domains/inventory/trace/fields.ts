import type { ExtraField } from '../../../catalog/extra-field.ts';
import { int } from '../../../catalog/fields.ts';
import { trace } from './trace-types.ts';
import { portAtFarEnd, traceOfPort } from './trace-walks.ts';

/** What a trace costs beside what is selected of it: some statements for all traces of a list together. */
const PRICE = 5;

export const traceFields: readonly ExtraField[] = [
  {
    on: 'Port',
    name: 'trace',
    gives: 'walk',
    walk: traceOfPort,
    shape: { gives: 'values', of: trace, nullable: true },
    price: PRICE,
    args: {
      position: int({
        min: 1,
        max: 1024,
        description: 'Of a port with several strands: the one to follow. Default: all of them.',
      }),
    },
    description:
      'The path from the port over what is plugged in, through panels and circuits, to where it ends; null if nothing is plugged in. Ports that share an end of a plain cable have one path. What you may not see is told of as hidden.',
  },
  {
    on: 'Port',
    name: 'connectedTo',
    gives: 'walk',
    walk: portAtFarEnd,
    shape: { gives: 'object', to: 'Port' },
    price: PRICE,
    description:
      'The port at the far end of `trace`, across panels and circuits; null if the trace does not come to an end, if it ends at several ports or at none, or if you may not see the port.',
  },
];
