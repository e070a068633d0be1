import type { Random } from './random-plant.ts';

/** A power port; that of a rack gives power from outside, one of a strip is fed by an inlet of it, or by the strip as a whole. */
export interface RandomPowerPort {
  readonly id: string;
  /** Id of the device, or the facility whose rack it is on. */
  readonly device: string;
  readonly role: 'Feed' | 'Inlet' | 'Outlet';
  readonly fedBy: string | null;
}

export interface RandomPowerCable {
  readonly id: string;
  readonly isConnected: boolean;
  readonly from: string;
  readonly to: string;
}

/** What brings power to a random network, what it carries, and what stands on it. */
export interface RandomUses {
  readonly ports: readonly RandomPowerPort[];
  readonly powerCables: readonly RandomPowerCable[];
  /** Links, by the cables that carry them, and the network devices at their ends. */
  readonly links: readonly {
    readonly id: string;
    readonly cables: readonly string[];
    readonly ends: readonly string[];
  }[];
  readonly machines: readonly { readonly id: string; readonly host: string }[];
  /** What the one deployment runs on: ids of servers, names of facilities. */
  readonly hosts: readonly { readonly kind: 'Node' | 'Site'; readonly name: string }[];
}

interface Device {
  readonly id: string;
  readonly kind: string;
  readonly site: string;
}

interface Place {
  readonly sites: readonly string[];
  readonly devices: readonly Device[];
  /** Power strips, which are devices too. */
  readonly strips: readonly Device[];
  readonly cables: readonly { readonly id: string; readonly devices: readonly (string | undefined)[] }[];
}

/*
 *   rack's feed ──► strip: inlet ┄ outlet ──► another strip's inlet, or the inlet of a device
 */
export function randomUses(random: Random, id: (name: string) => string, place: Place): RandomUses {
  const below = (most: number): number => Math.floor(random() * most);
  const chance = (share: number): boolean => random() < share;
  const take = <T>(list: T[]): T | undefined => list.splice(below(list.length), 1)[0];
  const ports: RandomPowerPort[] = [];
  const powerCables: RandomPowerCable[] = [];
  const add = (device: string, role: RandomPowerPort['role'], fedBy: string | null = null): string => {
    const port = { id: id(`power${ports.length}`), device, role, fedBy };
    ports.push(port);
    return port.id;
  };
  const plug = (from: string | undefined, to: string): void => {
    if (from === undefined) return;
    powerCables.push({ id: id(`w${powerCables.length}`), isConnected: chance(0.9), from, to });
  };
  for (const site of place.sites) {
    const giving = Array.from({ length: 1 + below(3) }, () => add(site, 'Feed'));
    for (const { id: strip } of place.strips.filter((one) => one.site === site)) {
      const inlets = Array.from({ length: 1 + below(2) }, () => add(strip, 'Inlet'));
      for (const inlet of inlets) if (chance(0.9)) plug(take(giving), inlet);
      for (let index = 0; index < 2 + below(4); index++)
        giving.push(add(strip, 'Outlet', chance(0.7) ? (inlets[below(inlets.length)] ?? null) : null));
    }
    for (const { id: device } of place.devices.filter((one) => one.site === site && one.kind !== 'Equipment'))
      for (let index = 0; index < below(3); index++) plug(take(giving), add(device, 'Inlet'));
  }
  const switches = new Set(place.devices.filter(({ kind }) => kind === 'NetworkDevice').map((one) => one.id));
  const endsOf = new Map(
    place.cables.map((cable) => [
      cable.id,
      cable.devices.filter((device): device is string => device !== undefined && switches.has(device)),
    ]),
  );
  const carrying = [...endsOf].filter(([, ends]) => ends.length > 0).map(([cable]) => cable);
  const links = Array.from({ length: carrying.length === 0 ? 0 : below(4) }, (_, index) => {
    const cables = [...new Set(Array.from({ length: 1 + below(2) }, () => carrying[below(carrying.length)] ?? ''))];
    return { id: id(`link${index}`), cables, ends: [...new Set(cables.flatMap((cable) => endsOf.get(cable) ?? []))] };
  });
  const nodes = place.devices.filter(({ kind }) => kind === 'Node').map((one) => one.id);
  const machines = nodes.flatMap((host, index) => (chance(0.7) ? [{ id: id(`vm${index}`), host }] : []));
  const places = [
    ...nodes.map((name) => ({ kind: 'Node' as const, name })),
    ...place.sites.map((name) => ({ kind: 'Site' as const, name })),
  ];
  const hosts = Array.from({ length: 1 + below(3) }, () => take(places)).filter((host) => host !== undefined);
  return { ports, powerCables, links, machines, hosts };
}
