import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import type { App } from '../../src/app.ts';
import { readConfig, settings } from '../../src/config.ts';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { defectsIn, startApp, type TestApp } from '../kit/app.ts';
import { beginWriting } from '../kit/begin-writing.ts';
import { doors, type Sent, type Told } from '../kit/doors.ts';
import { overEvents } from '../kit/streams.ts';

/** Every limit that an operation can meet, at every door: POST, server-sent events, WebSocket. */
type DoorName = keyof typeof doors;

let app: TestApp;
/** Beside it, on the same database: one that gives an operation little time, and one in which little may wait. */
let hasty: App;
let impatient: App;
let blocker: Database;
const tokens = { admin: '', other: '' };
beforeAll(async () => {
  const operations = { ...readConfig({}).operations, cost: 3_000, lists: 12, fields: 120, atOnce: 4, queued: 1 };
  app = await startApp({
    operations: { ...operations, queryMs: 60_000, waitMs: 60_000 },
    subscriptions: { perConnection: 2, perCaller: 3, inAll: 4 },
    writersWaiting: 1,
    metrics: { host: '127.0.0.1', port: 0 },
  });
  hasty = await app.replica({ operations: { ...operations, queryMs: 300, mutationMs: 300 } });
  impatient = await app.replica({ operations: { ...operations, atOnce: 1, waitMs: 50 } });
  blocker = createDatabase(app.databaseUrl, { poolSize: 2 });
  tokens.admin = `Bearer ${await app.token('test-admin')}`;
  tokens.other = `Bearer ${await app.token('somebody')}`;
  for (const authorization of Object.values(tokens))
    await doors.POST(app.url, { query: '{ me { name } }' }, authorization);
});
afterAll(async () => {
  await blocker.close();
  await hasty.close();
  await impatient.close();
  await app.close();
});

const times = (count: number, text: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => text(at)).join('');
const list = <T>(count: number, item: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => item(at));

const RACKS = 'query ($where: RackWhere, $labels: String, $first: Int) {';
const racks = (variables: Record<string, unknown>): Sent => ({
  query: `${RACKS} racks(where: $where, labelSelector: $labels, first: $first) { totalCount } }`,
  variables,
});
const apply = (content: string): Sent => ({
  query:
    'mutation ($content: String!) { apply(input: { validateOnly: true, manifests: [{ content: $content }] }) { userErrors { code message } } }',
  variables: { content },
});
const REGION = 'mutation { createRegion(input: { name: "late", displayName: "Late" }) { region { name } } }';
const LIVE = { query: 'subscription { changes(initial: false) { type } }' };
const nested = (depth: number): object => (depth === 0 ? {} : { not: nested(depth - 1) });
const sites = (depth: number): string =>
  depth === 0 ? 'name' : `site { racks(first: 1) { nodes { ${sites(depth - 1)} } } }`;

const violates = (rule: string) => ({ errors: [{ extensions: { code: 'BAD_USER_INPUT', violations: [{ rule }] } }] });
const fails = (extensions: object) => ({ errors: [{ extensions }] });
/** `apply` reports what is wrong with manifests beside its other results. */
const reports = (code: string) => ({ data: { apply: { userErrors: [{ code }] } } });
const LARGE = fails({ code: 'PAYLOAD_TOO_LARGE' });

interface Limit {
  /** The settings that say how much. */
  readonly settings?: readonly (keyof typeof settings)[];
  readonly sent: Sent;
  /** What is answered; at a door that has its own way to say so, that. */
  readonly refused: object | ((told: Told) => void);
  readonly refusedAt?: Partial<Record<DoorName, object>>;
  /** Why a door has no such limit. */
  readonly notAt?: Partial<Record<DoorName, string>>;
  /** Who sends it; the administrator, unless something else is said. */
  readonly as?: () => string | undefined;
  /** Asks over a WebSocket of its own, on which something has been asked before. */
  readonly askOverWebSocket?: () => Promise<Told>;
  /** Which service is asked; the first, unless something else is said. */
  readonly of?: () => App;
  /** Brings the service to the limit before somebody asks for more; gives what takes that back. */
  readonly fill?: () => Promise<() => Promise<unknown>>;
}

