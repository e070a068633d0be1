import type { Bench } from '../case.ts';
import { progress } from '../progress.ts';
import { type Round, type Shot, shoot } from './shoot.ts';
import { digits, median, quantile } from './statistics.ts';

export const tellingColumns = [
  'the service tells',
  'Node ms',
  'at least',
  'more than nothing, %',
  'at least, %',
  '/s',
  'p50 ms',
];

/** Others on the machine make a round longer, never shorter. */
const LEAST = 0.1;

/**
 * What one request takes of services that differ only in what they tell of it, the first of which tells least. Each is
 * asked for a second at a time, so that what else the machine does meets all of them.
 */
export async function tellingRows(
  what: string,
  asked: Pick<Shot, 'token' | 'bodies'>,
  names: readonly string[],
  bench: Bench,
): Promise<string[][]> {
  const rounds = await alternate(what, asked, names, bench);
  const of = (name: string, figure: keyof Round): readonly number[] =>
    rounds.map((round) => round.get(name)?.[figure] ?? 0);
  const [least = ''] = names;
  const ms = (name: string): readonly number[] => of(name, 'nodeMs');
  const more = (name: string): string[] => {
    if (name === least) return ['', ''];
    const byRound = ms(name).map((own, round) => own / (ms(least)[round] ?? own));
    const byLeast = quantile(ms(name), LEAST) / quantile(ms(least), LEAST);
    return [median(byRound), byLeast].map((ratio) => ((ratio - 1) * 100).toFixed(1));
  };
  return names.map((name) => [
    name,
    digits(median(ms(name))),
    digits(quantile(ms(name), LEAST)),
    ...more(name),
    digits(median(of(name, 'perSecond'))),
    digits(median(of(name, 'p50Ms'))),
  ]);
}

/** One round after the other, each at the next start of all services, after a round of each start that does not count. */
async function alternate(
  what: string,
  asked: Pick<Shot, 'token' | 'bodies'>,
  names: readonly string[],
  { rounds, seconds, postgresPid, telling }: Bench,
): Promise<readonly ReadonlyMap<string, Round>[]> {
  const all: ReadonlyMap<string, Round>[] = [];
  const starts = Math.min(...names.map((name) => telling[name]?.length ?? 0));
  const last = starts + rounds * seconds;
  for (let round = 0; round < last; round++) {
    const results = new Map<string, Round>();
    for (const name of names) {
      const target = telling[name]?.[round % starts];
      if (target === undefined) throw new Error(`no service tells ${name}`);
      progress(`${what}: round ${round + 1} of ${last}, ${name}`);
      results.set(name, await shoot({ ...target, ...asked }, postgresPid, 1));
    }
    if (round >= starts) all.push(results);
  }
  return all;
}
