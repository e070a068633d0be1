import { expect, test } from 'vitest';
import type { TracePath } from '../../src/domains/inventory/trace/trace-path.ts';
import { tracePorts } from '../../src/domains/inventory/trace/trace-ports.ts';
import { loadedPlant } from '../plant/loaded-plant.ts';
import { naiveTrace } from '../plant/naive-trace.ts';
import { type RandomPlant, randomFrom, randomPlant } from '../plant/random-plant.ts';

/*
 * reference/cable-trace.md section 12 on plants at random, in memory: TRACE_PLANTS says how many, TRACE_SEED from which on.
 * What is loaded by a statement is compared in test/plant/trace-random.test.ts.
 */
const PLANTS = Number(process.env.TRACE_PLANTS ?? 1_500);
const FIRST = Number(process.env.TRACE_SEED ?? 1);
const seeds = (share = 1): number[] => Array.from({ length: Math.ceil(PLANTS * share) }, (_, index) => FIRST + index);
const isBroken = (seed: number): boolean => seed % 2 === 0;
const plantOf = (seed: number): RandomPlant => randomPlant(randomFrom(seed), isBroken(seed));

/** A trace to compare: groups in any order inside, and without choices, which tell of the surroundings. */
interface Told {
  readonly groups: readonly string[];
  readonly stop: string;
  readonly isComplete: boolean;
  readonly isActive: boolean;
  readonly isSplit: boolean;
  readonly lost: number;
}

const told = (path: TracePath | null): Told | null =>
  path === null
    ? null
    : {
        groups: path.groups.map(({ of, members }) => `${of} ${[...members].sort().join(',')}`),
        stop: path.stop,
        isComplete: path.isComplete,
        isActive: path.isActive,
        isSplit: path.isSplit,
        lost: path.lost,
      };

interface Traces {
  readonly ports: readonly string[];
  readonly paths: readonly (TracePath | null)[];
  readonly statements: number;
}

async function tracesOf(plant: RandomPlant): Promise<Traces> {
  const loaded = loadedPlant(plant);
  const ports = plant.ports.map(({ id }) => id);
  let statements = 0;
  const ask = async (): Promise<unknown> => {
    statements++;
    return loaded;
  };
  const { paths } = await tracePorts(
    ask,
    ports.map((port) => ({ port, goes: 'OverCable' })),
  );
  return { ports, paths, statements };
}

const rounds = ({ groups }: TracePath): number =>
  groups.filter(({ of }) => of === 'CircuitEnds' || of === 'Ports').length;

test('a trace is what a naive walk finds, and a loop is one that would never end (4, 5, 7)', async () => {
  const stops = new Map<string, number>();
  let loops = 0;
  let brokenOff = 0;
  for (const seed of seeds()) {
    const plant = plantOf(seed);
    const { ports, paths, statements } = await tracesOf(plant);
    const longest = Math.max(0, ...paths.map((path) => (path === null ? 0 : rounds(path))));
    expect(statements, `seed ${seed}`).toBeLessThanOrEqual(longest + 1);
    for (const [index, port] of ports.entries()) {
      const path = paths[index] ?? null;
      stops.set(path?.stop ?? 'none', (stops.get(path?.stop ?? 'none') ?? 0) + 1);
      const naive = naiveTrace(plant, port, 60);
      if (naive === 'endless') {
        expect(path?.stop, `seed ${seed}, ${port}`).toBe('Loop');
        loops++;
      } else if (path?.stop === 'Loop') {
        // One of several strands runs in a circle, which ends the trace (4.4); the walk goes on until another one ends it.
        const groups = told(path)?.groups ?? [];
        expect(naive?.groups.slice(0, groups.length), `seed ${seed}, ${port}`).toEqual(groups);
        expect(naive?.groups.length).toBeGreaterThan(groups.length);
        brokenOff++;
      } else expect(told(path), `seed ${seed}, ${port}`).toEqual(naive);
    }
  }
  expect(brokenOff * 10).toBeLessThan(loops);
  // Every reason to stop has come up, and none that is against errors of ours.
  expect([...stops.keys()].sort()).toEqual(
    'CircuitLoop Endpoint Loop MixedCables MixedKinds NoFarEnd NoOtherSide NoPosition ProviderNetwork Site Uncabled Unmapped none'.split(
      ' ',
    ),
  );
});

