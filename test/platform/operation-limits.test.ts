import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../src/platform/db/sql.ts';
import { tallied } from '../../src/platform/tally.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { doors, type Told } from '../kit/doors.ts';
import { startExampleWorld } from '../kit/example-world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
});
afterAll(() => app.close());

/** k^d lists behind fragments: 3.9 kB that took a process four minutes to run out of memory with (E3). */
function nestedFragments(k: number, d: number): string {
  const spread = (next: number) =>
    Array.from({ length: k }, (_, at) => `a${at}: site { racks(first: 1) { nodes { ...F${next} } } }`).join(' ');
  const fragments = Array.from(
    { length: d },
    (_, at) => `fragment F${at} on Rack { ${at === d - 1 ? 'name' : spread(at + 1)} }`,
  );
  return `{ racks(first: 1) { nodes { ...F0 } } } ${fragments.join(' ')}`;
}
/** Ports of devices of ports of devices (E5). */
const hop = (levels: number): string =>
  `ports(first: 1000) { nodes { label ${levels === 0 ? '' : `device { name ${hop(levels - 1)} }`} } }`;
/** The schema over and over (E4). */
const aliasedTypes = (count: number): string =>
  `{ __schema { ${Array.from({ length: count }, (_, at) => `a${at}: types { name fields { name args { name } type { name kind } } }`).join(' ')} } }`;
const TYPE = 'kind name description fields { name description args { name description type { name } } type { name } }';
const aliasedSchemas = (count: number): string =>
  `{ ${Array.from({ length: count }, (_, at) => `a${at}: __schema { types { ${TYPE} } }`).join(' ')} }`;

const hostile = [
  ['nested fragments (E3)', nestedFragments(10, 9), 'objects could be read'],
  ['pages in pages (E5)', `{ ${hop(3)} }`, 'objects could be read'],
  ['pages in a page (E5)', `{ ${hop(1)} }`, 'objects could be read'],
  ['the schema 200 times (E4)', aliasedTypes(200), 'objects could be read'],
  ['the whole schema 40 times (E4)', aliasedSchemas(40), 'objects could be read'],
] as const;

describe.each(Object.entries(doors))('over %s', (_name, door) => {
  const ask = async (query: string): Promise<Told> =>
    door(app.url, { query }, `Bearer ${await app.token('test-admin')}`);

  test('what is affordable is read, as the tally shows', async () => {
    const { statements } = await tallied(() => ask('{ racks(first: 1) { nodes { name } } }'));
    expect(statements.length).toBeGreaterThan(0);
  });

  test.each(hostile)('%s is refused before anything of it is planned', async (_name, query, reason) => {
    const { result, statements } = await tallied(() => ask(query));
    expect(result.errors?.[0]).toMatchObject({
      message: expect.stringContaining(reason),
      extensions: { code: 'BAD_USER_INPUT', violations: [{ rule: 'COMPLEXITY', accepted: expect.any(String) }] },
    });
    expect(statements.filter((statement) => /"(rack|port)"/.test(statement.sql))).toEqual([]);
  });
});

/** An answer of megabytes that is not kept ready. */
const LONG = '{ __schema { types { name description fields { name description args { name } } } } }';

test('a long answer is the same at every door, compressed or not, and says how long it is', async () => {
  const authorization = `Bearer ${await app.token('test-admin')}`;
  const send = (headers: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: LONG }),
    });
  const plain = await send({ 'accept-encoding': 'identity' });
  const text = await plain.text();
  expect(Buffer.byteLength(text)).toBeGreaterThan(500_000);
  expect(plain.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
  const compressed = await send({ 'accept-encoding': 'br', via: '1.1 proxy' });
  expect(compressed.headers.get('content-encoding')).toBe('br');
  expect(await compressed.text()).toBe(text);
  const whole = JSON.parse(text) as Told;
  for (const [name, door] of Object.entries(doors))
    expect(await door(app.url, { query: LONG }, authorization), name).toEqual(whole);
  const explained = (await (await send({ 'x-catalog-explain': 'true' })).json()) as Told & { extensions: object };
  expect(explained).toEqual({ ...whole, extensions: { explain: expect.objectContaining({ statements: 0 }) } });
});

