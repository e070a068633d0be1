import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { createFastify } from '../../src/platform/http/create-fastify.ts';
import { isOnThisMachine } from '../../src/platform/http/same-machine.ts';
import { createSharedSlices, type SharedSlices } from '../../src/platform/time-slices.ts';
import { defectsIn, startApp, type TestApp } from '../kit/app.ts';

/** What stands around GraphQL: bodies, headers, pages of other origins, proxies, and the end of the service. */
let app: TestApp;
let staff: string;
beforeAll(async () => {
  app = await startApp({ maxBodyBytes: 10_000, maxWriteBodyBytes: 40_000 });
  staff = `Bearer ${await app.token('test-admin')}`;
});
afterAll(() => app.close());

const post = async (text: string, authorization: string, headers: Readonly<Record<string, string>> = {}) => {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization, ...headers },
    body: text,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as { data?: unknown } };
};
/** Of a request that came over a network: answers are not compressed for who asks on this machine. */
const passedOn = { via: '1.1 proxy' };
const QUERY = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ __typename }"}' };
const padded = (query: string, bytes: number): string => JSON.stringify({ query, padding: 'x'.repeat(bytes) });

/** Outcome of an upgrade: `open`, or the status of its refusal. */
async function upgrade(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const outcome = await Promise.race([
    once(socket, 'open').then(() => 'open'),
    once(socket, 'unexpected-response').then(([, response]) => String((response as { statusCode: number }).statusCode)),
  ]);
  socket.on('error', () => undefined).terminate();
  return outcome;
}

test('a large body is taken of a mutation, from whoever may write something', async () => {
  const reader = `Bearer ${await app.token('reader')}`;
  const mutation = 'mutation { apply(input: { manifests: [] }) { applied } }';
  expect((await post(padded('{ __typename }', 9_000), reader)).status).toBe(200);
  const tooLarge = (bytes: number) => ({
    status: 413,
    body: {
      errors: [
        {
          message: `the request body is larger than ${bytes} bytes; send less at once`,
          extensions: { code: 'PAYLOAD_TOO_LARGE' },
        },
      ],
    },
  });
  expect(await post(padded(mutation, 11_000), reader)).toMatchObject(tooLarge(10_000));
  expect((await post(padded(mutation, 11_000), staff)).status).toBe(200);
  expect((await post(padded('{ __typename }', 11_000), staff)).status).toBe(413);
  expect(await post(padded(mutation, 41_000), staff)).toMatchObject(tooLarge(40_000));
});

test('a body of more than 1 MiB is read in the slices of whoever sends it', async () => {
  const shared = createSharedSlices(10);
  let looks = 0;
  const counting: SharedSlices = {
    ...shared,
    of: (caller) => {
      const own = shared.of(caller);
      const next = () => {
        looks++;
        return own.next();
      };
      return { ...own, next };
    },
  };
  const own = await app.replica({ slices: counting, maxBodyBytes: 10_000, maxWriteBodyBytes: 4_000_000 });
  const mutation = 'mutation { apply(input: { manifests: [] }) { applied } }';
  const looksFor = async (count: number): Promise<number> => {
    const before = looks;
    const body = JSON.stringify({ query: mutation, padding: Array.from({ length: count }, () => 'xxxxxxxxxx') });
    const headers = { 'content-type': 'application/json', authorization: staff };
    expect((await fetch(`${own.url}/graphql`, { method: 'POST', headers, body })).status).toBe(200);
    return looks - before;
  };
  const few = await looksFor(1);
  expect((await looksFor(100_000)) - few).toBeGreaterThan(100);
  await own.close();
});

test.each([
  ['nobody known', async (): Promise<string> => 'x', 401],
  ['a reader', (): Promise<string> => app.token('reader'), 413],
] as const)('%s who declares a large body is refused before the body has been sent', async (_who, token, refused) => {
  const authorization = `Bearer ${await token()}`;
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': '20000', authorization };
    const sent = request(`${app.url}/graphql`, { method: 'POST', headers }, (response) => {
      resolve(response.statusCode);
      sent.destroy();
    });
    sent.on('error', reject);
    sent.write('{');
  });
  expect(status).toBe(refused);
});