test('names, and the order in which a plant was entered, change nothing (12.2)', async () => {
  const rename = (text: string): string => `z${[...text].reverse().join('')}`;
  for (const seed of seeds(0.2)) {
    const plant = plantOf(seed);
    const json = JSON.stringify(plant, (key, value: unknown) =>
      typeof value === 'string' && ['id', 'port', 'front', 'rear', 'circuit', 'termination', 'network'].includes(key)
        ? rename(value)
        : value,
    );
    const other = JSON.parse(json) as RandomPlant;
    const renamed: RandomPlant = {
      ...other,
      profiles: plant.profiles,
      circuits: plant.circuits.map(rename).reverse(),
      ports: [...other.ports].reverse(),
      mappings: [...other.mappings].reverse(),
      cables: [...other.cables].reverse(),
      circuitEnds: [...other.circuitEnds].reverse(),
    };
    const here = await tracesOf(plant);
    const there = await tracesOf(renamed);
    for (const [index, port] of here.ports.entries()) {
      const path = here.paths[index] ?? null;
      const expected = path && {
        ...path,
        groups: path.groups.map(({ of, members }) => ({ of, members: members.map((one) => renameMember(of, one)) })),
      };
      expect(told(there.paths[there.ports.indexOf(rename(port))] ?? null), `seed ${seed}, ${port}`).toEqual(
        told(expected),
      );
    }
  }
  function renameMember(of: string, member: string): string {
    const [one = '', two = '', three] = member.split('/');
    if (of === 'CircuitEnds') return [rename(one), two, three === '' ? '' : rename(three ?? '')].join('/');
    return of === 'Places' ? (one === 'Site' ? member : `${one}/${rename(two)}`) : rename(member);
  }
});

test('over plain cables with one port at each end, the way back is the way there (12.4)', async () => {
  let compared = 0;
  for (const seed of seeds(0.5)) {
    const plant = randomPlant(randomFrom(seed), false);
    const simple: RandomPlant = {
      ...plant,
      cables: plant.cables
        .map((cable) => ({
          ...cable,
          profile: null,
          leads: (['A', 'B'] as const).flatMap((side) => cable.leads.filter((lead) => lead.side === side).slice(0, 1)),
        }))
        .filter(({ leads }) => leads.length === 2),
    };
    const { ports, paths } = await tracesOf(simple);
    for (const [index, path] of paths.entries()) {
      const far = path?.groups.at(-1)?.members[0];
      if (ports[index]?.startsWith('x') !== true || path?.stop !== 'Endpoint' || path.isSplit || far === undefined)
        continue;
      const back = paths[ports.indexOf(far)] ?? null;
      // A wide port that is joined to a narrow one: the way back does not know the strand.
      if (back?.stop === 'NoPosition') continue;
      compared++;
      expect(told(back)?.groups, `seed ${seed}`).toEqual(told(path)?.groups.slice().reverse());
    }
  }
  expect(compared).toBeGreaterThan(PLANTS / 20);
});

test('removing a cable changes the paths that contain it and no other; planning it makes just these inactive (12.5, 12.6)', async () => {
  for (const seed of seeds(0.3)) {
    const plant = plantOf(seed);
    const [cable] = plant.cables;
    if (cable === undefined) continue;
    const whole = await tracesOf(plant);
    const without = await tracesOf({ ...plant, cables: plant.cables.filter(({ id }) => id !== cable.id) });
    const planned = await tracesOf({
      ...plant,
      cables: plant.cables.map((one) => (one.id === cable.id ? { ...one, isConnected: false } : one)),
    });
    for (const [index, port] of whole.ports.entries()) {
      const path = whole.paths[index] ?? null;
      const contains = path?.groups.some(({ of, members }) => of === 'Cables' && members.includes(cable.id)) ?? false;
      // The cables of the round in which a trace loops are no part of it (4.4), and decide whether it is split (4.2) all the same.
      const isLoop = path?.isLoop === true;
      const [before, after] = [path, without.paths[index] ?? null].map((one) => {
        const shown = told(one);
        return shown && { ...shown, isSplit: !isLoop && shown.isSplit };
      });
      if (contains) expect(after, `seed ${seed}, ${port}`).not.toEqual(before);
      else expect(after, `seed ${seed}, ${port}`).toEqual(before);
      const now = told(path);
      const expected = now && contains ? { ...now, isActive: false } : now;
      expect(told(planned.paths[index] ?? null), `seed ${seed}, ${port}`).toEqual(expected);
    }
  }
});
