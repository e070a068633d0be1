/** Why a trace ends (cable-trace.md 6). */
export const traceStops = {
  Endpoint: 'The far end is known.',
  ProviderNetwork: 'It is handed over to the network of a provider.',
  Site: 'The far side of the circuit is at a known place, and nothing is plugged in there.',
  Uncabled: 'The next port is free: a cable can be plugged in here.',
  Unmapped: 'The inner wiring of the panel does not go on for this strand.',
  NoOtherSide: 'The circuit has only one recorded end.',
  NoFarEnd: 'At the other end of the cable nothing is plugged in for this strand.',
  NoPosition: 'The next port has several strands, and which of them to follow is not known: see `choices`.',
  MixedKinds: 'Parallel ways have come to ports of different kinds: trace them one by one.',
  MixedCables: 'Parallel ways have come to cables with and without a profile: trace them one by one.',
  CircuitLoop: 'Both sides of one circuit are on one cable.',
  Loop: 'The cabling leads back into itself.',
  TooLong: 'The trace was given up, after 1,000 cables or with very many parallel ways.',
} as const;

export type TraceStop = keyof typeof traceStops;

/** Of what a group consists: ports, cables, ends of circuits, or places at which those are. */
export type GroupOf = 'Ports' | 'Cables' | 'CircuitEnds' | 'Places';

export interface Group {
  readonly of: GroupOf;
  /** Ids; of ends of circuits their keys, of places `<kind>/<id>`. Each once, in the order in which the trace met them. */
  readonly members: readonly string[];
}

/** A strand that the trace could follow at a port where it does not know which. */
export interface Choice {
  readonly port: string;
  readonly position: number;
  readonly to: string;
  readonly toCables: readonly string[];
}

/** What a trace has found (cable-trace.md 3). */
export interface TracePath {
  readonly groups: readonly Group[];
  readonly isComplete: boolean;
  readonly isActive: boolean;
  readonly isSplit: boolean;
  readonly isLoop: boolean;
  readonly stop: TraceStop;
  /** Strands that ended on the way while others went on. */
  readonly lost: number;
  readonly choices: readonly Choice[];
}
