import { gunzipSync } from 'node:zlib';
import { HeaderMap } from '@apollo/server';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { App } from '../../src/app.ts';
import { recordChanges } from '../../src/catalog/history/record-changes.ts';
import { touchedWith } from '../../src/catalog/read/lasting-statements.ts';
import { TextOut } from '../../src/catalog/read/text/text-out.ts';
import { RowBytesClient } from '../../src/platform/db/row-bytes.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { createPackAnswer } from '../../src/platform/http/kept-answer.ts';
import type { Answer } from '../../src/platform/http/refusal.ts';
import { applyAll, binding, doc, role, userOf } from '../authz/world.ts';
import type { GraphqlAnswer, TestApp } from '../kit/app.ts';
import { beginWriting } from '../kit/begin-writing.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { type HeldTransaction, holdTransaction } from '../kit/held-transaction.ts';
import { random } from '../mutations/random.ts';
import { catalog } from '../schema/catalog-schema.ts';

/* What is asked again is answered from memory, and is what the catalog says at that moment, whoever asks whichever replica. */

const SEEDS = (process.env.KEPT_SEEDS ?? '1,2').split(',').map(Number);
const WRITES = 40;
const KEPT = 64 * 2 ** 20;
const anyPage = { readAheadBytes: KEPT, leastReadAhead: 1 };

let app: TestApp & { readonly localIssuer: { signToken(subject: string): Promise<string> } };
let other: App;
let reference: App;
/** Keeps nothing, and reads pages of any size ahead. */
let ahead: App;
const tokens = new Map<string, string>();
const CALLERS = ['administrator', 'billing', 'network-operator', 'project-viewer', 'reader'];

beforeAll(async () => {
  app = await startExampleWorld(undefined, { metrics: 'at the main port', keptAnswerBytes: KEPT, ...anyPage });
  other = await app.replica();
  reference = await app.replica({ isReference: true });
  ahead = await app.replica({ keptAnswerBytes: 0 });
  await applyAll(
    app,
    [
      doc('User', 'reader', { email: 'reader@example.com' }),
      role('reads-racks', 'inv/sites.get inv/racks.get'),
      ...['one', 'two', 'three'].map((name) => doc('Region', name, { displayName: name })),
    ].join(''),
  );
  tokens.set('administrator', await app.token('test-admin'));
  for (const subject of CALLERS.slice(1)) {
    await app.as(subject).execute('{ __typename }');
    tokens.set(subject, await app.localIssuer.signToken(subject));
  }
});
afterAll(async () => {
  await ahead.close();
  await reference.close();
  await other.close();
  await app.close();
});

