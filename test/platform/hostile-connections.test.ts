import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { defectsIn, startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
let port: number;
/** The code with which a WebSocket is closed that never says who it is. */
let closedInSilence: Promise<unknown>;
beforeAll(async () => {
  app = await startApp();
  port = Number(new URL(app.url).port);
  closedInSilence = closeCode((await open()).socket);
});
afterAll(() => app.close());
afterEach(() => {
  expect(defectsIn(app)).toEqual([]);
});

/** Sends the text as it is; everything that comes until the connection is closed. */
async function send(text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.write(text, 'latin1');
  await once(socket, 'close');
  return answer;
}
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
const isAlive = async (): Promise<boolean> => (await fetch(`${app.url}/healthz`)).status === 200;

const upgrade = (target: string, more = ''): string =>
  `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${more}\r\n`;

const targets = [
  '//',
  '/%',
  '/%ff',
  'http://[bad/graphql',
  'http://',
  '*',
  'x',
  '/graphql%00',
  '/\\',
  '/..;/graphql',
  '/',
];

test.each(targets)('whatever the target is, an upgrade is answered and refused: %s (E1)', async (target) => {
  expect(statusOf(await send(upgrade(target)))).toBeGreaterThanOrEqual(400);
  expect(statusOf(await send(upgrade(target)))).toBeLessThan(500);
  expect(await isAlive()).toBe(true);
});

test.each(targets)('whatever the target is, a request is answered, and never as a defect: %s (E27)', async (target) => {
  for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE', 'TRACE']) {
    const status = statusOf(await send(`${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`));
    expect(status, method).toBeGreaterThanOrEqual(200);
    expect(status, method).toBeLessThan(500);
  }
});

test('a peer that resets a refused upgrade ends nothing but its connection (E2)', async () => {
  const reset = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const socket: Socket = connect(port, '127.0.0.1', () => socket.write(text, () => socket.resetAndDestroy()));
      socket.on('error', () => undefined).on('close', () => resolve());
    });
  const texts = [upgrade('/nope'), upgrade('/graphql', 'Origin: http://evil.example\r\n'), upgrade('/graphql')];
  for (let round = 0; round < 200; round++) for (const text of texts) await reset(text);
  expect(await isAlive()).toBe(true);
});

test('an upgrade that is none or that lacks something is refused with a reason', async () => {
  const head = 'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
  expect(statusOf(await send(`GET /graphql HTTP/1.1\r\n${head}\r\n`))).toBe(400);
  expect(statusOf(await send(`POST /graphql HTTP/1.1\r\n${head}Content-Length: 5\r\n\r\n{}`))).toBe(405);
  expect(statusOf(await send(upgrade('/healthz')))).toBe(404);
});

test('what asks for HTTP/2 is answered over HTTP/1.1', async () => {
  const body = '{"query":"{ __typename }"}';
  const answer = await send(
    `POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect(answer).toContain('{"data":{"__typename":"Query"}}');
});

test('no form of a request is taken for a defect', async () => {
  const forms = [
    'GET /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'NONSENSE\r\n\r\n',
    'GET /graphql?query=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: ;\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
    `GET /graphql HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
  ];
  for (const form of forms) {
    const status = statusOf(await send(form));
    expect(status, form.slice(0, 200)).toBeGreaterThanOrEqual(400);
    expect(status, form.slice(0, 200)).toBeLessThan(500);
  }
});

