import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey, WalkValue } from '../../../catalog/walk.ts';
import type { Plant } from '../trace/plant.ts';
import { presentTrace } from '../trace/present.ts';
import { type IsSeen, loadSeen } from '../trace/seen.ts';
import type { BrokenPath } from './broken-paths.ts';
import type { CarriedImpact } from './carriers.ts';
import type { Dependents, DeploymentHost } from './dependents.ts';
import type { Standings } from './explore.ts';
import type { FacilityImpact } from './facilities.ts';
import type { DeviceImpact, Impact, Impacts } from './impact-of.ts';
import { inOrder, loadNames } from './names.ts';
import { presentList } from './present-list.ts';
import { isRedundant, type Verdict } from './verdicts.ts';
import { keyText } from './what-can-be-lost.ts';

/** What becomes of everything, as the caller may see it: what is hidden is counted. */
export async function presentImpacts(
  ask: AskValue,
  see: See,
  { survey, impacts }: Impacts,
  first: number,
): Promise<WalkValue[]> {
  const names = await loadNames(
    ask,
    see,
    impacts.flatMap((impact) => [...objectsOf(impact)]),
  );
  const { plant } = survey.facts;
  const shown = impacts.map((impact) => new Shown(plant, impact, names, first));
  const undetailed = shown.filter((one) => one.devicesWithoutDetail.length > 0);
  if (undetailed.length > 0) await survey.run(undetailed.map((one) => () => one.loadDetail()));
  const paths = shown
    .flatMap((one) => one.pathsShown)
    .flatMap(({ before, after }) => [before, ...(after ? [after] : [])]);
  const isSeen = await loadSeen(ask, see, plant, paths);
  return shown.map((one) => one.value(isSeen));
}

function* objectsOf(impact: Impact): Generator<ObjectKey> {
  yield* impact.lost;
  yield* impact.lostDevices;
  yield* impact.devices;
  yield* impact.power;
  for (const { id, waysOut } of impact.facilities) {
    yield { kind: 'Site', id };
    yield* waysOut;
  }
  for (const { id } of impact.circuits) yield { kind: 'Circuit', id };
  for (const { id } of impact.links) yield { kind: 'Link', id };
  for (const path of impact.paths) yield* portsOf(path);
  for (const { hosts } of impact.dependents.deployments.items) yield* hosts;
  for (const { host } of impact.dependents.virtualMachines.items) yield { kind: 'Node', id: host };
}

/** Ports at its ends: whoever sees one of them is shown the path. */
function portsOf({ before }: BrokenPath): ObjectKey[] {
  const [near] = before.groups;
  const far = before.stop === 'Endpoint' ? before.groups.at(-1) : undefined;
  return [near, far].flatMap((group) => group?.members ?? []).map((id) => ({ kind: 'Port', id }));
}

interface Judged {
  readonly verdict: Verdict;
}

class Shown {
  readonly #impact: Impact;
  readonly #names: ReadonlyMap<string, string>;
  readonly #first: number;
  readonly #pathsOf: ReadonlyMap<string, readonly BrokenPath[]>;
  readonly #paths: readonly BrokenPath[];
  readonly #plant: Plant;
  readonly #devicesShown: readonly DeviceImpact[];
  #standings: ReadonlyMap<string, Standings> = new Map();