interface Asked {
  readonly by?: string;
  readonly variables?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask({ url }: Pick<App, 'url'>, query: string, { by = 'administrator', variables, headers }: Asked = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.get(by) ?? ''}`, ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, etag: response.headers.get('etag'), text: await response.text() };
}

/** Values of a counter of a replica by its one label. */
async function counted({ url }: Pick<App, 'url'>, counter: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const found = [...text.matchAll(new RegExp(`^${counter}\\{\\w+="(\\w+)"\\} (\\d+)$`, 'gm'))];
  return Object.fromEntries(found.map(([, label = '', count]) => [label, Number(count)]));
}

/** By how much a counter of a replica has grown while something was done. */
async function grown<T>(service: Pick<App, 'url'>, counter: string, work: () => Promise<T>) {
  const before = await counted(service, counter);
  const result = await work();
  const now = Object.entries(await counted(service, counter));
  const came = now.map(([label, count]) => [label, count - (before[label] ?? 0)] as const);
  return { result, came: Object.fromEntries(came.filter(([, more]) => more > 0)) as Record<string, number> };
}

/** What came of the operations that the first replica was asked for again. */
const results = (): Promise<Record<string, number>> => counted(app, 'catalog_kept_answers_total');

/** What came of one operation, asked so often in a row; the last answer. */
async function inTurn(times: number, query: string, asked: Asked = {}) {
  const { result: last, came } = await grown(app, 'catalog_kept_answers_total', async () => {
    for (let time = 1; time < times; time++) await ask(app, query, asked);
    return ask(app, query, asked);
  });
  return { ...last, came };
}

async function deletion(kind: string, name: string, namespace?: string): Promise<void> {
  const { data } = await app.execute(
    'mutation ($o: [ObjectReferenceInput!]!) { delete(input: {objects: $o}) { userErrors { message } } }',
    { o: [{ kind, name, namespace }] },
  );
  expect(data.delete.userErrors).toEqual([]);
}

const label = (name: string, value: string): Promise<unknown> => app.apply(doc('Region', name, { displayName: value }));

test('the first time an answer is made, the second time it is kept, then it is given from memory: the same bytes', async () => {
  const query = '{ racks(first: 20) { totalCount nodes { name site { name } devices(first: 3) { nodes { name } } } } }';
  const { came, text, etag } = await inTurn(4, query);
  expect(came).toEqual({ kept: 1, hit: 2 });
  expect(text).toBe((await ask(reference, query)).text);
  expect(etag).toMatch(/^W\/"[\w-]{43}"$/);
});

test('a long answer is kept as well, and compressed when the client takes that', async () => {
  const query =
    '{ ports(first: 500) { nodes { id name labels { key value } device { name } manifest(format: JSON) history: manifest(format: YAML) } } }';
  const { came, text } = await inTurn(3, query);
  expect(came).toEqual({ kept: 1, hit: 1 });
  expect(text.length).toBeGreaterThan(65_536);
  expect(text).toBe((await ask(reference, query)).text);
  for (const encoding of ['gzip', 'br', 'br, gzip', 'identity', 'gzip;q=0'])
    for (const time of ['first', 'again'])
      expect(
        (await ask(app, query, { headers: { 'accept-encoding': encoding, via: '1.1 proxy' } })).text,
        `${encoding}, ${time}`,
      ).toBe(text);
  // With its cost beside it, the answer is another one.
  const headers = { 'accept-encoding': 'gzip', via: '1.1 proxy', 'x-catalog-cost': 'true' };
  const costing = JSON.parse((await ask(app, query, { headers })).text) as Readonly<Record<string, unknown>>;
  expect(Object.keys(costing)).toEqual(['data', 'extensions']);
});

test('what is packed once is given to all who take that, for as long as there is room', async () => {
  const body = [Buffer.from('long '.repeat(1_000)), Buffer.from('\n')];
  const tagged = (etag: string): Answer => ({ status: 200, headers: new HeaderMap([['etag', etag]]), body });
  const pack = createPackAnswer(100);
  const gzip = { 'accept-encoding': 'gzip' };
  const first = await pack(tagged('W/"a"'), gzip);
  expect(gunzipSync(first.body as Uint8Array)).toEqual(Buffer.concat(body));
  expect(Object.fromEntries(first.headers)).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
  expect((await pack(tagged('W/"a"'), gzip)).body).toBe(first.body);
  expect((await pack(tagged('W/"a"'), { 'accept-encoding': 'br' })).body).not.toBe(first.body);
  await pack(tagged('W/"b"'), gzip);
  await pack(tagged('W/"c"'), gzip);
  expect((await pack(tagged('W/"a"'), gzip)).body).not.toBe(first.body);
  for (const [answer, request] of [
    [tagged('W/"a"'), {}],
    [{ status: 200, headers: new HeaderMap(), body: [Buffer.alloc(8 * 1_024 * 1_024 + 1)] }, gzip],
    [{ ...tagged('W/"a"'), body: 'short' }, gzip],
  ] as const)
    expect(await pack(answer, request)).toBe(answer);
  // What is not told by such a tag is compressed each time.
  const untagged = (): Answer => ({ status: 200, headers: new HeaderMap(), body });
  for (const packs of [pack, createPackAnswer(0)]) {
    const [one, another] = [await packs(untagged(), gzip), await packs(untagged(), gzip)];
    expect(gunzipSync(one.body as Uint8Array)).toEqual(Buffer.concat(body));
    expect(another.body).not.toBe(one.body);
  }
});

test('other variables, another operation, another caller have answers of their own', async () => {
  const query =
    'query A($first: Int!, $with: Boolean!) { regions(first: $first, orderBy: NAME_ASC) { nodes { name displayName @include(if: $with) } } }';
  for (const [first, yes] of [
    [1, true],
    [2, true],
    [2, false],
  ] as const)
    for (const by of ['administrator', 'reader']) {
      const asked = { by, variables: { first, with: yes } };
      const { came, text } = await inTurn(3, query, asked);
      expect(came).toEqual({ kept: 1, hit: 1 });
      expect(text).toBe((await ask(reference, query, asked)).text);
    }
});

test('a client that has the answer is told so with 304, until it is another one', async () => {
  const query = '{ regions(first: 50, where: { name: { eq: "one" } }) { nodes { name displayName } } }';
  await label('one', 'before');
  const { etag } = await inTurn(3, query);
  const headers = { 'if-none-match': etag ?? '' };
  expect(await ask(app, query, { headers })).toEqual({ status: 304, etag, text: '' });
  expect(await ask(app, query, { headers: { 'if-none-match': '"another", W/"one"' } })).toMatchObject({ status: 200 });
  expect(await ask(app, query, { headers: { 'if-none-match': '*' } })).toEqual({ status: 304, etag, text: '' });
  // Something else has changed: it is made anew, and is the same.
  await label('two', 'else');
  expect(await ask(app, query, { headers })).toEqual({ status: 304, etag, text: '' });
  // Any replica gives the same tag.
  await ask(other, query);
  await ask(other, query);
  expect(await ask(other, query, { headers })).toEqual({ status: 304, etag, text: '' });
  await label('one', 'after');
  const changed = await ask(app, query, { headers });
  expect(changed).toMatchObject({ status: 200, text: expect.stringContaining('"after"') });
  expect(changed.etag).not.toBe(etag);
  // By GET as well.
  const response = await fetch(`${app.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: {
      authorization: `Bearer ${tokens.get('administrator')}`,
      'apollo-require-preflight': '1',
      'if-none-match': changed.etag ?? '',
    },
  });
  expect(response.status).toBe(304);
  expect(response.headers.get('cache-control')).toBe('private, no-cache');
});

