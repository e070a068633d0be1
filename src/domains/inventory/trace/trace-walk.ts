import { crossCable } from './cross-cable.ts';
import { areOfOneKind, isEndpoint } from './kinds.ts';
import type { CircuitEnd, PlantView } from './plant.ts';
import { isLooping, merged, moved, popped, pushed, remembering, type Strand, strandAt } from './strands.ts';
import type { Choice, Group, GroupOf, TracePath, TraceStop } from './trace-path.ts';

/** Over a cable, from terminations that share its end; or inwards, through the wiring or the circuit first. */
export interface Start {
  readonly goes: 'OverCable' | 'Inwards';
  readonly at: readonly string[];
  readonly address: readonly number[];
}

/** What has to be known of the plant before a trace can go on. */
export interface Needs {
  /** Ports: what is plugged in, and what that leads to. */
  readonly near: readonly string[];
  /** Ports that it arrives at by other ways than a cable. */
  readonly far: readonly string[];
}

/** A trace on correct code ends of itself; these limits are against what nobody has thought of. */
const MOST_ROUNDS = 1_000;
const MOST_STRANDS = 5_000;
const MOST_WORK = 100_000;

/**
 * One trace, round by round (cable-trace.md 4 and 5):
 *
 *   near group ─► cables ─► far group ─► inside of panels and circuits ─► near group …
 */
export class TraceWalk {
  readonly #groups: Group[] = [];
  #near: readonly Strand[] = [];
  #start: Start | undefined;
  #stop: TraceStop | undefined;
  #rounds = 0;
  #work = 0;
  #lost = 0;
  #choices: readonly Choice[] = [];
  #isComplete = false;
  #isActive = true;
  #isSplit = false;
  #isLoop = false;
  /** Cables of the present round. */
  #crossing: ReadonlySet<string> = new Set();

  constructor(start: Start) {
    this.#start = start;
  }

  get isOpen(): boolean {
    return this.#stop === undefined;
  }

  /** Null where nothing is plugged in at the origin. */
  get path(): TracePath | null {
    if (this.#stop === undefined) throw new Error('the trace is not at its end');
    if (this.#stop === 'Uncabled' && this.#groups.length === 1 && this.#rounds === 1) return null;
    return {
      groups: this.#groups,
      isComplete: this.#isComplete,
      isActive: this.#isActive,
      isSplit: this.#isSplit,
      isLoop: this.#isLoop,
      stop: this.#stop,
      lost: this.#lost,
      choices: this.#choices,
    };
  }

  needs(plant: PlantView): Needs {
    if (this.#start !== undefined) {
      const isInwards = this.#start.goes === 'Inwards';
      return { near: isInwards ? [] : this.#start.at, far: isInwards ? this.#start.at : [] };
    }
    const near: string[] = [];
    const far: string[] = [];
    for (const { at } of this.#near) {
      const end = plant.circuitEnd(at);
      if (end === undefined) near.push(at);
      else if (end.port !== null) (end.isDirect ? far : near).push(end.port);
    }
    return { near, far };
  }

  /** One round, of which everything that it needs is known. */
  advance(plant: PlantView): void {
    const stop = this.#goOneRound(plant);
    if (stop !== undefined) this.#end(stop);
  }

  #goOneRound(plant: PlantView): TraceStop | undefined {
    const start = this.#start;
    this.#start = undefined;
    if (start?.goes === 'Inwards') {
      const strands = start.at.map((at) => strandAt(at, start.address));
      return this.#arrive(plant, this.#asTerminations(plant, strands));
    }
    if (start !== undefined) {
      this.#near = start.at.map((at) => strandAt(at, start.address));
      this.#record(
        'Ports',
        this.#near.map(({ at }) => at),
      );
    }
    this.#rounds++;
    this.#work += this.#near.length;
    if (this.#rounds > MOST_ROUNDS || this.#near.length > MOST_STRANDS || this.#work > MOST_WORK) {
      return 'TooLong';
    }
    return this.#cross(plant);
  }

  #record(of: GroupOf, members: readonly string[]): void {
    this.#groups.push({ of, members: [...new Set(members)] });
  }

