import { progress } from '../progress.ts';
import { type Round, type Shot, shoot } from './shoot.ts';
import { median } from './statistics.ts';

/** A server is asked for as long as so many rounds before it is measured: by then Node has compiled what it runs, as in any that has run for a while. */
const WARM_ROUNDS = 4;

/** How a load goes: one round of each server, again and again, so that what else the machine does meets them all alike. */
export async function interleave(
  what: string,
  shots: Readonly<Record<string, Shot>>,
  { rounds, seconds, postgresPid }: { readonly rounds: number; readonly seconds: number; readonly postgresPid: number },
): Promise<ReadonlyMap<string, Round>> {
  const results = new Map<string, Round[]>(Object.keys(shots).map((name) => [name, []]));
  for (const [name, shot] of Object.entries(shots)) {
    progress(`${what}: warming up ${name}`);
    await warmUp(shot, postgresPid, WARM_ROUNDS * seconds);
  }
  for (let round = 1; round <= rounds; round++) {
    for (const [name, shot] of Object.entries(shots)) {
      const result = await shoot(shot, postgresPid, seconds);
      progress(`${what}: round ${round} of ${rounds}, ${name} ${result.perSecond.toFixed(0)}/s`);
      results.get(name)?.push(result);
    }
  }
  return new Map([...results].map(([name, all]) => [name, medianOf(all)]));
}

/** A server may still be busy with what the load before has left to it, and say so. */
async function warmUp(shot: Shot, postgresPid: number, seconds: number): Promise<void> {
  for (let left = 5; ; left--) {
    try {
      await shoot(shot, postgresPid, seconds);
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

function medianOf(rounds: readonly Round[]): Round {
  const of = (name: keyof Round): number => median(rounds.map((round) => round[name]));
  return {
    perSecond: of('perSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    nodeMs: of('nodeMs'),
    postgresMs: of('postgresMs'),
    refused: rounds.reduce((sum, { refused }) => sum + refused, 0),
  };
}