test('a right that is given or taken away counts for the next request', async () => {
  const query = '{ racks(first: 50, orderBy: NAME_ASC) { totalCount nodes { name site { name } } } }';
  const seen = async (service: Pick<App, 'url'> = app): Promise<number> => {
    const { text } = await ask(service, query, { by: 'reader' });
    return (JSON.parse(text) as GraphqlAnswer).data.racks.totalCount;
  };
  const seenAgain = async (): Promise<ReadonlySet<number>> => {
    const counts = new Set<number>();
    for (const service of [app, other]) for (let time = 0; time < 3; time++) counts.add(await seen(service));
    return counts;
  };
  expect(await seenAgain()).toEqual(new Set([0]));
  await applyAll(app, binding('reader-fra1', 'Site/fra1', 'reads-racks', userOf('reader')));
  const [count = 0, ...others] = await seenAgain();
  expect(count).toBeGreaterThan(0);
  expect(others).toEqual([]);
  await deletion('PolicyBinding', 'reader-fra1', 'milo-system');
  expect(await seenAgain()).toEqual(new Set([0]));
});

const neverKept: readonly (readonly [what: string, query: string, came: Readonly<Record<string, number>>])[] = [
  ['what says how long ago', '{ feedConsumers { nodes { name progress { lagSeconds } } } }', { not_kept: 1 }],
  ['reads that the audit log records', '{ users(first: 1) { nodes { name } } }', { not_kept: 1 }],
  [
    'what fails, which may be different the next time',
    '{ racks(first: -1) { totalCount } regions(first: 1) { nodes { name } } }',
    { not_kept: 3 },
  ],
  ['mutations', 'mutation { apply(input: {manifests: [], validateOnly: true}) { applied } }', {}],
  ['what is left to graphql-js', '{ me { name } regions(first: 1) { nodes { name } } }', {}],
  ['what reads nothing', '{ __typename }', {}],
];
test.for(neverKept)('never kept: %s', async ([, query, expected]) => {
  const { came, etag, text } = await inTurn(4, query);
  expect(came).toEqual(expected);
  expect(etag).toBeNull();
  expect(text).toContain('"data":');
});

test('a request that is to be explained is done', async () => {
  const query = '{ sites(first: 5) { nodes { name } } }';
  await inTurn(3, query);
  const { extensions } = await app.execute(query, {}, { 'x-catalog-explain': 'true' });
  expect(extensions?.explain.statements).toBe(1);
  expect(extensions?.explain.sql[0]).toContain('"site"');
});

test('a past state is kept by position and by time, and is forgotten when the catalog changes', async () => {
  const query =
    'query ($asOf: MomentInput) { namesInForce(first: 1000, asOf: $asOf) { position nodes { canonicalName unit phase } } }';
  const [row] = await app.database.cells(sql`select position::text, at::text from change_head`);
  const [position, time] = (row ?? []).map(String);
  for (const asOf of [null, { position }, { time: time?.replace(' ', 'T').replace(/\+00$/, 'Z') }]) {
    const asked = { by: 'billing', variables: { asOf } };
    const { came, text } = await inTurn(3, query, asked);
    expect(came).toEqual({ kept: 1, hit: 1 });
    expect(text).toBe((await ask(reference, query, asked)).text);
  }
  await label('three', 'moves on');
  const asked = { by: 'billing', variables: { asOf: null } };
  expect((await ask(app, query, asked)).text).toBe((await ask(reference, query, asked)).text);
});

test('what was touched and is the same in history is read again', async () => {
  const query = '{ regions(first: 1, where: { name: { eq: "two" } }) { nodes { name displayName } } }';
  expect((await inTurn(3, query)).came).toEqual({ kept: 1, hit: 1 });
  await app.database.transaction(async (connection) => {
    await beginWriting(connection);
    await connection.rows(sql`update region set display_name = display_name where name = 'two'`);
    expect(await recordChanges(catalog, connection)).toBeUndefined();
  });
  expect((await inTurn(2, query)).came).toEqual({ kept: 1, hit: 1 });
});

test('no more is kept than the setting says, and the largest do not push out all others', async () => {
  const small = await app.replica({ keptAnswerBytes: 40_000 });
  const none = await app.replica({ keptAnswerBytes: 0 });
  try {
    const tagOf = async (service: App, query: string): Promise<string | null> => {
      await ask(service, query);
      return (await ask(service, query)).etag;
    };
    const little = '{ regions(first: 3) { nodes { name } } }';
    const much = '{ ports(first: 200) { nodes { id name manifest(format: JSON) } } }';
    expect(await tagOf(small, little)).not.toBeNull();
    expect(await tagOf(none, little)).toBeNull();
    expect(await tagOf(small, much)).toBeNull();
  } finally {
    await small.close();
    await none.close();
  }
});

