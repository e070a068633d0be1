import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import { withClient } from '../../scripts/schema-state.ts';
import { type IssuerServer, startIssuerServer } from '../authn/issuer-server.ts';
import { type Balancer, startBalancer } from '../kit/balancer.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { createKey, type TestKey } from '../kit/issuer.ts';
import { pace } from '../kit/pace.ts';
import { type Service, startService } from '../kit/service.ts';
import { stablePort } from '../kit/stable-port.ts';

// clients ─► balancer ─► replica 1 ─┐
//            (follows  ─► replica 2 ─┴─► one PostgreSQL, one OpenFGA
//            readiness)

let database: TestDatabase;
let key: TestKey;
let issuer: IssuerServer;
let ports: readonly number[];
let replicas: Service[];
let balancer: Balancer;
const storeName = `rolling ${process.pid} ${Date.now()}`;

const startReplica = (port: number | undefined): Promise<Service> =>
  startService({
    DATABASE_URL: database.url,
    OPENFGA_API_URL: inject('openfgaUrl'),
    OPENFGA_API_TOKEN: inject('openfgaToken'),
    OPENFGA_STORE_NAME: storeName,
    OIDC_ISSUERS: `${issuer.url} audiences=catalog`,
    CATALOG_ADMIN: 'admin',
    CATALOG_DRAIN_SECONDS: '1',
    PORT: String(port),
  });

beforeAll(async () => {
  database = await createTestDatabase('empty');
  key = await createKey('rolling');
  issuer = await startIssuerServer(key);
  ports = [await stablePort(), await stablePort()];
  replicas = await Promise.all(ports.map(startReplica));
  balancer = await startBalancer(replicas.map(({ url }) => url));
}, 120_000);
afterAll(async () => {
  await balancer.close();
  await Promise.all(replicas.map(({ end }) => end('SIGTERM')));
  await issuer.stop();
  await database.drop();
});

const token = (): Promise<string> => {
  const iat = Math.floor(Date.now() / 1_000);
  return key.sign({ iss: issuer.url, aud: 'catalog', sub: 'admin', iat, exp: iat + 600 });
};

test('replicas that start at the same time on an empty database migrate it once and share one store', async () => {
  expect(balancer.ready()).toHaveLength(2);
  expect(replicas.filter(({ output }) => /migrations? applied/.test(output()))).toHaveLength(1);
  const applied = await withClient(database.url, (client) =>
    client.query('select count(*)::int, count(finished_at)::int as finished from _prisma_migrations'),
  );
  const [{ count, finished }] = applied.rows as [{ count: number; finished: number }];
  expect(finished).toBe(count);
  const answer = await fetch(`${inject('openfgaUrl')}/stores?name=${encodeURIComponent(storeName)}`, {
    headers: { authorization: `Bearer ${inject('openfgaToken')}` },
  });
  expect(((await answer.json()) as { stores: object[] }).stores).toHaveLength(1);
});

/** What a subscriber has received. */
interface Heard {
  /** Its last cursor; null before the first message. */
  cursor: string | null;
  readonly names: string[];
}

/** What the clients saw. */
interface Seen {
  isOver: boolean;
  readonly failures: string[];
  readonly answered: { queries: number; writes: number };
  readonly created: string[];
  readonly heard: Record<'ws' | 'sse', Heard>;
}

