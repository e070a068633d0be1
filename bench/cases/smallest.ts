import type { Case } from '../case.ts';
import type { Shot } from '../load/shoot.ts';
import { tellingColumns, tellingRows } from '../load/telling-rows.ts';
import { done } from '../progress.ts';
import { queriesFor } from '../queries/index.ts';
import { bodiesOf } from '../queries/query.ts';
import { sizes } from '../sizes.ts';

const typename = '{ __typename }';
const me = '{ me { name } }';
const q1Of = (size: (typeof sizes)[number]) => queriesFor(size).filter(({ id }) => id === 'Q1');
const tells = ['nothing', 'log lines and metrics'];

/** The requests that do least: what is left is what every request costs. */
export const smallest: Case = {
  title: 'CPU of the smallest requests, with and without logs and metrics',
  writes: false,
  comparesTelling: true,
  documents: [typename, me, ...sizes.flatMap((size) => q1Of(size).map(({ catalog }) => catalog.document))],
  run: async (bench) => {
    const token = bench.tokens['bench-admin'];
    const asked: readonly (readonly [string, Pick<Shot, 'token' | 'bodies'>])[] = [
      [`\`${typename}\`, anonymous`, { bodies: [{ query: typename }] }],
      [`\`${typename}\`, signed in`, { token, bodies: [{ query: typename }] }],
      [`\`${me}\``, { token, bodies: [{ query: me }] }],
      ...q1Of(bench.size).map(({ catalog }) => ['Q1', { token, bodies: bodiesOf(catalog) }] as const),
    ];
    const rows: string[][] = [];
    for (const [name, shot] of asked) {
      const measured = await tellingRows(name, shot, tells, bench);
      rows.push(...measured.map((row, index) => [index === 0 ? name : '', ...row]));
      done(`${name}: measured`);
    }
    return [{ title: 'The smallest requests', columns: ['request', ...tellingColumns], rows }];
  },
};
