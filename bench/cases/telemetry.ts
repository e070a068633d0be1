import type { Bench, Case } from '../case.ts';
import { type Round, type Shot, shoot } from '../load/shoot.ts';
import { digits, median } from '../load/statistics.ts';
import { progress } from '../progress.ts';
import { queriesFor } from '../queries/index.ts';
import { bodiesOf } from '../queries/query.ts';
import { sizes } from '../sizes.ts';

const q1Of = (size: (typeof sizes)[number]) => queriesFor(size).filter(({ id }) => id === 'Q1');

/** The smallest query at services that differ only in what they tell of it. */
export const telemetry: Case = {
  title: 'what logs, metrics and traces cost on the smallest query',
  writes: false,
  documents: sizes.flatMap((size) => q1Of(size).map(({ catalog }) => catalog.document)),
  run: async (bench) => {
    const [q1] = q1Of(bench.size);
    if (q1 === undefined) return [];
    const shots = Object.entries(bench.telling).map(([name, target]): [string, Shot] => [
      name,
      { ...target, token: bench.tokens['bench-admin'], bodies: bodiesOf(q1.catalog) },
    ]);
    const rounds = await alternate(shots, bench);
    const nodeMs = (name: string): readonly number[] => rounds.map((round) => round.get(name)?.nodeMs ?? 0);
    const [least = ''] = shots.map(([name]) => name);
    const rows = shots.map(([name]) => {
      // Compared round by round: what else the machine does in one round meets all of them.
      const more = nodeMs(name).map((ms, round) => (ms / (nodeMs(least)[round] ?? ms) - 1) * 100);
      const fastest = Math.min(...nodeMs(name));
      return [
        name,
        digits(median(nodeMs(name))),
        digits(fastest),
        name === least ? '' : `${median(more).toFixed(1)} %`,
      ];
    });
    const columns = ['the service tells', 'Node ms', 'at least', 'more than nothing'];
    return [{ title: 'What telling costs, Q1', columns, rows }];
  },
};

/** One round of each after the other, again and again, after one that does not count. */
async function alternate(
  shots: readonly (readonly [string, Shot])[],
  { rounds, seconds, postgresPid }: Bench,
): Promise<readonly ReadonlyMap<string, Round>[]> {
  const all: ReadonlyMap<string, Round>[] = [];
  for (let round = 0; round <= rounds; round++) {
    const results = new Map<string, Round>();
    for (const [name, shot] of shots) {
      progress(`Q1: round ${round} of ${rounds}, ${name}`);
      results.set(name, await shoot(shot, postgresPid, seconds));
    }
    if (round > 0) all.push(results);
  }
  return all;
}
