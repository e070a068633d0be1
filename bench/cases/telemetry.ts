import type { Case } from '../case.ts';
import { tellingColumns, tellingRows } from '../load/telling-rows.ts';
import { queriesFor } from '../queries/index.ts';
import { bodiesOf } from '../queries/query.ts';
import { sizes } from '../sizes.ts';

const q1Of = (size: (typeof sizes)[number]) => queriesFor(size).filter(({ id }) => id === 'Q1');

/** The smallest query of the data at services that differ only in what they tell of it. */
export const telemetry: Case = {
  title: 'what logs, metrics and traces cost on Q1',
  writes: false,
  comparesTelling: true,
  documents: sizes.flatMap((size) => q1Of(size).map(({ catalog }) => catalog.document)),
  run: async (bench) => {
    const [q1] = q1Of(bench.size);
    if (q1 === undefined) return [];
    const asked = { token: bench.tokens['bench-admin'], bodies: bodiesOf(q1.catalog) };
    const rows = await tellingRows('Q1', asked, Object.keys(bench.telling), bench);
    return [{ title: 'What telling costs, Q1', columns: tellingColumns, rows }];
  },
};
