import pg from 'pg';
import type { Bench, Case } from '../case.ts';
import { headersOf } from '../load/ask.ts';
import { cpuOf, cpuOfPostgres, forgetPeak, memoryOf } from '../load/proc.ts';
import { digits, quantile } from '../load/statistics.ts';
import { timed } from '../load/timed.ts';
import { progress } from '../progress.ts';
import { deviceName, rackName, type Size } from '../sizes.ts';
import type { Caller } from '../world/people.ts';

/** A question as it is put to the service, and by hand; `aimMs` is the most that its p95 may be. */
interface Question {
  readonly title: string;
  readonly aimMs: number;
  /** A document, or the path of a picture. */
  readonly ask: { readonly document: string } | { readonly picture: (size: Size, time: number) => string };
  readonly variables?: (size: Size, time: number) => object;
  readonly byHand: (size: Size, time: number) => readonly [text: string, values: readonly unknown[]];
  readonly callers: readonly Caller[];
}

const everyone: readonly Caller[] = ['bench-admin', 'one-grant', 'hundred-grants'];
const rackAt = (size: Size, time: number): string => rackName(size, (time * 7) % size.racks);

/** What people type, one after the other: names, beginnings of them, words in them, numbers, and what is misspelt. */
const textsAt = (size: Size, time: number): string => {
  const rack = rackAt(size, time);
  const device = deviceName(rack, time % size.devicesPerRack);
  const texts = [
    device,
    `${device}-p1`,
    rack,
    's',
    'd3',
    'p24',
    'c77',
    'prod',
    `X-${time}`,
    'zone z3',
    `${rack} d3 p4`,
    `${device}x`,
  ];
  return texts[time % texts.length] ?? '';
};

export const questions: readonly Question[] = [
  {
    title: 'search, twelve kinds of texts in turn, the first 10',
    aimMs: 80,
    ask: {
      document:
        'query ($text: String!) { search(text: $text, first: 10) { totalCount nodes { match field value object { kind name } } } }',
    },
    variables: (size, time) => ({ text: textsAt(size, time) }),
    byHand: (size, time) => [
      `select object_id, kind, field, value from search_entry where kind = any('{NetworkDevice,Rack,Site,Circuit,Port,Cable}')
       and folded collate "C" >= $1 and folded collate "C" < $1 || chr(1114111) order by folded collate "C" limit 10`,
      [textsAt(size, time).toLowerCase()],
    ],
    callers: everyone,
  },
  {
    title: 'elevation of a full rack as SVG',
    aimMs: 15,
    ask: { picture: (size, time) => `/racks/${rackAt(size, time)}/elevation.svg` },
    byHand: (size, time) => [
      `select d.name, d.role, d.placement_start_unit, d.placement_unit_height, d.placement_face from rack r
       join network_device d on d.placement_rack_id = r.id where r.name = $1 order by d.placement_start_unit`,
      [rackAt(size, time)],
    ],
    callers: ['bench-admin', 'one-grant'],
  },
  {
    title: 'capacity of all sites',
    aimMs: 500,
    ask: {
      document:
        '{ sites(first: 1000) { nodes { name capacity { rackCount unitCount freeUnits largestFreeBlock ratedWatts allocatedWatts } } } }',
    },
    byHand: () => [
      `select s.name, count(distinct r.id), sum(r.height_u), sum(u.used) from site s join rack r on r.site_id = s.id
       left join lateral (select sum(upper(p.units) - lower(p.units)) / 2 as used from placed_device p where p.rack_id = r.id and p.face = 'Front') u on true
       group by s.name order by s.name`,
      [],
    ],
    callers: ['bench-admin', 'one-grant'],
  },
  ...(
    [
      ['where 4 units with 2 feeds are free', 4, 2],
      ['where 2 units are free, the first 50 of those in all racks', 2, 0],
    ] as const
  ).map(
    ([title, units, feeds]): Question => ({
      title,
      aimMs: 200,
      ask: {
        document:
          'query ($units: Int!, $feeds: Int!) { freeUnits(units: $units, feeds: $feeds, first: 50) { totalCount nodes { rack { name } startUnit unitHeight } } }',
      },
      variables: () => ({ units, feeds }),
      byHand: () => [
        `select r.name, lower(block) / 2, (upper(block) - lower(block)) / 2 from rack r
         left join lateral (select range_agg(p.units) as taken from placed_device p where p.rack_id = r.id and p.face = 'Front') t on true
         cross join lateral unnest(int4multirange(int4range(2, 2 * (r.height_u + 1))) - coalesce(t.taken, '{}')) block
         where (upper(block) - lower(block)) / 2 >= $1 and jsonb_array_length(coalesce(r.power_feeds, '[]')) >= $2 order by 1 limit 50`,
        [units, feeds],
      ],
      callers: ['bench-admin', 'one-grant'],
    }),
  ),
  {
    title: 'what is near 3 devices, 2 hops',
    aimMs: 150,
    ask: {
      document:
        'query ($names: [String!]!) { networkDevices(where: {name: {in: $names}}) { nodes { name neighbours(hops: 2) { isCapped devices { hops device { name } } links { from { name } to { name } } } } } }',
    },
    variables: (size, time) => ({ names: devicesAt(size, time) }),
    byHand: (size, time) => [
      `with recursive near (start, id, hops) as (
         select id, id, 0 from network_device where name = any($1)
         union select n.start, q.device_network_device_id, n.hops + 1 from near n
         join port p on p.device_network_device_id = n.id join cable_termination a on a.port_id = p.id
         join cable_termination b on b.cable_id = a.cable_id and b.port_id <> a.port_id join port q on q.id = b.port_id where n.hops < 2
       ) select n.start, d.name, min(n.hops) from near n join network_device d on d.id = n.id group by 1, 2`,
      [devicesAt(size, time)],
    ],
    callers: ['bench-admin', 'one-grant'],
  },
];

