import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog } from '../../src/app.ts';
import { anonymous } from '../../src/catalog/access/caller.ts';
import type { FeedEvent } from '../../src/catalog/history/feed-event.ts';
import { follow } from '../../src/catalog/history/follow.ts';
import { readFeedWhere } from '../../src/catalog/history/schema/feed-where.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { accessBelow } from '../kit/access.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { overEvents, overWebSocket } from '../kit/streams.ts';
import { aNode, aPort, aRack, plant } from './documents.ts';

let app: TestApp;
let headers: { authorization: string };
beforeAll(async () => {
  app = await startApp();
  headers = { authorization: `Bearer ${await app.token('test-admin')}` };
  expect((await app.apply(plant + aRack('r0'))).userErrors).toEqual([]);
});
afterAll(() => app.close());

const SUBSCRIBE = `subscription ($after: String, $where: ChangeWhere, $initial: Boolean) {
  changes(after: $after, where: $where, initial: $initial) {
    type reason cursor initial initialComplete name changedFields object { name labels { key value } } } }`;
const POLL = `query ($after: String, $where: ChangeWhere, $first: Int) {
  changes(after: $after, where: $where, first: $first) {
    events { type reason name initial initialComplete position commit previousRevision changedFields actor { name } object { manifest(format: JSON) } }
    cursor isCurrent } }`;

const remove = (...names: readonly string[]) =>
  app.execute('mutation ($input: DeleteInput!) { delete(input: $input) { deleted userErrors { message } } }', {
    input: { objects: names.map((one) => ({ kind: one.split('/')[0], name: one.split('/')[1] })) },
  });

interface Told {
  readonly type: string;
  readonly reason: string | null;
  readonly name: string | null;
  readonly cursor: string;
  readonly initialComplete: boolean;
}
const said = ({ type, reason, name, initialComplete }: Told): string =>
  [
    type,
    ...(name === null ? [] : [name]),
    ...(reason === null ? [] : [reason]),
    ...(initialComplete ? ['complete'] : []),
  ].join(' ');

/** A reader of a subscription from which one takes so many messages at a time. */
function taking(stream: AsyncGenerator<{ data: { changes: Told } }>) {
  let cursor = '';
  return {
    take: async (count: number): Promise<string[]> => {
      const texts: string[] = [];
      while (texts.length < count) {
        const { value, done } = await stream.next();
        if (done === true) break;
        expect(value).not.toHaveProperty('errors');
        cursor = value.data.changes.cursor;
        texts.push(said(value.data.changes));
      }
      return texts;
    },
    cursor: () => cursor,
    stop: () => stream.return(undefined),
  };
}

const transports = { events: overEvents, webSocket: overWebSocket };

for (const [name, open] of Object.entries(transports)) {
  test(`over ${name}: the present state, a mark, then what happens, and on from a cursor after a break`, async () => {
    const where = { kinds: ['racks'], labelSelector: `over=${name}` };
    const own = (rack: string, more = {}) => aRack(rack, more, { over: name });
    const [a, b, c] = [`${name.toLowerCase()}-a`, `${name.toLowerCase()}-b`, `${name.toLowerCase()}-c`];
    await app.apply(own(a) + own(b));
    const reader = taking(open(app.url, SUBSCRIBE, { where }, headers));
    expect(await reader.take(3)).toEqual([`ADDED ${a}`, `ADDED ${b}`, 'BOOKMARK complete']);
    await app.apply(own(c));
    await app.apply(own(a, { heightU: 10 }));
    expect(await reader.take(2)).toEqual([`ADDED ${c}`, `MODIFIED ${a}`]);
    await reader.stop();

    await app.apply(aRack(b)); // Loses the label.
    await remove(`Rack/${c}`);
    await app.apply(aRack(`${a}-other`));
    await app.apply(own(b));
    const again = taking(open(app.url, SUBSCRIBE, { where, after: reader.cursor() }, headers));
    expect(await again.take(3)).toEqual([`DELETED ${b} FILTERED`, `DELETED ${c} DELETED`, `ADDED ${b}`]);
    await again.stop();
  });
}

test('a poller sees the same as a subscriber, with states before and after', async () => {
  await app.apply(aRack('poll', {}, { poll: 'yes' }));
  const where = { kinds: ['Rack'], labelSelector: 'poll=yes' };
  const poll = async (after?: string) => (await app.execute(POLL, { after, where, first: 10 })).data.changes;
  const first = await poll();
  expect(first.events.map(({ type, name }: Told) => [type, name])).toEqual([
    ['ADDED', 'poll'],
    ['BOOKMARK', null],
  ]);
  await app.apply(aRack('poll', { heightU: 30 }, { poll: 'yes' }));
  await app.apply(aRack('poll', { heightU: 30 }));
  const second = await poll(first.cursor);
  expect(second.events).toMatchObject([
    { type: 'MODIFIED', changedFields: ['spec.heightU'], actor: { name: 'test-admin' } },
    { type: 'DELETED', reason: 'FILTERED', changedFields: [] },
  ]);
  // What has left is told of as it was last seen, not as it is now.
  expect(JSON.parse(second.events[1].object.manifest).metadata.labels).toEqual({ poll: 'yes' });
  expect(await poll(second.cursor)).toMatchObject({ events: [], isCurrent: true });
  const damaged = await app.execute(POLL, { after: `${second.cursor.slice(0, -2)}xx`, where });
  expect(damaged.errors?.[0]?.extensions).toMatchObject({ violations: [{ rule: 'CURSOR_INVALID' }] });
  const other = await app.execute(POLL, { after: second.cursor, where: { kinds: ['Site'] } });
  expect(other.errors?.[0]?.extensions).toMatchObject({ violations: [{ rule: 'CURSOR_MISMATCH' }] });
});

