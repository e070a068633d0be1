import type { Bench, Case } from '../case.ts';
import { apply, applyDocument } from '../load/apply.ts';
import { ask, headersOf } from '../load/ask.ts';
import { cpuOf, cpuOfPostgres } from '../load/proc.ts';
import { digits, quantile } from '../load/statistics.ts';
import { timed } from '../load/timed.ts';
import { progress } from '../progress.ts';
import type { Size } from '../sizes.ts';
import { manifest } from '../world/documents.ts';
import { deployment, regionsOf, serviceRegion, versionIn } from '../world/registry.ts';
import { serviceObject } from '../world/tenants.ts';

/** A question with the variables of each time it is asked, and how long it may take (p95). */
interface Question {
  readonly title: string;
  readonly document: string;
  readonly variables: (size: Size, time: number) => object;
  readonly aimMs: number;
}

/** Services of all layers in turn; what they import and what imports them is between nothing and hundreds of services. */
const serviceAt = ({ services, registry: { coreServices } }: Size, time: number): number =>
  coreServices + ((time * 97) % (services - coreServices));
const service = (size: Size, time: number) => ({ service: serviceObject(serviceAt(size, time)) });
const region = ({ registry: { regions } }: Size, time: number): string => serviceRegion((time * 7) % regions);

export const questions: readonly Question[] = [
  {
    title: 'Q5 what can be used in a region, the first 50 of some 400',
    document:
      'query ($region: String!, $first: Int!) { servicesInRegion(region: $region, first: $first) { nodes { service { name } availability servedVersions preferredVersion endpoint health } } }',
    // A service more where a region comes again: what was asked before would be answered from memory.
    variables: (size, time) => ({ region: region(size, time), first: 50 + Math.floor(time / size.registry.regions) }),
    aimMs: 20,
  },
  {
    title: 'Q7 what a service imports, directly and through others, the first 50',
    document:
      'query ($service: String!) { importClosure(service: $service, first: 50) { nodes { service { name } version { version } depth paths { steps { service version } } regions unavailableIn skew } } }',
    variables: service,
    aimMs: 20,
  },
  {
    title: 'Q8 which address to use, of all there are',
    document:
      'query ($service: String!, $region: String!) { serviceEndpoints(service: $service, fromRegion: $region) { endpoints { domain region reason nearness distanceKm version health } } }',
    variables: (size, time) => ({ ...service(size, time), region: region(size, time) }),
    aimMs: 20,
  },
  {
    title: 'Q11 who depends on a service, the first 50',
    document:
      'query ($service: String!) { serviceDependents(service: $service, first: 50) { nodes { kind service { name } version { version } depth isAutomatic targetVersions affectedRegions } } }',
    variables: service,
    aimMs: 20,
  },
  {
    title: 'Q9 whether a version can be retired, with the next steps',
    document:
      'query ($service: String!) { versionReadiness(service: $service, retire: "v1") { isReady blockingDeployments { deployment current } blockingImporters { service version deployments } nextSteps { action service region version } obstacle } }',
    variables: service,
    aimMs: 100,
  },
  {
    title: 'Q12 may I, with the plan: a service comes to a region where what it imports is not',
    document:
      'query ($changes: [RegistryChangeInput!]!) { mayI(changes: $changes) { isAllowed isPossible violations { code subject missing } plan { do service region version } } }',
    variables: (size, time) => {
      const index = serviceAt(size, time);
      const there = new Set(regionsOf(size, index));
      const free = Array.from({ length: size.registry.regions }, (_, place) => place).filter((one) => !there.has(one));
      const target = serviceRegion(free[(time * 13) % Math.max(1, free.length)] ?? 0);
      const name = serviceObject(index);
      return { changes: [{ do: 'DEPLOY', service: name, region: target, version: `${name}.v2` }] };
    },
    aimMs: 100,
  },
  {
    title: 'Q14 the report over everything',
    document: '{ registryFindings { rule severity subject message } }',
    variables: () => ({}),
    aimMs: 2_000,
  },
  {
    title: 'validation of a batch of 500 deployments, each at another version',
    document:
      'mutation ($content: String!) { apply(input: {validateOnly: true, manifests: [{content: $content}]}) { counts { updated } userErrors { code message subject } } }',
    variables: (size) => ({ content: raised(size, 500).join('\n---\n') }),
    aimMs: 1_000,
  },
];

/** Deployments that are behind, at the version that the others have: it is accepted. */
function raised(size: Size, count: number): readonly string[] {
  const found: string[] = [];
  for (let index = size.registry.coreServices; index < size.services && found.length < count; index++)
    for (const place of regionsOf(size, index))
      if (versionIn(index, place) === 'v1' && found.length < count) found.push(deployment(index, place, 'v2'));
  return found;
}

const renaming =
  'mutation ($name: String!, $displayName: String!) { updateService(input: {name: $name, changes: {displayName: $displayName}}) { userErrors { message } } }';

/** Of fewer answers a p95 is the second or third slowest, and says more of the machine than of the service. */
const TIMES = 200;
/** Of what takes long. */
const FEW = 10;
const MOST_ENDED = 3;
/** So many answers, to other questions, are not counted: with the first ones a process that was just started compiles its code. */
const WARM_UP = 10;

export const registry: Case = {
  title: 'the registry: discovery, may I, validation, the report, API discovery',
  writes: true,
  documents: [renaming, applyDocument, ...questions.map(({ document }) => document)],
  run: async (bench) => {
    const rows: string[][] = [];
    for (const question of questions) {
      progress(`registry: ${question.title}`);
      const times = question.aimMs >= 1_000 ? FEW : TIMES;
      const { found, ended, cpu } = await measure(bench, question, times);
      const what = ended === 0 ? question.title : `${question.title} (ended by its deadline: ${ended})`;
      rows.push([what, ...figures(found, cpu, question.aimMs)]);
    }
    rows.push(...(await discovery(bench)));
    const { services, registry: world } = bench.size;
    const title = `The registry: ${services} services, ${world.regions} regions, ${world.deployments} deployments, ${world.imports} imports`;
    return [{ title, columns, rows }];
  },
};

