import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import type { App } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { defectsIn, startApp, type TestApp } from '../kit/app.ts';
import { doors } from '../kit/doors.ts';

/** Clients that ask and do not read. */
let app: TestApp;
/** Beside it: one in which operations wait. */
let patient: App;
let authorization: string;
let other: string;
beforeAll(async () => {
  const operations = { ...readConfig({}).operations, atOnce: 2, queued: 0, queryMs: 120_000 };
  app = await startApp({ operations });
  patient = await app.replica({ operations: { ...operations, queued: 16, waitMs: 120_000 } });
  authorization = `Bearer ${await app.token('test-admin')}`;
  other = `Bearer ${await app.token('somebody')}`;
});
afterAll(async () => {
  await patient.close();
  await app.close();
});

const SMALL = { query: '{ me { name } }' };
const types = 'types { name description fields { name description args { name description } } }';
/** An answer that no buffer of the network holds. */
const LONG = `query Long { __schema { ${Array.from({ length: 20 }, (_, at) => `t${at}: ${types}`).join(' ')} } }`;

/** Sends a request over a connection of its own and reads nothing but the beginning of the answer. */
async function askAndStare(query: string, headers: readonly string[]): Promise<Socket> {
  const { hostname, port } = new URL(app.url);
  const body = JSON.stringify({ query });
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const head = ['POST /graphql HTTP/1.1', `Host: ${hostname}`, 'Content-Type: application/json', ...headers];
  socket.write(`${[...head, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`);
  await once(socket, 'data');
  socket.pause();
  return socket;
}

test.each(['application/json', 'text/event-stream'])(
  'a long answer as %s that nobody reads keeps its place, so its caller has no more of them; others are answered',
  async (accept) => {
    const headers = [`Authorization: ${authorization}`, `Accept: ${accept}`];
    const staring = [await askAndStare(LONG, headers), await askAndStare(LONG, headers)];
    const refused = { errors: [{ extensions: { code: 'RATE_LIMITED', rule: 'TOO_MANY_OPERATIONS' } }] };
    expect(await doors.POST(app.url, SMALL, authorization)).toMatchObject(refused);
    expect(await doors.POST(app.url, SMALL, other)).toEqual({ data: { me: { name: 'somebody' } } });
    for (const socket of staring) socket.destroy();
    await expect
      .poll(() => doors.POST(app.url, SMALL, authorization))
      .toEqual({ data: { me: { name: 'test-admin' } } });
  },
);

/** A WebSocket that has been let in. */
async function open({ url }: App, payload: object = { authorization }): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  await once(socket, 'message');
  return socket;
}

const subscribe = (socket: WebSocket, id: number, query: string): void =>
  socket.send(JSON.stringify({ type: 'subscribe', id: String(id), payload: { query } }));

const endedOf = (name: string): number => app.log.filter(({ operation }) => operation === name).length;

test('so does one over a WebSocket, until the connection has ended', async () => {
  const refused = { errors: [{ extensions: { code: 'RATE_LIMITED', rule: 'TOO_MANY_OPERATIONS' } }] };
  const before = endedOf('Long');
  const sockets = [await open(app), await open(app)];
  for (const socket of sockets) {
    socket.pause();
    subscribe(socket, 1, LONG);
  }
  await expect.poll(() => endedOf('Long') - before, { timeout: 60_000 }).toBe(2);
  expect(await doors.POST(app.url, SMALL, authorization)).toMatchObject(refused);
  for (const socket of sockets) socket.terminate();
  await expect.poll(() => doors.POST(app.url, SMALL, authorization)).toEqual({ data: { me: { name: 'test-admin' } } });
}, 120_000);

