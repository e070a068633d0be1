import type { ObjectKey } from '../../../catalog/walk.ts';
import type { Gone } from './remaining-plant.ts';
import type { Survey } from './survey.ts';
import { type Count, countVerdict, type Verdict } from './verdicts.ts';
import type { WayOut } from './ways-out.ts';

export interface FacilityImpact {
  readonly id: string;
  readonly verdict: Verdict;
  readonly ways: Count;
  readonly waysOut: readonly (ObjectKey & Pick<WayOut, 'isLost'>)[];
}

/** Whether no circuit is left by which the core of a facility led out. */
export function losesLooseCircuits(ways: readonly WayOut[], gone: Gone): boolean {
  const loose = ways.filter(({ isLoose }) => isLoose);
  return loose.length > 0 && loose.every(({ id }) => gone.circuits.has(id));
}

/** What becomes of the ways out of facilities. */
export async function facilityImpacts(
  { facts, need }: Survey,
  sites: readonly string[],
  gone: Gone,
): Promise<FacilityImpact[]> {
  if (sites.length === 0) return [];
  await need(
    facts.loadWaysLeft,
    sites.map((site) => ({ site, gone })),
  );
  return sites.flatMap((id): FacilityImpact[] => {
    const { ways: waysOut, lostCount, leftCount: after } = facts.waysOut(id, gone);
    const ways = { before: lostCount + after, after };
    return lostCount === 0 ? [] : [{ id, ways, waysOut, verdict: countVerdict(ways) }];
  });
}