const columns = ['what', 'p50 ms', 'p95 ms', 'CPU ms: service', 'CPU ms: PostgreSQL', 'aim: p95 ms', 'reached'];

const figures = (times: readonly number[], [service, postgres]: Cpu, aimMs: number): string[] => {
  const p95 = quantile(times, 0.95);
  const each = [quantile(times, 0.5), p95, service / times.length, postgres / times.length];
  return [...each.map(digits), String(aimMs), p95 <= aimMs ? 'yes' : 'no'];
};

type Cpu = readonly [service: number, postgres: number];
const cpuNow = ({ catalog, postgresPid }: Bench): Cpu => [cpuOf(catalog.pid), cpuOfPostgres(postgresPid)];
/** What has been used since; unlike time, it does not depend on what else the machine does. */
function cpuSince(bench: Bench, [service, postgres]: Cpu): Cpu {
  const now = cpuNow(bench);
  return [now[0] - service, now[1] - postgres];
}

/** Times of the answers, those that the service ended included; after a few of those it is asked no more. */
async function measure(
  bench: Bench,
  { document, variables }: Question,
  times: number,
): Promise<{ readonly found: readonly number[]; readonly ended: number; readonly cpu: Cpu }> {
  const { catalog, tokens, size } = bench;
  const found: number[] = [];
  let ended = 0;
  let start = cpuNow(bench);
  for (let time = -WARM_UP; time < times && ended < MOST_ENDED; time++) {
    if (time === 0) start = cpuNow(bench);
    const body = { query: document, variables: variables(size, time < 0 ? times - time : time) };
    const ms = await timed(async () => {
      try {
        await ask({ url: catalog.url, token: tokens['bench-admin'], body });
      } catch (error) {
        if (!(error instanceof Error && error.message.includes('DEADLINE_EXCEEDED'))) throw error;
        ended += 1;
      }
    });
    if (time >= 0 || ended > 0) found.push(ms);
  }
  return { found, ended, cpu: cpuSince(bench, start) };
}

const CONTEXTS = ['Platform', 'Organization', 'Project', 'User'];

const MANY = 300;
const renamedServices = (time: number): string[] =>
  Array.from({ length: MANY }, (_, index) => {
    const [name, serviceName] = [serviceObject(index), `svc${index}.example.com`];
    const owner = { producerProjectRef: { name: 'bench' } };
    return manifest(
      'services',
      'Service',
      { name },
      { serviceName, phase: 'Published', displayName: `Anew ${time}`, owner },
    );
  });

/** `GET /discovery`: the whole document, made anew and kept, and that nothing of it has changed. What is sent is not compressed. */
async function discovery(bench: Bench): Promise<string[][]> {
  const { catalog, tokens, size } = bench;
  progress('registry: API discovery');
  const get = async (
    context = '',
    headers: Readonly<Record<string, string>> = {},
    who: keyof typeof tokens = 'bench-admin',
  ): Promise<Response> => {
    const response = await fetch(new URL(`/discovery${context && `?context=${context}`}`, catalog.url), {
      headers: { ...headersOf(tokens[who]), 'accept-encoding': 'identity', ...headers },
    });
    await response.text();
    return response;
  };
  const rowOf = async (
    what: string,
    aimMs: number,
    once: (time: number) => Promise<unknown>,
    times = TIMES,
    before: (time: number) => Promise<unknown> = async () => {},
  ) => {
    const found: number[] = [];
    let [service, postgres]: Cpu = [0, 0];
    for (let time = 0; time < times; time++) {
      await before(time);
      const start = cpuNow(bench);
      found.push(await timed(() => once(time)));
      const used = cpuSince(bench, start);
      [service, postgres] = [service + used[0], postgres + used[1]];
    }
    return [what, ...figures(found, [service, postgres], aimMs)];
  };
  const rename = (time: number) => {
    const variables = { name: serviceObject(serviceAt(size, time)), displayName: `Renamed ${time}` };
    return ask({ url: catalog.url, token: tokens['bench-admin'], body: { query: renaming, variables } });
  };
  const ofAll = await rowOf('API discovery, the first document of all', 50, () => get(), 1);
  const first = await rowOf(
    'API discovery, the first one of another context',
    50,
    (time) => get(CONTEXTS[time]),
    CONTEXTS.length,
  );
  await ask({ url: catalog.url, token: tokens.outsider, body: { query: '{ me { name } }' } });
  const others = await rowOf('API discovery, the first one of who sees less', 50, () => get('', {}, 'outsider'), 1);
  const changed = await rowOf('API discovery, after one service has changed', 50, () => get(), 2 * FEW, rename);
  const many = await rowOf(
    `API discovery, after ${MANY} services have changed`,
    50,
    () => get(),
    4,
    (time) => apply(catalog, tokens['bench-admin'], renamedServices(time)),
  );
  const etag = (await get()).headers.get('etag') ?? '';
  const known = async (): Promise<void> => {
    const { status } = await get('', { 'if-none-match': etag });
    if (status !== 304) throw new Error(`the document was said to be another one: ${status}`);
  };
  // Before the whole documents, of which this process keeps garbage to collect for a while.
  const unchanged = await rowOf('API discovery, 304', 5, known);
  const whole = await rowOf('API discovery, the whole document', 50, () => get());
  return [ofAll, first, others, changed, many, whole, unchanged];
}
