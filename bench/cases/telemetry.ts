import type { Bench, Case, Table } from '../case.ts';
import { profileOf, sharesOf } from '../load/profile.ts';
import { type Shot, shoot } from '../load/shoot.ts';
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
    return [{ title: 'What telling costs, Q1', columns: tellingColumns, rows }, ...(await profiled(asked, bench))];
  },
};

/** What is told, and the files of src/platform/telemetry that tell it. */
const parts: Readonly<Record<string, readonly string[]>> = {
  'log lines': ['log', 'log-output', 'line-time', 'operation-line'],
  metrics: ['metrics', 'series', 'operation-figures', 'names'],
  'traces of 1 %': ['open-telemetry', 'trace-ids', 'spans'],
  'all of them: the watch over operations and sign-ins': ['operation-watch', 'sign-ins'],
};

/** Where a service that tells everything is busy: a profile knows what two services that are compared hide in their difference. */
async function profiled(
  asked: Pick<Shot, 'token' | 'bodies'>,
  { inspected, seconds, rounds, postgresPid }: Bench,
): Promise<readonly Table[]> {
  if (inspected === undefined) return [];
  const { url, pid, inspectorUrl } = inspected;
  const load = () => shoot({ url, pid, ...asked }, postgresPid, seconds * rounds);
  await load();
  const shares = sharesOf(await profileOf(inspectorUrl, load));
  const of = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (shares.get(`src/platform/telemetry/${name}.ts`) ?? 0), 0);
  const all = of(Object.values(parts).flat());
  const percent = (share: number): string => ((share / (1 - all)) * 100).toFixed(1);
  const rows = Object.entries(parts).map(([name, files]) => [name, percent(of(files))]);
  return [
    {
      title: 'Where a service that tells everything is busy, Q1',
      columns: ['telling', 'of all that is not telling, %'],
      rows: [...rows, ['together', percent(all)]],
    },
  ];
}
