import type { AskValue } from '../../../catalog/walk.ts';
import { isEndpoint } from './kinds.ts';
import { loadPlant } from './load-plant.ts';
import { plainPath } from './plain-path.ts';
import { Plant, type PlantView } from './plant.ts';
import type { TracePath } from './trace-path.ts';
import { type Start, TraceWalk } from './trace-walk.ts';

/** From which port a trace goes out, in which direction, and which strand of the port it follows. */
export interface Origin {
  readonly port: string;
  readonly goes: Start['goes'];
  readonly position?: number | undefined;
}

/** Paths of these origins, null where nothing is plugged in, and what of the plant they lead over. */
export interface Traced {
  readonly plant: Plant;
  readonly paths: readonly (TracePath | null)[];
}

/** Traces from any number of ports, round by round with one statement for all of them. */
export async function tracePorts(ask: AskValue, origins: readonly Origin[]): Promise<Traced> {
  const plant = new Plant();
  const portsGoing = (goes: Start['goes']): string[] =>
    origins.filter((origin) => origin.goes === goes).map(({ port }) => port);
  await loadPlant(ask, plant, [{ near: portsGoing('OverCable'), far: portsGoing('Inwards') }], true);
  const known = origins.map(({ port, goes }) => (goes === 'OverCable' ? plainPath(plant, port) : undefined));
  const walks = origins
    .filter((_, index) => known[index] === undefined)
    .map((origin) => new TraceWalk(startOf(plant, origin)));
  await walkToEnd(
    ask,
    plant,
    walks.map((walk) => ({ walk, through: plant })),
  );
  const walked = walks.values();
  return { plant, paths: known.map((path) => path ?? walked.next().value?.path ?? null) };
}

/** A trace on its way, and what it goes by: the plant, or what is left of it. */
export interface Walking {
  readonly walk: TraceWalk;
  readonly through: PlantView;
}

/** Goes on with all of them round by round, one statement for each round. */
export async function walkToEnd(ask: AskValue, plant: Plant, walks: readonly Walking[]): Promise<void> {
  for (let open = walks; open.length > 0; open = open.filter(({ walk }) => walk.isOpen)) {
    const needs = open.map(({ walk, through }) => walk.needs(through));
    await loadPlant(ask, plant, needs, false);
    for (const { walk, through } of open) walk.advance(through);
  }
}

/** Endpoints that share the end of a plain cable are one origin (cable-trace.md 9.1). */
export function startOf(plant: PlantView, { port, goes, position }: Origin): Start {
  const { width = 1 } = plant.port(port) ?? {};
  const address = position !== undefined && width > 1 ? [position] : [];
  if (goes === 'Inwards' || !isEndpoint(plant.kindOf(port))) return { goes, at: [port], address };
  const mates = plant.plugsOf(port).flatMap(({ cable, side }) => {
    const { profile, leads } = plant.cable(cable) ?? { profile: null, leads: [] };
    return profile === null ? leads.filter((lead) => lead.side === side).map(({ at }) => at) : [];
  });
  const at = [...new Set(mates)].filter((mate) => isEndpoint(plant.kindOf(mate)));
  return { goes, at: at.length === 0 ? [port] : at, address };
}
