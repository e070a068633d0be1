import { plainPath } from '../trace/plain-path.ts';
import type { Plant, PlantView } from '../trace/plant.ts';
import type { Group, TracePath } from '../trace/trace-path.ts';
import { startOf } from '../trace/trace-ports.ts';
import { TraceWalk } from '../trace/trace-walk.ts';
import type { Facts } from './facts.ts';
import type { Lockstep } from './lockstep.ts';
import type { When } from './network.ts';
import { type Gone, nothing, RemainingPlant } from './remaining-plant.ts';

/** What of the plant a path cannot do without, as kind and id, for each of the ports that it ends at. */
export interface Path {
  readonly trace: TracePath;
  readonly needs: ReadonlyMap<string, Set<string>>;
  /** Everything that it leads over, ports too. */
  readonly over: ReadonlySet<string>;
}

/** Of origins: their traces before something is gone, and after; null where nothing is plugged in. */
export type Traces = Readonly<Record<When, ReadonlyMap<string, TracePath | null>>>;

/** Where a path leads out that does not end at a port. */
export const OUT = 'out';

/** Whether traffic comes to something at its end. */
export const isWhole = ({ stop }: TracePath): boolean =>
  stop === 'Endpoint' || stop === 'ProviderNetwork' || stop === 'Site' || stop === 'NoOtherSide';

/** Whether it leads to something at its end, and never more than one way at a time. */
export const isStraight = (trace: TracePath): boolean =>
  isWhole(trace) && trace.groups.every(({ members }) => members.length === 1);

/** Stops at which a trace does not follow what can be followed from the other end. */
const oneSided: ReadonlySet<string> = new Set([
  'NoPosition',
  'MixedKinds',
  'MixedCables',
  'Loop',
  'CircuitLoop',
  'TooLong',
]);

export const endsOf = ({ stop, groups }: TracePath): readonly string[] =>
  stop === 'Endpoint' ? (groups.at(-1)?.members ?? []) : [OUT];

/** Walks traces through what is left of the plant, one round of all that is asked at once for each statement. */
export class Tracer {
  readonly #facts: Facts;
  readonly #lockstep: Lockstep;
  /** What is there while nothing is gone, of origins and of their traces. */
  readonly #whole = new Map<string, TracePath | null>();
  readonly #pathsOf = new Map<TracePath, Path>();

  constructor(facts: Facts, lockstep: Lockstep) {
    this.#facts = facts;
    this.#lockstep = lockstep;
  }

  /** Of traces: their paths, as far as they are whole, and what these cannot do without. */
  async paths(traces: ReadonlyMap<string, TracePath | null>, gone: Gone): Promise<Map<string, Path>> {
    const { plant } = this.#facts;
    const paths = new Map<string, Path>();
    const trials: { readonly origin: string; readonly element: string }[] = [];
    for (const [origin, trace] of traces) {
      if (trace === null || !isWhole(trace)) continue;
      // A trace that leads over nothing that is gone cannot do without what it could not do without before.
      const known = this.#pathsOf.get(trace);
      if (known !== undefined) {
        paths.set(origin, known);
        continue;
      }
      const { sure, perhaps } = crossedBy(plant, trace);
      const needs = new Map(endsOf(trace).map((end) => [end, new Set(sure)]));
      const path: Path = { trace, needs, over: everythingOn(plant, trace) };
      paths.set(origin, path);
      for (const element of perhaps) trials.push({ origin, element });
    }
    const tried = await this.#walk(trials.map(({ origin, element }) => ({ origin, gone: without(gone, element) })));
    for (const [index, { origin, element }] of trials.entries()) {
      const left = tried[index] ?? null;
      const still = new Set(left === null || !isWhole(left) ? [] : endsOf(left));
      for (const [end, needs] of paths.get(origin)?.needs ?? []) if (!still.has(end)) needs.add(element);
    }
    if (gone === nothing) for (const path of paths.values()) this.#pathsOf.set(path.trace, path);
    return paths;
  }

