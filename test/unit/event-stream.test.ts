import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { createEventSender } from '../../src/platform/http/event-stream.ts';
import { LazyAbort } from '../../src/platform/lazy-abort.ts';
import { slicesOfTen } from '../kit/turns.ts';

/** What a client gets of one result; what is told of it while it is sent. */
async function sent(result: object) {
  const told: unknown[] = [];
  const events = createEventSender((cause) => told.push(String(cause)));
  const app = Fastify();
  app.get('/', async (_request, reply) => {
    const sending = { handed: () => void told.push('handed'), read: () => void told.push('read') };
    await events.send(reply, result, { slices: slicesOfTen(), gone: new LazyAbort(), sending });
  });
  const response = await fetch(await app.listen({ port: 0, host: '127.0.0.1' }));
  const text = await response.text().catch(() => 'broken off');
  await app.close();
  return { text, told };
}
const event = (data: object): string => `:\n\nevent: next\ndata: ${JSON.stringify(data)}\n\nevent: complete\ndata:\n\n`;

const short = { data: { a: 1 } };
const long = { data: { all: Array.from({ length: 5_000 }, (_, at) => at) } };

test('a short result is read as soon as it is sent, a long one has been handed over when its text is made', async () => {
  expect(await sent(short)).toEqual({ text: event(short), told: ['read'] });
  expect(await sent(long)).toEqual({ text: event(long), told: ['handed'] });
});

test('a result that no text can be made of breaks the connection off, and is told', async () => {
  const { text, told } = await sent({ data: { all: [...long.data.all, 1n] } });
  expect(text).toBe('broken off');
  expect(told).toEqual([expect.stringContaining('BigInt')]);
});
