import type { AskValue } from '../../../catalog/walk.ts';
import { isEndpoint } from './kinds.ts';
import { loadPlant } from './load-plant.ts';
import { Plant } from './plant.ts';
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
  const walks = origins.map((origin) => new TraceWalk(startOf(plant, origin)));
  for (let open = walks; open.length > 0; open = open.filter(({ isOpen }) => isOpen)) {
    const needs = open.map((walk) => walk.needs(plant));
    await loadPlant(ask, plant, needs, false);
    for (const walk of open) walk.advance(plant);
  }
  return { plant, paths: walks.map(({ path }) => path) };
}

/** Endpoints that share the end of a plain cable are one origin (cable-trace.md 9.1). */
export function startOf(plant: Plant, { port, goes, position }: Origin): Start {
  const { width = 1 } = plant.ports.get(port) ?? {};
  const address = position !== undefined && width > 1 ? [position] : [];
  if (goes === 'Inwards' || !isEndpoint(plant.kindOf(port))) return { goes, at: [port], address };
  const mates = plant.plugsOf(port).flatMap(({ cable, side }) => {
    const { profile, leads } = plant.cables.get(cable) ?? { profile: null, leads: [] };
    return profile === null ? leads.filter((lead) => lead.side === side).map(({ at }) => at) : [];
  });
  const at = [...new Set(mates)].filter((mate) => isEndpoint(plant.kindOf(mate)));
  return { goes, at: at.length === 0 ? [port] : at, address };
}