test('or until it is read: whoever reads each answer may ask for the next', async () => {
  const socket = await open(app);
  const types: string[] = [];
  socket.on('message', (text: Buffer) => {
    types.push(/"type":"(\w+)"/.exec(text.subarray(0, 40).toString())?.[1] ?? '');
    if (types.at(-1) === 'complete' && types.length < 6) subscribe(socket, types.length, LONG);
  });
  subscribe(socket, 0, LONG);
  await expect
    .poll(() => types, { timeout: 60_000 })
    .toEqual(['next', 'complete', 'next', 'complete', 'next', 'complete']);
  socket.terminate();
}, 120_000);

/** What the schema tells strangers at once. */
const ASKED_BY_STRANGERS = '{ __schema { types { name description } } }';

test('a stranger that does not read is refused, and keeps nobody from the place that strangers share', async () => {
  const socket = await open(patient, {});
  socket.pause();
  const codes: unknown[] = [];
  let ended = 0;
  socket.on('message', (text: Buffer) => {
    if (!text.subarray(0, 200).includes('"type":"next"')) ended++;
    if (text.includes('"type":"error"')) codes.push(JSON.parse(text.toString()).payload[0].extensions.rule);
  });
  for (let burst = 0; burst < 12; burst++) {
    for (let at = 0; at < 10; at++) subscribe(socket, burst * 10 + at, ASKED_BY_STRANGERS);
    await doors.POST(patient.url, { query: '{ __typename }' });
  }
  expect(await doors.POST(patient.url, { query: '{ __typename }' })).toEqual({ data: { __typename: 'Query' } });
  socket.resume();
  await expect.poll(() => ended, { timeout: 30_000 }).toBe(120);
  expect(codes).toContain('UNREAD_ANSWERS');
  socket.terminate();
}, 60_000);

/** The service has had time for much else. */
async function meanwhile(): Promise<void> {
  for (let time = 0; time < 20; time++) await doors.POST(patient.url, SMALL, other);
}

test('over a WebSocket that nobody reads no more is run than before it was full', async () => {
  const socket = await open(patient);
  const ended = (): number => endedOf('Long');
  const before = ended();
  socket.pause();
  for (let id = 0; id < 4; id++) subscribe(socket, id, LONG);
  await expect.poll(() => ended() - before, { timeout: 60_000 }).toBe(2);
  await meanwhile();
  expect(ended() - before).toBe(2);
  let results = 0;
  socket.on('message', (text: Buffer) => {
    if (text.subarray(0, 200).includes('"type":"next"')) results++;
  });
  socket.resume();
  await expect.poll(() => results, { timeout: 120_000 }).toBe(4);
  socket.terminate();
}, 240_000);

test('what a WebSocket is sent is not read while its client reads no answers', async () => {
  const socket = await open(patient);
  socket.pause();
  const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(500_000) } });
  for (let time = 0; time < 100; time++) socket.send(ping);
  await meanwhile();
  expect(socket.bufferedAmount).toBeGreaterThan(20_000_000);
  let pongs = 0;
  socket.on('message', () => pongs++);
  socket.resume();
  await expect.poll(() => pongs, { timeout: 30_000 }).toBe(100);
  expect(socket.bufferedAmount).toBe(0);
  socket.terminate();
}, 60_000);

test('the complete introspection is sent as the client takes it, and known by its tag whatever became of that', async () => {
  const send = async (headers: Readonly<Record<string, string>>) =>
    fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', via: '1.1 proxy', ...headers },
      body: JSON.stringify({ query: getIntrospectionQuery() }),
    });
  const plain = await send({ 'accept-encoding': 'br;q=0, gzip;q=0.0, bruh' });
  expect(plain.headers.get('content-encoding')).toBeNull();
  const text = await plain.text();
  const packed = await send({ 'accept-encoding': 'gzip, br;q=0' });
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  expect(await packed.text()).toBe(text);
  expect(packed.headers.get('etag')).not.toBe(plain.headers.get('etag'));
  const etag = `"other", W/${packed.headers.get('etag')}`;
  expect((await send({ 'accept-encoding': 'gzip', 'if-none-match': etag })).status).toBe(304);
});

test('nothing of all this was a defect', () => {
  expect(defectsIn(app)).toEqual([]);
});
