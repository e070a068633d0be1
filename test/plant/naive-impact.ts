import { naivePower } from './naive-power.ts';
import { naiveTrace } from './naive-trace.ts';
import { lostWith, type RandomDevice, type RandomNetwork } from './random-network.ts';
import type { RandomPlant } from './random-plant.ts';

/*
 * What breaks when something is lost, by taking it out of the plant and looking at everything again: each trace from each port,
 * and from there which devices come to the edge of their facility. What cuts a device off is found by taking out one thing
 * after the other.
 */
export interface NaiveVerdict {
  readonly verdict: string;
  readonly before: number;
  readonly after: number;
  readonly wasRedundant: boolean;
  readonly isRedundant: boolean;
}

export interface NaiveImpact {
  readonly devices: ReadonlyMap<string, NaiveVerdict>;
  /** Devices that have lost a connection themselves. */
  readonly losers: ReadonlySet<string>;
  /** Devices that still have a way out of their facility themselves. */
  readonly exits: ReadonlySet<string>;
}

/** Ids of cables, circuits, devices, ports, and names of facilities. */
export type Lost = ReadonlySet<string>;

interface Connection {
  readonly device: string;
  /** Null: out of the facility. */
  readonly to: string | null;
  readonly name: string;
}

/** What is left, of what traffic runs over. */
export function remaining(network: RandomNetwork, lost: Lost): RandomPlant {
  const { plant, siteOf } = network;
  const isLost = lostWith(network, lost);
  const ends = plant.circuitEnds.filter(
    ({ circuit, side, termination }) =>
      termination !== null ||
      !plant.circuitEnds.some((end) => end.circuit === circuit && end.side === side && end.termination !== null),
  );
  const deadCircuits = new Set(
    ends
      .filter((end) => (end.port !== null && isLost(end.port)) || (end.isInSite && lost.has(siteOf(end))))
      .map(({ circuit }) => circuit),
  );
  const isGone = (circuit: string): boolean => lost.has(circuit) || deadCircuits.has(circuit);
  // Where a circuit ended that is lost, nothing is: it does not become a port of a device.
  const deadEnds = new Set(
    plant.circuitEnds
      .filter(({ circuit, termination }) => isGone(circuit) && termination !== null)
      .map(({ port }) => port),
  );
  return {
    ...plant,
    ports: plant.ports.filter(({ id }) => !isLost(id)),
    mappings: plant.mappings.filter(({ front, rear }) => !isLost(front) && !isLost(rear)),
    cables: plant.cables
      .filter(({ id, isConnected }) => isConnected && !lost.has(id))
      .map((cable) => ({ ...cable, leads: cable.leads.filter(({ port }) => !isLost(port) && !deadEnds.has(port)) })),
    circuits: plant.circuits.filter((circuit) => !isGone(circuit)),
    circuitEnds: plant.circuitEnds.filter(({ circuit }) => !isGone(circuit)),
  };
}

const isOrigin = (plant: RandomPlant, id: string): boolean =>
  plant.ports.some((port) => port.id === id && port.side === null && !port.isPanel) &&
  !plant.circuitEnds.some((end) => end.port === id && end.termination !== null);

function connections(network: RandomNetwork, plant: RandomPlant): Connection[] {
  const { deviceOf, devices, siteOf } = network;
  const siteOfDevice = (device: string): string => devices.find(({ id }) => id === device)?.site ?? '';
  const found = new Map<string, Connection>();
  for (const { id } of plant.ports) {
    const trace = isOrigin(plant, id) ? naiveTrace(plant, id, 60) : null;
    if (trace === null || trace === 'endless') continue;
    const device = deviceOf.get(id) ?? '';
    const last = trace.groups.at(-1) ?? '';
    const members = last.slice(last.indexOf(' ') + 1).split(',');
    if (trace.stop === 'Endpoint') {
      for (const far of members) {
        const to = deviceOf.get(far) ?? '';
        if (to === device) continue;
        const isInside = siteOfDevice(to) === siteOfDevice(device);
        const name = isInside ? [id, far].sort().join() : `${id}>${far}`;
        found.set(name, { device, to: isInside ? to : null, name });
      }
      continue;
    }
    const isOut = ((): boolean => {
      if (trace.stop === 'ProviderNetwork' || trace.stop === 'NoOtherSide') return true;
      if (trace.stop !== 'Site') return false;
      const keys = (trace.groups.at(-2) ?? '').replace('CircuitEnds ', '').split(',');
      const places = plant.circuitEnds
        .filter(({ circuit, side, termination }) => keys.includes(`${circuit}/${side}/${termination ?? ''}`))
        .map((end) =>
          end.port === null ? (end.isInSite ? siteOf(end) : '') : siteOfDevice(deviceOf.get(end.port) ?? ''),
        )
        .filter((place) => place !== '');
      return places.length === 0 || places.some((place) => place !== siteOfDevice(device));
    })();
    if (isOut) found.set(`${id}>`, { device, to: null, name: `${id}>` });
  }
  return [...found.values()];
}