  constructor(plant: Plant, impact: Impact, names: ReadonlyMap<string, string>, first: number) {
    this.#plant = plant;
    this.#impact = impact;
    this.#names = names;
    this.#first = first;
    this.#paths = inOrder(impact.paths, (path) => {
      const known = portsOf(path).flatMap((key) => names.get(keyText(key)) ?? []);
      return known.length === 0 ? undefined : known.join(' ');
    });
    const byDevice = new Map<string, BrokenPath[]>();
    for (const path of this.#paths)
      for (const { id } of portsOf(path)) {
        const device = plant.port(id)?.device;
        if (device != null) byDevice.set(device, [...(byDevice.get(device) ?? []), path]);
      }
    this.#pathsOf = byDevice;
    this.#devicesShown = this.#seenKeys(impact.devices).slice(0, first);
  }

  #pathsAt(device: string): readonly BrokenPath[] {
    return (this.#pathsOf.get(device) ?? []).slice(0, this.#first);
  }

  /** Devices of which the answer tells, and of which it is not known how they stand. */
  get devicesWithoutDetail(): readonly string[] {
    return this.#devicesShown.filter(({ standings }) => standings === null).map(({ id }) => id);
  }

  #detailOf(device: string): Standings {
    const standings = this.#standings.get(device);
    if (standings === undefined) throw new Error(`it is not known how the device ${device} stands`);
    return standings;
  }

  async loadDetail(): Promise<void> {
    this.#standings = await this.#impact.standingsOf(this.devicesWithoutDetail);
  }

  /** Paths of which the answer tells. */
  get pathsShown(): readonly BrokenPath[] {
    const hosts = this.#impact.dependents.deployments.items.flatMap((deployment) => deployment.hosts);
    return [
      ...new Set([
        ...this.#paths.slice(0, this.#first),
        ...[...this.#devicesShown, ...hosts].flatMap(({ id }) => this.#pathsAt(id)),
      ]),
    ];
  }

  #seenKeys<T extends ObjectKey>(items: readonly T[]): T[] {
    return inOrder(items, (key) => this.#names.get(keyText(key)));
  }

  /** What is lost comes first. */
  #waysShown(ways: FacilityImpact['waysOut']): WalkValue[] {
    return this.#seenKeys(ways)
      .sort((one, other) => Number(other.isLost) - Number(one.isLost))
      .slice(0, this.#first)
      .map(({ isLost, kind, id }) => ({ __typename: 'WayOutImpact', way: { kind, id }, isLost }));
  }

  #waysOutOf({ site }: DeploymentHost): WalkValue[] {
    return this.#waysShown(this.#impact.facilities.find(({ id }) => id === site)?.waysOut ?? []);
  }

  value(isSeen: IsSeen): WalkValue {
    const { lost, lostDevices, devices, power, facilities, circuits, links, dependents, isCapped } = this.#impact;
    const broken = (path: BrokenPath): WalkValue => ({
      __typename: 'BrokenPath',
      before: presentTrace(this.#plant, path.before, isSeen),
      after: path.after === null ? null : presentTrace(this.#plant, path.after, isSeen),
    });
    const list = <T>(
      type: string,
      all: readonly T[],
      seen: readonly T[],
      item: (one: T) => unknown,
      more: object = {},
    ) => presentList(type, { total: all.length, seen: seen.length, items: seen.slice(0, this.#first).map(item) }, more);
    const judged = <T extends Judged & ObjectKey>(type: string, all: readonly T[], item: (one: T) => unknown) =>
      list(type, all, this.#seenKeys(all), item, countsOf(all));
    const of = <T extends { readonly id: string }>(kind: string, all: readonly T[]) =>
      all.map((one) => ({ ...one, kind }));
    const key = ({ kind, id }: ObjectKey): ObjectKey => ({ kind, id });
    const carried = ({ verdict, isLost, paths }: CarriedImpact) => ({
      verdict,
      isLost,
      pathsBefore: paths.before,
      pathsAfter: paths.after,
    });
    const dependent = <T>(type: string, found: Dependents<T>, item: (one: T) => unknown) =>
      presentList(type, { ...found, items: found.items.map(item) });
    return {
      __typename: 'Impact',
      lost: lost.map(key),
      unknown: [],
      isCapped,
      lostDevices: list('LostDevices', lostDevices, this.#seenKeys(lostDevices), key),
      paths: list('BrokenPaths', this.#impact.paths, this.#paths, broken),
      devices: judged('DeviceImpacts', devices, ({ verdict, standings, ...device }) => {
        const { before, after } = standings ?? this.#detailOf(device.id);
        return {
          __typename: 'DeviceImpact',
          device: key(device),
          verdict,
          pathsBefore: before.paths,
          pathsAfter: after.paths,
          wasRedundant: isRedundant(before),
          isRedundant: isRedundant(after),
          brokenPaths: this.#pathsAt(device.id).map(broken),
        };
      }),
      power: judged('PowerImpacts', power, ({ verdict, inlets, ...device }) => ({
        __typename: 'PowerImpact',
        device: key(device),
        verdict,
        inletsBefore: inlets.before,
        inletsAfter: inlets.after,
      })),
      sites: judged('SiteImpacts', of('Site', facilities), ({ id, verdict, ways, waysOut }) => ({
        __typename: 'SiteImpact',
        site: { kind: 'Site', id },
        verdict,
        waysOutBefore: ways.before,
        waysOutAfter: ways.after,
        waysOut: this.#waysShown(waysOut),
      })),
      circuits: judged('CircuitImpacts', of('Circuit', circuits), (one) => ({
        __typename: 'CircuitImpact',
        circuit: key(one),
        ...carried(one),
      })),
      links: judged('LinkImpacts', of('Link', links), (one) => ({
        __typename: 'LinkImpact',
        link: key(one),
        ...carried(one),
      })),
      virtualMachines: dependent('VirtualMachineImpacts', dependents.virtualMachines, ({ id, host, verdict }) => ({
        __typename: 'VirtualMachineImpact',
        virtualMachine: { kind: 'VirtualMachine', id },
        host: { kind: 'Node', id: host },
        verdict,
      })),
      deployments: dependent(
        'ImpactedDeployments',
        dependents.deployments,
        ({ id, service, verdict, hosts, importers, entitledProjectCount }) => ({
          __typename: 'ImpactedDeployment',
          deployment: { kind: 'Deployment', id },
          service: { kind: 'Service', id: service },
          verdict,
          importers: dependent('ImportingDeployments', importers, (importer) => ({ kind: 'Deployment', id: importer })),
          entitledProjectCount,
          hosts: hosts.map((host) => ({
            __typename: 'ImpactedHost',
            host: key(host),
            verdict: host.verdict,
            brokenPaths: this.#pathsAt(host.id).map(broken),
            waysOut: this.#waysOutOf(host),
          })),
        }),
      ),
      services: dependent('ImpactedServices', dependents.services, (id) => ({ kind: 'Service', id })),
      projects: dependent('ImpactedProjects', dependents.projects, (id) => ({ kind: 'Project', id })),
    };
  }
}

const countsOf = (all: readonly Judged[]) => {
  const count = (wanted: Verdict): number => all.filter(({ verdict }) => verdict === wanted).length;
  return {
    isolatedCount: count('Isolated'),
    redundancyLostCount: count('RedundancyLost'),
    reducedCount: count('Reduced'),
  };
};
