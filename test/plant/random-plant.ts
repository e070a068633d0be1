/*
 * Plants at random: panels with front and rear ports of one to four positions, trunks, breakouts, shuffles, circuits, free
 * ends. With `isBroken` also what the service refuses: ports on several cables, wiring of anything with anything, positions
 * that do not exist, circuits with two ends on one side or at a port with a cable, ports of panels that are of another type.
 */
export interface RandomPort {
  readonly id: string;
  readonly side: 'Front' | 'Rear' | null;
  /** Of a panel, without anything more said of it. */
  readonly isPanel: boolean;
  readonly positions: number;
}

export interface RandomMapping {
  readonly front: string;
  readonly frontPosition: number;
  readonly rear: string;
  readonly rearPosition: number;
}

export interface RandomProfile {
  readonly id: string;
  readonly connectors: { readonly A: number; readonly B: number };
  readonly positions: { readonly A: number; readonly B: number };
  readonly wiring: readonly { readonly a: string; readonly b: string }[] | null;
}

export interface RandomLead {
  readonly side: 'A' | 'B';
  readonly connector: number;
  readonly port: string;
}

export interface RandomCable {
  readonly id: string;
  readonly isConnected: boolean;
  readonly lengthM: string | null;
  readonly profile: string | null;
  readonly leads: readonly RandomLead[];
}

/** An end of a circuit: a termination, or what the circuit itself names (`termination` null). */
export interface RandomCircuitEnd {
  readonly circuit: string;
  readonly side: 'A' | 'Z';
  readonly termination: string | null;
  readonly port: string | null;
  readonly network: string | null;
  readonly isInSite: boolean;
  readonly distanceM: string | null;
}

export interface RandomPlant {
  readonly ports: readonly RandomPort[];
  readonly mappings: readonly RandomMapping[];
  readonly profiles: readonly RandomProfile[];
  readonly cables: readonly RandomCable[];
  readonly circuits: readonly string[];
  readonly circuitEnds: readonly RandomCircuitEnd[];
}

export type Random = () => number;

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const straight = (name: string, c: number, p: number): RandomProfile => ({
  id: name,
  connectors: { A: c, B: c },
  positions: { A: p, B: p },
  wiring: null,
});

const profiles: readonly RandomProfile[] = [
  straight('single', 1, 2),
  straight('trunk', 2, 2),
  {
    id: 'breakout',
    connectors: { A: 1, B: 3 },
    positions: { A: 3, B: 1 },
    wiring: [1, 2, 3].map((leg) => ({ a: `1.${leg}`, b: `${leg}.1` })),
  },
  {
    id: 'shuffle',
    connectors: { A: 2, B: 2 },
    positions: { A: 2, B: 2 },
    wiring: [1, 2].flatMap((i) => [1, 2].map((j) => ({ a: `${i}.${j}`, b: `${j}.${i}` }))),
  },
];

