import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLocalIssuer } from '../../src/platform/authn/local-issuer.ts';
import type { GraphqlAnswer } from '../kit/app.ts';
import { pace } from '../kit/pace.ts';
import { type Service, startService } from '../kit/service.ts';
import { random } from '../mutations/random.ts';
import { type Attack, attack } from './hostile.ts';

/** Thousands of attacks, more by argument: STORM_CASES=100000 STORM_SEED=7 npx vitest run test/storm */
const CASES = Number(process.env.STORM_CASES ?? 2_000);
const SEED = Number(process.env.STORM_SEED ?? 1);
const AT_ONCE = 16;
/** So long an attacker waits for an answer before it leaves. */
const PATIENCE_MS = 2_000;

let service: Service;
let directory: string;
let attacker: string;
let other: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'milo-storm-'));
  const probe = new URL('./heap-probe.ts', import.meta.url).href;
  const settings = { CATALOG_DATA_DIR: directory, CATALOG_EXAMPLES: 'true', PORT: '0' };
  service = await startService({ ...settings, NODE_OPTIONS: `--import ${probe}` });
  const issuer = await openLocalIssuer(directory);
  attacker = await issuer.signToken('outsider');
  other = await issuer.signToken('staff');
});
afterAll(async () => {
  await service.end('SIGTERM');
  await rm(directory, { recursive: true });
});

async function sendBytes({ bytes, ending }: Attack & { kind: 'bytes' }): Promise<void> {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.resume();
  const closed = once(socket, 'close');
  socket.write(bytes, () => {
    if (ending === 'reset') socket.resetAndDestroy();
    else if (ending === 'end') socket.end();
  });
  await Promise.race([closed, pace(ending === 'wait' ? 50 : PATIENCE_MS)]);
  socket.destroy();
}

/** The status of the answer; undefined when the attacker has left before. */
async function sendRequest({ path, headers, body }: Attack & { kind: 'request' }): Promise<number | undefined> {
  const left = AbortSignal.timeout(PATIENCE_MS);
  try {
    const response = await fetch(service.url + path, { method: 'POST', headers, body, signal: left });
    await response.text();
    return response.status;
  } catch (error) {
    if (left.aborted) return undefined;
    throw error;
  }
}

/** Attacks one after another, so many at once; the statuses that came. */
async function storm(cases: number, seed: number): Promise<ReadonlySet<number | undefined>> {
  const choices = random(seed);
  const statuses = new Set<number | undefined>();
  let left = cases;
  const attackOn = async (): Promise<void> => {
    while (left-- > 0) {
      const next = attack(choices, attacker);
      if (next.kind === 'bytes') await sendBytes(next);
      else statuses.add(await sendRequest(next));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, attackOn));
  return statuses;
}

/** Whether somebody else is answered, over and over until it is told to end; how often it was. */
async function everydayUse(end: AbortSignal): Promise<number> {
  let answered = 0;
  while (!end.aborted) {
    const health = await fetch(`${service.url}/healthz`);
    expect(health.status).toBe(200);
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${other}`, 'content-type': 'application/json' },
      body: '{"query":"{ regions(first: 1) { nodes { name } } }"}',
    });
    const answer = (await response.json()) as GraphqlAnswer;
    await pace(20);
    // A machine on which much else goes on may keep the service from its turn for seconds: that is no answer.
    if (answer.errors?.[0]?.extensions?.reason === 'OVERLOADED') continue;
    expect(answer).toMatchObject({ data: { regions: { nodes: [{ name: expect.any(String) }] } } });
    answered++;
  }
  return answered;
}

const LEVEL = /\[in use: (\d+) (\d+)\]\n/g;

/** Bytes that the service has in use once garbage is collected: on the heap and outside of it. */
async function inUse(): Promise<number> {
  const levels = () => [...service.output().matchAll(LEVEL)];
  const told = levels().length;
  service.child.kill('SIGUSR2');
  await expect.poll(() => levels().length, { timeout: 30_000 }).toBe(told + 1);
  const [, heap, external] = levels().at(-1) ?? [];
  return Number(heap) + Number(external);
}

test('a storm of hostile input ends nothing, is no defect, keeps nobody waiting, and leaves no memory behind', async () => {
  const end = new AbortController();
  const use = everydayUse(end.signal);
  const quarter = Math.floor(CASES / 4);
  const statuses = new Set(await storm(CASES, SEED));
  // The first storm fills what is kept and bounded (documents, prepared statements); those after it add next to nothing.
  const allowed = 1.2 * (await inUse());
  for (const more of [1, 2]) {
    for (const status of await storm(quarter, SEED + more)) statuses.add(status);
    await expect.poll(inUse, { timeout: 60_000 }).toBeLessThan(allowed);
  }
  end.abort();
  expect(await use).toBeGreaterThan(CASES / 100);
  expect(service.child.exitCode).toBeNull();
  expect(service.output().split('Stop it with Ctrl-C.')[1]?.replaceAll(LEVEL, '').trim()).toBe('');
  expect([...statuses].filter((status) => status !== undefined && status >= 500 && status !== 503)).toEqual([]);
}, 600_000);