/** Circuits that lead out of a facility, and whether nothing says at which port. */
function circuitsOut({ deviceOf, devices, siteOf }: RandomNetwork, plant: RandomPlant, site: string) {
  const siteOfEnd = (end: RandomPlant['circuitEnds'][number]): string | undefined =>
    end.port !== null
      ? devices.find(({ id }) => id === deviceOf.get(end.port ?? ''))?.site
      : end.isInSite
        ? siteOf(end)
        : undefined;
  return plant.circuits.flatMap((circuit) => {
    const ends = plant.circuitEnds.filter(
      (end) =>
        end.circuit === circuit &&
        (end.termination !== null ||
          !plant.circuitEnds.some(
            (one) => one.circuit === circuit && one.side === end.side && one.termination !== null,
          )),
    );
    const here = ends.filter((end) => siteOfEnd(end) === site);
    if (new Set(here.map(({ side }) => side)).size !== 1) return [];
    return [{ circuit, isLoose: here.some(({ port }) => port === null) }];
  });
}

const rank = ['BorderRouter', 'Firewall', 'Spine', 'Leaf'];

/** How each device stands in what is left of the plant. */
function standings(network: RandomNetwork, lost: Lost) {
  const { plant, devices } = network;
  const whole = remaining(network, new Set());
  const left = remaining(network, lost);
  const all = connections(network, left);
  const core = new Set(
    devices.flatMap((device) => {
      const peers = devices.filter(({ site, role }) => site === device.site && role !== null);
      const best = Math.min(...peers.map(({ role }) => rank.indexOf(role ?? '')));
      if (device.role === null || rank.indexOf(device.role) !== best) return [];
      const before = circuitsOut(network, whole, device.site);
      const after = circuitsOut(network, left, device.site);
      return before.length === 0 || after.some(({ isLoose }) => isLoose) ? [device.id] : [];
    }),
  );
  const isLost = lostWith(network, lost);
  const forwarding = devices
    .filter((device) => device.kind === 'NetworkDevice' && !isLost(device.id))
    .map(({ id }) => id);
  const edges = forwarding.filter((id) => core.has(id) || all.some(({ device, to }) => device === id && to === null));
  const isBare = (site: string): boolean => !devices.some((device) => device.site === site && device.role !== null);

  const pathsOf = (device: RandomDevice, open: readonly Connection[]): number => {
    const without = device.kind === 'NetworkDevice' ? device.id : '';
    const reached = new Set(edges.filter((id) => id !== without));
    for (const at of reached)
      for (const { device: from, to } of open) {
        const other = from === at ? to : to === at ? from : null;
        if (other !== null && other !== without && forwarding.includes(other)) reached.add(other);
      }
    return open.filter(({ device: from, to }) => {
      if (from === device.id && to === null) return true;
      const other = from === device.id ? to : to === device.id ? from : null;
      return other !== null && (isBare(device.site) || reached.has(other));
    }).length;
  };
  const elements = [...plant.cables.map(({ id }) => id), ...plant.circuits];
  const cutOpen = new Map<string, readonly Connection[]>();
  const openWithout = (element: string): readonly Connection[] => {
    const known = cutOpen.get(element);
    if (known !== undefined) return known;
    const names = new Set(
      connections(network, remaining(network, new Set([...lost, element]))).map(({ name }) => name),
    );
    const open = all.filter(({ name }) => names.has(name));
    cutOpen.set(element, open);
    return open;
  };
  const countOf = (device: RandomDevice): number =>
    isLost(device.id) ? 0 : pathsOf(device, all) + (core.has(device.id) ? 1 : 0);
  return {
    connections: all,
    countOf,
    of: (device: RandomDevice) => {
      if (isLost(device.id)) return { paths: 0, isRedundant: false };
      const paths = countOf(device);
      const isRedundant =
        paths > 0 && (core.has(device.id) || elements.every((element) => pathsOf(device, openWithout(element)) > 0));
      return { paths, isRedundant };
    },
  };
}

/** Of devices that are left: those that lose a connection, or stand differently. What has no power left is lost, too. */
export function naiveImpact(network: RandomNetwork, explicit: Lost): NaiveImpact {
  const { lost } = naivePower(network, explicit);
  const before = standings(network, new Set());
  const after = standings(network, lost);
  const left = new Set(after.connections.map(({ name }) => name));
  const broken = before.connections.filter(({ name }) => !left.has(name));
  const found = new Map<string, NaiveVerdict>();
  const losers = new Set<string>();
  const isLost = lostWith(network, lost);
  for (const device of network.devices) {
    if (isLost(device.id)) continue;
    const was = before.of(device);
    const is = after.of(device);
    const hasLost = broken.some(({ device: from, to }) => from === device.id || to === device.id);
    if (hasLost) losers.add(device.id);
    const verdict = ((): string => {
      if (was.paths === 0) return 'UNAFFECTED';
      if (is.paths === 0) return 'ISOLATED';
      if (!is.isRedundant && (was.isRedundant || (hasLost && was.paths > 1 && is.paths === 1)))
        return 'REDUNDANCY_LOST';
      return hasLost && is.paths < was.paths ? 'REDUCED' : 'UNAFFECTED';
    })();
    if (verdict === 'UNAFFECTED' && !hasLost) continue;
    found.set(device.id, {
      verdict,
      before: was.paths,
      after: is.paths,
      wasRedundant: was.isRedundant,
      isRedundant: is.isRedundant,
    });
  }
  const exits = new Set(after.connections.filter(({ to }) => to === null).map(({ device }) => device));
  return { devices: found, losers, exits };
}

