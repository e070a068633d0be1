import type { ObjectKey } from '../../../catalog/walk.ts';
import type { Facts, WayOut } from './facts.ts';
import type { Lockstep } from './lockstep.ts';
import type { Gone } from './remaining-plant.ts';
import { type Count, countVerdict, type Verdict } from './verdicts.ts';

/** A circuit or cable that led out of a facility. */
export interface WayOutImpact extends ObjectKey {
  readonly isLost: boolean;
}

export interface FacilityImpact {
  readonly id: string;
  readonly verdict: Verdict;
  readonly ways: Count;
  readonly waysOut: readonly WayOutImpact[];
}

export const isWayLost = ({ kind, id, ports }: WayOut, gone: Gone): boolean =>
  kind === 'Circuit'
    ? gone.circuits.has(id)
    : gone.cables.has(id) || ports.some(({ port, device }) => gone.ports.has(port) || gone.devices.has(device));

/** Whether no circuit is left by which the core of a facility led out. */
export function losesLooseCircuits({ waysOut }: Facts, site: string, gone: Gone): boolean {
  const loose = (waysOut.get(site) ?? []).filter(({ isLoose }) => isLoose);
  return loose.length > 0 && loose.every(({ id }) => gone.circuits.has(id));
}

/** What becomes of the ways out of facilities. */
export async function facilityImpacts(
  facts: Facts,
  lockstep: Lockstep,
  sites: readonly string[],
  gone: Gone,
): Promise<FacilityImpact[]> {
  if (sites.length === 0) return [];
  await lockstep.need(facts.loadWaysOut, sites);
  return sites.flatMap((id): FacilityImpact[] => {
    const waysOut = (facts.waysOut.get(id) ?? []).map(
      (way): WayOutImpact => ({ kind: way.kind, id: way.id, isLost: isWayLost(way, gone) }),
    );
    const ways = { before: waysOut.length, after: waysOut.filter(({ isLost }) => !isLost).length };
    return ways.after === ways.before ? [] : [{ id, ways, waysOut, verdict: countVerdict(ways) }];
  });
}
