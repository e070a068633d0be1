import { circuitsLeft, type Lost, naiveImpact, remaining, tracesOf, unusedCircuits, waysOut } from './naive-impact.ts';
import { naivePower } from './naive-power.ts';
import { lostWith, type RandomNetwork } from './random-network.ts';

/** What a thing has before and after, in the words of an answer. */
export interface NaiveCount {
  readonly verdict: string;
  readonly before: number;
  readonly after: number;
}

const verdictOf = (before: number, after: number): string => {
  if (after >= before) return 'UNAFFECTED';
  return after === 0 ? 'ISOLATED' : after === 1 ? 'REDUNDANCY_LOST' : 'REDUCED';
};

const lostAltogether: NaiveCount = { verdict: 'ISOLATED', before: 0, after: 0 };

/** Circuits that are lost, or lose a path; links that are, or lose one that a device which is left had over them. */
export function naiveCarried(network: RandomNetwork, explicit: Lost, lost: Lost) {
  const whole = remaining(network, new Set());
  const left = remaining(network, lost);
  const isLost = lostWith(network, lost);
  const traces = [...tracesOf(whole)].flatMap(([port, trace]) => {
    if (!trace.isWhole) return [];
    const after = tracesOf(left).get(port);
    const isBroken =
      after === undefined || after.stop !== trace.stop || trace.ends.some((end) => !after.ends.includes(end));
    return [{ port, trace, isBroken }];
  });
  const count = (isOver: (one: (typeof traces)[number]) => boolean) => {
    const over = traces.filter(isOver);
    const keys = (some: typeof over): number => new Set(some.map(({ trace }) => trace.way)).size;
    const seen = over.some(({ port, isBroken }) => isBroken && !isLost(network.deviceOf.get(port) ?? ''));
    return { before: keys(over), after: keys(over.filter(({ isBroken }) => !isBroken)), seen };
  };
  const circuits = new Map<string, NaiveCount>();
  const inUse = circuitsLeft(network, lost);
  for (const circuit of network.plant.circuits) {
    const { before, after } = count(({ trace }) => trace.circuits.includes(circuit));
    if (!inUse.includes(circuit)) circuits.set(circuit, lostAltogether);
    else if (after < before) circuits.set(circuit, { verdict: verdictOf(before, after), before, after });
  }
  const links = new Map<string, NaiveCount>();
  for (const { id, cables, ends } of network.uses.links) {
    if (ends.some(isLost)) {
      links.set(id, lostAltogether);
      continue;
    }
    const { before, after, seen } = count(({ trace }) => trace.cables.some((cable) => cables.includes(cable)));
    const whole = cables.filter((cable) => !explicit.has(cable)).length;
    const verdict = before > 0 ? verdictOf(before, after) : verdictOf(cables.length, whole);
    if ((seen || whole < cables.length) && verdict !== 'UNAFFECTED') links.set(id, { verdict, before, after });
  }
  return { circuits, links };
}

/** Facilities that are left and lose ways out. */
export function naiveSites(network: RandomNetwork, lost: Lost): ReadonlyMap<string, NaiveCount> {
  const whole = remaining(network, new Set());
  const left = remaining(network, lost);
  const unused = unusedCircuits(whole, left);
  const found = new Map<string, NaiveCount>();
  for (const site of ['fra1', 'sin1']) {
    const before = waysOut(network, whole, site);
    const after = waysOut(network, left, site).filter((way) => !unused.has(way));
    const gone = before.filter((way) => !after.includes(way)).length;
    if (lost.has(site) || gone === 0) continue;
    const sizes = { before: gone + after.length, after: after.length };
    found.set(site, { verdict: verdictOf(sizes.before, sizes.after), ...sizes });
  }
  return found;
}

const states: Readonly<Record<string, number>> = { UNAFFECTED: 0, REDUCED: 1, REDUNDANCY_LOST: 2, ISOLATED: 3 };
const verdicts = ['UNAFFECTED', 'REDUCED', 'REDUNDANCY_LOST', 'ISOLATED'];

/** What becomes of virtual machines and of the deployment, by what becomes of servers and facilities. */
export function naiveDependents(network: RandomNetwork, explicit: Lost) {
  const { powered, lost } = naivePower(network, explicit);
  const sites = naiveSites(network, lost);
  const devices = naiveImpact(network, explicit).devices;
  const stateOfSite = (site: string): number | undefined =>
    lost.has(site) ? 3 : states[sites.get(site)?.verdict ?? ''];
  const stateOfNode = (id: string): number | undefined => {
    const node = network.devices.find((device) => device.id === id);
    const site = stateOfSite(node?.site ?? '') ?? 0;
    const found = [
      lost.has(id) ? 3 : undefined,
      site >= 2 ? site : undefined,
      states[devices.get(id)?.verdict ?? ''],
      states[powered.get(id)?.verdict ?? ''],
    ].filter((state) => state !== undefined);
    return found.length === 0 ? undefined : Math.max(...found);
  };
  const hosts = network.uses.hosts.map(({ kind, name }) => (kind === 'Node' ? stateOfNode(name) : stateOfSite(name)));
  const known = hosts.map((state) => state ?? 0);
  const deployed = ((): number => {
    if (known.every((state) => state === 3)) return 3;
    if (known.some((state) => state === 3) || known.every((state) => state >= 2)) return 2;
    return known.some((state) => state >= 1) ? 1 : 0;
  })();
  const machines = network.uses.machines.flatMap(({ id, host }): [string, string][] => {
    const state = stateOfNode(host);
    return state === undefined ? [] : [[id, verdicts[state] ?? '']];
  });
  return {
    machines: new Map(machines),
    deployment: hosts.every((state) => state === undefined) ? null : (verdicts[deployed] ?? null),
  };
}