/** What is down when something is lost: each device and facility that is lost, or had ways out and has none left. */
export function naiveDown(network: RandomNetwork, explicit: Lost): ReadonlySet<string> {
  const { lost } = naivePower(network, explicit);
  const sites = [...new Set(network.devices.map(({ site }) => site)), 'fra1', 'sin1'];
  const whole = remaining(network, new Set());
  const left = remaining(network, lost);
  const unused = unusedCircuits(whole, left);
  const sitesDown = new Set(
    sites.filter((site) => {
      const before = waysOut(network, whole, site);
      const after = waysOut(network, left, site).filter((way) => !unused.has(way));
      return lost.has(site) || (before.length > 0 && after.length === 0);
    }),
  );
  const was = standings(network, new Set());
  const is = standings(network, lost);
  const devices = network.devices.filter(
    (device) =>
      lost.has(device.id) || sitesDown.has(device.site) || (was.countOf(device) > 0 && is.countOf(device) === 0),
  );
  return new Set([...sitesDown, ...devices.map(({ id }) => id)]);
}

/** Circuits that lead out of a facility, and cables with ends in two. */
export function waysOut(network: RandomNetwork, plant: RandomPlant, site: string): string[] {
  const { deviceOf, devices } = network;
  const siteOfPort = (port: string): string | undefined => devices.find(({ id }) => id === deviceOf.get(port))?.site;
  const crossing = plant.cables.filter(({ id }) => {
    const ends = network.plant.cables.find((cable) => cable.id === id)?.leads ?? [];
    const sites = ends.map(({ port }) => siteOfPort(port));
    const isWhole = ends.every(({ port }) => plant.ports.some((left) => left.id === port));
    return isWhole && sites.includes(site) && sites.some((other) => other !== site);
  });
  return [...circuitsOut(network, plant, site).map(({ circuit }) => circuit), ...crossing.map(({ id }) => id)];
}

/** A trace in short; `way` is the same for the one back. */
export interface NaivePath {
  readonly stop: string;
  /** Whether traffic comes to something at its end. */
  readonly isWhole: boolean;
  readonly ends: readonly string[];
  readonly way: string;
  readonly cables: readonly string[];
  readonly circuits: readonly string[];
}

const wholeStops = ['Endpoint', 'ProviderNetwork', 'NoOtherSide', 'Site'];
const traced = new WeakMap<RandomPlant, ReadonlyMap<string, NaivePath>>();

/** The traces from all ports of devices at which something is plugged in. */
export function tracesOf(plant: RandomPlant): ReadonlyMap<string, NaivePath> {
  const known = traced.get(plant);
  if (known !== undefined) return known;
  const found = new Map<string, NaivePath>();
  for (const { id } of plant.ports) {
    const trace = isOrigin(plant, id) ? naiveTrace(plant, id, 60) : null;
    if (trace === null || trace === 'endless') continue;
    const membersOf = (group = ''): string[] => group.slice(group.indexOf(' ') + 1).split(',');
    const of = (kind: string): string[] =>
      trace.groups.filter((group) => group.startsWith(`${kind} `)).flatMap(membersOf);
    const first = membersOf(trace.groups[0]).sort().join();
    const last = membersOf(trace.groups.at(-1));
    const isEndpoint = trace.stop === 'Endpoint';
    found.set(id, {
      stop: trace.stop,
      isWhole: wholeStops.includes(trace.stop),
      ends: isEndpoint ? last : ['out'],
      way: isEndpoint ? [first, [...last].sort().join()].sort().join(' ') : `${first} >`,
      cables: of('Cables'),
      circuits: of('CircuitEnds').map((key) => key.slice(0, key.indexOf('/'))),
    });
  }
  traced.set(plant, found);
  return found;
}

export const circuitsLeft = (network: RandomNetwork, lost: Lost): readonly string[] =>
  remaining(network, lost).circuits;

/** Circuits that are lost, or had paths over them, of which none leads where it led. */
export const unusedCircuits = (whole: RandomPlant, left: RandomPlant): ReadonlySet<string> =>
  new Set(whole.circuits.filter((circuit) => isOutOfUse(whole, left, circuit)));

function isOutOfUse(whole: RandomPlant, left: RandomPlant, circuit: string): boolean {
  if (!left.circuits.includes(circuit)) return true;
  const paths = [...tracesOf(whole)].flatMap(([port, before]) => {
    if (!before.isWhole || !before.circuits.includes(circuit)) return [];
    const after = tracesOf(left).get(port);
    return [after?.stop === before.stop && before.ends.every((end) => after.ends.includes(end))];
  });
  return paths.length > 0 && !paths.some(Boolean);
}