const devicesAt = (size: Size, time: number): readonly string[] =>
  [0, 1, 2].map((each) => deviceName(rackAt(size, 3 * time + each), (time + each) % size.devicesPerRack));

const TIMES = 48;

export const glance: Case = {
  title: 'the plant at a glance: search, elevation, capacity, free units, neighbours',
  writes: false,
  documents: questions.flatMap(({ ask }) => ('document' in ask ? [ask.document] : [])),
  run: async (bench) => {
    const client = new pg.Client(bench.databaseUrl);
    await client.connect();
    const rows: string[][] = [];
    for (const question of questions) {
      progress(`glance: ${question.title}`);
      const byHand: number[] = [];
      for (let time = 0; time < TIMES; time++) {
        const [text, values] = question.byHand(bench.size, time);
        byHand.push(await timed(() => client.query(text, [...values])));
      }
      for (const caller of question.callers) rows.push(await measure(bench, question, caller, quantile(byHand, 0.95)));
    }
    await client.end();
    return [{ title: 'The plant at a glance', columns, rows }];
  },
};

const columns = [
  'what',
  'caller',
  'statements',
  'p50 ms',
  'p95 ms',
  'CPU ms: service',
  'CPU ms: PostgreSQL',
  'memory more by MiB',
  'SQL by hand, p95 ms',
  'aim: p95 ms',
  'reached',
];

async function measure(bench: Bench, question: Question, caller: Caller, byHand: number): Promise<string[]> {
  const { catalog, postgresPid } = bench;
  const send = sender(bench, question, caller);
  for (let time = 0; time < 3; time++) await send(time);
  const memory = memoryOf(catalog.pid).now;
  forgetPeak(catalog.pid);
  const [service, postgres] = [cpuOf(catalog.pid), cpuOfPostgres(postgresPid)];
  const times: number[] = [];
  for (let time = 0; time < TIMES; time++) times.push(await timed(() => send(time)));
  const spent = [cpuOf(catalog.pid) - service, cpuOfPostgres(postgresPid) - postgres].map((ms) => digits(ms / TIMES));
  const p95 = quantile(times, 0.95);
  return [
    question.title,
    caller,
    await statementsOf(bench, question),
    digits(quantile(times, 0.5)),
    digits(p95),
    ...spent,
    digits(Math.max(0, memoryOf(catalog.pid).peak - memory)),
    digits(byHand),
    String(question.aimMs),
    p95 <= question.aimMs ? 'yes' : 'no',
  ];
}

/** Asks a question once; anything but an answer is thrown. */
const sender = ({ catalog, tokens, size }: Bench, { ask, variables }: Question, caller: Caller) => {
  const headers = headersOf(tokens[caller]);
  return async (time: number, more: Record<string, string> = {}): Promise<string> => {
    const response =
      'picture' in ask
        ? await fetch(new URL(ask.picture(size, time), catalog.url), { headers: { ...headers, ...more } })
        : await fetch(catalog.url, {
            method: 'POST',
            headers: { ...headers, ...more },
            body: JSON.stringify({ query: ask.document, variables: variables?.(size, time) ?? {} }),
          });
    const text = await response.text();
    if (!response.ok || text.startsWith('{"errors"')) throw new Error(`${response.status} ${text.slice(0, 1_000)}`);
    return text;
  };
};

/** How many statements the answer takes, as its explanation says; pictures are not explained. */
async function statementsOf(bench: Bench, question: Question): Promise<string> {
  if ('picture' in question.ask) return '';
  const text = await sender(bench, question, 'bench-admin')(0, { 'x-catalog-explain': 'true' });
  const { extensions } = JSON.parse(text) as { extensions?: { explain?: { statements: number } } };
  return String(extensions?.explain?.statements ?? '');
}
