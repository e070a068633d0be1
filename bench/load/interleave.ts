import { progress } from '../progress.ts';
import { type Round, type Shot, shoot } from './shoot.ts';
import { median } from './statistics.ts';

/**
 * A server is asked for so many rounds before it is measured, and for more as long as it grows faster: until Node has compiled what it runs,
 * as in any server that has run for a while.
 */
const WARM_ROUNDS = { least: 4, most: 12 };
/** A round that has so many times as much as the best before it is faster. */
const FASTER = 1.02;

/** How a load goes: one round of each server, again and again, so that what else the machine does meets them all alike. */
export async function interleave(
  what: string,
  shots: Readonly<Record<string, Shot>>,
  { rounds, seconds, postgresPid }: { readonly rounds: number; readonly seconds: number; readonly postgresPid: number },
): Promise<ReadonlyMap<string, Round>> {
  const results = new Map<string, Round[]>(Object.keys(shots).map((name) => [name, []]));
  for (const [name, shot] of Object.entries(shots)) {
    progress(`${what}: warming up ${name}`);
    await warmUp(shot, postgresPid, seconds);
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

async function warmUp(shot: Shot, postgresPid: number, seconds: number): Promise<void> {
  let best = 0;
  for (let round = 1; round <= WARM_ROUNDS.most; round++) {
    const { perSecond } = await shootAtLast(shot, postgresPid, seconds);
    if (round >= WARM_ROUNDS.least && perSecond < best * FASTER) return;
    best = Math.max(best, perSecond);
  }
}

/** A server may still be busy with what the load before has left to it, and say so. */
async function shootAtLast(shot: Shot, postgresPid: number, seconds: number): Promise<Round> {
  for (let left = 5; ; left--) {
    try {
      return await shoot(shot, postgresPid, seconds);
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