test('a message over WebSocket is no larger than a body of a reader', async () => {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.on('error', () => undefined);
  socket.send('x'.repeat(11_000));
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1009);
  expect(defectsIn(app)).toEqual([]);
});

test('answers are compressed for who asks, and kept by nobody on the way (E30, E31)', async () => {
  const introspection = JSON.stringify({ query: '{ __schema { types { name description fields { name } } } }' });
  const compressed = await post(introspection, staff, { 'accept-encoding': 'br', ...passedOn });
  expect(compressed.headers.get('content-encoding')).toBe('br');
  expect(compressed.headers.get('vary')).toMatch(/accept-encoding/i);
  expect(compressed.headers.get('cache-control')).toBe('private, no-store');
  expect(compressed.body.data).toBeDefined();
  const plain = await post('{"query":"{ __typename }"}', staff, { 'accept-encoding': 'br', ...passedOn });
  expect(plain.headers.get('content-encoding')).toBeNull();
});

test('answers are not compressed for who asks on this machine, unless a proxy or another one asks', async () => {
  const [short, long] = [
    '{ fields { name } }',
    '{ fields { name description args { name description type { name } } } }',
  ];
  const encodingOf = async (below: string, localAddress: string, headers: Readonly<Record<string, string>>) => {
    const asking = request(`${app.url}/graphql`, {
      method: 'POST',
      localAddress,
      headers: { 'content-type': 'application/json', authorization: staff, 'accept-encoding': 'gzip', ...headers },
    });
    asking.end(JSON.stringify({ query: `{ __type(name: "Query") ${below} }` }));
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    const body = Buffer.concat(await answer.toArray());
    const isPacked = answer.headers['content-encoding'] === 'gzip';
    expect(JSON.parse(String(isPacked ? gunzipSync(body) : body))).toMatchObject({ data: { __type: {} } });
    return isPacked ? 'gzip' : body.length > 65_536;
  };
  expect(await encodingOf(short, '127.0.0.1', {})).toBe(false);
  expect(await encodingOf(long, '127.0.0.1', {})).toBe(true);
  for (const below of [short, long]) {
    // So a sidecar asks.
    expect(await encodingOf(below, '127.0.0.6', {})).toBe('gzip');
    for (const name of [
      'via',
      'forwarded',
      'x-forwarded-for',
      'X-Forwarded-Proto',
      'x-real-ip',
      'x-envoy-attempt-count',
      'l5d-client-id',
    ])
      expect(await encodingOf(below, '127.0.0.1', { [name]: '192.0.2.1' }), name).toBe('gzip');
  }
});

test('who asks is on this machine by its own addresses alone', () => {
  const addresses = ['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.0.0.6', '10.0.0.1', '::', undefined];
  const own = addresses.filter((remoteAddress) =>
    isOnThisMachine({ socket: { remoteAddress }, headers: { host: 'localhost' } }),
  );
  expect(own).toEqual(addresses.slice(0, 3));
});

test('answers are compressed as a whole, in the way that the client takes', async () => {
  const query = JSON.stringify({ query: '{ __type(name: "Query") { fields { name } } }' });
  const answers = await Promise.all(
    ['gzip, br', 'gzip, deflate', 'br;q=0, gzip;q=0'].map((encoding) =>
      post(query, staff, { 'accept-encoding': encoding, ...passedOn }),
    ),
  );
  expect(answers.map(({ headers }) => headers.get('content-encoding'))).toEqual(['br', 'gzip', null]);
  const lengths = answers.map(({ headers }) => Number(headers.get('content-length')));
  expect(Math.min(...lengths)).toBeGreaterThan(0);
  expect(Math.max(...lengths)).toBe(lengths[2]);
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  const open = await app.replica({ allowedOrigins: ['https://portal.example', 'https://staff.example'] });
  const headers = {
    'content-type': 'application/json',
    authorization: staff,
    origin: 'https://staff.example',
    ...passedOn,
  };
  const long = JSON.stringify({ query: '{ __schema { types { name description fields { name description } } } }' });
  for (const body of [query, long]) {
    const told = await fetch(`${open.url}/graphql`, { method: 'POST', headers, body });
    expect(told.headers.get('content-encoding')).toBe('gzip');
    expect(told.headers.get('vary')?.toLowerCase().split(', ').sort()).toEqual(['accept-encoding', 'origin']);
  }
  await open.close();
});

