import type { CableFacts, CircuitEnd, Plant, PlantView, Plug, PortFacts, TerminationKind } from '../trace/plant.ts';

/** What is no longer there: ids of devices with all that is on them, of single ports, cables and circuits. */
export interface Gone {
  readonly devices: ReadonlySet<string>;
  readonly ports: ReadonlySet<string>;
  readonly cables: ReadonlySet<string>;
  readonly circuits: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();
export const nothing: Gone = { devices: none, ports: none, cables: none, circuits: none };

/** The part of the plant that traffic runs over: cables that are connected, circuits that are in use, without what is gone. */
export class RemainingPlant implements PlantView {
  readonly #plant: Plant;
  readonly #gone: Gone;

  constructor(plant: Plant, gone: Gone) {
    this.#plant = plant;
    this.#gone = gone;
  }

  port(id: string): PortFacts | undefined {
    const port = this.#plant.port(id);
    if (port === undefined || this.#isPortGone(id, port.device)) return undefined;
    return {
      ...port,
      mappings: port.mappings.filter(({ to }) => !this.#gone.ports.has(to)),
      circuitEnds: port.circuitEnds.filter((key) => this.circuitEnd(key) !== undefined),
    };
  }

  cable(id: string): CableFacts | undefined {
    const cable = this.#plant.cable(id);
    if (cable === undefined || this.#isCableGone(cable)) return undefined;
    return { ...cable, leads: cable.leads.filter(({ at }) => this.#isThere(at)) };
  }

  circuitEnd(at: string): CircuitEnd | undefined {
    const end = this.#plant.circuitEnd(at);
    return end === undefined || this.#isEndGone(end) ? undefined : end;
  }

  kindOf(at: string): TerminationKind {
    return this.#plant.kindOf(at);
  }

  plugsOf(at: string): readonly Plug[] {
    if (!this.#isThere(at)) return [];
    return this.#plant.plugsOf(at).filter(({ cable }) => {
      const facts = this.#plant.cable(cable);
      return facts !== undefined && !this.#isCableGone(facts);
    });
  }

  othersOf(at: string): readonly CircuitEnd[] {
    return this.#plant
      .othersOf(at)
      .filter((end) => !this.#isEndGone(end))
      .map((end) => ({ ...end, cables: end.cables.filter((cable) => !this.#gone.cables.has(cable)) }));
  }

  #isThere(at: string): boolean {
    const end = this.#plant.circuitEnd(at);
    if (end !== undefined) return !this.#isEndGone(end);
    return !this.#isPortGone(at, this.#plant.port(at)?.device ?? null);
  }

  #isPortGone(id: string, device: string | null): boolean {
    return this.#gone.ports.has(id) || (device !== null && this.#gone.devices.has(device));
  }

  #isCableGone({ id, isConnected, isNone, leads }: CableFacts): boolean {
    if (isNone) return leads.some(({ at }) => !this.#isThere(at));
    return !isConnected || this.#gone.cables.has(id);
  }

  #isEndGone({ circuit, port, device, isInUse }: CircuitEnd): boolean {
    return !isInUse || this.#gone.circuits.has(circuit) || (port !== null && this.#isPortGone(port, device));
  }
}
