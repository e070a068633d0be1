import type { Case } from '../case.ts';
import { figuresOf, nameOf } from '../load/figures.ts';
import { interleave } from '../load/interleave.ts';
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
    const rows: string[][] = [];
    for (const { id, catalog } of q1Of(bench.size)) {
      const shots = Object.fromEntries(
        Object.entries(bench.telling).map(([name, target]) => [
          name,
          { ...target, token: bench.tokens['bench-admin'], bodies: bodiesOf(catalog) },
        ]),
      );
      const results = await interleave(id, shots, bench);
      const least = results.get('nothing');
      for (const [name, round] of results) {
        const more = least === undefined ? 0 : (round.nodeMs / least.nodeMs - 1) * 100;
        rows.push([nameOf(name, round), ...figuresOf(round), round === least ? '' : `${more.toFixed(1)} %`]);
      }
    }
    return [
      {
        title: 'What telling costs, Q1',
        columns: ['the service tells', '/s', 'p50 ms', 'p99 ms', 'Node ms', 'PostgreSQL ms', 'more Node ms'],
        rows,
      },
    ];
  },
};
