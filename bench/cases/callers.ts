import type { Bench, Case } from '../case.ts';
import { ask } from '../load/ask.ts';
import { figuresOf, nameOf, ratiosOf } from '../load/figures.ts';
import { interleave } from '../load/interleave.ts';
import type { Shot } from '../load/shoot.ts';
import { done } from '../progress.ts';
import { queriesFor } from '../queries/index.ts';
import { bodiesOf, type Query } from '../queries/query.ts';
import { callersWithGrants } from '../world/people.ts';

/** The same reads by callers who hold few and very many grants, against the administrator. */
export const callers: Case = {
  title: 'the same reads as callers with few and very many grants',
  writes: false,
  documents: [],
  run: async (bench) => {
    const rows: string[][] = [];
    for (const query of queriesFor(bench.size)) rows.push(...(await measure(query, bench)));
    return [{ title: 'Reads as callers with grants', columns, rows }];
  },
};

const ADMINISTRATOR = 'administrator';
const columns = [
  'read',
  'caller',
  'answer kB',
  '/s',
  'p50 ms',
  'p99 ms',
  'Node ms',
  'PostgreSQL ms',
  'to administrator',
  'by CPU',
];

async function measure(query: Query, bench: Bench): Promise<string[][]> {
  const shots = Object.fromEntries(
    callersWithGrants(bench.size).map(([name, caller]): [string, Shot] => [
      name,
      { ...bench.catalog, token: bench.tokens[caller], bodies: bodiesOf(query.catalog) },
    ]),
  );
  const sizes = new Map<string, string>();
  for (const [name, { url, token, bodies }] of Object.entries(shots)) {
    const answer = await ask({ url, token, body: bodies[0] ?? {} });
    sizes.set(name, (JSON.stringify(answer).length / 1_000).toFixed(1));
  }
  const results = await interleave(query.id, shots, bench);
  done(`${query.id}: measured`);
  return [...results].map(([name, round], index) => [
    index === 0 ? query.id : '',
    nameOf(name, round),
    sizes.get(name) ?? '',
    ...figuresOf(round),
    ...ratiosOf(round, results.get(ADMINISTRATOR)),
  ]);
}
