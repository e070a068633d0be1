import pg from 'pg';
import type { Bench, Case } from '../case.ts';
import { headersOf } from '../load/ask.ts';
import { forgetPeak, memoryOf } from '../load/proc.ts';
import { digits, median, quantile } from '../load/statistics.ts';
import { timed } from '../load/timed.ts';
import { progress } from '../progress.ts';

/** Names that each size of the world has. */
const RACK = 's7-r2';
const IMPACT = `{ devices { totalCount isolatedCount items { device { name } verdict } } paths { totalCount } links { totalCount }
  circuits { totalCount } sites { totalCount } virtualMachines { totalCount } deployments { totalCount } }`;
const impactOf = (field: string, name: string): string =>
  `{ ${field}(name: "${name}") { impact(most: 10) ${IMPACT} } }`;

interface Question {
  readonly document: string;
  /** The same, by one statement that someone wrote for this; a name is its parameter. */
  readonly byHand: string;
  readonly parameter: string;
}

/** Paths from ports: over cables, through the wiring of panels, over circuits that name their ports. */
const steps = `
  select o.port_id from cable_termination e join cable_termination o on o.cable_id = e.cable_id and o.side <> e.side where e.port_id = w.port_id and w.goes_over
  union all
  select m.rear_port_id from port_mapping m where m.front_port_id = w.port_id and not w.goes_over
  union all
  select m.front_port_id from port_mapping m where m.rear_port_id = w.port_id and not w.goes_over`;
const walk = (start: string): string => `
  with recursive walk (start, port_id, goes_over, hops) as (
    ${start}
    union all
    select w.start, n.port_id, not w.goes_over, w.hops + 1 from walk w cross join lateral (${steps}) n where w.hops < 30
  )`;

/** Devices at the ends of what is lost, with how many cables they have and how many are left. */
const impactByHand = (lost: string): string => `
  with recursive lost as materialized (${lost}), walk (port_id, goes_over, hops) as (
    select e.port_id, false, 0 from lost l join cable_termination e on e.cable_id = l.id
    union
    select n.port_id, not w.goes_over, w.hops + 1 from walk w cross join lateral (${steps}) n where w.hops < 30
  ), touched as (
    select distinct coalesce(p.device_node_id, p.device_network_device_id, p.device_equipment_id, p.device_rack_id) as device_id
    from walk w join port p on p.id = w.port_id
  )
  select t.device_id, count(*) as before, count(*) filter (where l.id is null) as after
  from touched t
  join port p on t.device_id in (p.device_node_id, p.device_network_device_id)
  join cable_termination e on e.port_id = p.id
  left join lost l on l.id = e.cable_id
  group by t.device_id`;
const onDevices = (devices: string): string => `
  select distinct e.cable_id as id from network_device d join port p on p.device_network_device_id = d.id
  join cable_termination e on e.port_id = p.id where ${devices}`;

const questions: Readonly<Record<string, Question>> = {
  'page of 100 ports with full traces': {
    document: `{ ports(first: 100) { nodes { name trace { stop isComplete lengthM { value } steps { __typename
      ... on TracedPorts { ports { name device { name } } } ... on TracedCables { cables { name } } } } } } }`,
    byHand: `${walk('select p.id, p.id, true, 0 from (select id from port order by name limit 100) p')}
      select w.start, jsonb_agg(jsonb_build_object('port', p.name, 'label', p.port_label) order by w.hops) from walk w join port p on p.id = w.port_id
      where $1::text is not null group by w.start`,
    parameter: '',
  },
  'impact of one cable': {
    document: impactOf('cable', 'c7'),
    byHand: impactByHand('select id from cable where name = $1'),
    parameter: 'c7',
  },
  'impact of one circuit': {
    document: impactOf('circuit', 'x7'),
    byHand:
      impactByHand(`select e.cable_id as id from circuit k join cable_termination e on e.port_id in (k.a_end_port_id, k.z_end_port_id)
      where k.name = $1`),
    parameter: 'x7',
  },
  'impact of a whole rack': {
    document: impactOf('rack', RACK),
    byHand: impactByHand(onDevices('d.rack_id = (select id from rack where name = $1)')),
    parameter: RACK,
  },
  'impact of a site': {
    document: impactOf('site', 's7'),
    byHand: impactByHand(onDevices('d.site_id = (select id from site where name = $1)')),
    parameter: 's7',
  },
  'what a device stands on': {
    document: `{ networkDevice(name: "${RACK}-d3") { dependsOn(most: 10) { singlePoints { totalCount items { kind name } }
      devices { totalCount } cables { totalCount } circuits { totalCount } sites { totalCount } } } }`,
    byHand: `${walk(`select p.id, p.id, true, 0 from network_device d join port p on p.device_network_device_id = d.id where d.name = $1`)}
      select distinct coalesce(p.device_node_id, p.device_network_device_id, p.device_equipment_id, p.device_rack_id) from walk w join port p on p.id = w.port_id`,
    parameter: `${RACK}-d3`,
  },
};

export const plantQuestions: Case = {
  title: 'traces, what breaks, and on what things stand',
  writes: false,
  documents: Object.values(questions).map(({ document }) => document),
  run: async (bench) => {
    const client = new pg.Client(bench.databaseUrl);
    await client.connect();
    const rows: string[][] = [];
    try {
      for (const [title, question] of Object.entries(questions)) {
        progress(`plant questions: ${title}`);
        rows.push([title, ...(await figuresOf(bench, question, client).catch(notAnswered))]);
      }
    } finally {
      await client.end();
    }
    const columns = ['question', 'p50 ms', 'p95 ms', 'statements', 'memory at most, MiB', 'by hand ms'];
    return [{ title: 'Questions about the plant, one administrator, warm', columns, rows }];
  },
};

/** A question that is not answered leaves the others to be asked. */
const notAnswered = (error: unknown): string[] => [String(error).slice(0, 200)];

async function figuresOf({ catalog, tokens, rounds }: Bench, question: Question, client: pg.Client): Promise<string[]> {
  const body = JSON.stringify({ query: question.document });
  const askOnce = async (more: Record<string, string> = {}): Promise<number> => {
    const headers = { ...headersOf(tokens['bench-admin']), ...more };
    const response = await fetch(catalog.url, { method: 'POST', headers, body });
    const { errors, extensions } = (await response.json()) as Answer;
    if (errors !== undefined) throw new Error(`${response.status} ${JSON.stringify(errors).slice(0, 500)}`);
    return extensions?.explain?.statements ?? 0;
  };
  const statements = await askOnce({ 'x-catalog-explain': 'true' });
  forgetPeak(catalog.pid);
  const times: number[] = [];
  for (let round = 0; round < 5 * rounds; round++) times.push(await timed(() => askOnce()));
  const { peak } = memoryOf(catalog.pid);
  const byHand: number[] = [];
  for (let round = 0; round < rounds; round++)
    byHand.push(await timed(() => client.query(question.byHand, [question.parameter])));
  return [
    digits(median(times)),
    digits(quantile(times, 0.95)),
    String(statements),
    digits(peak),
    digits(median(byHand)),
  ];
}

interface Answer {
  readonly errors?: unknown;
  readonly extensions?: { readonly explain?: { readonly statements: number } };
}
