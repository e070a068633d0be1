import {
  type Random,
  type RandomCable,
  type RandomCircuitEnd,
  type RandomPlant,
  type RandomPort,
  randomPlant,
} from './random-plant.ts';
import { type RandomUses, randomUses } from './random-uses.ts';

/** A device of a random network; equipment has the ports of panels. */
export interface RandomDevice {
  readonly id: string;
  readonly kind: 'Node' | 'NetworkDevice' | 'Equipment';
  readonly role: string | null;
  readonly site: string;
}

/** A random plant whose ports are on devices in two facilities, which are connected at random besides. */
export interface RandomNetwork {
  readonly plant: RandomPlant;
  readonly devices: readonly RandomDevice[];
  /** Of all ports; those of racks are on their facility. */
  readonly deviceOf: ReadonlyMap<string, string>;
  /** Of ends of circuits that are in a facility. */
  readonly siteOf: (end: RandomCircuitEnd) => string;
  readonly uses: RandomUses;
}

/** Tells of devices and ports whether they are among what is lost, or on or in something that is. */
export function lostWith({ devices, deviceOf }: RandomNetwork, lost: ReadonlySet<string>): (id: string) => boolean {
  const siteOf = new Map(devices.map(({ id, site }) => [id, site]));
  return (id) => {
    const device = deviceOf.get(id) ?? id;
    return lost.has(id) || lost.has(device) || lost.has(siteOf.get(device) ?? device);
  };
}

const sites = ['fra1', 'sin1'] as const;
const roles = ['BorderRouter', 'Spine', 'Spine', 'Leaf', 'Leaf', 'Leaf'] as const;

export function randomNetwork(random: Random, id: (name: string) => string): RandomNetwork {
  const below = (most: number): number => Math.floor(random() * most);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const base = randomPlant(random, false, id);
  const isBare = random() < 0.1;
  const site = (): string => (random() < 0.8 ? sites[0] : sites[1]);
  const network = Array.from({ length: isBare ? 0 : 2 + below(5) }, (_, index): RandomDevice => {
    return { id: id(`sw${index}`), kind: 'NetworkDevice', role: pick(roles), site: site() };
  });
  const nodes = Array.from({ length: 1 + below(4) }, (_, index): RandomDevice => {
    return { id: id(`n${index}`), kind: 'Node', role: null, site: site() };
  });
  const panels = [0, 1, 2].map(
    (index): RandomDevice => ({ id: id(`p${index}`), kind: 'Equipment', role: null, site: site() }),
  );
  const active = [...network, ...network, ...nodes];
  const deviceOf = new Map<string, string>();
  const panelOf = new Map<string, string>();
  for (const port of base.ports) {
    if (port.side === null && !port.isPanel) {
      deviceOf.set(port.id, pick(active).id);
      continue;
    }
    // Ports that are wired to each other are on one panel.
    const mates = base.mappings
      .filter(({ front, rear }) => front === port.id || rear === port.id)
      .flatMap(({ front, rear }) => [front, rear]);
    const known = mates.flatMap((mate) => panelOf.get(mate) ?? [])[0];
    const panel = known ?? pick(panels).id;
    panelOf.set(port.id, panel);
    for (const mate of mates) panelOf.set(mate, panelOf.get(mate) ?? panel);
  }
  for (const [port, panel] of panelOf) deviceOf.set(port, panel);
  const ports: RandomPort[] = [...base.ports];
  const cables: RandomCable[] = [...base.cables];
  for (let index = 0; index < 2 + below(9); index++) {
    const ends = [pick(active), pick(active)] as const;
    const names = ends.map((device, side) => {
      const port = id(`m${index}${side}`);
      ports.push({ id: port, side: null, isPanel: false, positions: 1 });
      deviceOf.set(port, device.id);
      return port;
    });
    cables.push({
      id: id(`j${index}`),
      isConnected: random() < 0.95,
      lengthM: null,
      profile: null,
      leads: [
        { side: 'A', connector: 1, port: names[0] ?? '' },
        { side: 'B', connector: 1, port: names[1] ?? '' },
      ],
    });
  }
  const siteSalt = below(2);
  const strips = Array.from({ length: below(4) }, (_, index): RandomDevice => {
    return { id: id(`strip${index}`), kind: 'Equipment', role: null, site: site() };
  });
  const devices = [...network, ...nodes, ...panels];
  const uses = randomUses(random, id, {
    sites,
    devices,
    strips,
    cables: cables.map((cable) => ({ id: cable.id, devices: cable.leads.map(({ port }) => deviceOf.get(port)) })),
  });
  for (const { id: port, device } of uses.ports) deviceOf.set(port, device);
  return {
    plant: { ...base, ports, cables },
    devices: [...devices, ...strips],
    uses,
    deviceOf,
    siteOf: ({ side }) => sites[(side === 'A' ? 0 : siteSalt) as 0 | 1] ?? 'fra1',
  };
}