const ofDocuments: Record<string, Limit> = {
  'objects that could be read': {
    settings: ['CATALOG_MAX_COST'],
    sent: { query: '{ racks(first: 60) { nodes { devices(first: 60) { nodes { name } } } } }' },
    refused: violates('COMPLEXITY'),
  },
  'objects of the schema that a stranger reads': {
    sent: { query: '{ __schema { types { name fields { name args { name } } } } }' },
    as: () => undefined,
    refused: violates('COMPLEXITY'),
  },
  'lists of an operation': {
    settings: ['CATALOG_MAX_LISTS'],
    sent: { query: `{ ${times(13, (at) => `a${at}: sites(first: 1) { totalCount } `)} }` },
    refused: violates('COMPLEXITY'),
  },
  'fields of an operation, each alias counted': {
    settings: ['CATALOG_MAX_FIELDS'],
    sent: { query: `{ ${times(61, (at) => `a${at}: me { name } `)} }` },
    refused: violates('COMPLEXITY'),
  },
  'depth of an operation': {
    settings: ['CATALOG_MAX_DEPTH'],
    sent: { query: `{ racks(first: 1) { nodes { ${sites(11)} } } }` },
    refused: violates('QUERY_TOO_DEEP'),
  },
  'tokens of a document (E12)': {
    sent: { query: `{ racks(where: { name: { in: [${'"x" '.repeat(20_000)}] } }) { totalCount } }` },
    refused: fails({ code: 'GRAPHQL_PARSE_FAILED' }),
  },
  'operations and fragments of a document': {
    sent: { query: times(4_000, (at) => `query Q${at} { __typename } `) },
    refused: {
      errors: [
        {
          message: 'the document has 4,000 operations and fragments; at most 500 are allowed',
          extensions: { code: 'BAD_USER_INPUT', violations: [{ rule: 'COMPLEXITY', accepted: expect.any(String) }] },
        },
      ],
    },
  },
  'brackets in brackets of a document': {
    sent: { query: `{ racks(where: ${'{ not: '.repeat(5_000)}{}${' }'.repeat(5_000)}) { totalCount } }` },
    refused: violates('NESTED_TOO_DEEP'),
  },
};

