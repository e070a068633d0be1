import type { Thing, World } from './random-world.ts';

/** May the person get it? */
export type Sees = (thing: Thing) => boolean;

/** A port at a cable; `end` is its side and its connector: `A1`. */
export interface CableEnd {
  readonly port: Thing;
  readonly end: string;
}

interface Entry {
  readonly side?: string;
  readonly connector?: number;
}

/** The ends of a cable; of one that names no connectors the first is A1, the second B1. */
export const endsOf = (world: World, cable: Thing): CableEnd[] =>
  world.at(cable, 'endpoints').map((port, index) => {
    const { side = index === 0 ? 'A' : 'B', connector = 1 }: Entry = cable.spec.endpoints[index];
    return { port, end: `${side}${connector}` };
  });

/** The port, if it is the only one. */
export const only = (ends: readonly CableEnd[]): Thing[] => (ends.length === 1 ? ends.map(({ port }) => port) : []);

/** Ends that the strands of a port run to; over a cable and a profile that one sees, to ports that one sees. */
export const farEnds = (world: World, port: Thing, sees: Sees): CableEnd[] =>
  world
    .of('Cable')
    .filter(sees)
    .flatMap((cable) => {
      const ends = endsOf(world, cable);
      const near = ends.find((one) => one.port === port);
      if (near === undefined) return [];
      const others = ends.filter(({ end, port: far }) => end[0] !== near.end[0] && sees(far));
      if (cable.spec.profileRef === undefined) return others;
      const [profile] = world.at(cable, 'profileRef').filter(sees);
      const wiring: { a: string; b: string }[] = profile?.spec.wiring ?? [];
      const pairs = wiring.map(({ a, b }) => [`A${a.split('.')[0]}`, `B${b.split('.')[0]}`]);
      return others.filter(({ end }) => pairs.some((pair) => pair.includes(near.end) && pair.includes(end)));
    });