async function send(
  query: string,
  variables: object = {},
): Promise<{ data?: Record<string, unknown>; errors?: unknown }> {
  const response = await fetch(`${balancer.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as { data?: Record<string, unknown>; errors?: unknown };
}

/** One request after the other until it is over; whatever is not its answer is a failure. */
async function keepSending(seen: Seen, one: (turn: number) => Promise<string | undefined>): Promise<void> {
  for (let turn = 0; !seen.isOver; turn++) {
    const failure = await one(turn).catch((error: unknown) => String(error instanceof Error ? error.cause : error));
    if (failure !== undefined) seen.failures.push(failure);
    await pace(10);
  }
}

const query = (seen: Seen) =>
  keepSending(seen, async () => {
    const { data, errors } = await send('{ regions { totalCount } me { name } }');
    if (errors !== undefined) return JSON.stringify(errors);
    seen.answered.queries++;
    return data?.me === null ? 'nobody' : undefined;
  });

const CREATE =
  'mutation ($name: String!) { createRegion(input: {name: $name, displayName: "R"}) { region { name } userErrors { message } } }';
const write = (seen: Seen, client: string) =>
  keepSending(seen, async (turn) => {
    const name = `${client}-${turn}`;
    const answer = await send(CREATE, { name });
    const made = answer.data?.createRegion as { region: { name: string } | null } | undefined;
    if (made?.region?.name !== name) return JSON.stringify(answer);
    seen.created.push(name);
    seen.answered.writes++;
    return undefined;
  });

const FOLLOW = `subscription ($after: String) {
  changes(after: $after, initial: false, where: {kinds: ["Region"]}) { type name cursor } }`;
interface Event {
  readonly type: string;
  readonly name: string | null;
  readonly cursor: string;
}
type Open = (variables: Record<string, unknown>) => AsyncIterableIterator<{ data?: unknown; errors?: unknown }>;

/** Follows the feed as a client has to: when the connection is lost it subscribes again from the last cursor. */
async function follow(seen: Seen, heard: Heard, open: Open, isDone: () => boolean): Promise<void> {
  for (; !isDone(); await pace(50)) {
    try {
      for await (const { data, errors } of open({ after: heard.cursor })) {
        if (errors !== undefined) seen.failures.push(JSON.stringify(errors));
        const { changes } = data as { changes: Event };
        heard.cursor = changes.cursor;
        if (changes.type === 'ADDED' && changes.name !== null) heard.names.push(changes.name);
        if (isDone()) break;
      }
    } catch {
      // The connection is gone with its replica.
    }
  }
}

test('while replicas are restarted one after the other no request fails and no event is lost', async () => {
  const seen: Seen = {
    isOver: false,
    failures: [],
    answered: { queries: 0, writes: 0 },
    created: [],
    heard: { ws: { cursor: null, names: [] }, sse: { cursor: null, names: [] } },
  };
  const authorization = `Bearer ${await token()}`;
  const ws = createWsClient({
    url: `${balancer.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryAttempts: 0,
  });
  const sse = createSseClient({ url: `${balancer.url}/graphql/stream`, headers: { authorization }, retryAttempts: 0 });
  let everything = Number.POSITIVE_INFINITY;
  const hasAll =
    ({ names }: Heard) =>
    () =>
      new Set(names).size >= everything;
  const followers = [
    follow(seen, seen.heard.ws, (variables) => ws.iterate({ query: FOLLOW, variables }), hasAll(seen.heard.ws)),
    follow(seen, seen.heard.sse, (variables) => sse.iterate({ query: FOLLOW, variables }), hasAll(seen.heard.sse)),
  ];
  await expect.poll(() => Object.values(seen.heard).every(({ cursor }) => cursor !== null)).toBe(true);
  const clients = [query(seen), query(seen), write(seen, 'a'), write(seen, 'b')];
  const more = async (): Promise<void> => {
    const { queries, writes } = seen.answered;
    await expect
      .poll(() => seen.answered.queries >= queries + 10 && seen.answered.writes >= writes + 5, { timeout: 30_000 })
      .toBe(true);
  };
  for (const [index, port] of ports.entries()) {
    await more();
    const [other] = replicas.filter((_replica, at) => at !== index);
    expect(await replicas[index]?.end('SIGTERM')).toBe(0);
    expect(balancer.ready()).toEqual([other?.url]);
    await more();
    replicas[index] = await startReplica(port);
    await expect.poll(() => balancer.ready()).toHaveLength(2);
  }
  await more();
  seen.isOver = true;
  await Promise.all(clients);
  // A last event, with which both have heard everything and stop.
  everything = seen.created.push('last');
  expect((await send(CREATE, { name: 'last' })).errors).toBeUndefined();
  await Promise.all(followers);
  expect(seen.failures).toEqual([]);
  expect(balancer.refused()).toBe(0);
  for (const { names } of Object.values(seen.heard))
    expect([...new Set(names)].sort()).toEqual([...seen.created].sort());
  await ws.dispose();
  sse.dispose();
}, 180_000);
