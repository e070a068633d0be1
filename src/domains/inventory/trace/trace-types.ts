import { choice } from '../../../catalog/fields.ts';
import type { WalkInterface, WalkMember, WalkType } from '../../../catalog/walk.ts';
import { wholeNumber, yes } from '../listed.ts';
import { traceStops } from './trace-path.ts';
import { traceFrom } from './trace-walks.ts';

/** Most traces have one thing at each step; a few lead over several side by side. */
const FEW = 2;

const hasHidden = yes(
  'Whether there is something at this place that you may not see; nothing else is told of it, not even how much there is.',
);

const ends: WalkType = {
  name: 'TracedCircuitEnd',
  description: 'An end of a circuit that a trace leads over.',
  fields: {
    side: {
      gives: 'value',
      type: 'CircuitSide',
      nullable: true,
      description: 'Which end of the circuit it is; null if you may see its port alone.',
    },
    circuit: { gives: 'object', to: 'Circuit', description: 'The circuit; null if you may not see it.' },
    termination: {
      gives: 'object',
      to: 'CircuitTermination',
      description: 'What is stated of this end; null where the circuit itself says where it ends.',
    },
    port: { gives: 'object', to: 'Port', description: 'The port at which it ends; null if it ends at none.' },
  },
};

const steps: WalkInterface = {
  name: 'TraceStep',
  description:
    'A step of a trace: what it leads over side by side, which is mostly one thing. Things of a step are in the order in which the trace met them.',
  fields: { hasHidden },
  types: [
    {
      name: 'TracedPorts',
      description: 'Ports, on this side of a cable or of the wiring of a panel, or on the other.',
      fields: {
        hasHidden,
        ports: {
          gives: 'object',
          to: 'Port',
          list: true,
          assumedSize: FEW,
          description: 'The ports. None, where the other end of a cable is free.',
        },
      },
    },
    {
      name: 'TracedCables',
      description: 'Cables that are crossed.',
      fields: {
        hasHidden,
        cables: { gives: 'object', to: 'Cable', list: true, assumedSize: FEW, description: 'The cables.' },
      },
    },
    {
      name: 'TracedCircuitEnds',
      description: 'Ends of circuits, on this side or on the other.',
      fields: {
        hasHidden,
        ends: { gives: 'values', of: ends, list: true, assumedSize: FEW, description: 'The ends.' },
      },
    },
    {
      name: 'TracedPlaces',
      description: 'Where circuits end at which nothing is plugged in.',
      fields: {
        hasHidden,
        places: {
          gives: 'object',
          to: 'TerminationPlace',
          list: true,
          assumedSize: FEW,
          description: 'The facilities, or the networks of providers.',
        },
      },
    },
  ],
};

const stop = choice('TraceStop', traceStops, { description: 'Why a trace ends.' });

const choices: WalkType = {
  name: 'TraceChoice',
  description: 'One of the strands that a trace could follow at a port with several of them.',
  fields: {
    port: { gives: 'object', to: 'Port', description: 'The port that has the strand.' },
    position: wholeNumber('Number of the strand in the port, from 1.'),
    to: { gives: 'object', to: 'Port', description: 'The port to which the wiring of the panel leads it.' },
    cables: {
      gives: 'object',
      to: 'Cable',
      list: true,
      assumedSize: FEW,
      description: 'The cable that is plugged in there, if any.',
    },
    trace: {
      gives: 'walk',
      walk: traceFrom,
      shape: () => ({ gives: 'values', of: trace, nullable: true }),
      description: 'How the trace goes on if this strand is followed; it starts at the port that has the strand.',
    },
  },
};

const from = (description: string): WalkMember => ({
  gives: 'walk',
  walk: traceFrom,
  shape: () => ({ gives: 'values', of: trace, nullable: true }),
  description,
});

/** One strand of a port that traces go through. */
export const throughPath: WalkType = {
  name: 'ThroughPath',
  description:
    'One strand of a port that traces go through, and the two halves of its way; they exist also where no device is connected at either side.',
  fields: {
    position: wholeNumber('Number of the strand in the port, from 1.'),
    overCable: from('From the port over its cable; null if there is none.'),
    inwards: from('From the port through the wiring of its panel, or its circuit, and on from there.'),
  },
};

/** What a trace is to clients. */
export const trace: WalkType = {
  name: 'Trace',
  description:
    'The path of a signal over cables, through panels and circuits. It is walked when it is asked for, and is never out of date.',
  choices: [stop],
  fields: {
    steps: {
      gives: 'values',
      of: steps,
      list: true,
      description:
        'What it leads over: ports, cables, ports and so on. A circuit that names its port itself follows the port without a cable.',
    },
    isComplete: yes('Whether the far side of the whole way was reached.'),
    isActive: yes('Whether every cable on the way is installed.'),
    isSplit: yes('Whether some ways could not be followed: the trace tells of the others alone.'),
    isLoop: yes('Whether the cabling leads back into itself.'),
    stop: { gives: 'value', type: stop.name, description: 'Why it ends where it ends.' },
    lengthM: {
      gives: 'value',
      type: 'Quantity',
      description:
        'Length in metres of all cables and circuits on the way, of parallel ones the longest. What has no length, or is hidden, adds nothing.',
    },
    isLengthDefinite: yes('Whether everything on the way has a length, so that `lengthM` is all of it.'),
    lostStrands: {
      gives: 'value',
      type: 'Int',
      nullable: true,
      description:
        'Number of strands that ended on the way while others went on; null where part of the way is hidden.',
    },
    choices: {
      gives: 'values',
      of: choices,
      list: true,
      description: 'With `NO_POSITION`: the strands that could be followed.',
    },
  },
};
