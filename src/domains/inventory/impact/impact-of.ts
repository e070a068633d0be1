import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey } from '../../../catalog/walk.ts';
import type { AllLost } from './all-lost.ts';
import { type BrokenPath, brokenPaths, devicesAt } from './broken-paths.ts';
import { type CarriedImpact, carriers } from './carriers.ts';
import { type AllDependents, type Host, loadDependents } from './dependents.ts';
import { Explorer, type Standings } from './explore.ts';
import { type FacilityImpact, facilityImpacts, losesLooseCircuits } from './facilities.ts';
import { loadSitesOf, withSitesOfRegions } from './load-loss.ts';
import { lostWithPower } from './lost-with-power.ts';
import type { Powered } from './power.ts';
import type { Gone } from './remaining-plant.ts';
import { surelyReduced } from './surely-reduced.ts';
import { Survey } from './survey.ts';
import { countVerdict, type Verdict, verdictOf } from './verdicts.ts';

export interface DeviceImpact extends ObjectKey {
  readonly verdict: Verdict;
  /** Null where the verdict was clear without it. */
  readonly standings: Standings | null;
}

export interface PowerImpact extends ObjectKey {
  readonly verdict: Verdict;
  readonly inlets: Powered;
}

/** What becomes of the plant, and of what stands on it, when some objects are lost together. */
export interface Impact {
  readonly lost: readonly ObjectKey[];
  /** Devices that are lost along, or have no power left. */
  readonly lostDevices: readonly ObjectKey[];
  readonly paths: readonly BrokenPath[];
  readonly devices: readonly DeviceImpact[];
  readonly power: readonly PowerImpact[];
  readonly facilities: readonly FacilityImpact[];
  readonly circuits: readonly CarriedImpact[];
  readonly links: readonly CarriedImpact[];
  readonly dependents: AllDependents;
  /** How devices stand of which that has not been worked out; it may load more of the plant. */
  readonly standingsOf: (devices: readonly string[]) => Promise<ReadonlyMap<string, Standings>>;
  /** More devices would have had to be looked at than are. */
  readonly isCapped: boolean;
}

export interface Impacts {
  readonly survey: Survey;
  readonly impacts: readonly Impact[];
}

/** Of several losses, each by itself: what becomes of everything. They take as many statements as the one that takes most. */
export async function impactsOf(
  ask: AskValue,
  see: See,
  losses: readonly (readonly ObjectKey[])[],
  first: number,
): Promise<Impacts> {
  const survey = new Survey(ask);
  const sites = await loadSitesOf(ask, see, losses.flat());
  const plants = await survey.run(
    losses.map((lost) => () => plantImpact(survey, withSitesOfRegions(lost, sites), first)),
  );
  const dependents = await loadDependents(
    ask,
    see,
    plants.map(({ hosts, outOfUse }, index) => ({ key: String(index), hosts, circuits: outOfUse, first })),
  );
  const nothing = { total: 0, seen: 0, items: [] };
  const none: AllDependents = { virtualMachines: nothing, deployments: nothing, services: nothing, projects: nothing };
  const impacts = plants.map(({ impact }, index) => ({
    ...impact,
    lost: losses[index] ?? [],
    dependents: dependents.get(String(index)) ?? none,
  }));
  return { survey, impacts };
}

export interface PlantImpact {
  readonly impact: Omit<Impact, 'lost' | 'dependents'>;
  readonly hosts: readonly Host[];
  readonly outOfUse: readonly string[];
  readonly sitesLost: ReadonlySet<string>;
}

