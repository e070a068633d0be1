import type { ObjectKey } from '../../../catalog/walk.ts';
import type { Explorer } from '../impact/explore.ts';
import type { Facts } from '../impact/facts.ts';
import type { Way } from '../impact/network.ts';
import { loadPathsOver } from '../impact/paths-over.ts';
import { isFed } from '../impact/power.ts';
import type { Survey } from '../impact/survey.ts';
import { everythingOn } from '../impact/traced-paths.ts';
import { keyText } from '../impact/what-can-be-lost.ts';
import { deviceKinds } from './what-stands.ts';

/** What something of the plant stands on, as kind and id; devices of whatever kind are `Device`, feeds `Feed`. */
export interface Footing {
  readonly all: ReadonlySet<string>;
  /** What is along one way: whatever cuts it off takes some of this along. */
  readonly first: ReadonlySet<string>;
}

/** Of facilities, devices and circuits: what they stand on, without what they are in. */
export async function loadFootings(
  survey: Survey,
  explorer: Explorer,
  keys: readonly ObjectKey[],
): Promise<ReadonlyMap<string, Footing>> {
  const { facts } = survey;
  const footings = new Map([...(await ofDevices(explorer, keys)), ...(await ofCircuits(survey, keys))]);
  const devices = keys.filter(({ kind }) => deviceKinds.has(kind)).map(({ id }) => id);
  const sites = new Set(keys.filter(({ kind }) => kind === 'Site').map(({ id }) => id));
  for (const device of devices) sites.add(facts.devices.get(device)?.site ?? '');
  sites.delete('');
  if (sites.size > 0) await survey.need(facts.loadWaysOut, [...sites]);
  const ofSites = waysOutOf(facts, sites);
  for (const [key, footing] of ofSites) footings.set(key, footing);
  for (const device of devices) {
    const footing = footings.get(`Device/${device}`);
    const site = ofSites.get(`Site/${facts.devices.get(device)?.site ?? ''}`);
    if (footing === undefined || site === undefined) continue;
    footings.set(`Device/${device}`, { all: footing.all, first: new Set([...footing.first, ...site.first]) });
  }
  return withPower(survey, await withPaths(survey, footings));
}

async function ofDevices(explorer: Explorer, keys: readonly ObjectKey[]): Promise<Map<string, Footing>> {
  const devices = keys.filter(({ kind }) => deviceKinds.has(kind)).map(({ id }) => id);
  if (devices.length === 0) return new Map();
  const found = await explorer.shortestWays(devices);
  return new Map(
    devices.map((device) => {
      const { ways = [], first = [], devices: along = [] } = found.get(device) ?? {};
      const loose = [device, ...along].flatMap((one) => explorer.network.looseCircuitsAt(one));
      return [
        `Device/${device}`,
        {
          all: new Set([`Device/${device}`, ...elementsOf(ways), ...loose]),
          first: new Set([`Device/${device}`, ...elementsOf(first), ...loose.slice(0, 1)]),
        },
      ];
    }),
  );
}

/** What is on the connections, and the devices at their ends. */
const elementsOf = (ways: readonly Way[]): string[] =>
  ways.flatMap(({ from, to, over }) => [...over, `Device/${from}`, ...(to === null ? [] : [`Device/${to}`])]);

async function ofCircuits(survey: Survey, keys: readonly ObjectKey[]) {
  const circuits = keys.filter(({ kind }) => kind === 'Circuit');
  if (circuits.length === 0) return [];
  const pathsOver = await loadPathsOver(survey, circuits);
  return circuits.map((key): [string, Footing] => {
    const paths = pathsOver([key]).all.map((path) => everythingOn(survey.facts.plant, path));
    return [
      keyText(key),
      {
        all: new Set([keyText(key), ...paths.flatMap((path) => [...path])]),
        first: new Set([keyText(key), ...(paths[0] ?? [])]),
      },
    ];
  });
}

function waysOutOf(facts: Facts, sites: ReadonlySet<string>): ReadonlyMap<string, Footing> {
  return new Map(
    [...sites].map((site) => {
      const ways = facts
        .waysOut(site)
        .ways.map(({ kind, id, ports }) => [
          `${kind}/${id}`,
          ...ports.map(({ port }) => `Port/${port}`),
          ...(kind === 'Cable' ? ports.map(({ device }) => `Device/${device}`) : []),
        ]);
      return [
        `Site/${site}`,
        {
          all: new Set([`Site/${site}`, ...ways.map(([way = '']) => way)]),
          first: new Set([`Site/${site}`, ...(ways[0] ?? [])]),
        },
      ];
    }),
  );
}

/**
 * A circuit is out of use when all paths over it are broken, or a device is lost at whose port it ends: what is along one of
 * these paths, and these devices, cuts off what needs the circuit.
 */
async function withPaths(survey: Survey, footings: ReadonlyMap<string, Footing>) {
  const { facts } = survey;
  const circuits = [...new Set([...footings.values()].flatMap(({ first }) => [...first]))]
    .filter((element) => element.startsWith('Circuit/'))
    .map((element) => ({ kind: 'Circuit', id: idOf(element) }));
  if (circuits.length === 0) return footings;
  const pathsOver = await loadPathsOver(survey, circuits);
  const along = new Map(
    circuits.map((key) => {
      const [path] = pathsOver([key]).all;
      const ends = (facts.losses.get(keyText(key))?.endDevices ?? []).map((device) => `Device/${device}`);
      return [keyText(key), [...ends, ...(path === undefined ? [] : everythingOn(facts.plant, path))]];
    }),
  );
  return new Map(
    [...footings].map(([key, { all, first }]) => [
      key,
      { all, first: new Set([...first, ...[...first].flatMap((element) => along.get(element) ?? [])]) },
    ]),
  );
}

/** Adds what brings power to the devices along the ways: cables, devices, and the feeds of racks at their end. */
async function withPower({ facts, need }: Survey, footings: ReadonlyMap<string, Footing>) {
  const devicesIn = (elements: Iterable<string>): string[] =>
    [...withDevicesOfPorts(facts, elements)].filter((element) => element.startsWith('Device/')).map(idOf);
  let open = [...new Set([...footings.values()].flatMap(({ all, first }) => devicesIn([...all, ...first])))];
  while (open.length > 0) {
    await need(facts.loadPower, open);
    const further = open.flatMap((device) =>
      (facts.power.get(device) ?? []).filter(isFed).map(({ far }) => far?.device),
    );
    open = [...new Set(further)].filter((device) => device !== undefined && !facts.power.has(device)) as string[];
  }
  const powered = (elements: ReadonlySet<string>): Set<string> => {
    const found = withDevicesOfPorts(facts, elements);
    for (const element of found) {
      if (!element.startsWith('Device/')) continue;
      for (const lead of (facts.power.get(idOf(element)) ?? []).filter(isFed)) {
        if (lead.cable !== null) found.add(`Cable/${lead.cable}`);
        if (lead.far?.role === 'Feed') found.add(`Feed/${lead.far.port}`);
        if (lead.far !== null) found.add(`Device/${lead.far.device}`);
      }
    }
    return found;
  };
  return new Map([...footings].map(([key, { all, first }]) => [key, { all: powered(all), first: powered(first) }]));
}

function withDevicesOfPorts({ plant }: Facts, elements: Iterable<string>): Set<string> {
  const found = new Set(elements);
  for (const element of [...found]) {
    const device = element.startsWith('Port/') ? plant.port(idOf(element))?.device : undefined;
    if (device != null) found.add(`Device/${device}`);
  }
  return found;
}

export const idOf = (element: string): string => element.slice(element.indexOf('/') + 1);