const BODY = '{"query":"{ __typename }"}';
const posted = (head: string, body = BODY): string =>
  `POST /graphql HTTP/1.1\r\n${head}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

test.each([
  ['two hosts', posted('Host: a\r\nHost: b\r\nContent-Type: application/json\r\n'), 400],
  ['two types', posted('Host: a\r\nContent-Type: application/json\r\ncontent-type: text/plain\r\n'), 400],
  ['two tokens', posted('Host: a\r\nContent-Type: application/json\r\nAuthorization: x\r\nAuthorization: y\r\n'), 400],
  ['another charset', posted('Host: a\r\nContent-Type: application/json; charset=utf-16\r\n'), 415],
  [
    'what is not UTF-8',
    posted('Host: a\r\nContent-Type: application/json\r\n', '{"query":"{ __typename } # \xff"}'),
    400,
  ],
  [
    'a body as it is',
    posted('Host: a\r\nContent-Encoding: identity\r\nContent-Type: application/json; charset="UTF-8"\r\n'),
    200,
  ],
  [
    'a method that nobody serves',
    posted('Host: a\r\nContent-Type: application/json\r\n').replace('POST', 'QUERY'),
    405,
  ],
  ['a request to a proxy', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ['an expectation', posted('Host: a\r\nExpect: more\r\nContent-Type: application/json\r\n'), 417],
])('%s: the answer says what is wrong', async (_what, text, status) => {
  expect(statusOf(await send(text))).toBe(status);
});

/** A whole request that stands where another may end, or not: whoever answers it takes it for one of its own. */
const HIDDEN = 'GET /healthz HTTP/1.1\r\nHost: hidden\r\n\r\n';
const post = (head: string, body: string): string =>
  `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${head}\r\n${body}`;

test.each([
  ['a length beside chunks', post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${HIDDEN}`)],
  ['chunks beside a length', post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', `0\r\n\r\n${HIDDEN}`)],
  ['two lengths', post('Content-Length: 2\r\nContent-Length: 60\r\n', `{}${HIDDEN}`)],
  ['two lengths in one', post('Content-Length: 2, 60\r\n', `{}${HIDDEN}`)],
  ['a length with a sign', post('Content-Length: +2\r\n', `{}${HIDDEN}`)],
  ['an unknown encoding', post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${HIDDEN}`)],
  ['chunks that are not the last encoding', post('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${HIDDEN}`)],
  ['a blank before the colon', post('Transfer-Encoding : chunked\r\n', `0\r\n\r\n${HIDDEN}`)],
  ['a header over two lines', post('Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n', `0\r\n\r\n${HIDDEN}`)],
  ['a line that ends early', post('X: y\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${HIDDEN}`)],
])('%s hides no request behind another: it is refused, and nothing after it is answered', async (_what, text) => {
  const answer = await send(text);
  expect(statusOf(answer)).toBe(400);
  expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toHaveLength(1);
});

test('a body that breaks off is no defect', async () => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"qu',
  );
  await new Promise((resolve) => socket.write('ery', resolve));
  socket.on('error', () => undefined);
  socket.resetAndDestroy();
  await once(socket, 'close');
  expect(await isAlive()).toBe(true);
});

/** A WebSocket that nobody has spoken on yet, and what comes over it. */
async function open(protocol = 'graphql-transport-ws') {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, protocol);
  const heard: string[] = [];
  socket.on('message', (text: Buffer) => heard.push(JSON.parse(text.toString()).type));
  socket.on('error', () => undefined);
  await once(socket, 'open');
  return { socket, heard };
}
const closeCode = async (socket: WebSocket): Promise<unknown> => (await once(socket, 'close'))[0];

const INIT = '{"type":"connection_init"}';
const live = (id: string): string =>
  JSON.stringify({ type: 'subscribe', id, payload: { query: 'subscription { changes { type } }' } });

test.each<readonly [string, readonly (string | Buffer)[], number]>([
  ['what is no message', ['{{{{'], 4400],
  ['a message of an unknown type', ['{"type":"nothing"}'], 4400],
  ['a message without its parts', [INIT, '{"type":"subscribe","id":"1"}'], 4400],
  ['bytes', [Buffer.from([0, 1, 2, 255])], 4400],
  ['a message that only the service sends', [INIT, '{"type":"next","id":"1","payload":{}}'], 4400],
  [
    'what nests too deep to be sent back',
    [INIT, `{"type":"ping","payload":{"a":${'['.repeat(2e5)}${']'.repeat(2e5)}}}`],
    4400,
  ],
  ['an operation before who asks is known', [live('1')], 4401],
  ['a second beginning', [INIT, INIT], 4429],
])('%s closes a WebSocket with a code that says so', async (_what, messages, code) => {
  const { socket } = await open();
  for (const message of messages) socket.send(message);
  expect(await closeCode(socket)).toBe(code);
});

test('so do an id that is in use, a frame that is none, and a protocol that nobody speaks', async () => {
  const { socket, heard } = await open();
  const authorization = `Bearer ${await app.token('test-admin')}`;
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
  await expect.poll(() => heard).toEqual(['connection_ack']);
  // What the close frame says of it is cut.
  const id = 'é'.repeat(300);
  socket.send(live(id));
  socket.send(live(id));
  expect(await closeCode(socket)).toBe(4409);
  // Its reserved bits are set.
  const answer = await send(
    `${upgrade('/graphql', 'Sec-WebSocket-Protocol: graphql-transport-ws\r\n')}\xff\x81\0\0\0\0x`,
  );
  const [, goodbye = ''] = answer.split('\r\n\r\n');
  expect(Buffer.from(goodbye, 'latin1').readUInt16BE(2)).toBe(1002);
  const { socket: old } = await open('graphql-ws').catch(() => ({ socket: undefined }));
  expect(old).toBeUndefined();
});

test('a WebSocket that never says who it is is closed with 4408', async () => {
  expect(await closedInSilence).toBe(4408);
});
