import type { Bench, Case, Table } from '../case.ts';
import { ask } from '../load/ask.ts';
import { figuresOf, nameOf, ratiosOf } from '../load/figures.ts';
import { interleave } from '../load/interleave.ts';
import { memoryOf } from '../load/proc.ts';
import { firstDifference } from '../load/same-answer.ts';
import type { Round, Shot } from '../load/shoot.ts';
import { digits } from '../load/statistics.ts';
import { done, progress } from '../progress.ts';
import { queriesFor } from '../queries/index.ts';
import { ARGUMENTS, bodiesOf, forEachArgument, type Query } from '../queries/query.ts';
import { sizes } from '../sizes.ts';

/** The service as the administrator, against hand-written SQL and against PostGraphile. */
export const reads: Case = {
  title: 'reads against hand-written SQL and PostGraphile',
  writes: false,
  documents: sizes.flatMap((size) => queriesFor(size).map(({ catalog }) => catalog.document)),
  run: async (bench) => {
    const queries = queriesFor(bench.size);
    for (const query of queries) await compareAnswers(query, shotsOf(query, bench));
    const rows: string[][] = [];
    for (const query of queries) {
      const results = await interleave(query.id, shotsOf(query, bench), bench);
      rows.push(...rowsOf(query, results));
      done(`${query.id}: measured`);
    }
    return [{ title: 'Reads', columns, rows }, memory(bench)];
  },
};

const columns = [
  'read',
  'server',
  '/s',
  'p50 ms',
  'p99 ms',
  'Node ms',
  'PostgreSQL ms',
  'to SQL',
  'by CPU',
  'to PostGraphile',
  'by CPU',
];

function shotsOf({ id, catalog, postgraphile }: Query, bench: Bench): Readonly<Record<string, Shot>> {
  return {
    SQL: { ...bench.sql, bodies: forEachArgument((index) => ({ id, index })) },
    PostGraphile: { ...bench.postgraphile, bodies: bodiesOf(postgraphile) },
    catalog: { ...bench.catalog, token: bench.tokens['bench-admin'], bodies: bodiesOf(catalog) },
    'catalog, asked again': { ...bench.keeping, token: bench.tokens['bench-admin'], bodies: bodiesOf(catalog) },
  };
}

/** Nothing is timed before all servers have given the same answer to every argument. */
async function compareAnswers({ id }: Query, shots: Readonly<Record<string, Shot>>): Promise<void> {
  const asked = new Set<string>();
  for (let index = 0; index < ARGUMENTS; index++) {
    const argument = JSON.stringify(shots.catalog?.bodies[index]);
    if (asked.has(argument)) continue;
    asked.add(argument);
    progress(`${id}: comparing answers, ${index + 1} of ${ARGUMENTS}`);
    const answers = await Promise.all(
      Object.entries(shots).map(async ([name, { url, token, bodies }]) => {
        const data = await ask({ url, token, body: bodies[index] ?? {} });
        return { name, data };
      }),
    );
    const [first, ...others] = answers;
    for (const { name, data } of others) {
      const difference = firstDifference(first?.data, data);
      if (difference !== undefined)
        throw new Error(`${id}, argument ${index}: ${first?.name} and ${name} differ at ${difference}`);
    }
  }
}

function rowsOf({ id, title }: Query, results: ReadonlyMap<string, Round>): string[][] {
  return [...results].map(([name, round], index) => [
    index === 0 ? `${id} ${title}` : '',
    nameOf(name, round),
    ...figuresOf(round),
    ...ratiosOf(round, results.get('SQL')),
    ...(name.startsWith('catalog') ? ratiosOf(round, results.get('PostGraphile')) : ['', '']),
  ]);
}

function memory({ catalog, postgraphile, sql }: Bench): Table {
  const rows = Object.entries({ SQL: sql, PostGraphile: postgraphile, catalog }).map(([name, { pid }]) => {
    const { now, peak } = memoryOf(pid);
    return [name, digits(now), digits(peak)];
  });
  return { title: 'Resident memory after these reads', columns: ['server', 'MiB', 'at most'], rows };
}