test('what statements may read to be lasting is known of every table', async () => {
  const touched = await touchedWith(catalog, app.database);
  const names = new Set([...touched].flatMap(([name, with_]) => (with_ === undefined ? [name] : [])));
  const tables = await app.database.rows<{ name: string }>(
    sql`select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')`,
  );
  const moving = tables.map(({ name }) => name).filter((name) => names.has(name) && !/^audit_record_\d/.test(name));
  // A table that is new stands here, unless it is a kind's or whatever writes it moves the state of the catalog.
  expect(moving.toSorted()).toEqual(
    `_prisma_migrations audit_record audit_record_default authz_outbox authz_tuple binding_target cabled_port client_request
    ended_identity feed_progress field_owner grant_assignee grant_edge held_name last_touched permission rack_unit_claim role_assignment
    role_permission search_entry setting`.split(/\s+/),
  );
  for (const name of ['now', 'write_instant', 'clock_timestamp', 'similar_search_entries'])
    expect(names).toContain(name);
  expect(
    Object.fromEntries(
      ['port', 'cable_termination', 'scope_closure', 'change'].map((name) => [name, touched.get(name)]),
    ),
  ).toEqual({
    port: ['Port'],
    cable_termination: ['Cable'],
    scope_closure: ['scope'],
    change: ['*'],
  });
});

test('an answer is given until something of what it was made of is touched, whatever else is', async () => {
  const racks = '{ racks(first: 5, orderBy: NAME_ASC) { nodes { name site { name } } } }';
  const regions = '{ regions(first: 5, orderBy: NAME_ASC) { nodes { name displayName } } }';
  const stream = '{ namesInForce(first: 1) { position } }';
  for (const by of ['administrator', 'network-operator'])
    for (const query of [racks, regions, stream]) await inTurn(3, query, { by });
  const once = async (query: string, by: string): Promise<Record<string, number>> => {
    const { came, text } = await inTurn(1, query, { by });
    expect(text).toBe((await ask(reference, query, { by })).text);
    return came;
  };
  await label('one', 'touched');
  for (const by of ['administrator', 'network-operator']) {
    expect(await once(racks, by)).toEqual({ hit: 1 });
    expect(await once(regions, by)).toEqual({ kept: 1 });
    expect(await once(stream, by)).toEqual({ kept: 1 });
  }
  // Whoever sees by scope sees a new scope; the administrator looks at none.
  await app.apply(doc('Rack', 'touched', { siteRef: { name: 'fra1' }, heightU: 4 }));
  expect(await once(regions, 'administrator')).toEqual({ hit: 1 });
  for (const by of ['administrator', 'network-operator']) expect(await once(racks, by)).toEqual({ kept: 1 });
  await deletion('Rack', 'touched');
  for (const by of ['administrator', 'network-operator']) expect(await once(racks, by)).not.toHaveProperty('hit');
});

test('a scope that moves takes with it what was seen in it', async () => {
  const moveTo = (name: string): Promise<void> =>
    applyAll(
      app,
      doc('ProjectPlacement', 'northwind-tracking', {
        projectRef: { name: 'northwind-tracking' },
        folderRef: { name },
      }),
    );
  const query = '{ virtualMachines(first: 5, orderBy: NAME_ASC) { totalCount nodes { name } } }';
  const seen = async (): Promise<number> => {
    const { text } = await inTurn(3, query, { by: 'reader' });
    expect(text).toBe((await ask(reference, query, { by: 'reader' })).text);
    return (JSON.parse(text) as GraphqlAnswer).data.virtualMachines.totalCount;
  };
  await moveTo('logistics-eu');
  await applyAll(app, role('reads-machines', 'inv/virtualmachines.get'));
  await applyAll(app, binding('reader-eu', 'Folder/logistics-eu', 'reads-machines', userOf('reader')));
  const all = await seen();
  expect(all).toBeGreaterThan(0);
  await moveTo('logistics');
  expect(await seen()).toBe(0);
  await moveTo('logistics-eu');
  expect(await seen()).toBe(all);
  await deletion('PolicyBinding', 'reader-eu', 'milo-system');
});

/** Documents that see what is written below from many sides: by rows, counts, filters, relations, texts and rights. */
const LOOKS = [
  '{ regions(first: 100, orderBy: NAME_ASC) { totalCount nodes { name displayName labels { key value } generation updatedAt } } }',
  '{ regions(first: 100, where: { displayName: { contains: "1" } }) { totalCount nodes { name } } }',
  '{ sites(first: 100, orderBy: NAME_ASC) { nodes { name region { name displayName } racks(first: 5) { totalCount nodes { name } } } } }',
  '{ racks(first: 100, orderBy: NAME_ASC) { totalCount nodes { name site { name region { displayName } } } } }',
  '{ objects(kinds: ["Region", "Site"], first: 100) { totalCount nodes { name kind manifest(format: JSON) } } }',
  '{ namesInForce(first: 1000) { nodes { canonicalName phase displayName serviceName servicePhase } } }',
  '{ services(first: 100, orderBy: NAME_ASC) { nodes { name phase meters(first: 5) { totalCount } } } }',
];