const ofValues: Record<string, Limit> = {
  'nesting of variables': { sent: racks({ where: nested(1_500) }), refused: violates('NESTED_TOO_DEEP') },
  'objects of a page': {
    settings: ['CATALOG_MAX_PAGE'],
    sent: racks({ first: 1_001 }),
    refused: violates('PAGE_TOO_LARGE'),
  },
  'ids of a call': {
    sent: { query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', variables: { ids: list(1_001, String) } },
    refused: violates('PAGE_TOO_LARGE'),
  },
  'conditions of a filter': {
    sent: racks({ where: { or: list(201, (at) => ({ name: { contains: `${at}` } })) } }),
    refused: violates('FILTER_TOO_LARGE'),
  },
  'requirements of a label selector': {
    sent: racks({ labels: list(51, (at) => `k${at}`).join(',') }),
    refused: violates('SELECTOR_TOO_LARGE'),
  },
  'requirements of a label selector of the feed': {
    sent: {
      query: 'query ($labels: String) { changes(where: { labelSelector: $labels }) { events { type } } }',
      variables: { labels: list(51, (at) => `k${at}`).join(',') },
    },
    refused: violates('SELECTOR_TOO_LARGE'),
  },
  'requirements of a label selector that is no text': {
    sent: {
      query: 'query ($labels: LabelSelectorInput) { racks(labels: $labels) { totalCount } }',
      variables: { labels: { matchExpressions: list(51, (at) => ({ key: `k${at}`, operator: 'EXISTS' })) } },
    },
    refused: violates('SELECTOR_TOO_LARGE'),
  },
  'values of a requirement': {
    sent: racks({ labels: `a in (${list(10_001, String).join(',')})` }),
    refused: violates('SELECTOR_TOO_LARGE'),
  },
  'operations of a batch': {
    sent: {
      query: 'mutation ($input: BatchInput!) { batch(input: $input) { applied userErrors { code } } }',
      variables: { input: { operations: list(10_001, () => ({ createRegion: { name: 'r', displayName: 'R' } })) } },
    },
    refused: violates('TOO_MANY'),
  },
  'documents of a request': {
    sent: apply('---\na: 1\n'.repeat(20_001)),
    refused: reports('TOO_MANY_DOCUMENTS'),
  },
  'size of a manifest': {
    sent: apply(`a: ${'x'.repeat(3 * 2 ** 20)}`),
    refused: reports('DOCUMENT_TOO_LARGE'),
    notAt: { WebSocket: 'a message is no larger than 1 MiB, and a manifest may have 3' },
  },
  'members of a mapping': {
    sent: apply(times(10_001, (at) => `k${at}: 1\n`)),
    refused: reports('TOO_MANY_MEMBERS'),
  },
  'labels of an input': {
    sent: {
      query: 'mutation ($input: CreateRegionInput!) { createRegion(input: $input) { userErrors { code } } }',
      variables: {
        input: { name: 'r', displayName: 'R', labels: list(10_001, (at) => ({ key: `k${at}`, value: 'v' })) },
      },
    },
    refused: violates('TOO_MANY_MEMBERS'),
  },
  'nesting of a manifest': { sent: apply(`a: ${'{a: '.repeat(200)}`), refused: reports('NESTED_TOO_DEEP') },
  'violations that are reported': {
    sent: apply('---\napiVersion: v1\nkind: Nothing\nmetadata: {name: n}\n'.repeat(1_500)),
    refused: ({ data }) => {
      const { userErrors } = (data as { apply: { userErrors: object[] } }).apply;
      expect(userErrors).toHaveLength(1_001);
      expect(userErrors.at(-1)).toEqual({ code: 'MORE_VIOLATIONS', message: 'and 500 more' });
    },
  },
  'length of a value that is told': {
    sent: racks({ labels: `a=${'x'.repeat(500_000)}` }),
    refused: (told) => {
      expect(told).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      expect(JSON.stringify(told).length).toBeLessThan(4_000);
    },
  },
  'size of a request': {
    settings: ['CATALOG_MAX_BODY_BYTES'],
    sent: racks({ labels: 'x'.repeat(2 ** 20) }),
    as: () => tokens.other,
    refused: LARGE,
    refusedAt: { WebSocket: { closedWith: 1009 } },
  },
  'size of a mutation of whoever may write': {
    settings: ['CATALOG_MAX_WRITE_BODY_BYTES'],
    sent: apply('x'.repeat(32 * 2 ** 20)),
    refused: LARGE,
    notAt: { WebSocket: 'a message is as large as a body of a reader, whoever sends it' },
  },
};

const held = async (): Promise<number> => {
  const [row] = await blocker.cells(
    sql`select count(distinct pid)::int from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()`,
  );
  return Number(row?.[0]);
};
const waiting = async (what: 'operations' | 'writers'): Promise<string | undefined> => {
  const text = await (await fetch(`${app.metricsUrl}/metrics`)).text();
  return new RegExp(`^catalog_${what}_waiting (\\d+)$`, 'm').exec(text)?.[1];
};

/** Holds up whoever reads regions, or whoever writes; gives what lets them go on. */
async function block(what: 'regions' | 'writers'): Promise<() => Promise<unknown>> {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const done = blocker.transaction(async (connection) => {
    await (what === 'writers' ? beginWriting(connection) : connection.execute(sql`lock table region`));
    begun.resolve();
    await end.promise;
  });
  await begun.promise;
  return () => {
    end.resolve();
    return done;
  };
}

/** Has somebody begin operations that are held up until it is over. */
async function occupy(
  what: 'regions' | 'writers',
  { url }: App,
  { count, query, until }: { readonly count: number; readonly query: string; readonly until: () => Promise<unknown> },
): Promise<() => Promise<unknown>> {
  const letGo = await block(what);
  const asked = list(count, () => doors.POST(url, { query }, tokens.admin));
  await until();
  return async () => {
    await letGo();
    for (const told of await Promise.all(asked)) expect(told.errors).toBeUndefined();
  };
}

/** Subscriptions that stay open until it is over. */
const follow = (authorization: () => string, count: number) => async (): Promise<() => Promise<unknown>> => {
  const all = list(count, () => overEvents(app.url, LIVE.query, {}, { authorization: authorization() }));
  for (const stream of all) await stream.next();
  return async () => {
    for (const stream of all) await stream.return(undefined);
    await expect
      .poll(
        async () => /^catalog_subscriptions (\d+)$/m.exec(await (await fetch(`${app.metricsUrl}/metrics`)).text())?.[1],
      )
      .toBe('0');
  };
};

const READ = '{ regions { totalCount } }';
const write = (name: string): string =>
  `mutation { createRegion(input: { name: "${name}", displayName: "R" }) { region { name } } }`;
const noneByPost = 'no subscription is answered there';
const tooMany = (rule: string) => fails({ code: 'RATE_LIMITED', rule, retryable: true, retryAfterSeconds: 10 });

const ofCallers: Record<string, Limit> = {
  'time of a query': {
    settings: ['CATALOG_QUERY_SECONDS'],
    of: () => hasty,
    fill: () => block('regions'),
    sent: { query: READ },
    refused: fails({ code: 'UNAVAILABLE', reason: 'DEADLINE_EXCEEDED', retryable: false }),
  },
  'time of a mutation': {
    settings: ['CATALOG_MUTATION_SECONDS'],
    of: () => hasty,
    fill: () => block('regions'),
    sent: { query: REGION },
    refused: fails({ code: 'UNAVAILABLE', reason: 'DEADLINE_EXCEEDED', retryable: false }),
  },
  'operations at once, and those that wait': {
    settings: ['CATALOG_OPERATIONS_AT_ONCE', 'CATALOG_OPERATIONS_WAITING'],
    fill: () =>
      occupy('regions', app, {
        count: 5,
        query: READ,
        until: () => expect.poll(() => waiting('operations')).toBe('1'),
      }),
    sent: { query: '{ me { name } }' },
    refused: fails({ code: 'RATE_LIMITED', rule: 'TOO_MANY_OPERATIONS', retryable: true, retryAfterSeconds: 60 }),
  },
  'time that an operation waits for others of its caller': {
    of: () => impatient,
    fill: () => occupy('regions', impatient, { count: 1, query: READ, until: () => expect.poll(held).toBe(1) }),
    sent: { query: '{ me { name } }' },
    refused: fails({ code: 'RATE_LIMITED', rule: 'WAITED_TOO_LONG', retryable: true, retryAfterSeconds: 1 }),
  },
  'writers that wait': {
    settings: ['CATALOG_WRITERS_WAITING'],
    fill: (() => {
      let round = 0;
      return async () => {
        round++;
        const letGo = await block('writers');
        const asked = list(2, (at) => doors.POST(app.url, { query: write(`w-${round}-${at}`) }, tokens.admin));
        await expect.poll(() => waiting('writers')).toBe('1');
        return async () => {
          await letGo();
          for (const told of await Promise.all(asked)) expect(told.errors).toBeUndefined();
        };
      };
    })(),
    sent: { query: REGION },
    refused: fails({ code: 'UNAVAILABLE', reason: 'TOO_MANY_WRITERS', retryable: true, retryAfterSeconds: 10 }),
  },
  'subscriptions of a caller': {
    settings: ['CATALOG_SUBSCRIPTIONS_PER_CALLER'],
    fill: follow(() => tokens.admin, 3),
    sent: LIVE,
    refused: tooMany('TOO_MANY_SUBSCRIPTIONS'),
    notAt: { POST: noneByPost },
  },
  'subscriptions of all callers': {
    settings: ['CATALOG_SUBSCRIPTIONS'],
    fill: async () => {
      const ends = [await follow(() => tokens.admin, 2)(), await follow(() => tokens.other, 2)()];
      // The first waits until none is open any more.
      return async () => Promise.all(ends.map((end) => end()));
    },
    sent: LIVE,
    refused: tooMany('TOO_MANY_IN_ALL'),
    notAt: { POST: noneByPost },
  },
};

/** A WebSocket that has been let in; what its operations were answered, by their ids. */
async function openSocket(payload: object, { url }: App = app) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const told = new Map<string, Told>();
  const say = (message: object): void => socket.send(JSON.stringify(message));
  await once(socket, 'open');
  say({ type: 'connection_init', payload });
  await once(socket, 'message');
  socket.on('message', (text: Buffer) => {
    const message = JSON.parse(text.toString()) as { id: string; type: string; payload: Told & Told['errors'] };
    if (message.type === 'error') told.set(message.id, { errors: message.payload });
    if (message.type === 'next') told.set(message.id, message.payload);
  });
  return { socket, told, subscribe: (id: number, payload: Sent) => say({ type: 'subscribe', id: `${id}`, payload }) };
}