  #end(stop: TraceStop): void {
    this.#stop = stop;
    if (stop === 'Endpoint' || stop === 'ProviderNetwork') this.#isComplete = true;
    if (splits.has(stop)) this.#isSplit = true;
    if (stop === 'Loop') this.#isLoop = true;
  }

  /** 4.2 to 4.6 */
  #cross(plant: PlantView): TraceStop | undefined {
    const plugged = this.#near.filter(({ at }) => plant.plugsOf(at).length > 0);
    if (plugged.length === 0) return 'Uncabled';
    if (plugged.length < this.#near.length) this.#isSplit = true;
    const names = [...new Set(plugged.flatMap(({ at }) => plant.plugsOf(at).map(({ cable }) => cable)))];
    const cables = names.map((name) => plant.cable(name)).filter((cable) => cable !== undefined);
    const isMixed = new Set(cables.map(({ profile }) => profile === null)).size > 1;
    if (!isMixed && plugged.some(isLooping)) return 'Loop';
    const shown = cables.filter(({ isNone }) => !isNone).map(({ id }) => id);
    if (shown.length > 0) this.#record('Cables', shown);
    if (cables.some(({ isConnected }) => !isConnected)) this.#isActive = false;
    if (isMixed) return 'MixedCables';
    this.#crossing = new Set(names);
    const strands: Strand[] = [];
    let lost = 0;
    for (const strand of plugged.map(remembering))
      for (const plug of plant.plugsOf(strand.at)) {
        const cable = plant.cable(plug.cable);
        if (cable === undefined) continue;
        const crossed = crossCable(strand, plug, cable);
        strands.push(...crossed.strands);
        lost += crossed.lost;
      }
    return this.#arrive(plant, this.#asTerminations(plant, strands), lost);
  }

  /** A port that is the demarcation of a circuit stands for that end of it. */
  #asTerminations(plant: PlantView, strands: readonly Strand[]): Strand[] {
    return merged(
      strands.flatMap((strand) => {
        const port = plant.port(strand.at);
        return port?.kind === 'Circuit' ? port.circuitEnds.map((end) => moved(strand, end)) : [strand];
      }),
    );
  }

  /** 4.7 */
  #arrive(plant: PlantView, far: readonly Strand[], lost = 0): TraceStop | undefined {
    const kinds = [...new Set(far.map(({ at }) => plant.kindOf(at)))];
    if (!areOfOneKind(kinds)) return 'MixedKinds';
    const [kind] = kinds;
    this.#record(
      kind === 'Circuit' ? 'CircuitEnds' : 'Ports',
      far.map(({ at }) => at),
    );
    if (kind === undefined) return 'NoFarEnd';
    this.#lost += lost;
    if (isEndpoint(kind)) return 'Endpoint';
    if (kind === 'Circuit') return this.#throughCircuits(plant, far);
    return this.#throughPanels(plant, far);
  }

  #throughPanels(plant: PlantView, far: readonly Strand[]): TraceStop | undefined {
    const isUnknown = ({ at, address }: Strand): boolean => (plant.port(at)?.width ?? 1) > 1 && address.length === 0;
    if (far.some(isUnknown)) {
      this.#choices = choicesAt(plant, [...new Set(far.map(({ at }) => at))]);
      return 'NoPosition';
    }
    const near: Strand[] = [];
    let lost = 0;
    for (const strand of far) {
      const { width = 1, mappings = [] } = plant.port(strand.at) ?? {};
      const last = strand.address.at(-1);
      const inside = width > 1 ? popped(strand) : strand;
      const found = width > 1 ? mappings.filter(({ position }) => position === last) : mappings;
      if (found.length === 0) lost++;
      for (const { to, toWidth, toPosition } of found) {
        const there = moved(inside, to);
        near.push(toWidth > 1 ? pushed(there, toPosition) : there);
      }
    }
    if (near.length === 0) return 'Unmapped';
    this.#lost += lost;
    return this.#goOn('Ports', near);
  }

  /** 5 */
  #throughCircuits(plant: PlantView, far: readonly Strand[]): TraceStop | undefined {
    const near: Strand[] = [];
    const others = new Map<string, CircuitEnd>();
    let lost = 0;
    for (const strand of far) {
      const ends = plant.othersOf(strand.at);
      if (ends.length === 0) lost++;
      for (const end of ends) {
        others.set(end.key, end);
        near.push(moved(strand, end.key));
      }
    }
    const all = [...others.values()];
    if (all.length === 0) return 'NoOtherSide';
    this.#lost += lost;
    const isNetwork = all.every(({ place }) => place?.kind === 'ProviderNetwork');
    if (isNetwork || all.every(({ isDirect, cables }) => !isDirect && cables.length === 0)) {
      this.#record(
        'CircuitEnds',
        all.map(({ key }) => key),
      );
      this.#record(
        'Places',
        all.flatMap(({ place }) => (place === null ? [] : [`${place.kind}/${place.id}`])),
      );
      return isNetwork ? 'ProviderNetwork' : 'Site';
    }
    if (all.some(({ cables }) => cables.some((cable) => this.#crossing.has(cable)))) return 'CircuitLoop';
    return this.#goOn('CircuitEnds', near);
  }

  #goOn(of: GroupOf, near: readonly Strand[]): undefined {
    this.#near = merged(near);
    this.#record(
      of,
      this.#near.map(({ at }) => at),
    );
    return undefined;
  }
}

const splits: ReadonlySet<TraceStop> = new Set(['NoPosition', 'MixedKinds', 'MixedCables', 'CircuitLoop']);

const choicesAt = (plant: PlantView, at: readonly string[]): Choice[] =>
  at.flatMap((port) =>
    [...(plant.port(port)?.mappings ?? [])]
      .sort((one, other) => one.position - other.position)
      .map(({ position, to, toCables }) => ({ port, position, to, toCables })),
  );
