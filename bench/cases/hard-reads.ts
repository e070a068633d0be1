import type { Bench, Case } from '../case.ts';
import { ask } from '../load/ask.ts';
import { digits, median } from '../load/statistics.ts';
import { timed } from '../load/timed.ts';
import { progress } from '../progress.ts';

const RACK = 'topology.inventory.miloapis.com/rack=s7-r2';
const SITE = 'topology.inventory.miloapis.com/site=s7';
const NAME = 's7-r2-d3';

/** Reads whose statement decides: a bad plan shows at a million ports, and only there. */
const documents: Readonly<Record<string, string>> = {
  'ports of a rack, by derived label': `{ ports(first: 100, labelSelector: "${RACK}") { nodes { name } } }`,
  'ports of a site, by derived label, counted': `{ ports(first: 100, labelSelector: "${SITE}") { totalCount nodes { name } } }`,
  'ports by the name of their device': `{ ports(first: 100, where: {device: {name: {eq: "${NAME}"}}}) { nodes { name } } }`,
  'ports by a part of their name': `{ ports(first: 100, where: {name: {contains: "${NAME}-p1"}}) { nodes { name } } }`,
  'ports ordered by a column without an index (refused)':
    '{ ports(first: 100, orderBy: [SPEED_ASC]) { nodes { name } } }',
  'cables of a medium, newest first, counted':
    '{ cables(first: 100, where: {media: {eq: FIBER_SMF}}, orderBy: [CREATED_AT_DESC]) { totalCount nodes { name } } }',
  'cables of a site, counted': '{ site(name: "s7") { cables(first: 25) { totalCount nodes { name media } } } }',
  'ports of a site by type and rate, with those that are free':
    '{ site(name: "s7") { portCounts { type speed totalCount freeCount } } }',
  'used units of 1,000 racks': '{ racks(first: 1000) { nodes { name usedUnits } } }',
};

export const hardReads: Case = {
  title: 'reads whose plan decides, one caller',
  writes: false,
  documents: Object.values(documents),
  run: async (bench) => {
    const rows: string[][] = [];
    for (const [title, query] of Object.entries(documents)) {
      progress(`hard reads: ${title}`);
      rows.push([title, await msOf(bench, 'bench-admin', query), await msOf(bench, 'one-grant', query)]);
    }
    return [
      { title: 'Reads whose plan decides, warm', columns: ['read', 'administrator ms', 'with 1 grant ms'], rows },
    ];
  },
};

async function msOf(
  { catalog, tokens, rounds }: Bench,
  caller: 'bench-admin' | 'one-grant',
  query: string,
): Promise<string> {
  const request = { url: catalog.url, token: tokens[caller], body: { query } };
  const read = (): Promise<unknown> => ask(request).catch(isTooExpensive);
  await read();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await timed(read));
  return digits(median(times));
}

/** To be refused because no index leads to what is asked for is an answer here as well. */
function isTooExpensive(error: unknown): void {
  if (!String(error).includes('"TOO_EXPENSIVE"')) throw error;
}