test.for(SEEDS)(
  'whatever is written, every answer is that of the moment (seed %i)',
  { timeout: 300_000 },
  async (seed) => {
    const { pick, upTo } = random(seed);
    const made = new Set<string>();
    let bound = false;
    const bindingName = `seen-${seed}`;
    const writes: readonly (() => Promise<unknown>)[] = [
      () => label(pick(['one', 'two', 'three']), String(upTo(20))),
      async () => {
        const name = `new-${seed}-${upTo(4)}`;
        if (made.delete(name)) return deletion('Region', name);
        made.add(name);
        return label(name, String(upTo(20)));
      },
      async () => {
        bound = !bound;
        return bound
          ? applyAll(app, binding(bindingName, 'Site/fra1', 'reads-racks', userOf('reader')))
          : deletion('PolicyBinding', bindingName, 'milo-system');
      },
      async () => {
        const name = `rack-${seed}-${upTo(3)}`;
        if (made.delete(name)) return deletion('Rack', name);
        made.add(name);
        return app.apply(doc('Rack', name, { siteRef: { name: pick(['fra1', 'iad1']) }, heightU: 1 + upTo(40) }));
      },
      async () => {
        const region = pick(['one', 'two']);
        return app.apply(
          doc('Site', `site-${seed}`, { displayName: region, regionRef: { name: region }, type: 'Datacenter' }),
        );
      },
      // Nothing changes.
      () => Promise.resolve(),
    ];
    let hits = 0;
    for (let write = 0; write < WRITES; write++) {
      await pick(writes)();
      const before = (await results()).hit ?? 0;
      for (let look = 0; look < 4; look++) {
        const [query, by] = [pick(LOOKS), pick(CALLERS)];
        const expected = (await ask(reference, query, { by })).text;
        for (const service of [app, other, app])
          expect((await ask(service, query, { by })).text, `write ${write}, ${by}: ${query}`).toBe(expected);
      }
      hits += ((await results()).hit ?? 0) - before;
    }
    expect(hits).toBeGreaterThan(WRITES / 4);
    if (bound) await deletion('PolicyBinding', bindingName, 'milo-system');
  },
);

test('beside writers, nobody is told less than what was acknowledged before he asked', async () => {
  const names = ['one', 'two', 'three'];
  const acknowledged = new Map(names.map((name) => [name, 0]));
  let isDone = false;
  const write = async (name: string): Promise<void> => {
    for (let count = 1; count <= 12; count++) {
      await label(name, `n${count}`);
      acknowledged.set(name, count);
    }
  };
  const query =
    '{ regions(first: 50, where: { name: { in: ["one", "two", "three"] } }) { nodes { name displayName } } }';
  await Promise.all(names.map((name) => label(name, 'n0')));
  let asked = 0;
  const read = async (service: Pick<App, 'url'>): Promise<void> => {
    while (!isDone) {
      const least = new Map(acknowledged);
      const { text } = await ask(service, query);
      const { nodes } = (JSON.parse(text) as { data: { regions: { nodes: { name: string; displayName: string }[] } } })
        .data.regions;
      for (const { name, displayName } of nodes)
        expect(Number(displayName.slice(1)), name).toBeGreaterThanOrEqual(least.get(name) ?? 0);
      asked++;
    }
  };
  await Promise.all([
    ...[app, other, app, other].map(read),
    Promise.all(names.map(write)).finally(() => {
      isDone = true;
    }),
  ]);
  expect(asked).toBeGreaterThan(20);
  expect((await ask(app, query)).text).toBe((await ask(reference, query)).text);
});

/* Whoever follows the cursors of a list: its pages are read ahead, and are what the catalog says when they are asked for. */

const AHEAD = 'catalog_read_ahead_total';
const pageInfo = 'pageInfo { hasNextPage endCursor }';
const REGIONS = `query Regions($after: String) { pages: regions(first: 2, after: $after, orderBy: NAME_ASC) { ${pageInfo} nodes { name displayName } } }`;
const RACKS = `query ($after: String) { pages: racks(first: 1, after: $after, orderBy: NAME_ASC) { ${pageInfo} nodes { name site { name } devices(first: 2) { nodes { name } } } } }`;
const NAMES = `query ($after: String, $first: Int = 3, $asOf: MomentInput) { pages: namesInForce(first: $first, after: $after, asOf: $asOf) {
  ${pageInfo} position totalCount nodes { canonicalName phase displayName serviceName } } }`;
const MIXED = `query ($after: String) { pages: objects(kinds: ["Region", "Site", "Rack"], first: 3, after: $after) { ${pageInfo} edges { cursor node { name kind } } } }`;
const FREE = `query ($after: String) { pages: freeUnits(units: 1, first: 15, after: $after) { ${pageInfo} totalCount nodes { startUnit unitHeight rack { name } } } }`;