/** What was told of an operation, once that is known. */
async function toldOf(told: ReadonlyMap<string, Told>, id: number): Promise<Told> {
  await expect.poll(() => told.has(`${id}`)).toBe(true);
  return told.get(`${id}`) ?? {};
}

/** What the schema tells strangers at once. */
const UNREAD = { query: 'query Unread { __schema { types { name description } } }' };
const ownConnection = 'each operation has a connection of its own';

const ofWebSockets: Record<string, Limit> = {
  'operations under way on a connection': {
    fill: () => block('regions'),
    sent: { query: '{ me { name } }' },
    askOverWebSocket: async () => {
      const { socket, told, subscribe } = await openSocket({ authorization: tokens.admin });
      for (const id of [1, 2]) {
        subscribe(id, LIVE);
        expect(await toldOf(told, id)).toEqual({ data: { changes: { type: 'BOOKMARK' } } });
      }
      // Four are done at once and one waits.
      for (const id of [3, 4, 5, 6, 7]) subscribe(id, { query: READ });
      await expect.poll(() => waiting('operations')).toBe('1');
      subscribe(8, { query: '{ me { name } }' });
      const refused = await toldOf(told, 8);
      expect([...told.keys()]).toEqual(['1', '2', '8']);
      socket.terminate();
      return refused;
    },
    refused: {
      errors: [
        {
          message: '7 operations of this connection are under way already',
          extensions: { code: 'RATE_LIMITED', rule: 'TOO_MANY_ON_CONNECTION', retryable: true, retryAfterSeconds: 10 },
        },
      ],
    },
    notAt: { POST: ownConnection, events: ownConnection },
  },
  'answers that a stranger has not read': {
    sent: UNREAD,
    askOverWebSocket: async () => {
      const patient = await app.replica({
        operations: { ...readConfig({}).operations, queryMs: 60_000, waitMs: 60_000 },
      });
      const { socket, told, subscribe } = await openSocket({}, patient);
      socket.pause();
      const COUNT = 90; // A hundred refusals would close it.
      for (let id = 1; id <= COUNT; id++) subscribe(id, UNREAD);
      const ended = () => app.log.filter(({ operation }) => operation === 'Unread').length;
      await expect.poll(ended, { timeout: 50_000 }).toBe(COUNT);
      socket.resume();
      const refused = await toldOf(told, COUNT);
      expect((await toldOf(told, 1)).errors).toBeUndefined();
      socket.terminate();
      await patient.close();
      return refused;
    },
    refused: tooMany('UNREAD_ANSWERS'),
    notAt: { POST: ownConnection, events: ownConnection },
  },
};