test('files are kept until they change; pages stand in nobody’s frame (E30, E35)', async () => {
  const file = `${app.url}/playground/graphiql.js`;
  const first = await fetch(file, { headers: { 'accept-encoding': 'gzip' } });
  expect(first.headers.get('content-encoding')).toBe('gzip');
  const etag = first.headers.get('etag') ?? '';
  for (const known of [etag, `"another", ${etag}`, '*'])
    expect((await fetch(file, { headers: { 'if-none-match': known } })).status).toBe(304);
  expect((await fetch(file, { headers: { 'if-none-match': '"another"' } })).status).toBe(200);
  const page = await fetch(app.url);
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(page.headers.get('x-frame-options')).toBe('DENY');
});

const preflight = { origin: 'https://portal.example', 'access-control-request-method': 'POST' };

test('pages of other origins may do nothing, unless a setting says so (E26)', async () => {
  const refused = await fetch(`${app.url}/graphql`, { method: 'OPTIONS', headers: preflight });
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([400, null]);
  expect(await upgrade(app.url, { origin: 'https://portal.example' })).toBe('403');
  const open = await app.replica({ allowedOrigins: ['https://portal.example'] });
  for (const path of ['/graphql', '/discovery']) {
    const allowed = await fetch(`${open.url}${path}`, {
      method: 'OPTIONS',
      headers: { ...preflight, 'access-control-request-headers': 'authorization,content-type' },
    });
    expect([allowed.status, Object.fromEntries(allowed.headers)]).toMatchObject([
      204,
      {
        'access-control-allow-origin': 'https://portal.example',
        'access-control-allow-headers': 'authorization,content-type',
      },
    ]);
  }
  const other = await fetch(`${open.url}/graphql`, {
    method: 'OPTIONS',
    headers: { ...preflight, origin: 'https://evil.example' },
  });
  expect(other.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
  for (const [origin, told] of [
    ['https://portal.example', 'https://portal.example'],
    ['https://evil.example', null],
  ] as const) {
    for (const accept of ['application/json', 'text/event-stream']) {
      const headers = { ...QUERY.headers, authorization: staff, origin, accept, 'accept-encoding': 'br' };
      const answer = await fetch(`${open.url}/graphql`, { ...QUERY, headers });
      expect(answer.headers.get('content-type')).toContain(accept);
      expect(answer.headers.get('access-control-allow-origin')).toBe(told);
      expect(await answer.text()).toContain('{"data":{"__typename":"Query"}}');
    }
  }
  expect(await upgrade(open.url, { origin: 'https://portal.example' })).toBe('open');
  expect(await upgrade(open.url, { origin: 'https://evil.example' })).toBe('403');
  await open.close();
});

test('on loopback a page that calls itself by another name is foreign (E41)', async () => {
  expect(await upgrade(app.url, { origin: 'http://evil.example:80', host: 'evil.example:80' })).toBe('403');
  expect(await upgrade(app.url, { origin: app.url })).toBe('open');
});

test('behind a trusted proxy the name is the one that it was asked by (E40)', async () => {
  const asked = {
    origin: 'https://catalog.example.com',
    'x-forwarded-host': 'catalog.example.com',
    'x-forwarded-for': '192.0.2.1',
  };
  expect(await upgrade(app.url, asked)).toBe('403');
  // On every address: whoever listens on loopback has no proxy in front.
  const behind = await app.replica({ trustedProxies: 1, host: '0.0.0.0' });
  expect(await upgrade(behind.url, asked)).toBe('open');
  expect(await upgrade(behind.url, { ...asked, origin: 'https://evil.example' })).toBe('403');
  await behind.close();
});

test('one address may be held to so many requests a minute', async () => {
  const limited = await app.replica({ requestsPerMinute: 2 });
  const ask = () =>
    fetch(`${limited.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: staff },
      body: '{"query":"{ __typename }"}',
    });
  expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
  const refused = await ask();
  expect([refused.status, await refused.json()]).toMatchObject([
    429,
    { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
  ]);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await upgrade(limited.url, {})).toBe('429');
  expect((await fetch(`${limited.url}/healthz`)).status).toBe(200);
  await limited.close();
});

test('a connection is kept for longer than a proxy keeps it (E39)', async () => {
  const [kept] = await new Promise<string[]>((resolve, reject) => {
    const headers = { connection: 'keep-alive' };
    request(`${app.url}/healthz`, { headers }, (response) => {
      response.resume();
      resolve([String(response.headers['keep-alive'])]);
    })
      .on('error', reject)
      .end();
  });
  expect(kept).toContain('timeout=75');
});

test('there are only so many connections at a time (E13)', async () => {
  const narrow = await app.replica({ maxConnections: 3 });
  const connections: Socket[] = [];
  for (let number = 0; number < 3; number++) {
    const socket = connect(Number(new URL(narrow.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    connections.push(socket);
  }
  await expect(fetch(`${narrow.url}/healthz`)).rejects.toThrow();
  connections[0]?.destroy();
  await expect
    .poll(() =>
      fetch(`${narrow.url}/healthz`).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
  for (const socket of connections) socket.destroy();
  await narrow.close();
});

const HEAD = `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n`;
test.each([
  ['head', HEAD, { headMs: 100, requestMs: 3_600_000 }],
  ['body', `${HEAD}Content-Length: 10\r\n\r\nhalf`, { headMs: 100, requestMs: 200 }],
])('who sends a %s too slowly is told so, or closed; one that is quick is served (E13)', async (_what, part, most) => {
  const slow = createFastify({
    trustedProxies: 0,
    keepAliveMs: 60_000,
    maxConnections: 10,
    slowest: { ...most, lookEveryMs: 50 },
    report: () => undefined,
    refused: () => undefined,
  });
  slow.post('/', (_request, reply) => reply.send('taken'));
  const url = await slow.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (bytes: Buffer) => {
    answer += bytes.toString();
  });
  socket.write(part);
  await once(socket, 'close');
  expect(answer).toContain('408 Request Timeout');
  expect(await (await fetch(url, { method: 'POST', body: 'whole' })).text()).toBe('taken');
  await slow.close();
});

const TOO_MANY = { errors: [{ extensions: { code: 'RATE_LIMITED', rule: 'TOO_MANY_CONNECTIONS', retryable: true } }] };

test('one address has so many connections at a time; who opens more is told so, or is closed', async () => {
  // On every address: on loopback the limit is left out.
  const narrow = await app.replica({ connectionsPerAddress: 2, host: '0.0.0.0' });
  const port = Number(new URL(narrow.url).port);
  const held: Socket[] = [];
  const hold = async (): Promise<void> => {
    const socket = connect(port, '127.0.0.1');
    held.push(socket.on('error', () => undefined));
    await once(socket, 'connect');
  };
  const url = `http://127.0.0.1:${port}`;
  await hold();
  expect(await upgrade(url, {})).toBe('open');
  await hold();
  const answer = await fetch(`${url}/graphql`, QUERY);
  expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toMatchObject([429, '10', TOO_MANY]);
  expect(answer.headers.get('connection')).toBe('close');
  expect(await upgrade(url, {})).toBe('429');
  // Idle ones are no way to have more of them.
  while (held.length < 2 + 20) await hold();
  await expect(fetch(`${url}/graphql`, QUERY)).rejects.toThrow();
  for (const socket of held) socket.destroy();
  const status = (): Promise<number> =>
    fetch(`${url}/graphql`, QUERY).then(
      (again) => again.status,
      () => 0,
    );
  await expect.poll(status).toBe(200);
  await narrow.close();
});

test('behind a proxy it is the address that the proxy names which has so many', async () => {
  const behind = await app.replica({ trustedProxies: 1, connectionsPerAddress: 2, host: '0.0.0.0' });
  const url = `http://127.0.0.1:${new URL(behind.url).port}`;
  const sockets = Array.from(
    { length: 2 },
    (_, at) =>
      new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        headers: { 'x-forwarded-for': `2001:db8:0:7::${at}` },
      }),
  );
  for (const socket of sockets) await once(socket, 'open');
  const ask = (address: string) =>
    fetch(`${url}/graphql`, { ...QUERY, headers: { ...QUERY.headers, 'x-forwarded-for': address } });
  const refused = await ask('2001:db8:0:7:ffff::1');
  expect([refused.status, await refused.json()]).toMatchObject([429, TOO_MANY]);
  expect(await upgrade(url, { 'x-forwarded-for': '2001:db8:0:7::9' })).toBe('429');
  expect((await ask('2001:db8:0:8::1')).status).toBe(200);
  for (const socket of sockets) socket.terminate();
  await expect.poll(async () => (await ask('2001:db8:0:7::1')).status).toBe(200);
  // A request that has been answered takes nothing any more.
  for (let times = 0; times < 5; times++) expect((await ask('192.0.2.1')).status).toBe(200);
  await behind.close();
});

