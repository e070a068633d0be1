import { once } from 'node:events';
import { connect } from 'node:net';

import { HeaderMap } from '@apollo/server';
import compress from '@fastify/compress';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFastify, send } from '../../src/platform/http/create-fastify.ts';
import { pace } from '../kit/pace.ts';

/* Long answers: bodies that are there in parts. */

const parts = Array.from({ length: 24 }, (_, at) => Buffer.alloc(70_000 + at, `${at}ü;`));
const whole = Buffer.concat(parts);
const LAST = whole.subarray(-8);
const ASKED = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const reported: unknown[] = [];
let app: FastifyInstance;
let url: string;
let sent: FastifyReply['raw'][] = [];
let drains = 0;
beforeAll(async () => {
  app = createFastify({
    trustedProxies: 0,
    keepAliveMs: 60_000,
    maxConnections: 10,
    report: (_message, cause) => reported.push(cause),
    refused: () => undefined,
  });
  await app.register(compress, { encodings: ['gzip'] });
  app.get('/', (_request, reply) => {
    sent.push(reply.raw);
    reply.raw.on('drain', () => drains++);
    return send(reply, { status: 200, headers: new HeaderMap([['content-type', 'text/plain']]), body: parts });
  });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

const bytesOf = async (headers: Readonly<Record<string, string>> = {}): Promise<Buffer> => {
  const response = await fetch(url, { headers: { 'accept-encoding': 'identity', ...headers } });
  return Buffer.from(await response.arrayBuffer());
};

test('all of it is handed over at once: no part waits for the one before it', async () => {
  drains = 0;
  expect((await bytesOf()).equals(whole)).toBe(true);
  expect(drains).toBe(0);
});

test('it comes out the same compressed, and its length without it', async () => {
  expect((await bytesOf({ 'accept-encoding': 'gzip' })).equals(whole)).toBe(true);
  const head = await fetch(url, { method: 'HEAD' });
  expect([head.headers.get('content-length'), await head.text()]).toEqual([String(whole.length), '']);
});

test('who reads slowly gets all of it, and the next answer over the same connection', async () => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const got: Buffer[] = [];
  let length = 0;
  socket.write(ASKED);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    await pace(2);
    const before = length;
    length += chunk.length;
    got.push(chunk);
    if (before < whole.length && length >= whole.length) socket.write(ASKED);
    if (length > 2 * whole.length && chunk.subarray(-LAST.length).equals(LAST)) break;
  }
  socket.destroy();
  const text = Buffer.concat(got).toString('latin1');
  expect(text.split(whole.toString('latin1'))).toHaveLength(3);
});

test('who leaves in the middle ends it, which is no defect; others are answered', async () => {
  sent = [];
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  for (let asked = 0; asked < 8; asked++) socket.write(ASKED);
  await once(socket, 'data');
  socket.resetAndDestroy();
  await expect.poll(() => sent.length > 0 && sent.every((raw) => raw.closed)).toBe(true);
  expect(sent.some((raw) => !raw.writableFinished)).toBe(true);
  expect((await bytesOf()).equals(whole)).toBe(true);
  expect(reported).toEqual([]);
});