/** `id` makes ids of names, so that plants can stand side by side in one database. */
export function randomPlant(
  random: Random,
  isBroken: boolean,
  id: (name: string) => string = (name) => name,
): RandomPlant {
  const below = (most: number): number => Math.floor(random() * most);
  const chance = (share: number): boolean => random() < share;
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

  const ports: RandomPort[] = [];
  const mappings: RandomMapping[] = [];
  const fronts: string[] = [];
  const rears: string[] = [];
  const addPort = (
    name: string,
    side: RandomPort['side'],
    positions = 1,
    isPanel = side !== null && !(isBroken && chance(0.1)),
  ): string => {
    ports.push({ id: id(name), side, positions, isPanel });
    return id(name);
  };
  for (let panel = 0; panel < 1 + below(3); panel++) {
    const width = 1 + below(4);
    const rear = addPort(`r${panel}`, 'Rear', width);
    rears.push(rear);
    let position = 1;
    while (position <= width) {
      const own = width - position >= 1 && chance(0.25) ? 2 : 1;
      const front = addPort(`f${panel}-${position}`, 'Front', own);
      fronts.push(front);
      for (let at = 1; at <= own; at++, position++)
        if (chance(0.9)) mappings.push({ front, frontPosition: at, rear, rearPosition: position });
    }
  }
  const interfaces = Array.from({ length: 2 + below(4) }, (_, index) => addPort(`x${index}`, null));
  if (chance(0.2)) fronts.push(addPort('bare', null, 1, true));

  const circuits: string[] = [];
  const circuitEnds: RandomCircuitEnd[] = [];
  const demarcations: string[] = [];
  const direct = new Set<string>();
  for (let index = 0; index < below(3); index++) {
    const circuit = id(`k${index}`);
    circuits.push(circuit);
    for (const side of ['A', 'Z'] as const) {
      const none = { circuit, side, port: null, network: null, isInSite: false, distanceM: null };
      const termination = id(`t${index}${side}`);
      const way = below(6);
      if (way === 0) circuitEnds.push({ ...none, termination, network: id('network') });
      else if (way === 1) circuitEnds.push({ ...none, termination, isInSite: true });
      else if (way === 2) circuitEnds.push({ ...none, termination: null, isInSite: true });
      else if (way === 3) {
        const port = addPort(`c${index}${side}`, null);
        direct.add(port);
        circuitEnds.push({ ...none, termination: null, port });
      } else if (way === 4 || chance(0.7)) {
        const port = addPort(`d${index}${side}`, null);
        demarcations.push(port);
        circuitEnds.push({ ...none, termination, port, distanceM: chance(0.5) ? String(below(100)) : null });
      }
    }
  }

  const free = [...fronts, ...rears, ...interfaces, ...demarcations];
  const take = (fits: (port: string) => boolean): string | undefined => {
    const candidates = free.filter(fits);
    if (candidates.length === 0) return undefined;
    const port = pick(candidates);
    if (!(isBroken && chance(0.15))) free.splice(free.indexOf(port), 1);
    return port;
  };
  const cables: RandomCable[] = [];
  for (let index = 0; index < 2 + below(7); index++) {
    const profile = chance(0.4) ? pick(profiles) : undefined;
    const leads: RandomLead[] = [];
    for (const side of ['A', 'B'] as const) {
      const sort = pick([fronts, rears, interfaces, demarcations].filter((list) => list.length > 0));
      const most = profile === undefined ? (chance(0.25) ? 2 : 1) : profile.connectors[side];
      for (let connector = 1; connector <= most; connector++) {
        if (chance(profile === undefined ? 0.02 : 0.2)) continue;
        const port = take((candidate) => sort.includes(candidate) || (isBroken && chance(0.1)));
        if (port !== undefined) leads.push({ side, connector, port });
      }
    }
    cables.push({
      id: id(`a${index}`),
      isConnected: chance(0.85),
      lengthM: chance(0.7) ? `${below(50)}.${1 + below(9)}` : null,
      profile: profile?.id ?? null,
      leads: leads.filter(({ port }, at) => leads.findIndex((other) => other.port === port) === at || isBroken),
    });
  }
  if (isBroken) {
    // A port that a circuit names, with a cable besides.
    for (const [index, port] of [...direct].entries()) {
      const other = take((candidate) => interfaces.includes(candidate));
      if (other === undefined) continue;
      const leads: RandomLead[] = [
        { side: 'A', connector: 1, port },
        { side: 'B', connector: 1, port: other },
      ];
      cables.push({ id: id(`b${index}`), isConnected: true, lengthM: null, profile: null, leads });
    }
    const any = ports.map((port) => port.id);
    for (let index = 0; index < below(4); index++)
      mappings.push({ front: pick(any), frontPosition: 1 + below(5), rear: pick(any), rearPosition: 1 + below(5) });
    for (const circuit of circuits)
      for (const side of ['A', 'Z'] as const) {
        if (circuitEnds.some((one) => one.circuit === circuit && one.side === side) || chance(0.5)) continue;
        const none = { termination: null, network: null, isInSite: false, distanceM: null };
        circuitEnds.push({ circuit, side, port: pick(interfaces), ...none });
      }
    const [end] = circuitEnds;
    if (end !== undefined && chance(0.5))
      circuitEnds.push({ ...end, termination: id('twice'), port: pick(any), network: null, isInSite: false });
  }
  return { ports, mappings, profiles, cables, circuits, circuitEnds };
}