test('the refusal says what it comes to, what is allowed, and which field costs most', async () => {
  const { errors } = await app.execute(`{ few: racks(first: 1) { nodes { name } } ${hop(1)} }`);
  expect(errors?.[0]).toMatchObject({
    message:
      '1,003,003 objects could be read; at most 500,000 are allowed. ports.nodes.device.ports.nodes costs most: 1,003,001',
    extensions: { violations: [{ path: 'ports.nodes.device.ports.nodes' }] },
  });
});

test('variables that nest too deep are refused', async () => {
  let where: object = {};
  for (let level = 0; level < 1_500; level++) where = { not: where };
  const { errors } = await app.execute('query ($where: RackWhere) { racks(where: $where) { totalCount } }', { where });
  expect(errors?.[0]?.extensions).toMatchObject({ violations: [{ rule: 'NESTED_TOO_DEEP' }] });
});

test('what is really read is counted, too', async () => {
  const limits = { lists: 100, fields: 1e4, queryMs: 60_000, mutationMs: 60_000, waitMs: 60_000, atOnce: 8, queued: 8 };
  const own = await app.replica({ operations: { ...limits, cost: 150 } });
  try {
    // Guessed are 141 objects: ten devices with ten ports each.
    const query = '{ networkDevices { nodes { ports { nodes { name } } } } }';
    const response = await fetch(`${own.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await app.token('test-admin')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect(((await response.json()) as Told).errors?.[0]).toMatchObject({
      message: 'the operation reads more than 150 objects',
      extensions: { code: 'BAD_USER_INPUT', violations: [{ rule: 'COMPLEXITY' }] },
    });
  } finally {
    await own.close();
  }
});

test.each([
  ['written', '{ networkDevices { nodes { ports { nodes { name } } } } }'],
  ['made by graphql-js', '{ networkDevices { nodes { history { totalCount } ports { nodes { name } } } } }'],
])('for an answer that is %s, what is hidden counts for nothing, and no refusal tells of it', async (_way, query) => {
  const limits = { lists: 100, fields: 1e4, queryMs: 60_000, mutationMs: 60_000, waitMs: 60_000, atOnce: 8, queued: 8 };
  const guess = async (who: string): Promise<number> => {
    const { extensions } = await app.as(who).execute(query, {}, { 'x-catalog-cost': 'true' });
    return (extensions as unknown as { readonly cost: { readonly cost: number } }).cost.cost;
  };
  const cost = await guess('staff');
  expect(await guess('outsider')).toBe(cost);
  const own = await app.replica({ operations: { ...limits, cost } });
  try {
    const ask = async (who: string): Promise<Told> => doors.POST(own.url, { query }, `Bearer ${await app.token(who)}`);
    expect((await ask('staff')).errors?.[0]?.extensions).toMatchObject({ violations: [{ rule: 'COMPLEXITY' }] });
    expect(await ask('outsider')).toEqual({ data: { networkDevices: { nodes: [] } } });
  } finally {
    await own.close();
  }
});

test('every answer can say its cost', async () => {
  const query = '{ racks(first: 20) { totalCount nodes { name site { name } } } }';
  const { extensions } = await app.execute(query, {}, { 'x-catalog-cost': 'true' });
  expect(extensions).toEqual({ cost: { cost: 1 + 10 + 20 * 2, lists: 1, fields: 6, limit: 500_000 } });
});

test('a document that is known costs what its variables say each time', async () => {
  const query = 'query ($n: Int!) { racks(first: $n) { nodes { name } } }';
  const costs = [];
  for (const n of [2, 30, 2]) costs.push((await app.execute(query, { n }, { 'x-catalog-cost': 'true' })).extensions);
  expect(costs).toMatchObject([{ cost: { cost: 3 } }, { cost: { cost: 31 } }, { cost: { cost: 3 } }]);
});

test.each([
  [
    '200 aliases of small things',
    `{ ${Array.from({ length: 200 }, (_, at) => `r${at}: rack(name: "fra1-a${at}") { name site { name } devices(first: 5) { nodes { name } } }`).join(' ')} }`,
  ],
  [
    'all services with meters and types',
    '{ services(first: 1000) { nodes { name meters(first: 100) { nodes { name } } resourceTypes(first: 100) { nodes { name } } } } }',
  ],
  [
    'meters in bulk',
    '{ meterDefinitions(first: 1000) { totalCount nodes { meterName manifest service { name owner { producerProject { name organization { name } } } } } } }',
  ],
])('%s passes with room', async (_name, query) => {
  const { errors, extensions } = await app.execute(query, {}, { 'x-catalog-cost': 'true' });
  expect(errors).toBeUndefined();
  expect((extensions as unknown as { cost: { cost: number } }).cost.cost).toBeLessThan(300_000);
});

describe('introspection', () => {
  const introspect = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });

  test('is complete and compressed, and kept under a name of its own', async () => {
    const response = await introspect(getIntrospectionQuery(), { 'accept-encoding': 'br' });
    expect(response.headers.get('vary')).toContain('accept-encoding');
    const body = (await response.json()) as { data: { __schema: { types: object[] } } };
    expect(body.data.__schema.types.length).toBeGreaterThan(500);
    const etag = response.headers.get('etag') ?? '';
    expect((await introspect(getIntrospectionQuery(), { 'if-none-match': etag })).status).toBe(304);
    const plain = await introspect(getIntrospectionQuery(), { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.json()).toEqual(body);
  });

  test('is all that strangers can ask at length', async () => {
    const response = await introspect(aliasedTypes(1));
    const { errors } = (await response.json()) as Told;
    expect(errors?.[0]?.extensions).toMatchObject({ violations: [{ rule: 'COMPLEXITY' }] });
    const small = await introspect('{ __type(name: "Rack") { fields { name } } }');
    expect(((await small.json()) as Told).errors).toBeUndefined();
  });
});

describe('one caller', () => {
  /** Holds every read up until it is let go. */
  async function blocked<T>(own: TestApp, work: () => Promise<T>): Promise<T> {
    return own.database.transaction(async (connection) => {
      await connection.execute(sql`lock table region in access exclusive mode`);
      return work();
    });
  }

  test('has a share, and who asks for more is told when to come back; nobody else waits', async () => {
    const limits = { cost: 1e6, lists: 100, fields: 1e4, queryMs: 60_000, mutationMs: 60_000, waitMs: 60_000 };
    const own = await startApp({ operations: { ...limits, atOnce: 2, queued: 1 } });
    try {
      const regions = () => own.execute('{ regions { totalCount } }');
      const isWaiting = async (): Promise<number> => {
        const [row] = await own.database.cells(
          sql`select count(*)::int from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        );
        return Number(row?.[0]);
      };
      await own.as('somebody').execute('{ me { name } }');
      const held = await blocked(own, async () => {
        const asked = [regions(), regions()];
        await expect.poll(isWaiting).toBe(2);
        // Of two more one may wait; the other is answered while all others are held up.
        const more = [send(own), send(own)];
        const response = await Promise.race(more);
        expect(response.status).toBe(429);
        expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(await response.json()).toMatchObject({
          errors: [{ extensions: { code: 'RATE_LIMITED', rule: 'TOO_MANY_OPERATIONS', retryable: true } }],
        });
        const { data } = await own.as('somebody').execute('{ me { name } }');
        expect(data.me.name).toBe('somebody');
        return { asked, more };
      });
      for (const answer of await Promise.all(held.asked)) expect(answer.data.regions.totalCount).toBe(0);
      expect((await Promise.all(held.more)).map(({ status }) => status).sort()).toEqual([200, 429]);
    } finally {
      await own.close();
    }
  });

  async function send(own: TestApp): Promise<Response> {
    const headers = { authorization: `Bearer ${await own.token('test-admin')}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ query: '{ regions { totalCount } }' });
    return fetch(`${own.url}/graphql`, { method: 'POST', headers, body });
  }

  test('whose query takes too long, or who goes away, leaves nothing running', async () => {
    const limits = { cost: 1e6, lists: 100, fields: 1e4, mutationMs: 60_000, waitMs: 60_000, atOnce: 8, queued: 8 };
    const own = await startApp({ operations: { ...limits, queryMs: 1_000 } });
    try {
      const waiting = sql`select count(*)::int from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      await blocked(own, async () => {
        const { errors } = await own.execute('{ regions { totalCount } }');
        expect(errors?.[0]).toMatchObject({
          message: 'the operation took longer than 1 s and was ended; ask for less at once',
          extensions: { code: 'UNAVAILABLE', reason: 'DEADLINE_EXCEEDED', retryable: false },
        });
        await expect.poll(() => own.database.cells(waiting)).toEqual([[0]]);
      });
    } finally {
      await own.close();
    }
  });
});