test('a cursor of another stream is refused, and one older than what is kept is a precise error and a reset', async () => {
  const where = { kinds: ['Rack'], names: ['r0'] };
  const { cursor } = (await app.execute(POLL, { where })).data.changes;
  const { rows } = await app.database.pool.query('select epoch, oldest from change_head');
  await app.database.pool.query('update change_head set oldest = position + 1');
  const old = await app.execute(POLL, { after: cursor, where });
  expect(old.errors?.[0]?.extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    violations: [{ rule: 'CURSOR_EXPIRED', path: 'after' }],
  });
  const reader = taking(overEvents(app.url, SUBSCRIBE, { where, after: cursor }, headers) as never);
  expect(await reader.take(1)).toEqual(['RESET CURSOR_EXPIRED']);
  await app.database.pool.query('update change_head set oldest = $1', [rows[0].oldest]);
  expect(await reader.take(2)).toEqual(['ADDED r0', 'BOOKMARK complete']);
  await reader.stop();
  await app.database.pool.query('update change_head set epoch = gen_random_uuid()');
  const foreign = await app.execute(POLL, { after: cursor, where });
  expect(foreign.errors?.[0]?.extensions).toMatchObject({ violations: [{ rule: 'CURSOR_UNKNOWN' }] });
  await app.database.pool.query('update change_head set epoch = $1', [rows[0].epoch]);
});

test('what moves out of sight is a deletion, what moves into sight an addition; a change of rights is a reset', async () => {
  await app.apply(aRack('left') + aRack('right') + aNode('mover', 'left') + aPort('moved', 'mover'));
  const idOf = async (name: string) => (await app.execute(`{ rack(name: "${name}") { uid } }`)).data.rack.uid as string;
  const [left, right] = [await idOf('left'), await idOf('right')];
  const ended = new AbortController();
  const access = { scopes: [left] };
  const filter = readFeedWhere(catalog(), {});
  const reader = () => ({ access: accessBelow(access.scopes), caller: anonymous });
  const stream = follow({
    step: (cursor, limit) => app.history.feed.step(reader(), filter, cursor, limit),
    now: () => app.history.feed.now(reader(), filter),
    wakeUp: app.history.wakeUp,
    after: undefined,
    sendsInitial: true,
    signal: ended.signal,
  });
  const take = async (count: number): Promise<string[]> => {
    const texts: string[] = [];
    while (texts.length < count) {
      const { value } = await stream.next();
      const { type, reason, state, isInitialComplete } = value as FeedEvent;
      if (type !== 'BOOKMARK' || isInitialComplete) texts.push([type, state?.name, reason].filter(Boolean).join(' '));
    }
    return texts;
  };
  expect(await take(4)).toEqual(['ADDED left', 'ADDED mover', 'ADDED moved', 'BOOKMARK']);
  await app.apply(aNode('mover', 'right'));
  expect(await take(2)).toEqual(['DELETED mover FILTERED', 'DELETED moved FILTERED']);
  await app.apply(aNode('mover', 'left'));
  expect(await take(2)).toEqual(['ADDED mover', 'ADDED moved']);
  access.scopes = [left, right];
  expect(await take(6)).toEqual([
    'RESET RIGHTS_CHANGED',
    'ADDED left',
    'ADDED right',
    'ADDED mover',
    'ADDED moved',
    'BOOKMARK',
  ]);
  // The rack is gone, and with it the scope by which it was seen; who sees what is above hears of it.
  access.scopes = ['00000000-0000-7000-8000-000000000000'];
  expect((await take(1))[0]).toBe('RESET RIGHTS_CHANGED');
  while ((await take(1))[0] !== 'BOOKMARK');
  await remove('Rack/right');
  expect(await take(1)).toEqual(['DELETED right DELETED']);
  ended.abort();
  await stream.return();
});

test('a slow reader holds nobody up, and is not ahead of what it has taken', async () => {
  const where = { kinds: ['Rack'], labelSelector: 'slow=yes' };
  const reader = taking(overEvents(app.url, SUBSCRIBE, { where }, headers) as never);
  expect(await reader.take(1)).toEqual(['BOOKMARK complete']);
  const padding = 'x'.repeat(1_000);
  for (let round = 0; round < 5; round++) {
    await app.apply(
      Array.from({ length: 200 }, (_, index) =>
        aRack(`slow-${round}-${index}`, { powerFeeds: [] }, { slow: 'yes' }).replace(
          '"labels"',
          `"annotations":{"a":"${padding}"},"labels"`,
        ),
      ).join(''),
    );
  }
  const names = await reader.take(1_000);
  expect(new Set(names).size).toBe(1_000);
  await reader.stop();
});

test('a lost listening connection comes back, and nothing is missed meanwhile', async () => {
  const where = { kinds: ['Rack'], labelSelector: 'lost=yes' };
  const reader = taking(overEvents(app.url, SUBSCRIBE, { where }, headers) as never);
  expect(await reader.take(1)).toEqual(['BOOKMARK complete']);
  const ended = await app.database.rows(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%' and datname = current_database()`,
  );
  expect(ended).toHaveLength(1);
  await app.apply(aRack('lost', {}, { lost: 'yes' }));
  expect(await reader.take(1)).toEqual(['ADDED lost']);
  await reader.stop();
});