  async traces(origins: readonly string[], gone: Gone): Promise<Traces> {
    const { plant } = this.#facts;
    const unknown = origins.filter((origin) => !this.#whole.has(origin));
    const walked = await this.#walk(unknown.map((origin) => ({ origin, gone: nothing })));
    for (const [index, origin] of unknown.entries()) this.#whole.set(origin, walked[index] ?? null);
    const before = new Map(origins.map((origin) => [origin, this.#whole.get(origin) ?? null]));
    const over = origins.filter((origin) => {
      const trace = before.get(origin);
      return trace != null && leadsOver(plant, trace, gone);
    });
    const left = await this.#walk(over.map((origin) => ({ origin, gone })));
    const after = new Map([
      ...before,
      ...over.map((origin, index): [string, TracePath | null] => [origin, left[index] ?? null]),
    ]);
    return { before, after };
  }

  /** Ports from which paths lead to these that cannot be found from here. */
  async oneSided(origins: readonly string[], traces: ReadonlyMap<string, TracePath | null>): Promise<string[]> {
    const found = new Set<string>();
    const blind: string[] = [];
    for (const origin of origins) {
      const trace = traces.get(origin) ?? null;
      if (trace === null) continue;
      if (oneSided.has(trace.stop)) blind.push(origin);
      else if (trace.stop === 'Endpoint' && trace.groups.some(({ members }) => members.length > 1))
        for (const end of endsOf(trace)) found.add(end);
    }
    if (blind.length > 0) await this.#lockstep.need(this.#facts.loadReaching, blind);
    for (const origin of blind) for (const other of this.#facts.reaching.get(origin) ?? []) found.add(other);
    return [...found].filter((port) => !traces.has(port));
  }

  async #walk(wanted: readonly { readonly origin: string; readonly gone: Gone }[]): Promise<(TracePath | null)[]> {
    if (wanted.length === 0) return [];
    const { plant, loadStarts, loadRound } = this.#facts;
    const unknown = wanted.map(({ origin }) => origin).filter((origin) => !plant.plugs.has(origin));
    if (unknown.length > 0) await this.#lockstep.need(loadStarts, unknown);
    const views = new Map<Gone, PlantView>();
    const known = wanted.map(({ origin, gone }) => plainPathLeft(plant, origin, gone));
    const unwalked = wanted.filter((_, index) => known[index] === undefined);
    const walks = unwalked.map(({ origin, gone }) => {
      const through = views.get(gone) ?? new RemainingPlant(plant, gone);
      views.set(gone, through);
      return { walk: new TraceWalk(startOf(through, { port: origin, goes: 'OverCable' })), through };
    });
    for (let open = walks; open.length > 0; open = open.filter(({ walk }) => walk.isOpen)) {
      const needs = open
        .map(({ walk, through }) => walk.needs(through))
        .filter(({ near, far }) => near.some((at) => !plant.plugs.has(at)) || far.some((at) => !plant.ports.has(at)));
      if (needs.length > 0) await this.#lockstep.need(loadRound, needs);
      for (const { walk, through } of open) walk.advance(through);
    }
    const paths = walks.values();
    return known.map((path) => (path === undefined ? (paths.next().value?.walk.path ?? null) : path));
  }
}

/** What is left of the path over one plain cable, as a walk would find it: over one that is not installed no traffic runs. */
function plainPathLeft(plant: Plant, port: string, gone: Gone): TracePath | null | undefined {
  const path = plainPath(plant, port);
  const plain = plant.plain.get(port);
  if (path === undefined || plain === undefined) return undefined;
  const isGone = (id: string): boolean => gone.ports.has(id) || gone.devices.has(plant.port(id)?.device ?? '');
  if (!path.isActive || gone.cables.has(plain.cable) || isGone(port)) return null;
  if (!isGone(plain.far)) return path;
  const groups: Group[] = [...path.groups.slice(0, -1), { of: 'Ports', members: [] }];
  return { ...path, groups, isComplete: false, stop: 'NoFarEnd' };
}

/** Everything that a trace leads over, as kind and id, with the devices at whose ports circuits end. */
export function everythingOn(plant: Plant, { groups }: TracePath): Set<string> {
  const found = new Set<string>();
  for (const group of groups)
    for (const member of group.members) {
      for (const element of elementOf(plant, group, member)) found.add(element);
      if (group.of === 'Ports') found.add(`Port/${member}`);
      const end = group.of === 'CircuitEnds' ? plant.circuitEnd(member) : undefined;
      if (end?.port != null) found.add(`Port/${end.port}`);
      if (end?.device != null) found.add(`Device/${end.device}`);
    }
  return found;
}

/** What a path leads over: what it cannot do without, and what it may be able to, since ways run side by side. */
function crossedBy(plant: Plant, { groups }: TracePath) {
  const sure = new Set<string>();
  const perhaps = new Set<string>();
  for (const group of groups.slice(1)) {
    const elements = [...new Set(group.members.flatMap((member) => elementOf(plant, group, member)))];
    const isOne = elements.length === 1;
    for (const element of elements) (isOne ? sure : perhaps).add(element);
  }
  return { sure, perhaps: [...perhaps].filter((element) => !sure.has(element)) };
}

/** Cables, circuits, and devices whose ports traces go through. */
function elementOf(plant: Plant, { of }: Group, member: string): string[] {
  if (of === 'Cables') return [`Cable/${member}`];
  if (of === 'CircuitEnds') return [`Circuit/${plant.circuitEnd(member)?.circuit ?? ''}`];
  const device = of === 'Ports' && plant.port(member)?.kind !== 'Interface' ? plant.port(member)?.device : undefined;
  return device == null ? [] : [`Device/${device}`];
}

function without(gone: Gone, element: string): Gone {
  const [kind, id = ''] = element.split('/');
  const more = (set: ReadonlySet<string>): ReadonlySet<string> => new Set([...set, id]);
  if (kind === 'Cable') return { ...gone, cables: more(gone.cables) };
  return kind === 'Circuit' ? { ...gone, circuits: more(gone.circuits) } : { ...gone, devices: more(gone.devices) };
}

/** Whether a trace leads over anything that is gone. Where it does not, it is the same without. */
export function leadsOver(plant: Plant, { groups }: TracePath, gone: Gone): boolean {
  const isPortGone = (port: string | null, device: string | null | undefined): boolean =>
    (port !== null && gone.ports.has(port)) || (device != null && gone.devices.has(device));
  return groups.some(({ of, members }) =>
    members.some((member) => {
      if (of === 'Cables') return gone.cables.has(member);
      if (of === 'Ports') return isPortGone(member, plant.port(member)?.device);
      if (of !== 'CircuitEnds') return false;
      const end = plant.circuitEnd(member);
      return end !== undefined && (gone.circuits.has(end.circuit) || isPortGone(end.port, end.device));
    }),
  );
}