/** Reads a list page by page, each as the reference tells it. */
async function followed(query: string, asked: Asked = {}, service: Pick<App, 'url'> = ahead): Promise<number> {
  for (let pages = 1, after: string | null = null; ; pages++) {
    const { text, next } = await page(service, query, after, asked);
    expect(text).toBe((await page(reference, query, after, asked)).text);
    if (next === null) return pages;
    after = next;
  }
}

/** A page of a list, and the cursor of the next. */
async function page(
  service: Pick<App, 'url'>,
  query: string,
  after: string | null,
  { variables, ...asked }: Asked = {},
) {
  const { text } = await ask(service, query, { ...asked, variables: { ...variables, after } });
  // Who may see nothing of it gets none.
  const info = (JSON.parse(text) as GraphqlAnswer).data?.pages?.pageInfo;
  return { text, next: info?.hasNextPage === true ? String(info.endCursor) : null };
}

/** The first two pages: from the second on the next is read ahead. Gives the cursor of the third. */
async function begun(service: Pick<App, 'url'>, query: string, asked: Asked = {}): Promise<string> {
  const { next: second } = await page(service, query, null, asked);
  const { next: third } = await page(service, query, second, asked);
  return third ?? expect.fail('there are two pages at most');
}

const LISTS: readonly (readonly [what: string, query: string, asked?: Asked])[] = [
  ['objects with lists below them', RACKS],
  ['objects of several kinds, by their cursors', MIXED],
  ['names in force', NAMES],
  ['names in force as of a moment', NAMES, { variables: { asOf: { position: '1000' } } }],
  ['what a statement works out', FREE],
];

test.for(LISTS)('pages of a list are read before they are asked for, each once: %s', async ([, query, asked]) => {
  const statements = async (service: App, pages: string): Promise<number[]> => {
    const taken: number[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { result, came } = await grown(service, 'catalog_operation_statements_sum', () =>
        page(service, pages, after, asked),
      );
      taken.push(came.query ?? 0);
      ({ next: after } = result);
      more = after !== null;
    }
    return taken;
  };
  const { result: pages, came } = await grown(ahead, AHEAD, () => followed(query, asked));
  expect(pages).toBeGreaterThan(3);
  expect(came).toEqual({ begun: pages - 2, used: pages - 2 });
  // What was read ahead is told of the request that it was read for, with the one that asks for the state of the catalog.
  const anew = await statements(reference, query);
  expect(await statements(ahead, query)).toEqual(anew.map((count, number) => (number < 2 ? count : count + 1)));
});

test('what is kept for the next time is read ahead as well', async () => {
  const kept = () => followed(NAMES, {}, app);
  const pages = await kept();
  await label('one', 'before the second time');
  const { came } = await grown(app, AHEAD, kept);
  expect(came).toEqual({ begun: pages - 2, used: pages - 2 });
  const { came: third } = await grown(app, 'catalog_kept_answers_total', kept);
  expect(third).toEqual({ hit: pages });
});

test('a change between two pages is in the second', async () => {
  await applyAll(app, Array.from({ length: 9 }, (_, at) => doc('Region', `p${at}`, { displayName: 'old' })).join(''));
  const { came } = await grown(ahead, AHEAD, async () => {
    const third = await begun(ahead, REGIONS);
    const reading = await page(reference, REGIONS, third);
    const [name = ''] = /"name":"([^"]+)"/.exec(reading.text)?.slice(1) ?? [];
    await label(name, 'new');
    const { text, next } = await page(ahead, REGIONS, third);
    expect(text).toContain(`"name":"${name}","displayName":"new"`);
    expect(text).toBe((await page(reference, REGIONS, third)).text);
    // From there on it goes on.
    expect((await page(ahead, REGIONS, next)).text).toBe((await page(reference, REGIONS, next)).text);
  });
  // Nor was the page behind it given that may have been begun before that was known.
  expect(came).toMatchObject({ stale: 1, used: 1 });
});

test('rights that are given or taken away between two pages count for the second', async () => {
  await applyAll(app, binding('ahead-fra1', 'Site/fra1', 'reads-racks', userOf('reader')));
  const asked = { by: 'reader' };
  const query = MIXED.replace('first: 3', 'first: 1');
  const third = await begun(ahead, query, asked);
  const told = async (by: string): Promise<string> => {
    const { text } = await page(ahead, query, third, { by });
    expect(text).toBe((await page(reference, query, third, { by })).text);
    return text;
  };
  const { text: made } = await page(reference, query, third, asked);
  // The page was made for somebody else.
  expect(await told('project-viewer')).not.toBe(made);
  await deletion('PolicyBinding', 'ahead-fra1', 'milo-system');
  expect(await told('reader')).not.toBe(made);
  await applyAll(app, binding('ahead-fra1', 'Site/fra1', 'reads-racks', userOf('reader')));
  expect(await told('reader')).toBe(made);
  await deletion('PolicyBinding', 'ahead-fra1', 'milo-system');
});

