import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { catalog } from '../../src/app.ts';
import { bySystem } from '../../src/catalog/author.ts';
import { createHistory } from '../../src/catalog/history/history.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { beginWriting } from '../kit/begin-writing.ts';
import { untilStill } from '../kit/pace.ts';
import { overEvents, overWebSocket } from '../kit/streams.ts';
import { aNode, aRack, plant } from './documents.ts';

let app: TestApp;
let own: { authorization: string };
beforeAll(async () => {
  app = await startApp();
  own = { authorization: `Bearer ${await app.token('test-admin')}` };
  expect((await app.apply(plant)).userErrors).toEqual([]);
});
afterAll(() => app.close());

const LIVE =
  'subscription ($where: ChangeWhere, $after: String) { changes(initial: false, after: $after, where: $where) { type name cursor } }';
const variables = { where: { kinds: ['Rack'] } };
const stream = (init: RequestInit, search = '') =>
  fetch(`${app.url}/graphql/stream${search}`, { headers: own, ...init });
const post = (body: unknown, headers: Record<string, string> = {}) =>
  stream({
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...own, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

test('what one replica writes is heard at the other', async () => {
  const other = await app.replica();
  const listening = overEvents(other.url, LIVE, variables, own);
  expect((await listening.next()).value.data.changes.type).toBe('BOOKMARK');
  const heard = listening.next();
  await app.apply(aRack('replica'));
  const startedAt = performance.now();
  expect((await heard).value.data.changes).toMatchObject({ type: 'ADDED', name: 'replica' });
  // Woken, not found by looking.
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  await listening.return(undefined);
  await other.close();
});

test('queries and mutations work over both, a mutation not by GET', async () => {
  const answers: unknown[] = [];
  for await (const { data } of overEvents(app.url, '{ site(name: "here") { name } }', {}, own)) answers.push(data);
  for await (const { data } of overWebSocket(app.url, '{ site(name: "here") { name } }', {}, own)) answers.push(data);
  expect(answers).toEqual([{ site: { name: 'here' } }, { site: { name: 'here' } }]);
  const query = encodeURIComponent('mutation { delete(input: {objects: []}) { deleted } }');
  const got = await stream({}, `?query=${query}`);
  expect([got.status, got.headers.get('allow'), await got.text()]).toEqual([
    405,
    'POST',
    expect.stringContaining('a mutation takes POST'),
  ]);
  const read = encodeURIComponent('query ($name: String) { site(name: $name) { name } }');
  const text = await (await stream({}, `?query=${read}&variables=${encodeURIComponent('{"name":"here"}')}`)).text();
  expect(text).toBe(':\n\nevent: next\ndata: {"data":{"site":{"name":"here"}}}\n\nevent: complete\ndata:\n\n');
});

test('what cannot be read is refused before a stream begins; a wrong document is its only result', async () => {
  expect((await post('{')).status).toBe(400);
  expect((await post({ variables })).status).toBe(400);
  expect((await stream({ method: 'PUT' })).status).toBe(405);
  const wrong = await post({ query: 'subscription { changes { nothing } }' });
  expect(wrong.status).toBe(200);
  expect(await wrong.text()).toMatch(
    /^:\n\nevent: next\ndata: {"errors":\[{"message":"Cannot query field.*\n\nevent: complete/,
  );
  const kind = await (await post({ query: LIVE, variables: { where: { kinds: ['Rak'] } } })).text();
  expect(kind).toMatch(/did you mean.*BAD_USER_INPUT|BAD_USER_INPUT.*did you mean/);
});

test('a bad token is refused at the connection, and a stream ends when its token expires; with a new one it goes on', async () => {
  const refused = await post({ query: LIVE, variables }, { authorization: 'Bearer nonsense' });
  expect([refused.status, await refused.json()]).toMatchObject([
    401,
    { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
  ]);
  const socket = overWebSocket(app.url, LIVE, variables, { authorization: 'Bearer nonsense' });
  await expect(socket.next()).rejects.toMatchObject({ code: 4403 });
  const exp = Math.floor(Date.now() / 1_000) + 2;
  const authorization = `Bearer ${await app.token('test-admin', { exp })}`;
  const ends: string[] = [];
  for (const listening of [
    overEvents(app.url, LIVE, variables, { authorization }),
    overWebSocket(app.url, LIVE, variables, { authorization }),
  ]) {
    const heard: { type: string; cursor: string }[] = [];
    for await (const { data } of listening) heard.push(data.changes);
    expect(heard.map(({ type }) => type)).toEqual(['BOOKMARK', 'BOOKMARK']);
    ends.push(String(heard.at(-1)?.cursor));
  }
  // What is written before the client has its new token is not missed, and nothing is told twice.
  expect((await app.apply(aRack('renewed'))).userErrors).toEqual([]);
  const renewed = { authorization: `Bearer ${await app.token('test-admin')}` };
  const again = [overEvents, overWebSocket].map((over, index) =>
    over(app.url, LIVE, { ...variables, after: ends[index] }, renewed),
  );
  const named = async (listening: (typeof again)[number]): Promise<string> => {
    const { value } = await listening.next();
    const { type, name } = value.data.changes;
    return type === 'BOOKMARK' ? named(listening) : `${type} ${name}`;
  };
  expect(await Promise.all(again.map(named))).toEqual(['ADDED renewed', 'ADDED renewed']);
  await app.apply(aRack('heard-on'));
  expect(await Promise.all(again.map(named))).toEqual(['ADDED heard-on', 'ADDED heard-on']);
  for (const listening of again) await listening.return(undefined);
});

test('a page of another origin cannot open a WebSocket here', async () => {
  const open = async (origin: string): Promise<string> => {
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { origin });
    const [outcome] = await Promise.race([
      once(socket, 'open').then(() => ['open']),
      once(socket, 'unexpected-response').then(([, response]) => [
        String((response as { statusCode: number }).statusCode),
      ]),
    ]);
    socket.terminate();
    return String(outcome);
  };
  expect(await open('https://evil.example')).toBe('403');
  expect(await open(app.url)).toBe('open');
});

test('the service ends without waiting for who listens; they are told where they are', async () => {
  const other = await app.replica();
  const listening = [overEvents(other.url, LIVE, variables, own), overWebSocket(other.url, LIVE, variables, own)];
  for (const one of listening) await one.next();
  const rests = listening.map(async (one) => {
    const types: string[] = [];
    try {
      for await (const { data } of one) types.push(data.changes.type);
    } catch {
      types.push('closed');
    }
    return types;
  });
  const startedAt = performance.now();
  await other.close();
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  for (const types of await Promise.all(rests)) expect(types[0]).toBe('BOOKMARK');
});

test('a reader that does not read is sent no more than fits on the way, and gets the rest when it reads again', async () => {
  const { feed } = app.history;
  const { step } = feed;
  let pulled = 0;
  const counting: typeof step = async (...args) => {
    const found = await step(...args);
    pulled += found.events.filter(({ type }) => type !== 'BOOKMARK').length;
    return found;
  };
  Object.assign(feed, { step: counting });
  const total = 3_000;
  const where = { kinds: ['Port'] };
  await app.apply(aRack('heavy') + aNode('heavy', 'heavy'));
  const query =
    'subscription ($where: ChangeWhere) { changes(initial: false, where: $where) { type name object { manifest } } }';
  const controller = new AbortController();
  const response = await fetch(`${app.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...own },
    body: JSON.stringify({ query, variables: { where } }),
    signal: controller.signal,
  });
  const history = createHistory(catalog(), app.database);
  for (let batch = 0; batch < 3; batch++) {
    await app.database.transaction(async (connection) => {
      await beginWriting(connection);
      await connection.execute(sql`
        insert into port (id, name, revision, scope_id, device_node_id, type, port_label, annotations)
        select uuidv7(), n.name, nextval('catalog_revision'), d.scope_id, d.id, 'Ethernet', n.name,
          jsonb_build_object('a', repeat('x', 10000))
        from node d, lateral (select format('heavy-%s-%s', ${batch}::int, i) as name from generate_series(1, ${total / 3}::int) i) n
        where d.name = 'heavy'`);
      await history.record(connection, bySystem, { verb: 'apply' });
    });
  }
  expect(await untilStill(() => pulled)).toBeLessThan(total * 0.7);
  const names = new Set<string>();
  let text = '';
  if (response.body === null) throw new Error('no body');
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (const [, name = ''] of text.matchAll(/"type":"ADDED","name":"([^"]+)"/g)) names.add(name);
    text = text.slice(-100);
    if (names.size === total) break;
  }
  controller.abort();
  Object.assign(feed, { step });
});
