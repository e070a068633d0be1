import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey, WalkValue } from '../../../catalog/walk.ts';
import { type Down, loadDownOnlyWith } from './dependents.ts';
import type { Facts } from './facts.ts';
import { type PlantImpact, plantImpact } from './impact-of.ts';
import { loadSitesOf, withSitesOfRegions } from './load-loss.ts';
import { loadNames } from './names.ts';
import { presentList, presentNamed } from './present-list.ts';
import { Survey } from './survey.ts';
import { keyText } from './what-can-be-lost.ts';

/** What is down when all of two losses are lost together, and with neither of them alone. */
export interface Overlap {
  readonly devices: readonly ObjectKey[];
  readonly sites: readonly ObjectKey[];
  readonly circuits: readonly ObjectKey[];
  readonly links: readonly ObjectKey[];
  readonly dependents: Down;
  readonly isCapped: boolean;
}

export async function overlapOf(
  ask: AskValue,
  see: See,
  [one, other]: readonly [readonly ObjectKey[], readonly ObjectKey[]],
  first: number,
): Promise<Overlap> {
  const survey = new Survey(ask);
  const both = [...new Map([...one, ...other].map((key) => [keyText(key), key])).values()];
  const sites = await loadSitesOf(ask, see, both);
  const plants = await survey.run(
    [both, one, other].map((lost) => () => plantImpact(survey, withSitesOfRegions(lost, sites), 0)),
  );
  const [together, ...alone] = plants.map((plant) => downIn(survey.facts, plant));
  const dependents = await loadDownOnlyWith(
    ask,
    see,
    plants.map(({ hosts, outOfUse }, index) => ({ key: String(index), hosts, circuits: outOfUse, first })),
    '0',
  );
  const only = (list: 'devices' | 'sites' | 'circuits' | 'links'): ObjectKey[] =>
    [...(together?.[list].values() ?? [])].filter((key) => !alone.some((down) => down.isDown(list, key)));
  return {
    devices: only('devices'),
    sites: only('sites'),
    circuits: only('circuits'),
    links: only('links'),
    dependents,
    isCapped: plants.some(({ impact }) => impact.isCapped),
  };
}

/** What is lost, dead or cut off. Of a facility that is cut off not all devices are named, and all are down. */
function downIn({ devices }: Facts, { impact, sitesLost }: PlantImpact) {
  const of = <T extends { readonly id: string; readonly verdict: string }>(kind: string, all: readonly T[]) =>
    all.filter(({ verdict }) => verdict === 'Isolated').map(({ id }): ObjectKey => ({ kind, id }));
  const judged = [...impact.devices, ...impact.power].filter(({ verdict }) => verdict === 'Isolated');
  const byId = (keys: readonly ObjectKey[]) => new Map(keys.map(({ kind, id }) => [id, { kind, id }]));
  const down = {
    devices: byId([...impact.lostDevices, ...judged]),
    sites: byId([...sitesLost].map((id) => ({ kind: 'Site', id })).concat(of('Site', impact.facilities))),
    circuits: byId(of('Circuit', impact.circuits)),
    links: byId(of('Link', impact.links)),
  };
  return {
    ...down,
    isDown: (list: keyof typeof down, { id }: ObjectKey): boolean =>
      down[list].has(id) || (list === 'devices' && down.sites.has(devices.get(id)?.site ?? '')),
  };
}

/** As the caller may see it: what is hidden is counted. */
export async function presentOverlap(ask: AskValue, see: See, overlap: Overlap, first: number): Promise<WalkValue> {
  const { devices, sites, circuits, links, dependents, isCapped } = overlap;
  const names = await loadNames(ask, see, [...devices, ...sites, ...circuits, ...links]);
  const list = (type: string, all: readonly ObjectKey[]): WalkValue =>
    presentNamed(type, all, first, (key) => names.get(keyText(key)));
  const dependent = (type: string, kind: string, found: Down['virtualMachines' | 'deployments']): WalkValue =>
    presentList(type, { ...found, items: found.items.map(({ id }) => ({ kind, id })) });
  return {
    __typename: 'ImpactOverlap',
    unknown: [],
    isCapped,
    devices: list('OverlapDevices', devices),
    sites: list('OverlapSites', sites),
    circuits: list('OverlapCircuits', circuits),
    links: list('OverlapLinks', links),
    virtualMachines: dependent('OverlapVirtualMachines', 'VirtualMachine', dependents.virtualMachines),
    deployments: dependent('OverlapDeployments', 'Deployment', dependents.deployments),
  };
}
