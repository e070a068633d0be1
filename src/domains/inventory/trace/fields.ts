import type { ExtraField } from '../../../catalog/extra-field.ts';
import { choice, int, objects, text } from '../../../catalog/fields.ts';
import type { RootQuery } from '../../../catalog/root-query.ts';
import { type Carrier, MOST_ORIGINS } from './origins-over.ts';
import { throughPath, trace } from './trace-types.ts';
import { portAtFarEnd, throughPathsOf, traceFromStart, traceOfPort, tracesOver } from './trace-walks.ts';

/** What a trace costs beside what is selected of it: some statements for all traces of a list together. */
const PRICE = 5;
/** For what may be many traces. */
const MANY_PRICE = 50;

const position = int({
  min: 1,
  max: 1024,
  description: 'Of a port with several strands: the one to follow. Default: all of them.',
});

const over = (on: Carrier, what: string): ExtraField => ({
  on,
  name: 'traces',
  gives: 'walk',
  walk: tracesOver(on),
  shape: { gives: 'values', of: trace, list: true },
  price: MANY_PRICE,
  description: `What runs over ${what}: the traces from all ports at devices whose path contains it, as far as you may see these ports, in the order of their names. A way that can be traced from both of its ends is there twice. At most ${MOST_ORIGINS} ports are looked at.`,
});

export const traceFields: readonly ExtraField[] = [
  {
    on: 'Port',
    name: 'trace',
    gives: 'walk',
    walk: traceOfPort,
    shape: { gives: 'values', of: trace, nullable: true },
    price: PRICE,
    args: { position },
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
  {
    on: 'Port',
    name: 'throughPaths',
    gives: 'walk',
    walk: throughPathsOf,
    shape: { gives: 'values', of: throughPath, list: true },
    price: PRICE,
    description:
      'Of a port of a panel, or at the end of a circuit: each of its strands, traced in both directions. Empty for a port at a device.',
  },
  over('Cable', 'the cable'),
  over('Circuit', 'the circuit'),
  over('Node', 'the ports of the server'),
  over('NetworkDevice', 'the ports of the network device'),
  over('Equipment', 'the ports of the equipment'),
  over('Rack', 'the ports of the rack and of what is in it'),
];

export const traceFromQuery: RootQuery = {
  gives: 'walk',
  name: 'trace',
  walk: traceFromStart,
  shape: { gives: 'values', of: trace, nullable: true },
  price: PRICE,
  args: {
    from: objects(
      'TraceStart',
      {
        port: text({ required: true, max: 253, description: 'Name of the port that the trace starts at.' }),
        position,
        direction: choice(
          'TraceDirection',
          {
            OverCable: 'Over what is plugged into the port.',
            Inwards: 'Through the wiring of its panel, or the circuit that ends there.',
          },
          { default: 'OverCable', description: 'Where the trace goes first.' },
        ),
      },
      { single: true, required: true, description: 'Where a trace starts.' },
    ),
  },
  description:
    'The trace from a port, of one of its strands, in one of the two directions; null if there is no such port, you may not see it, or nothing is plugged in. Where a trace stops with `NO_POSITION`, it goes on from one of its `choices`: inwards from the port, with the position.',
};
