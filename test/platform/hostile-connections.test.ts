import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { defectsIn, startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
let port: number;
beforeAll(async () => {
  app = await startApp();
  port = Number(new URL(app.url).port);
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