test('nothing is read ahead for who has followed no cursor, in small pages, backwards, or with the cursor in the text', async () => {
  const plain = await app.replica({ keptAnswerBytes: 0, readAheadBytes: KEPT, leastReadAhead: undefined });
  const none = await app.replica({ keptAnswerBytes: 0, readAheadBytes: 0 });
  try {
    const never = async (work: () => Promise<unknown>, service: App = ahead): Promise<void> =>
      expect((await grown(service, AHEAD, work)).came).toEqual({});
    await never(() => page(ahead, REGIONS, null));
    await never(() => begun(plain, REGIONS), plain);
    await never(() => begun(none, REGIONS), none);
    const second = (await page(reference, REGIONS, null)).next;
    await never(() => ask(ahead, REGIONS.replace('$after,', `"${second}",`).replace('($after: String)', '')));
    await never(() =>
      ask(ahead, REGIONS.replace('first: 2', 'last: 2').replaceAll('after', 'before'), {
        variables: { before: second },
      }),
    );
    await never(() =>
      ask(ahead, REGIONS.replace('first: 2', 'first: $n, last: 2').replace('String)', 'String, $n: Int = 1000)'), {
        variables: { n: null },
      }),
    );
    await never(() =>
      ask(ahead, REGIONS.replace('pages:', 'sites(first: 1) { totalCount } pages:'), { variables: { after: second } }),
    );
    await never(() =>
      ask(ahead, REGIONS.replace(/ \}$/, ' sites(first: 1) { totalCount } }'), { variables: { after: second } }),
    );
    await never(() => ask(ahead, REGIONS.replace(pageInfo, ''), { variables: { after: second } }));
    await never(() => page(ahead, REGIONS, second, { headers: { 'x-catalog-explain': 'true' } }));
    // A page of a hundred is large enough; who gives up after it has cost one page.
    const ports =
      'query ($after: String, $n: Int = 100) { pages: ports(first: $n, after: $after) { pageInfo { hasNextPage endCursor } nodes { name } } }';
    expect((await grown(plain, AHEAD, () => begun(plain, ports))).came).toEqual({ begun: 1 });
    await never(() => begun(plain, ports, { variables: { n: 99 } }), plain);
  } finally {
    await plain.close();
    await none.close();
  }
});

test('what must not be given later is tried once: reads that the audit log records, answers that move, pages that are too long', async () => {
  const replica = await app.replica({ keptAnswerBytes: 0, readAheadBytes: 8_000, leastReadAhead: 1 });
  const users = `query ($after: String) { pages: users(first: 1, after: $after) { ${pageInfo} nodes { name } } }`;
  const lag = `query ($after: String) { pages: feedConsumers(first: 1, after: $after) { ${pageInfo} nodes { name progress { lagSeconds } } } }`;
  const long = `query ($after: String) { pages: ports(first: 50, after: $after) { ${pageInfo} nodes { id name manifest(format: JSON) } } }`;
  const recorded = sql`select count(*)::int from audit_record where resource_kind = 'User' and verb = 'list'`;
  const [[before] = []] = await app.database.cells(recorded);
  const followers = ['three', 'four', 'five', 'six'].map((name) =>
    doc('FeedConsumer', `follower-${name}`, { serviceAccountRef: { kind: 'ServiceAccount', name: 'billing' } }),
  );
  await applyAll(app, followers.join(''));
  const fivePages = async (query: string): Promise<void> => {
    let next: string | null = await begun(replica, query);
    for (let more = 0; more < 3 && next !== null; more++) ({ next } = await page(replica, query, next));
  };
  const tried = async (query: string): Promise<void> => {
    // The page behind the first may have begun before that turns out to be in vain.
    const { came } = await grown(replica, AHEAD, () => fivePages(query));
    expect(came.begun).toBeLessThanOrEqual(2);
    expect(came).toEqual({ begun: came.begun, not_kept: came.begun });
    expect((await grown(replica, AHEAD, () => fivePages(query))).came).toEqual({});
  };
  try {
    await tried(users);
    await tried(lag);
    await tried(long);
    // More than a quarter of all that may wait.
    const half = long.replace('first: 50', 'first: 6');
    const { length } = (await ask(reference, half)).text;
    expect([length > 2_500, length < 7_500]).toEqual([true, true]);
    await tried(half);
  } finally {
    await replica.close(); // Then all records are there.
  }
  const [[after] = []] = await app.database.cells(recorded);
  expect(Number(after) - Number(before)).toBe(10);
});

/** Holds up whoever reads a table, until it is told to commit. */
const lock = (table: string): Promise<HeldTransaction> =>
  holdTransaction(app.databaseUrl, (connection) =>
    connection.execute(sql`lock table ${sql.ident(table)} in access exclusive mode`),
  );
/** How many ask for the state of the catalog. */
const readingState = sql`
  select count(*)::int from pg_stat_activity where state = 'active' and query like '%from change_head h, access_version v%' and pid <> pg_backend_pid()`;

