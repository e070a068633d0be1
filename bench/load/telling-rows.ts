import type { Bench } from '../case.ts';
import { progress } from '../progress.ts';
import { type Shot, shoot } from './shoot.ts';
import { digits, median } from './statistics.ts';

export const tellingColumns = ['the service tells', 'Node ms', 'at least', 'more than nothing'];

/** What one request takes of services that differ only in what they tell of it, the first of which tells least. */
export async function tellingRows(
  what: string,
  asked: Pick<Shot, 'token' | 'bodies'>,
  names: readonly string[],
  bench: Bench,
): Promise<string[][]> {
  const rounds = await alternate(what, asked, names, bench);
  const of = (name: string): readonly number[] => rounds.map((round) => round.get(name) ?? 0);
  const [least = ''] = names;
  return names.map((name) => {
    // Compared round by round: what else the machine does in one round meets all of them.
    const more = of(name).map((ms, round) => (ms / (of(least)[round] ?? ms) - 1) * 100);
    const added = name === least ? '' : `${median(more).toFixed(1)} %`;
    return [name, digits(median(of(name))), digits(Math.min(...of(name))), added];
  });
}

/** CPU per request of each in one round after the other, after a round that does not count. */
async function alternate(
  what: string,
  asked: Pick<Shot, 'token' | 'bodies'>,
  names: readonly string[],
  { rounds, seconds, postgresPid, telling }: Bench,
): Promise<readonly ReadonlyMap<string, number>[]> {
  const all: ReadonlyMap<string, number>[] = [];
  for (let round = 0; round <= rounds; round++) {
    const results = new Map<string, number>();
    for (const name of names) {
      const target = telling[name];
      if (target === undefined) throw new Error(`no service tells ${name}`);
      progress(`${what}: round ${round} of ${rounds}, ${name}`);
      results.set(name, (await shoot({ ...target, ...asked }, postgresPid, seconds)).nodeMs);
    }
    if (round > 0) all.push(results);
  }
  return all;
}