/** Limits that are none of an operation's, and where they are proven. */
const elsewhere: Partial<Record<keyof typeof settings, string>> = {
  CATALOG_MAX_LOOKED_THROUGH: 'of rows that no index leads to; test/read/leads',
  CATALOG_SUBSCRIPTIONS_PER_CONNECTION:
    'of a WebSocket only: elsewhere each has a connection of its own; test/platform/subscription-limits',
  CATALOG_CONNECTIONS_PER_CALLER: 'statements wait, operations are not refused; test/platform/fairness, at every door',
  CATALOG_CONNECTIONS_PER_ADDRESS: 'of connections, whatever comes over them; test/platform/edge',
  CATALOG_MAX_CONNECTIONS: 'of connections, whatever comes over them; test/platform/edge',
  CATALOG_REQUESTS_PER_MINUTE: 'of requests and upgrades, before they are operations; test/platform/edge',
  CATALOG_MAX_LOOP_DELAY_MS: 'of the process; test/platform/edge',
  CATALOG_MAX_HEAP_PERCENT: 'of the process; test/platform/edge',
  CATALOG_MAX_TOKEN_DAYS: 'of tokens, at the one place that reads them; test/authn',
};

const limits: Record<string, Limit> = { ...ofDocuments, ...ofValues, ...ofCallers, ...ofWebSockets };

describe.each(Object.entries(limits))('%s', (_what, limit) => {
  const { sent, refused, refusedAt = {}, notAt = {}, as = () => tokens.admin, of = () => app, fill } = limit;
  const ask = (name: DoorName): Promise<Told> => limit.askOverWebSocket?.() ?? doors[name](of().url, sent, as());
  const names = (Object.keys(doors) as DoorName[]).filter((name) => !(name in notAt));
  test(`bounded by ${names.join(', ')}`, async () => {
    const end = await fill?.();
    const told: [DoorName, Told][] = [];
    for (const name of names) told.push([name, await ask(name)]);
    await end?.();
    for (const [name, answer] of told) {
      const expected = refusedAt[name] ?? refused;
      if (typeof expected === 'function') expected(answer);
      else expect(answer, name).toMatchObject(expected);
    }
  });
});

test('every setting that limits something is in this table', () => {
  const isLimit = /_MAX_|_WAITING|_AT_ONCE|_PER_|_SUBSCRIPTIONS|^CATALOG_(QUERY|MUTATION)_SECONDS/;
  const proven = [...Object.values(limits).flatMap((limit) => limit.settings ?? []), ...Object.keys(elsewhere)];
  expect(proven.toSorted()).toEqual(
    Object.keys(settings)
      .filter((name) => isLimit.test(name))
      .toSorted(),
  );
});

test('nothing of all this was a defect', () => {
  expect(defectsIn(app)).toEqual([]);
});