/** Keeps the event loop from everybody for a moment. */
function holdLoop(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('a process that cannot follow takes no more operations, says so, and stays alive to who asks', async () => {
  const busy = await app.replica({ overload: { loopDelayMs: 20, heapShare: 1 } });
  const full = await app.replica({ overload: { loopDelayMs: 60_000, heapShare: 0.000_1 } });
  const ask = async (url: string) => {
    const { status, headers } = await fetch(`${url}/graphql`, QUERY);
    return [status, headers.get('retry-after')];
  };
  const underPressure = (url: string) => (): Promise<unknown> => {
    // The mean counts: between two looks there are as many short turns as the loop has time for.
    holdLoop(400);
    return ask(url);
  };
  await expect.poll(underPressure(busy.url)).toEqual([503, '10']);
  expect((await fetch(`${busy.url}/healthz`)).status).toBe(200);
  await expect.poll(() => ask(busy.url)).toEqual([200, null]);
  await expect.poll(() => ask(full.url)).toEqual([503, '10']);
  expect(await (await fetch(`${full.url}/graphql`, QUERY)).json()).toMatchObject({
    errors: [
      {
        message: 'the service has more to do than it can; try again',
        extensions: { code: 'UNAVAILABLE', reason: 'OVERLOADED', retryable: true },
      },
    ],
  });
  expect(await upgrade(full.url, {})).toBe('503');
  expect((await fetch(`${full.url}/healthz`)).status).toBe(200);
  await busy.close();
  await full.close();
});

test('a service that is told to end says so first, and serves on for a while (E38)', async () => {
  const ending = await app.replica({ drainMs: 1_000 });
  const closed = ending.close();
  const ready = await fetch(`${ending.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: 'not ready', missing: [{ part: 'service', problem: 'the service is ending' }] },
  ]);
  const served = await fetch(`${ending.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: staff },
    body: '{"query":"{ me { name } }"}',
  });
  expect(await served.json()).toEqual({ data: { me: { name: 'test-admin' } } });
  await closed;
  await expect(fetch(`${ending.url}/healthz`)).rejects.toThrow();
});
