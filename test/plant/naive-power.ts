import { lostWith, type RandomNetwork } from './random-network.ts';

interface NaivePowered {
  readonly verdict: string;
  readonly before: number;
  readonly after: number;
}

/** Devices that lose power, and all that is lost with those that have none left. */
export interface NaivePower {
  readonly powered: ReadonlyMap<string, NaivePowered>;
  readonly lost: ReadonlySet<string>;
}

/**
 * Who has power when something is lost: all have it at first; whatever has none by what is known is taken out, and everything is
 * looked at again until nothing changes.
 */
export function naivePower(network: RandomNetwork, lost: ReadonlySet<string>): NaivePower {
  const { devices, uses } = network;
  const ports = new Map(uses.ports.map((port) => [port.id, port]));
  const isLost = lostWith(network, lost);
  const leads = uses.powerCables.filter(({ isConnected }) => isConnected);
  const deadInlets = new Set<string>();
  const deadDevices = new Set<string>();
  const hasPower = ({ id, from, to }: (typeof leads)[number]): boolean => {
    const source = ports.get(from);
    if (source === undefined || lost.has(id) || isLost(from) || isLost(to)) return false;
    if (source.role === 'Feed') return true;
    return source.fedBy === null ? !deadDevices.has(source.device) : !deadInlets.has(source.fedBy);
  };
  const inletsOf = (device: string) => leads.filter(({ to }) => ports.get(to)?.device === device);
  for (let size = -1; size !== deadInlets.size + deadDevices.size; ) {
    size = deadInlets.size + deadDevices.size;
    for (const lead of leads) if (!hasPower(lead)) deadInlets.add(lead.to);
    for (const { id } of devices) {
      const inlets = inletsOf(id);
      if (inlets.length > 0 && !inlets.some(hasPower)) deadDevices.add(id);
    }
  }
  const powered = new Map<string, NaivePowered>();
  for (const { id } of devices) {
    if (isLost(id)) continue;
    const before = inletsOf(id).length;
    const after = inletsOf(id).filter(hasPower).length;
    if (after === before) continue;
    const verdict = after === 0 ? 'ISOLATED' : after === 1 ? 'REDUNDANCY_LOST' : 'REDUCED';
    powered.set(id, { verdict, before, after });
  }
  return { powered, lost: new Set([...lost, ...[...powered].flatMap(([id, { after }]) => (after === 0 ? [id] : []))]) };
}