/** Who waits for what is locked. */
const waiting = sql`select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;

/** The first two pages; the third is being read ahead, until its table may be read. */
async function heldAhead(query: string, table = 'region') {
  const state = await lock('change_head');
  const third = await begun(ahead, query);
  const rows = await lock(table);
  await state.commit();
  await rows.untilWaitedFor();
  return { third, rows };
}

test.for([
  ['objects', REGIONS, 'region'],
  ['what a statement works out', FREE, 'rack'],
])('the page behind is asked of PostgreSQL before this one is made text: %s', async ([, query = '', table]) => {
  const { third, rows } = await heldAhead(query, table);
  // The third page is asked for, and its rows come while its request still waits for the state.
  const state = await lock('change_head');
  const asked = page(ahead, query, third);
  await state.untilWaitedFor();
  const statement = vi.spyOn(RowBytesClient.prototype, 'rowsOf');
  const text = vi.spyOn(TextOut.prototype, 'take');
  try {
    await rows.commit();
    await expect.poll(() => [statement.mock.calls.length, text.mock.calls.length]).not.toContain(0);
    expect(statement.mock.invocationCallOrder[0]).toBeLessThan(Number(text.mock.invocationCallOrder[0]));
  } finally {
    statement.mockRestore();
    text.mockRestore();
    await state.commit();
  }
  expect((await asked).text).toBe((await page(reference, query, third)).text);
});

test('a page that could not be read ahead is read when it is asked for, and what was wrong is told to nobody', async () => {
  const { third, rows } = await heldAhead(REGIONS);
  const { came } = await grown(ahead, AHEAD, async () => {
    expect(await app.database.cells(sql`select pg_cancel_backend(pid) from (${waiting}) w`)).toEqual([[true]]);
    await expect.poll(() => app.database.cells(waiting)).toEqual([]);
    await rows.commit();
    expect((await page(ahead, REGIONS, third)).text).toBe((await page(reference, REGIONS, third)).text);
  });
  expect(came).toMatchObject({ not_kept: 1 });
});

test('of a caller one page is being made that nobody has asked for, of all four, and who waits for it may give up', async () => {
  const state = await lock('change_head');
  const first = await grown(ahead, AHEAD, () => begun(ahead, REGIONS));
  expect(first.came).toEqual({ begun: 1 });
  expect((await grown(ahead, AHEAD, () => begun(ahead, MIXED))).came).toEqual({});
  const others = async (): Promise<void> => {
    for (const by of CALLERS.slice(1)) await begun(ahead, REGIONS, { by });
  };
  expect((await grown(ahead, AHEAD, others)).came).toEqual({ begun: 3 });
  const rows = await lock('region');
  await state.commit();
  await rows.untilWaitedFor();
  const stateAgain = await lock('change_head');
  const leaving = new AbortController();
  const left = fetch(`${ahead.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.get('administrator')}` },
    body: JSON.stringify({ query: REGIONS, variables: { after: first.result } }),
    signal: leaving.signal,
  });
  const told = left.catch(() => 'left');
  const underWay = async () =>
    (await (await fetch(`${ahead.url}/metrics`)).text()).match(/^catalog_operations_in_flight (\d+)$/m)?.[1];
  await stateAgain.untilWaitedFor();
  await stateAgain.commit();
  await expect.poll(() => app.database.cells(readingState)).toEqual([[0]]);
  // Who asks for the figures now is heard after the state: the request waits for its page.
  expect(await underWay()).toBe('1');
  leaving.abort();
  expect(await told).toBe('left');
  await expect.poll(underWay).toBe('0');
  // The page is still being made then, and so are those of the others.
  expect(await app.database.cells(waiting)).toHaveLength(4);
  await rows.commit();
  expect((await page(ahead, REGIONS, first.result)).text).toBe((await page(reference, REGIONS, first.result)).text);
});

test.for(SEEDS)(
  'whatever is written between pages, each is that of the moment (seed %i)',
  { timeout: 300_000 },
  async (seed) => {
    const { pick, upTo, next: chance } = random(seed + 100);
    const bindingName = `follows-${seed}`;
    let bound = false;
    const writes: readonly (() => Promise<unknown>)[] = [
      () => label(pick(['one', 'two', 'three']), String(upTo(20))),
      async () => {
        bound = !bound;
        return bound
          ? applyAll(app, binding(bindingName, 'Site/fra1', 'reads-racks', userOf('reader')))
          : deletion('PolicyBinding', bindingName, 'milo-system');
      },
    ];
    const cursors = new Map<string, string | null>();
    const { came } = await grown(ahead, AHEAD, async () => {
      for (let step = 0; step < 120; step++) {
        if (chance() < 0.1) await pick(writes)();
        const [[what, query, asked], by] = [pick(LISTS), pick(CALLERS)];
        for (let more = upTo(4); more >= 0; more--) {
          const after = cursors.get(what + by) ?? null;
          const expected = await page(reference, query, after, { ...asked, by });
          for (const service of [ahead, app])
            expect((await page(service, query, after, { ...asked, by })).text, `${by}: ${what}`).toBe(expected.text);
          cursors.set(what + by, expected.next);
        }
      }
    });
    expect(came.used).toBeGreaterThan(20);
  },
);