/** What becomes of the plant alone. Of more devices than `detailed` it is only worked out how they stand where that decides what becomes of them. */
export async function plantImpact(survey: Survey, lost: readonly ObjectKey[], detailed: number): Promise<PlantImpact> {
  const { facts } = survey;
  const { all, powered } = await lostWithPower(survey, lost);
  const { gone } = all;

  const origins = [...new Set(all.origins.map(({ port }) => port))];
  const traces = await survey.tracer.traces(origins, gone);
  const paths = brokenPaths(origins, traces);
  // Of ways that can be traced from what is lost alone, those at the other end are told by a trace from there.
  const others = await survey.tracer.oneSided(origins, traces.before);
  const pathsFromLost = brokenPaths(others, await survey.tracer.traces(others, gone));
  const touched = devicesAt(facts, [...paths, ...pathsFromLost]);
  const [{ carried, outOfUse, outOfUseToo, sites, facilities }, reduced] = await survey.beside(
    () => carriersAndFacilities(survey, all, paths),
    async () =>
      touched.size > detailed ? await surelyReduced(survey, { gone, origins: all.origins, traces }) : new Set<string>(),
  );
  const cutOff = new Set(facilities.filter(({ verdict }) => verdict === 'Isolated').map(({ id }) => id));

  const moved = sites.filter(
    (site) => !cutOff.has(site) && losesLooseCircuits(facts.waysOut(site, outOfUseToo).ways, gone),
  );
  if (moved.length > 0) await survey.need(facts.loadCore, moved);
  for (const device of moved.flatMap((site) => facts.coreDevices.get(site) ?? [])) touched.add(device);
  const explorer = new Explorer(survey, gone, cutOff);
  const standings = await explorer.standings([...touched].filter((device) => !reduced.has(device)));
  const devices = [...new Set([...standings.keys(), ...reduced])].flatMap((id): DeviceImpact[] => {
    const kind = facts.devices.get(id)?.kind;
    if (kind === undefined) return [];
    const own = standings.get(id);
    if (own === undefined) return [{ kind, id, verdict: 'Reduced', standings: null }];
    const hasLost = explorer.network.hasLostWay(id);
    const verdict = verdictOf(own.before, own.after, hasLost);
    return verdict === 'Unaffected' && !hasLost ? [] : [{ kind, id, verdict, standings: own }];
  });

  const power = [...powered].flatMap(([id, inlets]): PowerImpact[] => {
    const kind = facts.devices.get(id)?.kind;
    const verdict = countVerdict(inlets);
    return kind === undefined || verdict === 'Unaffected' ? [] : [{ kind, id, verdict, inlets }];
  });
  const hosts: Host[] = [
    ...all.devices.filter(({ kind }) => kind === 'Node').map((key): Host => ({ ...key, verdict: 'Isolated' })),
    ...devices.filter(({ kind }) => kind === 'Node'),
    ...power.filter(({ kind, verdict }) => kind === 'Node' && verdict !== 'Isolated'),
    ...[...all.sites].map((id): Host => ({ kind: 'Site', id, verdict: 'Isolated' })),
    ...facilities.map((facility): Host => ({ ...facility, kind: 'Site' })),
    ...all.clusters.map((id): Host => ({ kind: 'Cluster', id, verdict: 'Isolated' })),
  ].map(({ kind, id, verdict }) => ({ kind, id, verdict }));
  return {
    impact: {
      lostDevices: all.devices,
      paths,
      devices,
      power,
      facilities,
      ...carried,
      standingsOf: (wanted) => explorer.standings(wanted),
      isCapped: explorer.isCapped,
    },
    hosts,
    outOfUse,
    sitesLost: all.sites,
  };
}

/** What becomes of what carries paths that are broken, and of the facilities around. */
async function carriersAndFacilities(survey: Survey, all: AllLost, paths: readonly BrokenPath[]) {
  const carried = await carriers(survey, all, paths);
  const outOfUse = carried.circuits.filter(({ verdict }) => verdict === 'Isolated').map(({ id }) => id);
  const ends = outOfUse.flatMap((circuit) => survey.facts.plant.endsOf(circuit));
  const sitesOfEnds = ends.flatMap(({ place }) => (place?.kind === 'Site' ? [place.id] : []));
  const sites = [...new Set([...all.sitesAround, ...sitesOfEnds])].filter((site) => !all.sites.has(site));
  const outOfUseToo: Gone = { ...all.gone, circuits: new Set(outOfUse) };
  return { carried, outOfUse, outOfUseToo, sites, facilities: await facilityImpacts(survey, sites, outOfUseToo) };
}
