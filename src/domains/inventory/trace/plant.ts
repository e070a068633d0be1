import type { ObjectKey } from '../../../catalog/walk.ts';

/** What a termination is to a trace. Of `Panel`, `Power` and `Serial` nobody has said more: they count as any of their sort. */
export type TerminationKind =
  | 'Interface'
  | 'Serial'
  | 'ConsolePort'
  | 'ConsoleServerPort'
  | 'Power'
  | 'Inlet'
  | 'Outlet'
  | 'Feed'
  | 'Panel'
  | 'Front'
  | 'Rear'
  | 'Circuit';

/** Inner wiring of a panel, seen from one of the two ports. */
export interface Mapping {
  readonly position: number;
  readonly to: string;
  readonly toPosition: number;
  readonly toWidth: number;
  /** Cables that are plugged into the port on the other side. */
  readonly toCables: readonly string[];
}

export interface PortFacts {
  readonly id: string;
  readonly kind: TerminationKind;
  /** Number of its positions. */
  readonly width: number;
  readonly mappings: readonly Mapping[];
  /** Keys of the ends of circuits whose demarcation it is. */
  readonly circuitEnds: readonly string[];
  /** Id of the device that it is on. */
  readonly device: string | null;
}

/** One end of a circuit: at a port, in a facility or in a provider's network. */
export interface CircuitEnd {
  readonly key: string;
  readonly circuit: string;
  readonly side: 'A' | 'Z';
  readonly termination: string | null;
  readonly port: string | null;
  /** The circuit itself names the port, and is plugged in there: nothing else is. */
  readonly isDirect: boolean;
  readonly place: ObjectKey | null;
  /** Cables that are plugged into the demarcation. */
  readonly cables: readonly string[];
  readonly distanceM: string | null;
  /** Of the device that the port is on. */
  readonly device: string | null;
  /** Whether traffic runs over the circuit, as far as its terminations say. */
  readonly isInUse: boolean;
}

export type Side = 'A' | 'B';

/** Where a termination sits at a cable. */
export interface Plug {
  readonly cable: string;
  readonly side: Side;
  readonly connector: number;
}

export interface Lead {
  readonly side: Side;
  readonly connector: number;
  /** A port, or the key of a circuit's end. */
  readonly at: string;
}

/** How strands run inside a cable: `connector.position` of one end to that of the other; none where they run straight. */
export interface Profile {
  readonly aPositions: number;
  readonly bPositions: number;
  readonly wiring: readonly { readonly a: string; readonly b: string }[] | null;
}

export interface CableFacts {
  readonly id: string;
  readonly isConnected: boolean;
  readonly lengthM: string | null;
  readonly profile: Profile | null;
  readonly leads: readonly Lead[];
  /** It stands for a circuit that is plugged in without a cable, and is no part of a path. */
  readonly isNone: boolean;
}

/** What a trace goes by. */
export interface PlantView {
  readonly port: (id: string) => PortFacts | undefined;
  readonly cable: (id: string) => CableFacts | undefined;
  readonly circuitEnd: (at: string) => CircuitEnd | undefined;
  readonly kindOf: (at: string) => TerminationKind;
  readonly plugsOf: (at: string) => readonly Plug[];
  /** The ends of the same circuit on its other side. */
  readonly othersOf: (at: string) => readonly CircuitEnd[];
}

/** What is known of the plant: as much of it as traces have come to. */
export class Plant implements PlantView {
  readonly ports = new Map<string, PortFacts>();
  readonly plugs = new Map<string, readonly Plug[]>();
  readonly cables = new Map<string, CableFacts>();
  /** Of ports from which a trace ends after one plain cable: that, and the port at its other end. */
  readonly plain = new Map<string, { readonly cable: string; readonly far: string }>();
  readonly #ends = new Map<string, CircuitEnd>();
  readonly #endsOfCircuit = new Map<string, CircuitEnd[]>();

  addCircuitEnd(end: CircuitEnd): void {
    if (this.#ends.has(end.key)) return;
    this.#ends.set(end.key, end);
    const known = this.#endsOfCircuit.get(end.circuit);
    if (known === undefined) this.#endsOfCircuit.set(end.circuit, [end]);
    else known.push(end);
    if (end.isDirect && end.port !== null) this.plugDirectly(end.port, end.key);
  }

  /** A circuit that is plugged into a port itself. */
  plugDirectly(port: string, end: string): void {
    const leads: Lead[] = [
      { side: 'A', connector: 1, at: port },
      { side: 'B', connector: 1, at: end },
    ];
    const id = noCable(end);
    this.cables.set(id, { id, isConnected: true, lengthM: null, profile: null, leads, isNone: true });
  }

  port(id: string): PortFacts | undefined {
    return this.ports.get(id);
  }

  cable(id: string): CableFacts | undefined {
    return this.cables.get(id);
  }

  endsOf(circuit: string): readonly CircuitEnd[] {
    return this.#endsOfCircuit.get(circuit) ?? [];
  }

  circuitEnd(at: string): CircuitEnd | undefined {
    return this.#ends.get(at);
  }

  kindOf(at: string): TerminationKind {
    return this.#ends.has(at) ? 'Circuit' : (this.ports.get(at)?.kind ?? 'Panel');
  }

  plugsOf(at: string): readonly Plug[] {
    const end = this.#ends.get(at);
    if (end === undefined) return this.plugs.get(at) ?? [];
    if (end.isDirect) return [{ cable: noCable(end.key), side: 'B', connector: 1 }];
    return end.port === null ? [] : (this.plugs.get(end.port) ?? []);
  }

  othersOf(at: string): CircuitEnd[] {
    const end = this.#ends.get(at);
    if (end === undefined) return [];
    return this.endsOf(end.circuit).filter(({ side }) => side !== end.side);
  }
}

/** Name of what stands in for a cable where a circuit is plugged in itself. */
export const noCable = (end: string): string => `none:${end}`;
