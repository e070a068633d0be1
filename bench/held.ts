import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { openLocalIssuer } from '../src/platform/authn/local-issuer.ts';
import { overEvents, overWebSocket } from '../test/kit/streams.ts';
import type { Held } from './held/probe.ts';
import { type LargeRequest, requests } from './held/requests.ts';
import { importAll } from './load/import.ts';
import type { Size } from './sizes.ts';
import { devices, racks, regions, sites } from './world/plant.ts';

/*
 * How long requests at the service's limits hold its event loop: `node bench/held.ts`, or with a part of their names. Each is
 * sent `--times`, and the run with the shortest longest turn is shown: when the machine itself stands still for a while, that
 * counts as time of whichever thread was running.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: '.catalog/held' },
    inside: { type: 'boolean', default: false },
    over: { type: 'string', default: '0' },
    times: { type: 'string', default: '3' },
  },
});
const size: Size = {
  name: 'held',
  sites: 5,
  racks: 100,
  devicesPerRack: 20,
  portsPerDevice: 5,
  cables: 0,
  circuits: 0,
  organizations: 0,
  projects: 0,
  services: 0,
  metersPerService: 0,
  typesPerService: 0,
  registry: { regions: 0, coreServices: 0, deployments: 0, imports: 0 },
  importedPorts: 0,
  grants: { one: 1, hundred: 100, most: 0 },
};

const probe = new URL('./held/probe.ts', import.meta.url).href;
const main = new URL('../src/main.ts', import.meta.url).pathname;
const child = spawn(process.execPath, ['--import', probe, main], {
  env: { ...process.env, CATALOG_DATA_DIR: values.data, PORT: '0', CATALOG_LOG_FORMAT: 'text' },
  stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
});
let output = '';
const url = await new Promise<string>((resolve, reject) => {
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    const found = /GraphQL\s+(http:\S+)\/graphql/.exec(output)?.[1];
    if (found !== undefined) resolve(found);
  });
  child.once('exit', () => reject(new Error(output)));
});
const issuer = await openLocalIssuer(values.data);
const tokens = new Map<string, string>();
const tokenOf = async (name: string): Promise<string> => {
  const known = tokens.get(name) ?? (await issuer.signToken(name, { lifetimeSeconds: 12 * 3_600 }));
  tokens.set(name, known);
  return known;
};
const post = async (as: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<string> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await tokenOf(as)}`, 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await response.text();
  return text;
};
const first = async (results: AsyncIterable<object>): Promise<string> => {
  for await (const result of results) return JSON.stringify(result);
  return '';
};
const send = async ({ as, query, variables, by, headers, body }: LargeRequest): Promise<string> => {
  const authorization = `Bearer ${await tokenOf(as)}`;
  if (by === 'events') return first(overEvents(url, query, variables, { authorization }));
  if (by === 'web socket') return first(overWebSocket(url, query, { ...variables }, { authorization }));
  return post(as, body ?? JSON.stringify({ query, variables }), headers);
};
const tell = async (word: 'begin' | 'begin profile' | 'end'): Promise<{ readonly held?: Held }> => {
  const answer = once(child, 'message');
  child.send(word);
  const [message] = (await answer) as [{ readonly held?: Held }];
  return message;
};

try {
  const stored = JSON.parse(
    await post('staff', '{"query":"{ ports(where: {name: {startsWith: \\"s0-r1-d0-\\"}}) { totalCount } }"}'),
  ) as { data: { ports: { totalCount: number } } };
  if (stored.data.ports.totalCount === 0) {
    const target = { url: `${url}/graphql`, pid: child.pid ?? 0 };
    for (const [part, documents] of [
      ['regions', regions],
      ['sites', sites],
      ['racks', racks],
      ['devices', devices],
    ] as const)
      await importAll(part, documents(size), target, await tokenOf('staff'));
  }
  for (const request of requests) {
    if (positionals.length > 0 && !positionals.some((part) => request.name.includes(part))) continue;
    let answer = '';
    let held: Held | undefined;
    for (let time = 0; time < Number(values.times); time++) {
      await tell(values.inside ? 'begin profile' : 'begin');
      answer = await send(request).catch((error: unknown) => String((error as Error).cause ?? error));
      const { held: now } = await tell('end');
      if (now !== undefined && (now.longest[0] ?? 0) <= (held?.longest[0] ?? Number.POSITIVE_INFINITY)) held = now;
    }
    if (held === undefined || (held.longest[0] ?? 0) < Number(values.over)) continue;
    console.log(
      `${String(held.longest[0] ?? 0).padStart(5)} ms  ${request.name}  (turns ${held.turns}; ${held.longest.slice(1).join(' ')}) ${answer.length} ${answer.slice(0, 130).replace(/\s+/g, ' ')}`,
    );
    if (values.inside) for (const line of held.inside) console.log(`           ${line}`);
  }
} finally {
  child.kill('SIGTERM');
  await once(child, 'exit');
}
process.exit(0);
