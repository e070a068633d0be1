import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { readConfig } from '../../src/config.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { STRANGERS } from '../../src/platform/fair-shares.ts';
import { createSharedSlices, type SharedSlices } from '../../src/platform/time-slices.ts';
import { defectsIn, startApp, type TestApp } from '../kit/app.ts';
import { doors } from '../kit/doors.ts';

/** Clients that leave while something is worked on for them; what is done for them after that is counted. */

/** Work that is done in slices of its own. */
interface Work {
  asked: number;
  readonly go: () => void;
}

/** Slices of which somebody's work can be stopped at the slice of that number. */
function stoppableSlices() {
  const shared = createSharedSlices(-1); // Whoever asks for the next slice waits for it.
  let stop: { readonly caller: string; readonly at: number; readonly reached: (work: Work) => void } | undefined;
  const slices: SharedSlices = {
    of: (caller) => {
      const own = shared.of(caller);
      const { promise, resolve } = Promise.withResolvers<void>();
      const work: Work = { asked: 0, go: resolve };
      return {
        next: () => {
          work.asked++;
          if (stop?.caller !== caller || stop.at !== work.asked) return own.next();
          stop.reached(work);
          stop = undefined;
          return promise.then(() => own.next());
        },
      };
    },
  };
  const stopAt = (caller: string, at: number): Promise<Work> =>
    new Promise((reached) => {
      stop = { caller, at, reached };
    });
  return { slices, stopAt };
}
const { slices, stopAt } = stoppableSlices();

let app: TestApp;
beforeAll(async () => {
  const operations = { ...readConfig({}).operations, queryMs: 120_000, waitMs: 120_000 };
  // However busy the machine is, nothing is refused for that.
  const overload = { loopDelayMs: 60_000, heapShare: 1 };
  app = await startApp({ slices, operations, overload, metrics: { host: '127.0.0.1', port: 0 } });
});
afterAll(() => app.close());

const post = (body: string, headers: readonly string[]): string => {
  const head = ['POST /graphql HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...headers];
  return `${[...head, `Content-Length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`;
};

/** Sends it over a connection of its own; gives what breaks that off. */
async function sendRaw(text: string): Promise<() => void> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return () => socket.destroy();
}

async function openSocket(): Promise<{ readonly socket: WebSocket; readonly say: (message: object) => void }> {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  const say = (message: object): void => socket.send(JSON.stringify(message));
  say({ type: 'connection_init' });
  await once(socket, 'message');
  return { socket, say };
}

/** An answer to a stranger that is long enough to be made in pieces. */
const QUERY = '{ __schema { types { name description kind } } }';
const BODY = JSON.stringify({ query: QUERY });

/** Messages to those who have completed what they asked for. */
let afterwards = 0;

/** Ways to ask as a stranger; each gives what leaves. */
const ways: Record<string, () => Promise<() => void>> = {
  'POST, gone': () => sendRaw(post(BODY, [])),
  'POST behind another on one connection, gone': () =>
    sendRaw(`GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n${post(BODY, [])}${post(BODY, [])}`),
  'events, gone': () => sendRaw(post(BODY, ['Accept: text/event-stream'])),
  'WebSocket, gone': async () => {
    const { socket, say } = await openSocket();
    say({ type: 'subscribe', id: 'one', payload: { query: QUERY } });
    return () => socket.terminate();
  },
  'WebSocket, closed': async () => {
    const { socket, say } = await openSocket();
    say({ type: 'subscribe', id: 'one', payload: { query: QUERY } });
    return () => socket.close();
  },
  'WebSocket, complete': async () => {
    const { socket, say } = await openSocket();
    say({ type: 'subscribe', id: 'one', payload: { query: QUERY } });
    socket.on('message', () => afterwards++);
    return () => say({ type: 'complete', id: 'one' });
  },
};

/** The service has read what was sent before, and noticed which connections have ended. */
async function noticed(): Promise<void> {
  for (let time = 0; time < 5; time++) expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
}

const SMALL = { query: '{ __typename }' };
const ANSWERED = { data: { __typename: 'Query' } };
/** Whether somebody waits for a place. */
const isWaiting = async (): Promise<boolean> =>
  !/^catalog_operations_waiting 0$/m.test(await (await fetch(`${app.metricsUrl}/metrics`)).text());

/** Lists are completed ten items a slice; text is made of every item in turn, so it has many more. */
describe.each([
  ['is put together', 20],
  ['is made text', 400],
])('a stranger that leaves while its long answer %s', (_stage, at) => {
  test.each(Object.entries(ways))(
    '%s: had the place of strangers, keeps it no longer, and nothing more is done for it',
    async (_way, begin) => {
      const reached = stopAt(STRANGERS, at);
      const leave = await begin();
      const work = await reached;
      const other = doors.POST(app.url, SMALL);
      await expect.poll(isWaiting).toBe(true);
      leave();
      await noticed();
      work.go();
      expect(await other).toEqual(ANSWERED);
      expect(work.asked).toBe(at);
      expect(afterwards).toBe(0);
    },
  );
});

test('the same answer is made to its end for who stays, whatever it comes over', async () => {
  for (const [name, door] of Object.entries(doors)) {
    const reached = stopAt(STRANGERS, 400);
    const asked = door(app.url, { query: QUERY });
    const work = await reached;
    work.go();
    expect((await asked).errors, name).toBeUndefined();
    expect(work.asked, name).toBeGreaterThan(800);
  }
});

test('the id of an operation is in use until the service has let go of it, though its client has completed it', async () => {
  const { socket, say } = await openSocket();
  const subscribe = (query: string): void => say({ type: 'subscribe', id: 'one', payload: { query } });
  const types: string[] = [];
  socket.on('message', (text: Buffer) => types.push(JSON.parse(text.toString()).type));
  for (let time = 1; time <= 2; time++) {
    subscribe(SMALL.query);
    await expect.poll(() => types).toHaveLength(2 * time);
  }
  expect(types).toEqual(['next', 'complete', 'next', 'complete']);
  const reached = stopAt(STRANGERS, 20);
  const closed = once(socket, 'close');
  subscribe(QUERY);
  const work = await reached;
  say({ type: 'complete', id: 'one' });
  subscribe(SMALL.query);
  const [code, reason] = await closed;
  expect([code, String(reason)]).toEqual([4409, 'Subscriber for one already exists']);
  work.go();
  expect(types).toHaveLength(4);
  expect(await doors.POST(app.url, SMALL)).toEqual(ANSWERED);
});

test('a mutation whose client leaves while its large body is read is not begun', async () => {
  await app.execute('{ me { name } }'); // Who asks for the first time becomes a user.
  const [[uid] = []] = await app.database.cells(sql`select id from user_account where name = 'test-admin'`);
  const manifests = [{ content: `a: ${'x'.repeat(2 ** 20)}` }];
  const query = 'mutation ($manifests: [ManifestInput!]!) { apply(input: { manifests: $manifests }) { applied } }';
  const body = JSON.stringify({ query, variables: { manifests }, padding: Array.from({ length: 9_000 }, String) });
  const reached = stopAt(String(uid), 1);
  const leave = await sendRaw(post(body, [`Authorization: Bearer ${await app.token('test-admin')}`]));
  const work = await reached;
  const before = app.log.length;
  leave();
  await noticed();
  work.go();
  const ended = () => app.log.slice(before).filter(({ msg, transport }) => msg === 'operation' && transport === 'post');
  await expect.poll(ended).toMatchObject([{ outcome: 'cancelled' }]);
});

test('nothing of all this was a defect', () => {
  expect(defectsIn(app)).toEqual([]);
});
